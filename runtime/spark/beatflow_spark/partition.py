"""The end of a partition's chain: where reading begins, and the commit; twin of consumer/partition-writer.ts."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from .chain import ChainKey, Record, chain_tail, encode_record, read_record
from .faults import SetupError
from .kafka_log import KafkaLog
from .log import Log
from .paths import HOUR_MS, commit_path, iso_instant
from .segment import WrittenSegment
from .store import ObjectStore

#: Files may be swept as orphans a day after their upload; none that is older than this is committed, milliseconds.
UPLOAD_MAX_AGE = HOUR_MS

_BEFORE_THE_LAKE = "Kafka had deleted these records before the chain began"
_RETENTION = "Kafka deleted these records before they were read"


@dataclass(frozen=True)
class Surroundings:
    """What a writer needs; all of it can be replaced in a test."""

    store: ObjectStore
    kafka: KafkaLog
    #: Names the writing process in its records.
    instance: str
    #: Milliseconds since the epoch.
    clock: Callable[[], int]
    log: Log


class Partition:
    """The end of one partition's chain. Records are created in order, each only after the one before is ours."""

    def __init__(self, key: ChainKey, surroundings: Surroundings) -> None:
        self.key = key
        self._with = surroundings
        #: The first offset that the lake does not have.
        self.position = 0
        #: Start of the last record of the chain, where to begin listing.
        self.last_start: int | None = None
        #: Kafka is known to have no records from the position to here.
        self.empty_until = 0

    def open(self, hint: int | None = None) -> None:
        """
        Finds the tail of the chain; offsets that Kafka deleted before they were read become a recorded hole.
        :raises SetupError: `log_recreated` when the log ends before the tail.
        """
        key = self.key
        while True:
            tail = chain_tail(self._with.store, key, hint)
            self.position = tail["nextOffset"] if tail else 0
            self.last_start = tail["startOffset"] if tail else None
            # Asked after the tail was read: another writer may commit at any time, and only then does a log that ends
            # before the tail prove that it is another log.
            log = self._with.kafka.partition_log(key.topic, key.partition)
            if log.end < self.position:
                raise SetupError(
                    "log_recreated",
                    f"the lake has {key.topic} partition {key.partition} up to offset {self.position}, but Kafka's log "
                    f"ends at {log.end}: the topic was recreated. Raise BEATFLOW_LOG_GENERATION by one to begin a new "
                    "chain; nothing in the lake is lost by it.",
                )
            if log.start <= self.position or self._record_hole(log.start, _RETENTION if tail else _BEFORE_THE_LAKE):
                return

    def publish(self, segment: WrittenSegment) -> Record | None:
        """
        Creates the commit record of an uploaded segment. None where it may not be: what it holds of the log from the
        position on must then be read and written again.
        """
        if segment.start_offset != self.position or self.skipped(segment) is not None:
            return None
        if self._with.clock() - segment.uploaded_at > UPLOAD_MAX_AGE:
            return None
        record = self._record(
            segment.next_offset,
            files=segment.files,
            deadLetters=segment.dead_letters,
            hole=None,
            run=segment.run,
        )
        return record if self._create(record) else None

    def skipped(self, segment: WrittenSegment) -> range | None:
        """
        Offsets before the segment that nobody has looked at yet: Spark was sent elsewhere than the chain ends. Control
        records and compaction leave gaps, too; only reading the range tells.
        """
        first = segment.first_offset
        if segment.start_offset != self.position or first <= max(self.position, self.empty_until):
            return None
        return range(self.position, first)

    def settle_deleted(self) -> bool:
        """Records a hole where Kafka deleted records that were not read yet, and says whether it did."""
        log = self._with.kafka.partition_log(self.key.topic, self.key.partition)
        if log.start <= self.position:
            return False
        self._record_hole(log.start, _RETENTION if self.last_start is not None else _BEFORE_THE_LAKE)
        return True

    def _record_hole(self, next_offset: int, reason: str) -> bool:
        record = self._record(next_offset, files=[], deadLetters=None, hole=reason, run=secrets.token_hex(4))
        created = self._create(record)
        if created and reason == _RETENTION:
            self._with.log.error(
                "a hole in the log was recorded: retention passed unread records",
                topic=self.key.topic,
                partition=self.key.partition,
                startOffset=record["startOffset"],
                nextOffset=next_offset,
            )
        return created

    def _record(self, next_offset: int, **content: object) -> Record:
        run = content.pop("run")
        return {
            "version": 1,
            "log": self.key.log,
            "topic": self.key.topic,
            "partition": self.key.partition,
            "startOffset": self.position,
            "nextOffset": next_offset,
            **content,
            "writer": self._with.instance,
            "run": run,
            "committedAt": iso_instant(self._with.clock()),
        }

    def _create(self, record: Record) -> bool:
        """Whether the record is the chain's next one; if another writer's is, the position moves to the chain's end."""
        key, start = self.key, record["startOffset"]
        store = self._with.store
        while True:
            created = store.create_if_absent(
                commit_path(key.log, key.topic, key.partition, start), encode_record(record)
            )
            if not created:
                # Either the answer to our own create was lost and repeated, or another owner was first.
                found = read_record(store, key, start)
                if found is None:
                    continue
                created = found["writer"] == record["writer"] and found["run"] == record["run"]
                if not created:
                    self._lost(found)
                    return False
            self.position, self.last_start = record["nextOffset"], start
            return True

    def _lost(self, winner: Record) -> None:
        self._with.log.warning(
            "another writer committed first; starting over at its end",
            topic=self.key.topic,
            partition=self.key.partition,
            startOffset=winner["startOffset"],
            winner=winner["writer"],
        )
        tail = chain_tail(self._with.store, self.key, winner["startOffset"]) or winner
        self.position, self.last_start = tail["nextOffset"], tail["startOffset"]
