"""Chains of commit records: reading them, and adding to them; the twin of lake/commit-chain.ts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from .faults import SetupError
from .paths import commit_path, commits_folder
from .store import ObjectStore

Record = dict[str, Any]
_COUNTS = ("partition", "startOffset", "nextOffset")


@dataclass(frozen=True, order=True)
class ChainKey:
    """One partition's chain of commit records."""

    log: str
    topic: str
    partition: int


def encode_record(record: Record) -> bytes:
    """The bytes of a record."""
    return f"{json.dumps(record, indent=1, ensure_ascii=False)}\n".encode()


def decode_record(path: str, content: bytes) -> Record:
    """
    Reads a record back.
    :raises SetupError: `lake_corrupt`, naming the path.
    """
    try:
        record = json.loads(content)
    except ValueError as cause:
        raise SetupError("lake_corrupt", f"commit record {path} is no JSON") from cause
    sound = (
        isinstance(record, dict)
        and record.get("version") == 1
        and all(isinstance(record.get(name), int) and record[name] >= 0 for name in _COUNTS)
        and all(isinstance(record.get(name), str) for name in ("log", "topic", "writer", "run"))
    )
    if not sound:
        raise SetupError("lake_corrupt", f"commit record {path} is not of version 1")
    return record


def read_record(store: ObjectStore, key: ChainKey, start_offset: int) -> Record | None:
    """One commit record, or None where none starts at `start_offset`."""
    path = commit_path(key.log, key.topic, key.partition, start_offset)
    content = store.read(path)
    return None if content is None else decode_record(path, content)


def chain_tail(store: ObjectStore, key: ChainKey, hint: int | None = None) -> Record | None:
    """
    The last record of a chain, or None where it is empty. `hint`, the start of some record, spares listing the whole
    chain; one that names no record is ignored.
    """
    starting_at = None if hint is None else commit_path(key.log, key.topic, key.partition, hint)
    first = last = None
    for path in store.list_paths(commits_folder(key.log, key.topic, key.partition), starting_at):
        first = first or path
        last = path
    if starting_at is not None and first != starting_at:
        return chain_tail(store, key)
    if last is None:
        return None
    content = store.read(last)
    if content is None:
        raise SetupError("chain_broken", f"commit record {last} was listed and is gone")
    return decode_record(last, content)
