"""Avro's longs; the twin of contract/varint.ts."""

from __future__ import annotations


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
