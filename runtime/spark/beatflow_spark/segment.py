"""A contiguous run of one partition's offsets: a file per event hour and schema, and dead letters."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Any, NamedTuple

from .avro_file import AvroFileBuilder
from .contract import Writer
from .dead_letters import encode_dead_letter
from .inspector import Dead, JsonInspector, MessageInspector
from .paths import data_file_path, dead_letters_path, format_hour, hour_of, iso_instant
from .store import ObjectStore


class Message(NamedTuple):
    """A message as Kafka has it; the timestamp in milliseconds since the epoch."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None


class WrittenSegment(NamedTuple):
    """What was uploaded and no commit record names yet."""

    topic: str
    partition: int
    start_offset: int
    next_offset: int
    #: The first offset that was met; offsets before it were not in the log.
    first_offset: int
    files: list[dict[str, Any]]
    dead_letters: dict[str, Any] | None
    #: The attempt; a repeated task has another one, and so other paths.
    run: str
    #: When the upload began, milliseconds since the epoch.
    uploaded_at: int
    records: int


class _OpenFile:
    def __init__(self, builder: AvroFileBuilder, hour: int, fingerprint: str, event_time: int) -> None:
        self.builder = builder
        self.hour = hour
        self.fingerprint = fingerprint
        self.min_event_time = self.max_event_time = event_time


class Segment:
    """Gathers records until it is uploaded."""

    def __init__(
        self, topic: str, partition: int, start_offset: int, *, inspector: MessageInspector | JsonInspector, codec: str
    ) -> None:
        self._topic = topic
        self._partition = partition
        self._start = start_offset
        self._inspector = inspector
        self._codec = codec
        self._files: dict[tuple[int, str], _OpenFile] = {}
        self._dead: list[bytes] = []
        self._dead_bytes = 0
        self._first: int | None = None
        self.next_offset = start_offset
        self.records = 0

    @property
    def held_bytes(self) -> int:
        """Memory that the segment holds."""
        return self._dead_bytes + sum(file.builder.held_bytes for file in self._files.values())

    @property
    def open_files(self) -> int:
        """Event hours, by schema."""
        return len(self._files)

    def append(self, message: Message) -> None:
        """Appends the next record of the partition."""
        if self._first is None:
            self._first = message.offset
        finding = self._inspector.inspect(message.value)
        if isinstance(finding, Dead):
            place = (self._topic, self._partition, message.offset, message.timestamp)
            line = encode_dead_letter(place, finding, message.key, message.value)
            self._dead.append(line)
            self._dead_bytes += len(line)
        else:
            event_time, writer, datum, start = finding
            file = self._file_of(event_time, writer)
            if event_time < file.min_event_time:
                file.min_event_time = event_time
            elif event_time > file.max_event_time:
                file.max_event_time = event_time
            file.builder.append(datum, start, message.offset, message.timestamp)
        self.next_offset = message.offset + 1
        self.records += 1

    def _file_of(self, event_time: int, writer: Writer) -> _OpenFile:
        hour = hour_of(event_time)
        key = (hour, writer.fingerprint)
        file = self._files.get(key)
        if file is None:
            builder = AvroFileBuilder(writer.lake_schema, self._codec, self._partition)
            file = self._files[key] = _OpenFile(builder, hour, writer.fingerprint, event_time)
        return file

    def upload(self, store: ObjectStore, clock: Callable[[], int]) -> WrittenSegment:
        """Uploads data, then dead letters; nothing of it is visible before a commit record names it."""
        uploaded_at = clock()
        run = secrets.token_hex(4)
        files = []
        for file in sorted(self._files.values(), key=lambda one: one.hour):
            path = data_file_path(
                self._topic, self._partition, self._start, hour=file.hour, fingerprint=file.fingerprint, run=run
            )
            content, sha256 = file.builder.finish()
            store.create_if_absent(path, content)
            files.append(
                {
                    "path": path,
                    "hour": format_hour(file.hour),
                    "fingerprint": file.fingerprint,
                    "records": file.builder.records,
                    "bytes": len(content),
                    "sha256": sha256,
                    "minEventTime": iso_instant(file.min_event_time),
                    "maxEventTime": iso_instant(file.max_event_time),
                }
            )
        dead_letters = None
        if self._dead:
            content = b"".join(self._dead)
            path = dead_letters_path(self._topic, self._partition, self._start, run)
            store.create_if_absent(path, content)
            dead_letters = {
                "path": path,
                "records": len(self._dead),
                "bytes": len(content),
                "sha256": hashlib.sha256(content).hexdigest(),
            }
        first = self._start if self._first is None else self._first
        return WrittenSegment(
            self._topic,
            self._partition,
            self._start,
            self.next_offset,
            first,
            files,
            dead_letters,
            run,
            uploaded_at,
            self.records,
        )
