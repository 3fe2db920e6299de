"""A log, a store with troubles and a lake on disk, for tests of the Spark writer."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator

from beatflow_spark.avro import encode_long
from beatflow_spark.chain import Record, decode_record
from beatflow_spark.committer import Committer, Place
from beatflow_spark.contract import load_contract
from beatflow_spark.kafka_log import PartitionLog
from beatflow_spark.local_store import LocalStore
from beatflow_spark.partition import Surroundings
from beatflow_spark.segment import Message, WrittenSegment
from beatflow_spark.writing import SegmentWriter, WritingPlan, now_ms

# No test here cuts the power.
os.fsync = lambda _descriptor: None

TOPIC = "auth_events"
PLACE: Place = (TOPIC, 0)
LOG = "cluster-g1"
#: 2026-03-03T00:00:00Z.
FIRST_EVENT = 1_772_496_000_000


class Crash(BaseException):
    """The process is gone: nothing may catch it."""


class QuietLog:
    """Remembers what was said."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def __getattr__(self, _severity: str) -> Callable[..., None]:
        return lambda message, **_: self.said.append(message)


class TroubledStore(LocalStore):
    """A store whose process can die at a chosen create, and whose answers can be lost."""

    def __init__(self, root: str) -> None:
        super().__init__(root)
        self.creates = 0
        self.crash_at: int | None = None
        #: Whether the crash comes after the object was stored.
        self.after = False
        #: Creates of records whose answer is lost and that are repeated.
        self.lose_answers = False

    def create_if_absent(self, path: str, content: bytes) -> bool:
        self.creates += 1
        doomed = self.creates == self.crash_at
        if doomed and not self.after:
            raise Crash
        created = super().create_if_absent(path, content)
        if doomed:
            raise Crash
        return created and not (self.lose_answers and path.startswith("_commits/"))


def _datum() -> bytes:
    """A datum of auth_events with the time of its event first; all else is empty or null."""
    fields = load_contract().topics[TOPIC].current.schema["fields"]
    return b"".join(_empty(field["type"]) for field in fields if field["name"] != "ts")


def _empty(type_: object) -> bytes:
    return bytes(8) if type_ == "double" else b"\0"


def event(offset: int) -> bytes:
    """An event of 20 minutes each, so that a batch has several hours."""
    header = b"\xc3\x01" + bytes.fromhex(load_contract().topics[TOPIC].current.fingerprint)[::-1]
    return header + encode_long(FIRST_EVENT + offset * 1_200_000) + _datum()


class FakeLog:
    """One partition's log in Kafka; every seventh message is damaged, some offsets may be control records."""

    def __init__(self, end: int, controls: range = range(0)) -> None:
        self.start = 0
        self.end = end
        self.controls = controls

    def partition_log(self, _topic: str, _partition: int) -> PartitionLog:
        return PartitionLog(self.start, self.end)

    def messages(self, offsets: range) -> Iterator[Message]:
        for offset in offsets:
            if self.start <= offset < self.end and offset not in self.controls:
                value = b"damaged" if offset % 7 == 3 else event(offset)
                yield Message(TOPIC, 0, offset, FIRST_EVENT, None, value)


class Writer:
    """One process that writes: a committer, and what its executors would do."""

    def __init__(self, root: str, log: FakeLog, name: str = "one") -> None:
        self.store = TroubledStore(root)
        self.log = log
        self.clock_shift = 0
        #: Called between the executors' upload and the first commit.
        self.before_commit: Callable[[], None] = lambda: None
        self.max_open_hours = 3
        self.said = QuietLog()
        surroundings = Surroundings(self.store, log, name, lambda: now_ms() + self.clock_shift, self.said)
        self.committer = Committer(LOG, surroundings)

    def open(self) -> Writer:
        self.committer.open([PLACE])
        return self

    def _write(self, offsets: range, positions: dict[Place, int]) -> list[WrittenSegment]:
        plan = WritingPlan("", "null", frozenset(), 1 << 20, self.max_open_hours, positions)
        messages = (message for message in self.log.messages(offsets) if message.offset >= positions[PLACE])
        return list(SegmentWriter(plan, self.store).write(messages))

    def batch(self, offsets: range) -> list[Record]:
        """Processes a micro-batch as Spark would hand it over."""

        def write(positions: dict[Place, int]) -> list[WrittenSegment]:
            written = self._write(offsets, positions)
            act, self.before_commit = self.before_commit, lambda: None
            act()
            return written

        return self.committer.process(write, lambda _, skipped: self._write(skipped, {PLACE: skipped.start}))


def _long(content: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (value >> 1) ^ -(value & 1), at


def _offsets(content: bytes) -> Iterator[int]:
    """The offsets in a data file that this world wrote."""
    sync = content.index(b"null", content.index(b"avro.codec")) + 5
    at = sync + 16
    rest = len(_datum())
    while at < len(content):
        count, at = _long(content, at)
        _, at = _long(content, at)
        for _ in range(count):
            _, at = _long(content, at)
            _, at = _long(content, at + rest)
            offset, at = _long(content, at)
            _, at = _long(content, at)
            yield offset
        assert content[at : at + 16] == content[sync : sync + 16]
        at += 16


def faults(root: str, log: FakeLog, until: int) -> list[str]:
    """What is wrong with the lake: each offset before `until` must be in it once, or in a hole that is none of ours."""
    found: list[str] = []
    store = LocalStore(root)
    expected = 0
    seen: list[int] = []
    for path in store.list_paths(f"_commits/{LOG}/{TOPIC}/p000/"):
        record = decode_record(path, store.read(path) or b"")
        if record["startOffset"] != expected:
            found.append(f"{path} starts at {record['startOffset']}, not at {expected}")
        expected = record["nextOffset"]
        if record["hole"] is not None:
            seen.extend(range(record["startOffset"], record["nextOffset"]))
        inside: list[int] = []
        letters = [record["deadLetters"]] if record["deadLetters"] else []
        for file in [*record["files"], *letters]:
            content = store.read(file["path"])
            if content is None or hashlib.sha256(content).hexdigest() != file["sha256"]:
                found.append(f"{file['path']} is not what {path} names")
            elif file in letters:
                inside.extend(json.loads(line)["offset"] for line in content.decode().splitlines())
            else:
                inside.extend(_offsets(content))
        if any(not record["startOffset"] <= offset < record["nextOffset"] for offset in inside):
            found.append(f"{path} holds offsets of others")
        seen.extend(inside)
    wanted = [offset for offset in range(until) if offset not in log.controls]
    if sorted(seen) != wanted:
        missing = sorted(set(wanted) - set(seen))
        found.append(f"{len(seen)} offsets, {len(set(seen))} different, expected {len(wanted)}; missing {missing}")
    return found


def count(root: str, folder: str) -> int:
    """Objects below a folder."""
    return sum(len(files) for _, _, files in os.walk(os.path.join(root, folder)))
