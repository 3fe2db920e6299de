"""The DAGs in a real Airflow, without a cloud: each version has an environment of its own and runs this file."""

from __future__ import annotations

import sys
import unittest
from datetime import datetime, timezone
from unittest import mock

from support import DAGS, airflow, bag, hook, run_dag
from three_hours import ThreeHours  # noqa: F401  (unittest finds it here)

LOADER = "beatflow-prod-loader"
TRANSFORM = "beatflow-prod-transform"
HOURS = ["--since", "2026-11-19T05", "--until", "2026-11-20T05"]


def _args(task):
    return task.overrides["container_overrides"][0]["args"] if task.overrides else []


class Files(unittest.TestCase):
    def test_every_file_is_read_without_an_error(self):
        loaded = bag(DAGS)
        self.assertEqual(loaded.import_errors, {})
        self.assertEqual(sorted(loaded.dag_ids), ["beatflow_hourly", "beatflow_reference", "beatflow_reload"])

    def test_every_file_but_the_shared_one_has_a_dag(self):
        files = sorted(DAGS.glob("*.py"))
        self.assertGreaterEqual(len(files), 4)
        for file in files:
            with self.subTest(file=file.name):
                count = 0 if file.name == "beatflow_jobs.py" else 1
                self.assertEqual(len(bag(file).dags), count)


class Structure(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.dags = bag(DAGS).dags

    def test_load_comes_before_build_and_build_before_check(self):
        for dag_id in ("beatflow_hourly", "beatflow_reload"):
            with self.subTest(dag=dag_id):
                order = {task.task_id: task.downstream_task_ids for task in self.dags[dag_id].tasks}
                self.assertEqual(order, {"load": {"build"}, "build": {"check"}, "check": set()})

    def test_every_task_waits_for_a_job_of_the_environment_and_tries_again(self):
        for dag_id, dag in self.dags.items():
            self.assertEqual(dag.max_active_runs, 1)
            self.assertFalse(dag.catchup)
            for task in dag.tasks:
                with self.subTest(dag=dag_id, task=task.task_id):
                    self.assertEqual((task.retries, task.deferrable, task.project_id, task.region), (2, False, "mock-project", "us-central1"))
                    self.assertEqual(task.job_name, TRANSFORM if task.task_id == "build" else LOADER)

    def test_what_is_scheduled_ends_by_itself(self):
        for dag_id in ("beatflow_hourly", "beatflow_reference"):
            self.assertEqual(self.dags[dag_id].dagrun_timeout.total_seconds(), 6 * 3600)

    def test_jobs_get_the_arguments_of_their_step(self):
        arguments = {(dag_id, task.task_id): _args(task) for dag_id in ("beatflow_hourly", "beatflow_reference") for task in self.dags[dag_id].tasks}
        self.assertEqual(
            arguments,
            {
                ("beatflow_hourly", "load"): [],
                ("beatflow_hourly", "build"): [],
                ("beatflow_hourly", "check"): ["--check"],
                ("beatflow_reference", "load"): ["--reference-data"],
            },
        )

    def test_a_run_at_five_past_covers_the_hour_before(self):
        timetable = self.dags["beatflow_hourly"].timetable
        interval = timetable.infer_manual_data_interval(run_after=_pendulum(2026, 11, 20, 14, 5))
        self.assertEqual((interval.start.hour, interval.start.minute, interval.end.hour, interval.end.minute), (13, 5, 14, 5))

    def test_reference_data_is_loaded_once_a_day_apart_from_the_hour(self):
        timetable = self.dags["beatflow_reference"].timetable
        interval = timetable.infer_manual_data_interval(run_after=_pendulum(2026, 11, 20, 14, 5))
        self.assertEqual((interval.end.hour, interval.end.minute), (4, 35))
        self.assertEqual((interval.end - interval.start).total_seconds(), 86_400)

    def test_reload_hands_its_hours_to_the_loader_and_to_the_check(self):
        for task_id, expected in (("load", HOURS), ("check", ["--check", *HOURS])):
            task = self.dags["beatflow_reload"].get_task(task_id)
            task.render_template_fields({"params": {"since": "2026-11-19T05", "until": "2026-11-20T05"}})
            self.assertEqual(_args(task), expected)


def _pendulum(*parts: int):
    import pendulum

    return pendulum.datetime(*parts, tz="UTC")


class Outcomes(unittest.TestCase):
    def run_load(self, **counts: int):
        jobs = []
        with hook(lambda job, args: jobs.append((job, args)) or counts):
            task = bag().dags["beatflow_hourly"].get_task("load")
            task.execute(context={"task": task, "ti": mock.Mock(), "task_instance": mock.Mock()})
        return jobs

    def test_a_job_that_succeeds_succeeds(self):
        self.assertEqual(self.run_load(succeeded_count=1), [(LOADER, [])])

    def test_a_job_that_fails_fails_the_task(self):
        with self.assertRaises(Exception) as raised:
            self.run_load(failed_count=1)
        self.assertIn("failed", str(raised.exception).lower())

    def test_a_job_that_is_cancelled_fails_the_task(self):
        with self.assertRaises(Exception) as raised:
            self.run_load(cancelled_count=1)
        self.assertIn("not all tasks finished", str(raised.exception).lower())


class Reference(unittest.TestCase):
    def test_it_runs_the_loader_for_reference_data_alone(self):
        jobs = []
        with hook(lambda job, args: jobs.append((job, args)) or {"succeeded_count": 1}):
            state = run_dag("beatflow_reference", datetime(2026, 11, 20, 4, 35, tzinfo=timezone.utc))
        self.assertEqual((state, jobs), ("success", [(LOADER, ["--reference-data"])]))


if __name__ == "__main__":
    print(f"Airflow {airflow.__version__}", file=sys.stderr)
    unittest.main(verbosity=2)
