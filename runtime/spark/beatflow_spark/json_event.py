"""JSON messages, as a real Eventsim writes them, become datums; the twin of contract/incoming/json-event.ts."""

from __future__ import annotations

import json
import re
import reprlib
import struct
from typing import Any, NamedTuple

from .avro import encode_long

_TWO_LATIN_LETTERS = re.compile("[\u00c2-\u00f4][\u0080-\u00bf]")
_BEYOND_LATIN = re.compile("[\u0100-\U0010ffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def repaired_text(value: str) -> str:
    """Undoes a double encoding: UTF-8 that was read as ISO-8859-1 and encoded once more."""
    if not _TWO_LATIN_LETTERS.search(value) or _BEYOND_LATIN.search(value):
        return value
    try:
        return value.encode("latin-1").decode()
    except UnicodeDecodeError:
        return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _parse(message: bytes) -> Any:
    """JSON as the consumer reads it: every number is a double, so that `-0` keeps its sign and long ones are rounded."""
    try:
        return json.loads(message.decode("utf-8", "replace"), parse_constant=_no_constant, parse_int=float)
    except (ValueError, RecursionError):
        return None


class _Column:
    def __init__(self, field: dict[str, Any]) -> None:
        self.name = field["name"]
        type_ = field["type"]
        self.nullable = isinstance(type_, list)
        scalar = type_[1] if self.nullable else type_
        self.type = "timestamp" if isinstance(scalar, dict) else scalar
        # Beyond these a double holds no odd zigzag value.
        self.min, self.max = (-(2**31), 2**31 - 1) if self.type == "int" else (-(2**52), 2**53 - 2)

    def encoded(self, value: Any) -> bytes | None:
        """The field's bytes; None where the value is none of this column's."""
        if value is None:
            return b"\0" if self.nullable else None
        scalar = self._scalar(value)
        return scalar if scalar is None or not self.nullable else b"\2" + scalar

    def _scalar(self, value: Any) -> bytes | None:
        if self.type == "string":
            if not isinstance(value, str):
                return None
            text = _LONE_SURROGATE.sub("\ufffd", repaired_text(value)).encode()
            return encode_long(len(text)) + text
        if self.type == "boolean":
            return (b"\1" if value else b"\0") if isinstance(value, bool) else None
        if not isinstance(value, float):
            return None
        if self.type == "double":
            return struct.pack("<d", value)
        if not value.is_integer():
            return None
        whole = int(value)
        return encode_long(whole) if self.min <= whole <= self.max else None


class Encoded(NamedTuple):
    """A datum of the topic's current schema; the event time in milliseconds since the epoch."""

    datum: bytes
    event_time: int


class Refused(NamedTuple):
    """What is wrong with a message."""

    error: str
    detail: str


class JsonEventEncoder:
    """Encodes JSON objects: absent keys are null, unknown ones are passed over, text may be double-encoded."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._columns = [_Column(field) for field in schema["fields"]]

    def encode(self, message: bytes) -> Encoded | Refused:
        """Encodes a message, or says what is wrong with it."""
        event = _parse(message)
        if not isinstance(event, dict):
            return Refused("no_json", f"expected a JSON object, got {message[:40]!r}")
        parts = []
        faults = []
        for column in self._columns:
            value = event.get(column.name)
            part = column.encoded(value)
            if part is not None:
                parts.append(part)
                continue
            expected = f"{column.type} or null" if column.nullable else column.type
            faults.append(f"{column.name}: expected {expected}, got {reprlib.repr(value)}")
        if faults:
            return Refused("malformed", "; ".join(faults))
        return Encoded(b"".join(parts), int(event["ts"]))
