"""Avro's schemas of flat records: their fingerprints, and the lake's form of them."""

from __future__ import annotations

import json
from typing import Any

# CRC-64-AVRO as the Avro 1.12 specification defines it ("Schema Fingerprints").
_EMPTY = 0xC15D213AA4D7A795


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = (value >> 1) ^ (_EMPTY & -(value & 1))
        table.append(value)
    return table


_TABLE = _table()


def compact_json(value: Any) -> str:
    """JSON without spaces, text as it is: what JSON.stringify writes."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def crc64_avro(text: str) -> str:
    """CRC-64-AVRO of a text, as 16 lower-case hexadecimal digits, most significant first."""
    crc = _EMPTY
    for byte in text.encode():
        crc = (crc >> 8) ^ _TABLE[(crc ^ byte) & 0xFF]
    return f"{crc:016x}"


def _canonical_type(type_: Any) -> Any:
    if isinstance(type_, str):
        return type_
    if isinstance(type_, dict):
        return type_["type"]
    return [_canonical_type(branch) for branch in type_]


def fingerprint(schema: dict[str, Any]) -> str:
    """The fingerprint by which a message names its writer's schema: that of its Parsing Canonical Form."""
    return crc64_avro(
        compact_json(
            {
                "name": f"{schema['namespace']}.{schema['name']}",
                "type": "record",
                "fields": [
                    {"name": field["name"], "type": _canonical_type(field["type"])} for field in schema["fields"]
                ],
            }
        )
    )


def lake_schema_of_writer(writer: dict[str, Any], coordinates: list[Any]) -> dict[str, Any]:
    """The schema of lake files whose messages were written with `writer`: the coordinates come last."""
    return {**writer, "fields": [*writer["fields"], *coordinates]}


def encode_long(value: int) -> bytes:
    """A zigzag varint."""
    rest = value * 2 if value >= 0 else -value * 2 - 1
    if rest < 0x80:
        return bytes((rest,))
    encoded = bytearray()
    while rest >= 0x80:
        encoded.append((rest & 0x7F) | 0x80)
        rest >>= 7
    encoded.append(rest)
    return bytes(encoded)
