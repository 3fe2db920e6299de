"""Three hours of a lake through the hourly DAG: its jobs are the real loader and the real dbt, on DuckDB."""

from __future__ import annotations

import glob
import json
import os
import pathlib
import subprocess
import tempfile
import unittest
from collections import Counter
from datetime import datetime, timedelta, timezone

from support import ROOT, hook, run_dag

TOOLS = ROOT / ".beatflow" / "tools"
NODE = str(ROOT / "node_modules" / ".bin" / "node")
FIRST_HOUR = datetime(2026, 3, 2, 18, tzinfo=timezone.utc)
QUERY = "import duckdb, json, sys; print(json.dumps(duckdb.connect(sys.argv[1], read_only=True).execute(sys.argv[2]).fetchall(), default=str))"
NEWEST_STAMPS = "(from core.built_days qualify row_number() over (partition by model, day order by stamp desc) = 1)"


class ThreeHours(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="beatflow-three-hours-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.lake = self.folder / "lake"
        self.warehouse = self.folder / "warehouse.duckdb"
        self.jobs: list[tuple[str, list[str]]] = []
        self.said = ""
        [extension] = glob.glob(str(TOOLS / "python/lib/python3.*/site-packages/duckdb_extension_avro/extensions/*/avro.duckdb_extension"))
        self.environment = {
            "PATH": os.environ["PATH"],
            "BEATFLOW_LAKE": str(self.lake),
            "BEATFLOW_WAREHOUSE": "duckdb",
            "BEATFLOW_DUCKDB_PATH": str(self.warehouse),
            "BEATFLOW_DUCKDB_AVRO_EXTENSION": extension,
            "DBT_TARGET_PATH": str(self.folder / "target"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "DO_NOT_TRACK": "1",
        }

    def call(self, *command: str) -> subprocess.CompletedProcess:
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=self.environment, timeout=900)

    def run_job(self, name: str, args: list[str]) -> dict[str, int]:
        """What Cloud Run would do: the job's program, with these arguments in place of its own."""
        self.jobs.append((name, args))
        project = str(ROOT / "dbt")
        programs = {
            "beatflow-prod-loader": [NODE, "runtime/cli.ts", "load"],
            "beatflow-prod-transform": [str(TOOLS / "python/bin/dbt"), "build", "--project-dir", project, "--profiles-dir", project],
        }
        done = self.call(*programs[name], *args)
        self.said += f"{name} {args}: {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-1000:]}\n"
        return {"succeeded_count": 1} if done.returncode == 0 else {"failed_count": 1}

    def write_hour(self, hour: datetime) -> None:
        done = self.call(NODE, "__tests__/airflow/write-lake.ts", str(self.lake), hour.strftime("%Y-%m-%dT%H"))
        self.assertEqual(done.returncode, 0, done.stderr)

    def run_hour(self, hour: datetime) -> str:
        """The run at five past the hour that follows."""
        with hook(self.run_job):
            return run_dag("beatflow_hourly", hour + timedelta(hours=1, minutes=5))

    def query(self, sql: str) -> list[list]:
        done = self.call(str(TOOLS / "python/bin/python"), "-c", QUERY, str(self.warehouse), sql)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def in_the_lake(self) -> dict[tuple[str, str], int]:
        """Records by topic and hour, as the commit records have them."""
        counts: Counter = Counter()
        for path in self.lake.glob("_commits/**/*.json"):
            record = json.loads(path.read_text())
            for file in record["files"]:
                counts[record["topic"], file["hour"]] += file["records"]
        return dict(counts)

    def in_the_raw_tables(self) -> dict[tuple[str, str], int]:
        topics = sorted({topic for topic, _ in self.in_the_lake()})
        counts = " union all ".join(f"select '{topic}', strftime(ts, '%Y-%m-%dT%H'), count(*) from raw.{topic} group by all" for topic in topics)
        return {(topic, hour): rows for topic, hour, rows in self.query(counts)}

    def contents(self) -> list[list]:
        """A fingerprint of every table; of dbt's own table of stamps the newest, as older ones go when a build starts."""
        tables = self.query("select table_schema, table_name from information_schema.tables where table_type = 'BASE TABLE' order by all")
        self.assertGreater(len(tables), 30)
        self.assertIn(["core", "built_days"], tables)
        rows = {f"{schema}.{name}": f"{schema}.{name}" for schema, name in tables} | {"core.built_days": NEWEST_STAMPS}
        each = " union all ".join(f"select '{table}', count(*), sum(hash(t)::hugeint)::varchar from {source} t" for table, source in rows.items())
        return self.query(f"{each} order by 1")

    def test_every_hour_reaches_the_tables_and_a_second_run_changes_nothing(self):
        hours = [FIRST_HOUR + timedelta(hours=number) for number in range(3)]
        for hour in hours:
            self.write_hour(hour)
            self.assertEqual(self.run_hour(hour), "success", self.said)
            lake = self.in_the_lake()
            self.assertEqual({of for _, of in lake}, {of.strftime("%Y-%m-%dT%H") for of in hours if of <= hour})
            self.assertEqual(self.in_the_raw_tables(), lake)
        streams = sum(rows for (topic, _), rows in self.in_the_lake().items() if topic == "listen_events")
        self.assertGreater(streams, 50)
        self.assertEqual(self.query("select count(*) from core.fct_streams"), [[streams]])
        self.assertEqual(self.query("select sum(streams) from marts.activity_hourly"), [[streams]])
        before = self.contents()
        self.assertEqual(self.run_hour(hours[-1]), "success", self.said)
        self.assertEqual(self.contents(), before)
        loader = "beatflow-prod-loader"
        self.assertEqual(self.jobs, 4 * [(loader, []), ("beatflow-prod-transform", []), (loader, ["--check"])])

    def test_a_lake_that_is_damaged_fails_the_run_before_anything_is_built(self):
        self.write_hour(FIRST_HOUR)
        file = next(self.lake.glob("listen_events/**/*.avro"))
        file.write_bytes(file.read_bytes()[:-1])
        self.assertEqual(self.run_hour(FIRST_HOUR), "failed")
        self.assertEqual(self.jobs, [("beatflow-prod-loader", [])])
        self.assertIn("its commit record says", self.said)
