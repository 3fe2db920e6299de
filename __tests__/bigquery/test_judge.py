"""What the judge says of statements, limits and loads, without an emulator: python -m unittest test_judge."""

from __future__ import annotations

import os
import tempfile
import threading
import unittest
from contextlib import ExitStack
from datetime import date

import fastavro
from judge import limits, loads
from judge.billing import MINIMUM, unpruned
from judge.ledger import asker_of
from judge.refusal import Refusal
from judge.rules import judge_column_types, judge_query
from judge.server import Judge
from judge.spellings import spelled
from judge.statements import Place, statements
from judge.tables import Contents, Tables

PLACE = Place("p", "core")
EVENTS, DAYS, PLAIN = "p.raw.events", "p.core.days", "p.core.plain"


class NoEmulator:
    """Tables whose contents a test says; any partition has a tenth of the rows."""

    def table(self, name):
        return {"schema": {"fields": [{"name": "ts", "type": "TIMESTAMP"}, {"name": "day", "type": "DATE"}]}}

    def rows(self, project, sql):
        return [["100"]]


def resource(name, kind=None, column=None, required=False):
    project, dataset, table = name.split(".")
    parts = {"timePartitioning": {"type": kind, "field": column}} if kind else {}
    return {"tableReference": {"projectId": project, "datasetId": dataset, "tableId": table}, "requirePartitionFilter": required, **parts}


def tables() -> Tables:
    known = Tables(NoEmulator())
    known.note_resource(resource(EVENTS, "HOUR", "ts", True))
    known.note_resource(resource(DAYS, "DAY", "day"))
    known.note_resource(resource(PLAIN))
    for name in (EVENTS, DAYS, PLAIN):
        known.get(name).contents = Contents(1_000, {"ts": 8, "day": 8, "user_id": 8, "song": 20})
    return known


# What may not be read: no literal says which hours of `events`.
REFUSED = [
    "select song from p.raw.events",
    "select song from `p`.`raw`.`events` where true",
    "select song from raw.events where 1 = 1",
    "select song from raw.events where user_id = 7",
    "select song from raw.events where ts is not null",
    "select song from raw.events where not ts < timestamp '2026-01-01'",
    "select song from raw.events where ts in (select day from core.days)",
    "select song from raw.events where ts >= (select max(ts) from core.plain)",
    "select song from raw.events as e where ts >= timestamp_micros(e.user_id)",
    "select song from raw.events where ts > timestamp_sub((select max(ts) from core.plain), interval 1 day)",
    "select song from raw.events where ts >= timestamp '2026-01-01' or user_id = 7",
    "select song from raw.events where date(ts) = date '2026-01-01'",
    "select song from raw.events as e join core.plain as o on e.user_id = o.user_id where o.ts > timestamp '2026-01-01'",
    "select song from core.plain as o left join raw.events as e on e.user_id = o.user_id",
    "select song from raw.events as e left join core.plain as o on e.ts > timestamp '2026-01-01'",
    "with late as (select * from raw.events) select song from late where ts > timestamp '2026-01-01'",
    "select song from raw.events where ts > timestamp '2026-01-01' union all select song from raw.events",
    "select (select count(*) from raw.events) as n",
    "create or replace table core.made as select song from raw.events",
    "create or replace table core.made (song string) partition by day as (select song from raw.events)",
    "insert into core.plain (song) select song from raw.events",
    "update raw.events set song = 'x' where user_id = 7",
    "delete from raw.events where true",
    "delete from core.plain where user_id in (select user_id from raw.events)",
    "merge into core.plain as o using raw.events as e on o.user_id = e.user_id when matched then delete",
    "merge into raw.events as e using (select 1 as x) as s on false when not matched by source and e.ts > timestamp '2026-01-01' then delete",
    "begin transaction; select 1; select song from raw.events; commit transaction",
]
TAKEN = [
    "select 1",
    "select song from core.plain",
    "select song from raw.events where ts >= timestamp '2026-01-01'",
    "select song from raw.events where timestamp '2026-01-01' <= ts",
    "select song from raw.events where ts >= timestamp '0001-01-01 00:00:00'",
    "select song from raw.events where ts < timestamp '0001-01-01 00:00:00'",
    "select song from raw.events where (ts = timestamp '2026-01-01') and user_id = 7",
    "select song from raw.events as e where e.ts > timestamp_sub(current_timestamp(), interval 7 day)",
    "select song from raw.events where ts > @since",
    "select song from raw.events where ts between timestamp '2026-01-01' and timestamp '2026-01-02'",
    "select song from raw.events where ts in (timestamp '2026-01-01', timestamp '2026-01-02')",
    "select song from raw.events where ts < timestamp '2026-01-01' or ts > timestamp '2026-02-01'",
    "select song from raw.events as e join core.plain as o on e.user_id = o.user_id and e.ts > timestamp '2026-01-01'",
    "select song from core.plain as o left join raw.events as e on e.ts > timestamp '2026-01-01'",
    "with some as (select * from raw.events where ts > timestamp '2026-01-01') select song from some",
    "create or replace table core.made as select song from raw.events where ts > timestamp '2026-01-01' qualify row_number() over (partition by song order by ts) = 1",
    "insert into raw.events (song) values ('x')",
    "delete from raw.events where ts < timestamp '2026-01-01'",
    "merge into raw.events as e using core.plain as o on e.ts > timestamp '2026-01-01' and e.user_id = o.user_id when matched then delete",
    "select any_value(song having min ts) from raw.events where ts > timestamp '2026-01-01'",
]


