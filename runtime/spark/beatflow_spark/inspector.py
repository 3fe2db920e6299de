"""Decides for each message whether it belongs into the lake; the twin of consumer/message-inspector.ts."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .contract import TopicContract, Writer
from .datum import DatumValidator
from .json_event import JsonEventEncoder, Refused
from .paths import HOUR_MS

HEADER_BYTES = 10
#: 2000-01-01T00:00:00Z; event times before this are taken for damage.
_EARLIEST_EVENT_TIME = 946_684_800_000
_FUTURE_TOLERANCE_MS = 24 * HOUR_MS


class Valid(NamedTuple):
    """A message that can go to the lake; its datum is `datum[start:]`."""

    event_time: int
    writer: Writer
    datum: bytes
    start: int


class Dead(NamedTuple):
    """Why a message cannot go to the lake."""

    error: str
    detail: str


_EMPTY = Dead("empty_value", "the message has no value")


def _out_of_range(event_time: int, now: int) -> Dead | None:
    latest = now + _FUTURE_TOLERANCE_MS
    if _EARLIEST_EVENT_TIME <= event_time <= latest:
        return None
    detail = f"got ts {event_time}, expected from {_EARLIEST_EVENT_TIME} to {latest}"
    return Dead("event_time_out_of_range", detail)


class JsonInspector:
    """Inspects JSON messages; they go to the lake under the topic's current schema."""

    def __init__(self, topic: TopicContract, clock: Callable[[], int]) -> None:
        self._writer = topic.current
        self._encoder = JsonEventEncoder(topic.current.schema)
        self._clock = clock

    def inspect(self, value: bytes | None) -> Valid | Dead:
        """Inspects a message's value."""
        if not value:
            return _EMPTY
        verdict = self._encoder.encode(value)
        if isinstance(verdict, Refused):
            return Dead(*verdict)
        datum, event_time = verdict
        return _out_of_range(event_time, self._clock()) or Valid(event_time, self._writer, datum, 0)


class MessageInspector:
    """Inspects Avro single objects."""

    def __init__(self, topic: TopicContract, clock: Callable[[], int]) -> None:
        self._known = ", ".join(topic.writers)
        self._writers = {
            b"\xc3\x01" + bytes.fromhex(print_)[::-1]: (writer, DatumValidator(writer.schema))
            for print_, writer in topic.writers.items()
        }
        self._clock = clock

    def inspect(self, value: bytes | None) -> Valid | Dead:
        """Inspects a message's value."""
        if not value:
            return _EMPTY
        header = value[:HEADER_BYTES]
        known = self._writers.get(header)
        if known is None:
            return self._unknown(header)
        writer, validator = known
        event_time, fault = validator.judge(value, HEADER_BYTES)
        if fault is not None:
            return Dead(fault, f"the datum does not fit schema {writer.fingerprint}")
        return _out_of_range(event_time, self._clock()) or Valid(event_time, writer, value, HEADER_BYTES)

    def _unknown(self, header: bytes) -> Dead:
        if len(header) < HEADER_BYTES or header[:2] != b"\xc3\x01":
            return Dead("no_schema_header", f"expected an Avro single object (c301…), got {header.hex()}")
        return Dead("unknown_fingerprint", f"got schema {header[:1:-1].hex()}, known are {self._known}")
