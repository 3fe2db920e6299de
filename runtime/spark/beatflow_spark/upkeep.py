"""What the job says of itself while it works: a log line for the alerts, a snapshot for the dashboard."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections import Counter
from collections.abc import Callable

from .chain import Record
from .kafka_log import KafkaLog
from .log import Log
from .paths import iso_instant, live_snapshot_path
from .store import ObjectStore
from .writing import now_ms

_WORK_SECONDS = 60
_LIVE_SECONDS = 5


class Work:
    """Counts what was done; safe to read from another thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._batch_since: int | None = None
        self._dead_letters = 0
        self._events: Counter[str] = Counter()
        self._last: tuple[Counter[str], float, int] = (Counter(), 1, 0)
        self._ended_at = now_ms()

    def batch_begun(self) -> None:
        """A micro-batch is being written."""
        with self._lock:
            self._batch_since = now_ms()

    def batch_ended(self, records: list[Record]) -> None:
        """A micro-batch is in the lake, by these records."""
        counts: Counter[str] = Counter()
        dead = 0
        for record in records:
            letters = record["deadLetters"]["records"] if record["deadLetters"] else 0
            dead += letters
            counts[record["topic"]] += letters + sum(file["records"] for file in record["files"])
        with self._lock:
            now = now_ms()
            self._batch_since = None
            self._dead_letters += dead
            self._events += counts
            self._last = (counts, max(1, now - self._ended_at) / 1000, now)
            self._ended_at = now

    def age_ms(self) -> int:
        """Age of the oldest record that was read and is not in the lake."""
        since = self._batch_since
        return 0 if since is None else now_ms() - since

    def take_dead_letters(self) -> int:
        """Dead letters committed since this was asked last."""
        with self._lock:
            taken, self._dead_letters = self._dead_letters, 0
            return taken

    def topics(self, lags: dict[str, int], stale_after_ms: float) -> dict[str, dict[str, float]]:
        """By topic: records per second over the last micro-batch, records since the start, records still to read."""
        with self._lock:
            counts, seconds, ended = self._last
            fresh = now_ms() - ended <= stale_after_ms
            return {
                topic: {
                    "eventsPerSecond": counts[topic] / seconds if fresh else 0,
                    "events": self._events[topic],
                    "lag": lag,
                }
                for topic, lag in lags.items()
            }


def lags_by_topic(kafka: KafkaLog, positions: dict[tuple[str, int], int]) -> dict[str, int]:
    """Records between what the lake has and the end of the log."""
    lags: Counter[str] = Counter()
    for (topic, partition), position in positions.items():
        lags[topic] += max(0, kafka.partition_log(topic, partition).end - position)
    return dict(lags)


def live_snapshot(instance: str, work: Work, lags: dict[str, int], stale_after_ms: float) -> dict[str, object]:
    """What the page shows of this instance: rates and lags; plays are looked at by the consumer only."""
    return {
        "version": 1,
        "instance": instance,
        "at": iso_instant(now_ms()),
        "topics": work.topics(lags, stale_after_ms),
        "listenersByState": {},
        "sampled": True,
        "plays": [],
        "oldestUnacknowledgedMs": work.age_ms(),
    }


def keep_up(
    *,
    work: Work,
    lags: Callable[[], dict[str, int]],
    store: ObjectStore,
    instance: str,
    interval_seconds: float,
    signal: str,
    log: Log,
) -> Callable[[], None]:
    """Tells until the returned function is called; trouble in telling stops no work."""
    stopped = threading.Event()
    path = live_snapshot_path(instance)

    def run() -> None:
        told = time.monotonic()
        while not stopped.wait(_LIVE_SECONDS):
            try:
                current = lags()
                snapshot = live_snapshot(instance, work, current, 3000 * interval_seconds)
                store.overwrite(path, json.dumps(snapshot).encode())
                if time.monotonic() - told >= _WORK_SECONDS:
                    told = time.monotonic()
                    log.info(
                        "work",
                        signal=signal,
                        lag=sum(current.values()),
                        workAgeSeconds=work.age_ms() / 1000,
                        deadLetters=work.take_dead_letters(),
                    )
            except Exception as error:  # noqa: BLE001 - whatever it is, the work goes on
                log.warning("the state of the work was not told", reason=str(error))

    thread = threading.Thread(target=run, name="upkeep", daemon=True)
    thread.start()

    def stop() -> None:
        stopped.set()
        thread.join(timeout=10)
        with contextlib.suppress(OSError):
            store.delete(path)

    return stop
