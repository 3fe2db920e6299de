"""Runs the writer's tests against a writer with one fault put in: they must fail."""

from __future__ import annotations

import sys
import unittest

from beatflow_spark import chain, partition, paths
from beatflow_spark.partition import Partition
from world import TroubledStore


def record_before_the_files() -> None:
    """The commit record is created first, what it names after it."""
    create = TroubledStore.create_if_absent
    held: dict[int, list[tuple[str, bytes]]] = {}

    def late(self: TroubledStore, path: str, content: bytes) -> bool:
        waiting = held.setdefault(id(self), [])
        if not path.startswith("_commits/"):
            waiting.append((path, content))
            return True
        created = create(self, path, content)
        while waiting:
            create(self, *waiting.pop(0))
        return created

    TroubledStore.create_if_absent = late


def no_read_back() -> None:
    """A record that is there already is taken for our own."""
    partition.read_record = lambda _store, _key, _start: {"writer": _Anyone(), "run": _Anyone()}


class _Anyone:
    def __eq__(self, _other: object) -> bool:
        return True


def named_by_end_offset() -> None:
    """A record is named by where it ends."""
    original = Partition._create

    def create(self: Partition, record: dict) -> bool:
        end = record["nextOffset"]
        partition.commit_path = lambda log, topic, number, _start: paths.commit_path(log, topic, number, end)
        partition.read_record = lambda store, key, _start: chain.read_record(store, key, end)
        return original(self, record)

    Partition._create = create


def start_at_spark() -> None:
    """Writing begins where Spark's batch does, not at the chain's end."""
    Partition.skipped = lambda _self, _segment: None


MUTANTS = {
    mutant.__name__: mutant for mutant in (record_before_the_files, no_read_back, named_by_end_offset, start_at_spark)
}

if __name__ == "__main__":
    MUTANTS[sys.argv.pop(1)]()
    unittest.main(module="test_writer", argv=["test_writer", "--failfast"])
