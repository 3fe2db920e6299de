"""By hand: load a range of hours again, changed or not, build what follows from them, and check the range."""

from __future__ import annotations

from datetime import datetime, timezone

from airflow import DAG
from beatflow_jobs import DEFAULT_ARGS, job

try:
    from airflow.sdk import Param
except ImportError:  # Airflow 2
    from airflow.models.param import Param

HOUR = r"^\d{4}-\d\d-\d\dT\d\d$"

with DAG(
    dag_id="beatflow_reload",
    description=__doc__,
    schedule=None,
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={
        "since": Param("2026-01-01T00", type="string", pattern=HOUR, title="First hour, UTC"),
        "until": Param("2026-01-01T01", type="string", pattern=HOUR, title="Hour after the last, UTC"),
    },
    tags=["beatflow"],
) as dag:
    hours = ["--since", "{{ params.since }}", "--until", "{{ params.until }}"]
    load = job("load", "BEATFLOW_LOADER_JOB", hours)
    build = job("build", "BEATFLOW_TRANSFORM_JOB")
    check = job("check", "BEATFLOW_LOADER_JOB", ["--check", *hours])
    load >> build >> check
