#!/usr/bin/env bash
# Builds the models in the cloud: a Cloud Run job on the stock Python image. The environment comes from the lock files
# beside this script, through the project's own package index; with arguments it runs another command of dbt.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# index: prints the address of the package index, with an access token of the job's account.
index() {
  python3 - <<'PYTHON'
import json, os, urllib.request

host = os.environ.get("GCE_METADATA_HOST", "metadata.google.internal")
request = urllib.request.Request(
    f"http://{host}/computeMetadata/v1/instance/service-accounts/default/token",
    headers={"Metadata-Flavor": "Google"},
)
token = json.load(urllib.request.urlopen(request, timeout=20))["access_token"]
print(f"https://oauth2accesstoken:{token}@{os.environ['BEATFLOW_PYTHON_INDEX']}")
PYTHON
}

# Without an index in the environment, the one that pip and uv know.
if [ -n "${BEATFLOW_PYTHON_INDEX:-}" ]; then
  PIP_INDEX_URL=$(index)
  export PIP_INDEX_URL UV_INDEX_URL="$PIP_INDEX_URL"
fi

python3 -m venv "$work/uv"
"$work/uv/bin/pip" install --quiet --disable-pip-version-check --no-cache-dir --require-hashes -r "$here/uv.lock"
"$work/uv/bin/uv" venv --quiet "$work/dbt"
"$work/uv/bin/uv" pip sync --quiet --no-cache --link-mode=copy --python "$work/dbt/bin/python" --require-hashes \
  "$here/requirements-bigquery.lock"
unset PIP_INDEX_URL UV_INDEX_URL

# The bucket is mounted read-only.
export DBT_TARGET_PATH="$work/target" DBT_LOG_PATH="$work/logs" DBT_LOG_FORMAT="${DBT_LOG_FORMAT:-json}" DO_NOT_TRACK=1
"$work/dbt/bin/dbt" "${@:-build}" --project-dir "$here" --profiles-dir "$here"
