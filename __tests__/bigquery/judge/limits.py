"""What BigQuery counts by day and at the same time, for each table."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from .refusal import Refusal

# https://cloud.google.com/bigquery/quotas#standard_tables: load, copy and query jobs that append to or overwrite a table, those
# that fail as well. DML has no limit a day.
STANDARD_TABLE_JOBS_A_DAY = 1_500
# https://cloud.google.com/bigquery/quotas#partitioned_tables: changed by the same jobs, in a table partitioned by a column.
PARTITION_CHANGES_A_DAY = 30_000
PARTITIONS_A_JOB = 4_000
PARTITIONS_A_TABLE = 10_000
# https://cloud.google.com/bigquery/quotas#data-manipulation-language-statements: what runs at once, and what waits.
MUTATING_AT_ONCE, MUTATING_QUEUED = 2, 20
INSERTS_AT_ONCE, INSERTS_QUEUED, INSERTS_FREE_A_DAY = 10, 100, 1_500


class Limits:
    """`today` gives the day that is counted."""

    def __init__(self, today: Callable[[], date]):
        self._today = today
        self._lock = threading.Lock()
        self._jobs: Counter[tuple[date, str]] = Counter()
        self._partition_changes: Counter[tuple[date, str]] = Counter()
        self._inserts: Counter[tuple[date, str]] = Counter()
        self._outstanding: Counter[tuple[str, bool]] = Counter()
        self._in_transaction: set[str] = set()

    def job_into(self, table: str, partitions: int | None) -> None:
        """
        Counts a load, copy or query job that writes into a table, and raises Refusal where the table takes no more that day.
        `partitions` says how many it changes; none where the table has no partitions.
        """
        key = (self._today(), table)
        with self._lock:
            if partitions is None:
                self._jobs[key] += 1
                if self._jobs[key] > STANDARD_TABLE_JOBS_A_DAY:
                    raise Refusal("quotaExceeded", f"Quota exceeded: Your table exceeded quota for imports or query appends per table: {table}", "job")
                return
            if partitions > PARTITIONS_A_JOB:
                raise Refusal("invalid", f"Too many partitions produced by query, allowed {PARTITIONS_A_JOB}, query produces at least {partitions} partitions: {table}", "job")
            self._partition_changes[key] += partitions
            if self._partition_changes[key] > PARTITION_CHANGES_A_DAY:
                raise Refusal("quotaExceeded", f"Quota exceeded: Your table exceeded quota for Number of partition modifications to a column partitioned table: {table}", "job")

    @contextmanager
    def dml(self, table: str, kind: str) -> Iterator[None]:
        """While a statement of DML is outstanding. Raises Refusal where too many are."""
        mutates = kind != "INSERT"
        with self._lock:
            if not mutates:
                self._inserts[(self._today(), table)] += 1
            free = not mutates and self._inserts[(self._today(), table)] <= INSERTS_FREE_A_DAY
            most = MUTATING_AT_ONCE + MUTATING_QUEUED if mutates else INSERTS_AT_ONCE + INSERTS_QUEUED
            if not free and self._outstanding[(table, mutates)] >= most:
                waiting = MUTATING_QUEUED if mutates else INSERTS_QUEUED
                raise Refusal("rateLimitExceeded", f"Resources exceeded during query execution: Too many DML statements outstanding against table {table}, limit is {waiting}.", "job")
            self._outstanding[(table, mutates)] += 1
        try:
            yield
        finally:
            with self._lock:
                self._outstanding[(table, mutates)] -= 1

    @contextmanager
    def transaction(self, mutated: set[str]) -> Iterator[None]:
        """
        While a transaction is open that changes or deletes rows of these tables. Of two that change one table the later is aborted:
        https://cloud.google.com/bigquery/docs/transactions#transaction_concurrency.
        """
        with self._lock:
            shared = sorted(mutated & self._in_transaction)
            if shared:
                raise Refusal("invalidQuery", f"Transaction is aborted due to concurrent update against table {shared[0]}.", "job")
            self._in_transaction |= mutated
        try:
            yield
        finally:
            with self._lock:
                self._in_transaction -= mutated
