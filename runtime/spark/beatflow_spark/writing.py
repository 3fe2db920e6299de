"""What runs on the executors: partitions of a micro-batch become uploaded segments; nothing is visible yet."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .contract import load_contract
from .inspector import JsonInspector, MessageInspector
from .segment import Message, Segment, WrittenSegment
from .store import ObjectStore, open_store


def now_ms() -> int:
    """The time, milliseconds since the epoch."""
    return int(time.time() * 1000)


@dataclass(frozen=True)
class WritingPlan:
    """What the driver tells its executors."""

    lake: str
    codec: str
    json_topics: frozenset[str]
    #: Bytes held by one segment at which it is uploaded.
    buffer_bytes: int
    #: Event hours of one segment at which it is uploaded.
    max_open_hours: int
    #: The first offset that the lake does not have, by topic and partition.
    positions: dict[tuple[str, int], int]


#: How many records pass between looks at the memory held.
_LOOK_EVERY = 1000


class SegmentWriter:
    """Writes the messages of some partitions, each in the order of its offsets."""

    def __init__(self, plan: WritingPlan, store: ObjectStore) -> None:
        self._plan = plan
        self._store = store
        self._contract = load_contract()
        self._inspectors: dict[str, MessageInspector | JsonInspector] = {}

    def write(self, messages: Iterable[Message]) -> Iterator[WrittenSegment]:
        """The segments, uploaded; a partition's are in the order of its chain."""
        place: tuple[str, int] | None = None
        segment: Segment | None = None
        for message in messages:
            if place != (message[0], message[1]):
                if segment is not None:
                    yield segment.upload(self._store, now_ms)
                place = (message[0], message[1])
                segment = self._segment(*place, self._plan.positions[place])
            assert segment is not None and place is not None
            if message[2] < segment.next_offset:
                continue
            if self._is_full(segment):
                yield segment.upload(self._store, now_ms)
                segment = self._segment(*place, segment.next_offset)
            segment.append(message)
        if segment is not None and segment.records > 0:
            yield segment.upload(self._store, now_ms)

    def _is_full(self, segment: Segment) -> bool:
        if segment.open_files > self._plan.max_open_hours:
            return True
        return segment.records % _LOOK_EVERY == _LOOK_EVERY - 1 and segment.held_bytes > self._plan.buffer_bytes

    def _segment(self, topic: str, partition: int, start: int) -> Segment:
        return Segment(topic, partition, start, inspector=self._inspector(topic), codec=self._plan.codec)

    def _inspector(self, topic: str) -> MessageInspector | JsonInspector:
        if topic not in self._inspectors:
            made = JsonInspector if topic in self._plan.json_topics else MessageInspector
            self._inspectors[topic] = made(self._contract.topics[topic], now_ms)
        return self._inspectors[topic]


def _message(row: tuple) -> Message:
    topic, partition, offset, timestamp, key, value = row
    return Message(
        topic,
        partition,
        offset,
        timestamp,
        None if key is None else bytes(key),
        None if value is None else bytes(value),
    )


def write_partition(plan: WritingPlan, rows: Iterable[tuple]) -> Iterator[WrittenSegment]:
    """Writes one Spark partition."""
    return SegmentWriter(plan, open_store(plan.lake)).write(map(_message, rows))
