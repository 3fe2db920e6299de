#!/bin/bash
# Loads what the lake has new, builds the models, publishes them; then again, until it is told to stop. DuckDB has one
# writer at a time: the three take turns here. A round that fails is tried again with the next one.
set -uo pipefail

dbt=${BEATFLOW_DBT:-/opt/dbt/bin/dbt}
project=${BEATFLOW_DBT_PROJECT:-/beatflow/dbt}
pause=${BEATFLOW_REFRESH_SECONDS:-60}
trap 'exit 0' TERM INT

beatflow() { node "${BEATFLOW_PROGRAM:-/beatflow/beatflow.mjs}" "$@"; }

round() {
  beatflow load &&
    "$dbt" build --project-dir "$project" --profiles-dir "$project" &&
    beatflow publish
}

if [ "${1:-}" = once ]; then
  round
  exit
fi
while true; do
  round || echo "the round failed; the next one is in $pause s" >&2
  # Waited for in the background, so that a signal is heard at once.
  sleep "$pause" &
  wait $!
done