class Statements(unittest.TestCase):
    def test_what_no_literal_prunes_is_refused(self):
        for sql in REFUSED:
            with self.subTest(sql), self.assertRaises(Refusal) as refused:
                judge_query(sql, PLACE, tables())
            self.assertEqual((refused.exception.reason, refused.exception.told), ("invalidQuery", "request"), sql)
            self.assertIn("partition elimination", refused.exception.message)

    def test_what_a_literal_prunes_is_taken(self):
        for sql in TAKEN:
            with self.subTest(sql):
                judge_query(sql, PLACE, tables())

    def test_what_cannot_be_read_is_refused_and_not_waved_through(self):
        with self.assertRaisesRegex(Refusal, "Syntax error"):
            judge_query("selec song frm raw.events (", PLACE, tables())

    def test_instants_have_years_of_four_digits(self):
        for literal in ("timestamp '10000-01-01'", "date '0000-12-31'", "timestamp '+12026-01-01 00:00:00'"):
            with self.subTest(literal), self.assertRaisesRegex(Refusal, "0001 to 9999"):
                judge_query(f"select {literal}", PLACE, tables())
        judge_query("select timestamp '9999-12-31 23:59:59', date '0001-01-01'", PLACE, tables())

    def test_a_query_has_a_megabyte_at_most(self):
        with self.assertRaisesRegex(Refusal, "too large"):
            judge_query(f"select '{'x' * 1024 * 1024}'", PLACE, tables())
        judge_query(f"select '{'x' * 1_000_000}'", PLACE, tables())

    def test_a_declared_integer_takes_no_numeric(self):
        (statement,) = statements("create table core.made (n int64, f float64) as (select 1 as n, 2 as f)", PLACE)
        judge_column_types(statement, [{"name": "n", "type": "INTEGER"}, {"name": "f", "type": "INTEGER"}])
        with self.assertRaisesRegex(Refusal, "n has type NUMERIC"):
            judge_column_types(statement, [{"name": "n", "type": "NUMERIC"}, {"name": "f", "type": "FLOAT"}])


class Billing(unittest.TestCase):
    def billed(self, sql, rows=10**9):
        known = tables()
        for name in (EVENTS, DAYS, PLAIN):
            known.get(name).contents.rows = rows
        return judge_query(sql, PLACE, known).billed

    def test_named_columns_count_and_all_for_a_star(self):
        self.assertEqual(self.billed("select user_id from core.plain"), {PLAIN: 8 * 10**9})
        self.assertEqual(self.billed("select * from core.plain"), {PLAIN: 44 * 10**9})

    def test_each_table_of_each_statement_costs_ten_megabytes_at_least(self):
        sql = "select user_id from core.plain; select user_id from core.plain join core.days using (user_id)"
        self.assertEqual(self.billed(sql, rows=10), {PLAIN: 2 * MINIMUM, DAYS: MINIMUM})

    def test_a_literal_prunes_what_is_read(self):
        self.assertEqual(self.billed("select user_id from core.days where day = date '2026-01-01'"), {DAYS: MINIMUM})
        self.assertEqual(self.billed("select user_id from core.days where day = user_id"), {DAYS: 16 * 10**9})

    def test_tables_that_are_read_whole_are_named(self):
        for whole, sql in [
            ([DAYS], "select user_id from core.days"),
            ([], "select user_id from core.days where day >= date '2026-01-01'"),
            ([], "merge into core.days as d using (select 1 as x) as s on false when not matched by source and d.day in (date '2026-01-01') then delete when not matched then insert (user_id) values (1)"),
            ([DAYS], "merge into core.days as d using (select 1 as x) as s on false when not matched by source then delete"),
            ([], "select user_id from core.plain"),
        ]:
            (statement,) = statements(sql, PLACE)
            self.assertEqual(unpruned(statement, tables()), whole, sql)


