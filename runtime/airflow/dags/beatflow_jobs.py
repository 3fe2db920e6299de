"""The jobs that the DAGs start. Airflow runs none of the pipeline's code: it starts Cloud Run jobs and waits for them.

Not a DAG file: Airflow finds no DAG in it, and the DAGs import it from the folder that they are in.
"""

from __future__ import annotations

import os
from datetime import timedelta

from airflow.providers.google.cloud.operators.cloud_run import CloudRunExecuteJobOperator

DEFAULT_ARGS = {
    "owner": "beatflow",
    "retries": 2,
    "retry_delay": timedelta(minutes=2),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=20),
    # A job ends itself after an hour; this covers the wait for a machine to run it on.
    "execution_timeout": timedelta(minutes=75),
}


def job(task_id: str, variable: str, args: list[str] | None = None) -> CloudRunExecuteJobOperator:
    """Starts the job that an environment variable names and waits; a failed or cancelled execution fails the task."""
    overrides = {"container_overrides": [{"args": args}]} if args else None
    return CloudRunExecuteJobOperator(
        task_id=task_id,
        project_id=os.environ["BEATFLOW_PROJECT"],
        region=os.environ["BEATFLOW_REGION"],
        job_name=os.environ[variable],
        overrides=overrides,
        # Deferred, older providers took a cancelled execution for a success.
        deferrable=False,
    )
