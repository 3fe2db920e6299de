"""Avro object container files of records that are already encoded; the twin of lake/avro-file.ts."""

from __future__ import annotations

import hashlib
import json
import os
import zlib
from typing import Any

from .avro import encode_long

#: Uncompressed bytes at which a block is full; a longer record has a block of its own.
_BLOCK_BYTES = 1 << 16


def _text(value: str) -> bytes:
    encoded = value.encode()
    return encode_long(len(encoded)) + encoded


def _deflate(raw: bytes) -> bytes:
    compressor = zlib.compressobj(1, zlib.DEFLATED, -15)
    return compressor.compress(raw) + compressor.flush()


class AvroFileBuilder:
    """Builds a file in memory: each record is copied and gets its Kafka coordinates appended."""

    def __init__(self, schema: dict[str, Any], codec: str, partition: int) -> None:
        self._codec = codec
        self._sync = os.urandom(16)
        text = json.dumps(schema, separators=(",", ":"))
        header = b"Obj\x01" + encode_long(2) + _text("avro.schema") + _text(text)
        self._parts = [header + _text("avro.codec") + _text(codec) + encode_long(0) + self._sync]
        self._partition = encode_long(partition)
        self._block = bytearray()
        self._block_records = 0
        self._last_timestamp = (-1, b"")
        self.records = 0
        self.closed_bytes = 0

    def append(self, datum: bytes, start: int, offset: int, timestamp: int) -> None:
        """Appends `datum[start:]`, a datum of the message's schema, and its coordinates."""
        if len(self._block) + len(datum) > _BLOCK_BYTES:
            self._close_block()
        # Records that were produced together share their time.
        if self._last_timestamp[0] != timestamp:
            self._last_timestamp = (timestamp, encode_long(timestamp))
        block = self._block
        block += memoryview(datum)[start:] if start else datum
        block += self._partition
        block += encode_long(offset)
        block += self._last_timestamp[1]
        self._block_records += 1
        self.records += 1

    @property
    def held_bytes(self) -> int:
        """Memory that the file holds."""
        return self.closed_bytes + len(self._block)

    def _close_block(self) -> None:
        if self._block_records == 0:
            return
        raw = bytes(self._block)
        data = _deflate(raw) if self._codec == "deflate" else raw
        self._parts.append(encode_long(self._block_records) + encode_long(len(data)) + data + self._sync)
        self.closed_bytes += len(data)
        self._block = bytearray()
        self._block_records = 0

    def finish(self) -> tuple[bytes, str]:
        """The file and its SHA-256; nothing can be appended after."""
        self._close_block()
        content = b"".join(self._parts)
        return content, hashlib.sha256(content).hexdigest()