class Limits(unittest.TestCase):
    def setUp(self):
        self.day = date(2026, 12, 1)
        self.limits = limits.Limits(lambda: self.day)

    def test_a_table_without_partitions_takes_so_many_jobs_a_day(self):
        for _ in range(limits.STANDARD_TABLE_JOBS_A_DAY):
            self.limits.job_into(PLAIN, None)
        with self.assertRaisesRegex(Refusal, "quota for imports") as refused:
            self.limits.job_into(PLAIN, None)
        self.assertEqual((refused.exception.status, refused.exception.told), (403, "job"))
        self.limits.job_into(DAYS, 1)
        self.day = date(2026, 12, 2)
        self.limits.job_into(PLAIN, None)

    def test_a_partitioned_table_has_a_limit_of_its_own(self):
        for _ in range(limits.STANDARD_TABLE_JOBS_A_DAY + 1):
            self.limits.job_into(EVENTS, 1)
        for _ in range(7):
            self.limits.job_into(EVENTS, 4_000)
        with self.assertRaisesRegex(Refusal, "partition modifications"):
            self.limits.job_into(EVENTS, 4_000)

    def test_a_job_changes_4000_partitions_at_most(self):
        self.limits.job_into(EVENTS, 4_000)
        with self.assertRaisesRegex(Refusal, "allowed 4000, query produces at least 4001"):
            self.limits.job_into(EVENTS, 4_001)

    def test_so_many_statements_of_dml_are_outstanding(self):
        for kind, most in (("MERGE", 22), ("DELETE", 22)):
            with ExitStack() as open_ones:
                for _ in range(most):
                    open_ones.enter_context(self.limits.dml(f"{kind} table", kind))
                with self.assertRaisesRegex(Refusal, "limit is 20"), self.limits.dml(f"{kind} table", kind):
                    pass
            with self.limits.dml(f"{kind} table", kind):
                pass

    def test_inserts_are_free_before_the_1500th_of_a_day(self):
        with ExitStack() as open_ones:
            for _ in range(limits.INSERTS_FREE_A_DAY):
                open_ones.enter_context(self.limits.dml(PLAIN, "INSERT"))
            with self.assertRaisesRegex(Refusal, "limit is 100"), self.limits.dml(PLAIN, "INSERT"):
                pass

    def test_of_two_transactions_that_change_a_table_the_later_is_aborted(self):
        with self.limits.transaction({PLAIN}):
            with self.assertRaisesRegex(Refusal, "aborted due to concurrent update"), self.limits.transaction({PLAIN, DAYS}):
                pass
            with self.limits.transaction({DAYS}):
                pass
        with self.limits.transaction({PLAIN}):
            pass

    def test_threads_are_counted_as_they_come_and_go(self):
        def work():
            with self.limits.dml(DAYS, "MERGE"):
                pass

        threads = [threading.Thread(target=work) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with ExitStack() as open_ones:
            for _ in range(22):
                open_ones.enter_context(self.limits.dml(DAYS, "MERGE"))


class Jobs(unittest.TestCase):
    """Jobs as the API takes them, over an emulator that runs anything."""

    def setUp(self):
        class Runs(NoEmulator):
            def json(self, method, path, body=None):
                return 200, {"location": "EU", "status": {"state": "DONE"}}

        self.judge = Judge(Runs(), "/nowhere")
        self.judge.tables = tables()

    def insert(self, job_id, sql, location="EU", **asked):
        body = {"jobReference": {"jobId": job_id, "location": location}, "configuration": {"query": {"query": sql, **asked}}}
        return self.judge.insert("p", body, "")

    def test_a_job_id_is_taken_once_also_by_a_job_that_failed(self):
        self.insert("one", "select 1")
        self.insert("two", "select user_id from core.plain", maximumBytesBilled="1")
        for taken in ("one", "two"):
            with self.assertRaisesRegex(Refusal, "Already Exists") as refused:
                self.insert(taken, "select 1")
            self.assertEqual(refused.exception.status, 409)

    def test_more_bytes_than_asked_for_end_the_job_and_refuse_the_query(self):
        sql = "select user_id from core.plain"
        _, job = self.insert("dear", sql, maximumBytesBilled=str(MINIMUM - 1))
        self.assertEqual(job["status"]["errorResult"]["reason"], "bytesBilledLimitExceeded")
        self.assertEqual(self.judge.failed("dear"), job)
        with self.assertRaisesRegex(Refusal, f"{MINIMUM} or higher required"):
            self.judge.query("p", {"query": sql, "location": "EU", "maximumBytesBilled": "1"}, "")
        self.judge.query("p", {"query": sql, "location": "EU", "maximumBytesBilled": str(MINIMUM)}, "")

    def test_a_job_runs_where_its_datasets_are(self):
        with self.assertRaisesRegex(Refusal, "was not found in location US"):
            self.insert("elsewhere", "select user_id from core.plain", location="US")


HOUR = 3_600_000_000
FIVE = 493_133 * HOUR


class Loads(unittest.TestCase):
    """Files with rows at given instants, loaded into an hour or a whole table."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.lake = folder.name
        os.mkdir(os.path.join(self.lake, "lake"))
        self.table = {
            **resource(EVENTS, "HOUR", "ts", True),
            "schema": {"fields": [{"name": "ts", "type": "TIMESTAMP", "mode": "REQUIRED"}, {"name": "n", "type": "INTEGER", "mode": "NULLABLE"}]},
        }

    def write(self, instants, n="long"):
        instant = {"type": "long", "logicalType": "timestamp-micros"}
        fields = [{"name": "ts", "type": instant}, {"name": "n", "type": ["null", n]}]
        schema = fastavro.parse_schema({"type": "record", "name": "e", "fields": fields})
        with open(os.path.join(self.lake, "lake", "a.avro"), "wb") as file:
            fastavro.writer(file, schema, ({"ts": i, "n": None} for i in instants))

    def load(self, table_id="events$2026040405", **others):
        project, dataset, _ = EVENTS.split(".")
        load = {
            "sourceUris": ["gs://lake/a.avro"],
            "sourceFormat": "AVRO",
            "useAvroLogicalTypes": True,
            "destinationTable": {"projectId": project, "datasetId": dataset, "tableId": table_id},
            **others,
        }
        target = loads.target_of(load, self.table)
        return loads.partitions_changed(load, target, self.table, self.lake)

    def test_an_hour_takes_its_own_rows_and_no_others(self):
        self.write([FIVE, FIVE + HOUR - 1])
        self.assertEqual(self.load(), 1)
        self.write([FIVE, FIVE + HOUR])
        with self.assertRaisesRegex(Refusal, "different partitions"):
            self.load()
        self.assertEqual(self.load("events"), 2)

    def test_instants_are_of_the_years_1_to_9999(self):
        self.write([253_402_300_800_000_000])
        with self.assertRaisesRegex(Refusal, "outside of the years"):
            self.load("events")

    def test_a_decorator_is_one_of_the_table(self):
        self.write([FIVE])
        for wrong in ("events$20260404", "events$2026040499", "events$x"):
            with self.subTest(wrong), self.assertRaisesRegex(Refusal, "Invalid partition decorator"):
                self.load(wrong)

    def test_types_are_those_of_the_table(self):
        self.write([FIVE], n={"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 0})
        with self.assertRaisesRegex(Refusal, "n has changed type from INTEGER to NUMERIC"):
            self.load()
        self.write([FIVE])
        with self.assertRaisesRegex(Refusal, "ts has changed type from TIMESTAMP to INTEGER"):
            self.load(useAvroLogicalTypes=False)

    def test_what_is_not_there_is_told(self):
        with self.assertRaisesRegex(Refusal, "Not found: URI"):
            self.load()
        with self.assertRaisesRegex(Refusal, "Not found: Table"):
            loads.target_of({"destinationTable": {"projectId": "p", "datasetId": "raw", "tableId": "none"}}, None)
        with self.assertRaisesRegex(Refusal, "1 to 10000"):
            self.load(sourceUris=[])

    def test_bytes_that_are_no_avro_are_told(self):
        with open(os.path.join(self.lake, "lake", "a.avro"), "wb") as file:
            file.write(b"no Avro")
        with self.assertRaisesRegex(Refusal, "failed to read"):
            self.load()


class Words(unittest.TestCase):
    def test_the_emulator_gets_what_it_can_read_and_else_what_was_said(self):
        for said, heard in [
            ("select 1 -- as it is", "select 1 -- as it is"),
            ("create table t (n int64) as (select 1 as n)", "CREATE TABLE t AS SELECT CAST(n AS INT64) AS n FROM (SELECT 1 AS n) AS typed"),
            ("select date_trunc(day, isoweek)", "SELECT DATE_SUB(day, INTERVAL (MOD(EXTRACT(DAYOFWEEK FROM day) + 5, 7)) DAY)"),
            ("select date_trunc(day, year)", "SELECT CAST(DATE_TRUNC(day, YEAR) AS DATE)"),
        ]:
            script = statements(said, PLACE)
            self.assertEqual(spelled(said, [s.tree for s in script]), heard)

    def test_who_asked(self):
        comment = '/* {"app": "dbt", "node_id": "model.beatflow.fct_streams"} */ select 1'
        self.assertEqual(asker_of(comment, None, "some-uuid", "dbt"), "dbt model.beatflow.fct_streams")
        self.assertEqual(asker_of("select 1", {"program": "dashboard", "query": "top_songs"}, "", "node"), "dashboard top_songs")
        self.assertEqual(asker_of("", None, "beatflow_load_events_a1", ""), "loader load")


if __name__ == "__main__":
    unittest.main()
