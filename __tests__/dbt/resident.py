"""Runs commands of dbt one after the other in one process, which imports dbt once.

Each line of the standard input is a command as JSON, `{"args": […], "options": […], "env": {…}, "parsed": path}`: the
options are those that parsing takes, too. Each is answered by a line `{"exitCode": n}` on the standard output. What dbt itself prints goes to the standard error. The parsed project is
kept in the file that `parsed` names, so that it is parsed once for all that ask for the same.
"""

import json
import os
import sys
from pathlib import Path

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest
from dbt.parser.manifest import extended_mashumaro_encoder, extended_mashumuro_decoder, write_manifest


def parse(options, path):
    """Parses the project and keeps it; whoever is first among several processes wins, and all have the same."""
    outcome = dbtRunner().invoke(["parse", *options])
    if not outcome.success:
        raise outcome.exception or RuntimeError("dbt parse failed")
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_suffix(f".{os.getpid()}")
    own.write_bytes(outcome.result.to_msgpack(extended_mashumaro_encoder))
    own.replace(path)


def run(args, options, parsed):
    """Runs one command on the parsed project. A fresh copy each time: a run leaves its compiled SQL in the nodes."""
    if not parsed.exists():
        parse(options, parsed)
    manifest = Manifest.from_msgpack(parsed.read_bytes(), decoder=extended_mashumuro_decoder)
    outcome = dbtRunner(manifest=manifest).invoke([*args, *options])
    if outcome.exception is not None:
        print(outcome.exception, file=sys.stderr)
    write_manifest(manifest, os.environ["DBT_TARGET_PATH"])
    # dbt-duckdb keeps the file open, and with it the lock, for as long as its process runs.
    DuckDBConnectionManager.close_all_connections()
    return 0 if outcome.success else 1 if outcome.exception is None else 2


def main():
    answers = sys.stdout
    sys.stdout = sys.stderr
    for line in sys.stdin:
        command = json.loads(line)
        os.environ.update(command["env"])
        exit_code = run(command["args"], command["options"], Path(command["parsed"]))
        sys.stderr.flush()
        print(json.dumps({"exitCode": exit_code}), file=answers, flush=True)


# dbt imports every module whose name begins with dbt_; this one's must not.
if __name__ == "__main__":
    main()
