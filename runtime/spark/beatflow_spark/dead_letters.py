"""Lines of dead-letter files; the twin of lake/dead-letters.ts."""

from __future__ import annotations

import base64
import json

from .paths import iso_instant

#: Bytes of a damaged message that are kept.
_PAYLOAD_LIMIT = 1 << 20


def _base64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def encode_dead_letter(
    place: tuple[str, int, int, int], fault: tuple[str, str], key: bytes | None, value: bytes | None
) -> bytes:
    """A dead letter as the line of its file; `place` is topic, partition, offset and Kafka's timestamp."""
    topic, partition, offset, timestamp = place
    error, detail = fault
    letter = {
        "topic": topic,
        "partition": partition,
        "offset": offset,
        "timestamp": iso_instant(timestamp),
        "error": error,
        "detail": detail,
        "key": _base64(key),
        "payload": _base64(value if value is None else value[:_PAYLOAD_LIMIT]),
        "payloadBytes": len(value or b""),
    }
    return f"{json.dumps(letter)}\n".encode()
