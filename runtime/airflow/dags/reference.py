"""Every day: load the reference data (the catalogue of songs) anew, all of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from airflow import DAG
from airflow.timetables.interval import CronDataIntervalTimetable
from beatflow_jobs import DEFAULT_ARGS, job

with DAG(
    dag_id="beatflow_reference",
    description=__doc__,
    # Apart from the hourly run: only one loader may write at a time.
    schedule=CronDataIntervalTimetable("35 4 * * *", timezone="UTC"),
    start_date=datetime(2026, 1, 1, tzinfo=timezone.utc),
    # It loads all there is: a day that was missed is made good by the next.
    catchup=False,
    max_active_runs=1,
    dagrun_timeout=timedelta(hours=6),
    default_args=DEFAULT_ARGS,
    tags=["beatflow"],
) as dag:
    job("load", "BEATFLOW_LOADER_JOB", ["--reference-data"])
