"""The DAGs in a real Airflow, without a cloud: each version has an environment of its own and runs this file."""

from __future__ import annotations

import os
import pathlib
import sys
import tempfile
import unittest
from datetime import datetime, timezone
from unittest import mock

HOME = tempfile.TemporaryDirectory(prefix="beatflow-airflow-")
DAGS = pathlib.Path(__file__).parents[2] / "runtime" / "airflow" / "dags"
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

OPERATOR = "airflow.providers.google.cloud.operators.cloud_run"


def bag(path: pathlib.Path):
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


def hook(**counts: int):
    """A stand-in for the hook at its edge: keeps what it was asked to run."""
    calls: list[dict] = []

    class Hook:
        def __init__(self, *_, **__):
            pass

        def execute_job(self, **kwargs):
            calls.append(kwargs)
            return Operation(**counts)

        def get_job(self, job_name, **_):
            return Job(name=job_name)

    return Hook, calls


class Files(unittest.TestCase):
    def test_every_file_is_read_without_an_error(self):
        loaded = bag(DAGS)
        self.assertEqual(loaded.import_errors, {})
        self.assertEqual(sorted(loaded.dag_ids), ["beatflow_hourly", "beatflow_reload"])

    def test_every_file_but_the_shared_one_has_a_dag(self):
        files = sorted(DAGS.glob("*.py"))
        self.assertGreaterEqual(len(files), 3)
        for file in files:
            with self.subTest(file=file.name):
                count = 0 if file.name == "beatflow_jobs.py" else 1
                self.assertEqual(len(bag(file).dags), count)


class Structure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dags = bag(DAGS).dags

    def test_load_comes_before_build_everywhere(self):
        for dag_id in ("beatflow_hourly", "beatflow_reload"):
            with self.subTest(dag=dag_id):
                dag = self.dags[dag_id]
                self.assertEqual({task.task_id: task.downstream_task_ids for task in dag.tasks}, {"load": {"build"}, "build": set()})
                self.assertEqual(dag.max_active_runs, 1)
                self.assertFalse(dag.catchup)
                for task in dag.tasks:
                    self.assertEqual((task.retries, task.deferrable, task.project_id, task.region), (2, False, "mock-project", "us-central1"))

    def test_jobs_are_those_of_the_environment(self):
        names = {task.task_id: task.job_name for task in self.dags["beatflow_hourly"].tasks}
        self.assertEqual(names, {"load": "beatflow-prod-loader", "build": "beatflow-prod-transform"})

    def test_a_run_at_five_past_covers_the_hour_before(self):
        timetable = self.dags["beatflow_hourly"].timetable
        interval = timetable.infer_manual_data_interval(run_after=_pendulum(2026, 11, 20, 14, 5))
        self.assertEqual((interval.start.hour, interval.start.minute, interval.end.hour, interval.end.minute), (13, 5, 14, 5))

    def test_reload_hands_its_hours_to_the_loader(self):
        task = self.dags["beatflow_reload"].get_task("load")
        task.render_template_fields({"params": {"since": "2026-11-19T05", "until": "2026-11-20T05"}})
        self.assertEqual(
            task.overrides,
            {"container_overrides": [{"args": ["--since", "2026-11-19T05", "--until", "2026-11-20T05"]}]},
        )
        self.assertIsNone(self.dags["beatflow_hourly"].get_task("load").overrides)


def _pendulum(*parts: int):
    import pendulum

    return pendulum.datetime(*parts, tz="UTC")


class Outcomes(unittest.TestCase):
    def run_load(self, **counts: int):
        replaced, calls = hook(**counts)
        with mock.patch(f"{OPERATOR}.CloudRunHook", replaced):
            task = bag(DAGS).dags["beatflow_hourly"].get_task("load")
            task.execute(context={"task": task, "ti": mock.Mock(), "task_instance": mock.Mock()})
        return calls

    def test_a_job_that_succeeds_succeeds(self):
        calls = self.run_load(succeeded_count=1)
        self.assertEqual([call["job_name"] for call in calls], ["beatflow-prod-loader"])

    def test_a_job_that_fails_fails_the_task(self):
        with self.assertRaises(Exception) as raised:
            self.run_load(failed_count=1)
        self.assertIn("failed", str(raised.exception).lower())

    def test_a_job_that_is_cancelled_fails_the_task(self):
        with self.assertRaises(Exception) as raised:
            self.run_load(cancelled_count=1)
        self.assertIn("not all tasks finished", str(raised.exception).lower())


class Run(unittest.TestCase):
    def test_the_hourly_dag_runs_both_jobs_in_order(self):
        import subprocess

        airflow_command = str(pathlib.Path(sys.executable).parent / "airflow")
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": True, "timeout": 240}
        subprocess.run([airflow_command, "db", "migrate"], **quiet)
        if airflow.__version__.startswith("3"):
            subprocess.run([airflow_command, "dags", "reserialize"], **quiet)
        replaced, calls = hook(succeeded_count=1)
        with mock.patch(f"{OPERATOR}.CloudRunHook", replaced):
            dag = bag(DAGS).dags["beatflow_hourly"]
            for task in dag.tasks:
                task.retries = 0
            date = "logical_date" if airflow.__version__.startswith("3") else "execution_date"
            run = dag.test(**{date: datetime(2026, 11, 20, 13, 5, tzinfo=timezone.utc)})
        self.assertEqual(str(run.state), "success")
        self.assertEqual([call["job_name"] for call in calls], ["beatflow-prod-loader", "beatflow-prod-transform"])


if __name__ == "__main__":
    print(f"Airflow {airflow.__version__}", file=sys.stderr)
    unittest.main(verbosity=2)
