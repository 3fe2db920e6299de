"""The driver's side of a micro-batch: it lets the executors write, and creates the commit records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from .chain import ChainKey, Record
from .partition import Partition, Surroundings
from .segment import WrittenSegment

Place = tuple[str, int]
#: Commits under way at once.
_CONCURRENCY = 8


class Committer:
    """Knows the end of every chain and moves it on, never past what the lake has."""

    def __init__(self, log_name: str, surroundings: Surroundings) -> None:
        self._log_name = log_name
        self._with = surroundings
        self._partitions: dict[Place, Partition] = {}

    @property
    def positions(self) -> dict[Place, int]:
        """The first offset that the lake does not have, by topic and partition."""
        return {place: partition.position for place, partition in self._partitions.items()}

    @property
    def committed(self) -> dict[Place, tuple[int, str]]:
        """What Kafka should be told: the position, and the start of the last record."""
        return {
            place: (partition.position, str(partition.last_start))
            for place, partition in self._partitions.items()
            if partition.last_start is not None
        }

    def open(self, places: Iterable[Place], hints: dict[Place, str] | None = None) -> None:
        """Finds the end of the chain of each partition that is not known yet."""
        for place in places:
            if place in self._partitions:
                continue
            partition = Partition(ChainKey(self._log_name, *place), self._with)
            hint = (hints or {}).get(place, "")
            partition.open(int(hint) if hint.isdecimal() else None)
            self._partitions[place] = partition
            self._with.log.info(
                "partition opened at the tail of its chain",
                topic=place[0],
                partition=place[1],
                position=partition.position,
            )

    def process(
        self,
        write: Callable[[dict[Place, int]], list[WrittenSegment]],
        write_range: Callable[[Place, range], list[WrittenSegment]],
    ) -> list[Record]:
        """
        Brings a micro-batch into the lake. `write` uploads its records from given positions on; it is called again for
        partitions in which another writer was first, until every record is in the lake, by us or by another. Should
        the batch begin beyond the end of a chain, `write_range` reads what is between from Kafka itself. When this
        returns, Spark may forget the batch.
        """
        records: list[Record] = []
        wanted = self.positions
        while wanted:
            by_place: dict[Place, list[WrittenSegment]] = defaultdict(list)
            for segment in write(wanted):
                by_place[(segment.topic, segment.partition)].append(segment)
            wanted = {}
            with ThreadPoolExecutor(_CONCURRENCY) as pool:
                for place, (published, done) in zip(by_place, pool.map(self._publish, by_place.values()), strict=True):
                    records.extend(published)
                    if done:
                        continue
                    records.extend(self._catch_up(place, by_place[place], write_range))
                    wanted[place] = self._partitions[place].position
        return records

    def _catch_up(
        self,
        place: Place,
        segments: list[WrittenSegment],
        write_range: Callable[[Place, range], list[WrittenSegment]],
    ) -> list[Record]:
        """Fills what lies between the end of the chain and a batch that begins beyond it."""
        partition = self._partitions[place]
        skipped = partition.skipped(min(segments, key=lambda segment: segment.start_offset))
        if skipped is None or partition.settle_deleted():
            return []
        published, done = self._publish(write_range(place, skipped))
        if done:
            partition.empty_until = skipped.stop
        return published

    def _publish(self, segments: list[WrittenSegment]) -> tuple[list[Record], bool]:
        """The records created, and whether the lake has all that the segments hold."""
        published: list[Record] = []
        segments = sorted(segments, key=lambda segment: segment.start_offset)
        for segment in segments:
            partition = self._partitions[(segment.topic, segment.partition)]
            record = partition.publish(segment)
            if record is None:
                return published, partition.position >= segments[-1].next_offset
            published.append(record)
            self._with.log.info(
                "committed",
                topic=segment.topic,
                partition=segment.partition,
                startOffset=record["startOffset"],
                nextOffset=record["nextOffset"],
                files=len(record["files"]),
            )
        return published, True
