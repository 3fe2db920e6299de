"""Checks encoded datums of a flat record without decoding them; the twin of contract/datum-validator.ts."""

from __future__ import annotations

from typing import Any

_LONG, _INT, _DOUBLE, _BOOLEAN, _STRING = range(1, 6)
_NULLABLE = 8

#: Longs further from zero are taken for damage.
_LONG_LIMIT = 2**53 - 2


def _opcode(type_: Any) -> int:
    if isinstance(type_, list):
        return _opcode(type_[1]) | _NULLABLE
    if isinstance(type_, dict):
        return _LONG
    return {"string": _STRING, "long": _LONG, "int": _INT, "double": _DOUBLE}.get(type_, _BOOLEAN)


class _Fault(Exception):
    """Carries the name of the fault out of the depths."""


def _varint(message: bytes, at: int, end: int, max_bytes: int) -> tuple[int, int]:
    """The value of a zigzag varint and where it ends."""
    value = 0
    for index in range(max_bytes):
        if at >= end:
            raise _Fault("truncated")
        byte = message[at]
        at += 1
        if index == 9 and byte > 1:
            raise _Fault("malformed")
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            if value >= 2**53:
                value = _as_double(message[at - index - 1 : at])
            return (value >> 1) ^ -(value & 1), at
    raise _Fault("malformed")


def _as_double(varint: bytes) -> int:
    """What the digits add up to in doubles: the other writer names damage by that, and no true value is so large."""
    value = 0.0
    scale = 1.0
    for byte in varint:
        value += (byte & 0x7F) * scale
        scale *= 128
    return int(value)


class DatumValidator:
    """
    Checks every length, branch, boolean and number, that text is UTF-8, and that the datum ends where the message
    does. What passes can be copied into a file of the schema.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._operations = [(_opcode(field["type"]), field["name"] == "ts") for field in schema["fields"]]

    def judge(self, message: bytes, at: int) -> tuple[int, str | None]:
        """The event time (milliseconds since the epoch) of the datum in `message[at:]`, or why it is none."""
        try:
            return self._event_time(message, at), None
        except _Fault as fault:
            return 0, str(fault)
        except UnicodeDecodeError:
            return 0, "malformed"

    def _event_time(self, message: bytes, at: int) -> int:
        end = len(message)
        event_time = 0
        for operation, is_event_time in self._operations:
            if operation & _NULLABLE:
                if at >= end:
                    raise _Fault("truncated")
                branch = message[at]
                at += 1
                if branch == 0:
                    continue
                if branch != 2:
                    raise _Fault("malformed")
                operation ^= _NULLABLE
            if operation == _STRING:
                # Nearly all lengths have one byte.
                if at < end and (byte := message[at]) < 0x80:
                    length = byte >> 1 if not byte & 1 else -1
                    at += 1
                else:
                    length, at = _varint(message, at, end, 10)
                if length < 0:
                    raise _Fault("malformed")
                if length > end - at:
                    raise _Fault("truncated")
                text = message[at : at + length]
                if not text.isascii():
                    text.decode()
                at += length
            elif operation == _LONG:
                value, at = _varint(message, at, end, 10)
                if not -_LONG_LIMIT <= value <= _LONG_LIMIT:
                    raise _Fault("malformed")
                if is_event_time:
                    event_time = value
            elif operation == _INT:
                value, at = _varint(message, at, end, 5)
                if not -(2**31) <= value < 2**31:
                    raise _Fault("malformed")
            elif operation == _DOUBLE:
                at += 8
                if at > end:
                    raise _Fault("truncated")
            else:
                if at >= end:
                    raise _Fault("truncated")
                if message[at] > 1:
                    raise _Fault("malformed")
                at += 1
        if at != end:
            raise _Fault("trailing_bytes")
        return event_time
