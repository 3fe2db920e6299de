"""A real Airflow without a cloud: its home, its DAGs, and a stand-in for Cloud Run at the edge of the operator."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tempfile
from datetime import datetime
from unittest import mock

HOME = tempfile.TemporaryDirectory(prefix="beatflow-airflow-")
ROOT = pathlib.Path(__file__).parents[2]
DAGS = ROOT / "runtime" / "airflow" / "dags"
os.environ.update(
    AIRFLOW_HOME=HOME.name,
    AIRFLOW__CORE__DAGS_FOLDER=str(DAGS),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__UNIT_TEST_MODE="False",
    AIRFLOW__LOGGING__LOGGING_LEVEL="ERROR",
    BEATFLOW_PROJECT="mock-project",
    BEATFLOW_REGION="us-central1",
    BEATFLOW_LOADER_JOB="beatflow-prod-loader",
    BEATFLOW_TRANSFORM_JOB="beatflow-prod-transform",
)
sys.path.insert(0, str(DAGS))

import airflow  # noqa: E402
from google.cloud.run_v2 import Execution, Job  # noqa: E402

try:
    from airflow.models.dagbag import DagBag  # noqa: E402
except ImportError:
    from airflow.dag_processing.dagbag import DagBag  # noqa: E402

if airflow.__version__.startswith("2"):
    # The table of users, which what a run is deleted with refers to.
    import airflow.providers.fab.auth_manager.models  # noqa: E402, F401

OPERATOR = "airflow.providers.google.cloud.operators.cloud_run"
IS_AIRFLOW_3 = airflow.__version__.startswith("3")


def bag(path: pathlib.Path = DAGS):
    return DagBag(dag_folder=str(path))


class Operation:
    """What the hook hands back: an execution that has ended in some way."""

    def __init__(self, **counts: int):
        self.execution = Execution(task_count=1, **counts)

    def result(self, *_, **__):
        return self.execution

    def exception(self, *_, **__):
        return None

    metadata = Execution(log_uri="https://console.cloud.google.com/logs")


def hook(run):
    """A stand-in for the hook at its edge: `run(job_name, args)` does the job and says how its execution ended."""

    class Hook:
        def __init__(self, *_, **__):
            pass

        def execute_job(self, job_name, overrides=None, **_):
            containers = (overrides or {}).get("container_overrides", [{}])
            return Operation(**run(job_name, list(containers[0].get("args", []))))

        def get_job(self, job_name, **_):
            return Job(name=job_name)

    return mock.patch(f"{OPERATOR}.CloudRunHook", Hook)


def migrate() -> None:
    """Makes Airflow's database, which a run needs; once."""
    if (pathlib.Path(HOME.name) / "migrated").exists():
        return
    command = str(pathlib.Path(sys.executable).parent / "airflow")
    steps = [["db", "migrate"], *([["dags", "reserialize"]] if IS_AIRFLOW_3 else [])]
    for step in steps:
        done = subprocess.run([command, *step], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError(f"airflow {' '.join(step)}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    (pathlib.Path(HOME.name) / "migrated").touch()


def run_dag(dag_id: str, date: datetime) -> str:
    """Runs a DAG whole, here and now, each task once; gives the state that its run ended in."""
    migrate()
    dag = bag().dags[dag_id]
    for task in dag.tasks:
        task.retries = 0
    run = dag.test(**{"logical_date" if IS_AIRFLOW_3 else "execution_date": date})
    return str(run.state)
