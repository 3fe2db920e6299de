"""Exactly once, whatever happens between Spark, the lake and other writers. Run by writer.integration.test.ts."""

from __future__ import annotations

import json
import pathlib
import shutil
import tempfile
import unittest

from beatflow_spark.faults import SetupError
from world import LOG, PLACE, TOPIC, Crash, FakeLog, Writer, count, faults

END = 60


class WriterTest(unittest.TestCase):
    """Each test has a lake of its own."""

    def setUp(self) -> None:
        self.root = tempfile.mkdtemp(prefix="beatflow-spark-test-")
        self.addCleanup(shutil.rmtree, self.root)
        self.log = FakeLog(END)

    def writer(self, name: str = "one") -> Writer:
        return Writer(self.root, self.log, name).open()

    def sound(self, until: int = END) -> None:
        self.assertEqual(faults(self.root, self.log, until), [])

    def writers(self) -> set[str]:
        records = pathlib.Path(self.root, "_commits").rglob("*.json")
        return {json.loads(record.read_text())["writer"] for record in records}

    def commits(self) -> int:
        return count(self.root, f"_commits/{LOG}/{TOPIC}/p000")

    def test_a_batch_is_in_the_lake_in_segments_of_few_hours(self) -> None:
        writer = self.writer()
        records = writer.batch(range(END))
        self.sound()
        self.assertEqual(len(records), self.commits())
        self.assertGreater(len(records), 3)
        self.assertEqual(writer.committer.positions, {PLACE: END})
        self.assertEqual(writer.committer.committed, {PLACE: (END, str(records[-1]["startOffset"]))})

    def test_a_replayed_batch_adds_nothing(self) -> None:
        writer = self.writer()
        writer.batch(range(40))
        commits = self.commits()
        self.assertEqual(writer.batch(range(40)), [])
        self.assertEqual(self.writer("two").batch(range(40)), [])
        self.assertEqual(self.commits(), commits)
        writer.batch(range(20, END))
        self.sound()

    def test_a_crash_at_any_create_loses_and_repeats_nothing(self) -> None:
        crashes = 0
        end = 24
        for after in (False, True):
            for crash_at in range(1, 200):
                shutil.rmtree(self.root)
                doomed = self.writer()
                doomed.store.crash_at, doomed.store.after = crash_at, after
                try:
                    doomed.batch(range(end))
                except Crash:
                    crashes += 1
                else:
                    break
                self.assertEqual([fault for fault in faults(self.root, self.log, end) if "offsets," not in fault], [])
                next_one = self.writer("two")
                next_one.batch(range(end))
                self.sound(end)
        self.assertGreater(crashes, 20)

    def test_our_own_record_is_known_again_after_a_lost_answer(self) -> None:
        writer = self.writer()
        writer.store.lose_answers = True
        records = writer.batch(range(END))
        self.assertEqual(len(records), self.commits())
        self.assertNotIn("another writer committed first; starting over at its end", writer.said.said)
        self.sound()

    def test_spark_behind_the_chain_is_passed_over(self) -> None:
        self.writer("two").batch(range(35))
        self.writer().batch(range(10, END))
        self.sound()

    def test_spark_beyond_the_chain_reads_what_is_between(self) -> None:
        self.writer("two").batch(range(20))
        self.writer().batch(range(45, END))
        self.sound()

    def test_offsets_of_control_records_are_no_hole_and_no_loss(self) -> None:
        self.log = FakeLog(END, controls=range(20, 30))
        writer = self.writer()
        writer.batch(range(20))
        records = writer.batch(range(30, END))
        self.sound()
        self.assertEqual(records[0]["startOffset"], 20)
        self.assertEqual([record["hole"] for record in records if record["hole"] is not None], [])

    def test_deleted_records_become_a_recorded_hole_in_mid_run(self) -> None:
        writer = self.writer()
        writer.batch(range(20))
        self.log.start = 33
        writer.batch(range(33, END))
        self.sound()
        self.assertIn("a hole in the log was recorded: retention passed unread records", writer.said.said)

    def test_a_chain_begins_at_zero_whatever_kafka_still_has(self) -> None:
        self.log.start = 12
        writer = self.writer()
        self.assertEqual(writer.committer.positions, {PLACE: 12})
        writer.batch(range(12, END))
        self.sound()

    def test_a_log_that_ends_before_the_chain_is_another_log(self) -> None:
        self.writer().batch(range(END))
        self.log.end = 10
        with self.assertRaises(SetupError) as caught:
            self.writer("two")
        self.assertEqual(caught.exception.code, "log_recreated")
        self.assertIn("BEATFLOW_LOG_GENERATION", str(caught.exception))

    def test_the_loser_of_a_race_goes_on_at_the_winners_end(self) -> None:
        for winners_end in (5, 20, 41, END):
            shutil.rmtree(self.root)
            slow, fast = self.writer("slow"), self.writer("fast")
            fast.max_open_hours = 100
            slow.before_commit = lambda: fast.batch(range(winners_end))
            slow.batch(range(END))
            self.sound()
            self.assertIn("another writer committed first; starting over at its end", slow.said.said)

    def test_two_that_go_on_side_by_side_share_the_chain(self) -> None:
        one, other = self.writer("one"), self.writer("other")
        other.max_open_hours = 5
        for start in range(0, END, 10):
            one.before_commit = lambda start=start: other.batch(range(start, start + 7))
            one.batch(range(start, start + 10))
        self.sound()
        self.assertEqual(self.writers(), {"one", "other"})

    def test_files_that_waited_too_long_are_written_again(self) -> None:
        writer = self.writer()

        def sleep() -> None:
            writer.clock_shift = 3_600_001

        def wake() -> None:
            writer.clock_shift = 0

        original = writer._write
        calls = []

        def write(*args: object) -> object:
            calls.append(args)
            if len(calls) == 2:
                wake()
            return original(*args)

        writer._write = write
        writer.before_commit = sleep
        writer.batch(range(END))
        self.assertEqual(len(calls), 2)
        self.sound()


if __name__ == "__main__":
    unittest.main()
