"""Every hour: load what the lake has new, build and test the models, and check what is in the warehouse."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

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
    # A run that hangs must not keep the next ones away for ever.
    dagrun_timeout=timedelta(hours=6),
    default_args=DEFAULT_ARGS,
    tags=["beatflow"],
) as dag:
    load = job("load", "BEATFLOW_LOADER_JOB")
    build = job("build", "BEATFLOW_TRANSFORM_JOB")
    check = job("check", "BEATFLOW_LOADER_JOB", ["--check"])
    load >> build >> check
