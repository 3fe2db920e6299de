"""Every hour: load what the lake has new, then build and test the models."""

from __future__ import annotations

from datetime import datetime, timezone

from airflow import DAG
from airflow.timetables.interval import CronDataIntervalTimetable
from beatflow_jobs import DEFAULT_ARGS, job

with DAG(
    dag_id="beatflow_hourly",
    description=__doc__,
    # A cron text means another interval in Airflow 3 than in Airflow 2; the timetable means the same in both.
    schedule=CronDataIntervalTimetable("5 * * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    # A run takes up every hour that is new or changed, whichever run missed it: there is nothing to catch up with.
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    tags=["beatflow"],
) as dag:
    job("load", "BEATFLOW_LOADER_JOB") >> job("build", "BEATFLOW_TRANSFORM_JOB")
