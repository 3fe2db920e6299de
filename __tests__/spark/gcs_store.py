"""One step with the Spark job's store of Cloud Storage, for gcs-store.gcs.test.ts: prints what came of it as JSON."""

from __future__ import annotations

import json
import sys
import urllib.error

from beatflow_spark import google
from beatflow_spark.store import open_store

STEPS = {
    "create": lambda store, path, text: store.create_if_absent(path, text.encode()),
    "overwrite": lambda store, path, text: store.overwrite(path, text.encode()),
    "read": lambda store, path: (store.read(path) or b"<none>").decode(),
    "list": lambda store, folder, start=None: list(store.list_paths(folder, start)),
    "delete": lambda store, path: store.delete(path),
}

location, deadline, steps = sys.argv[1:]
google._RETRY_DEADLINE = float(deadline)
google._FIRST_PAUSE = 0.01
lake = open_store(location)
outcomes = []
for step, *arguments in json.loads(steps):
    try:
        outcomes.append(STEPS[step](lake, *arguments))
    except urllib.error.HTTPError as error:
        outcomes.append(f"HTTP {error.code}")
    except FileNotFoundError as error:
        outcomes.append(str(error))
print(json.dumps(outcomes))
