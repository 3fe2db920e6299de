"""What was asked, what it would have cost, and what was refused, for each step of a test."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Entry:
    #: Who asked: `dbt model.beatflow.fct_streams`, `loader`, `dashboard top_songs`.
    asker: str
    kinds: list[str]
    dry_run: bool = False
    #: Bytes by table.
    billed: dict[str, int] = field(default_factory=dict)
    #: Partitioned tables that were read whole.
    unpruned: list[str] = field(default_factory=list)
    #: Tables that a load, copy or query job wrote into.
    jobs_into: list[str] = field(default_factory=list)
    refusal: str | None = None
    sql: str = ""


class Ledger:
    def __init__(self):
        self._steps: dict[str, list[Entry]] = {"": []}
        self._step = ""
        self._lock = threading.Lock()

    def begin(self, step: str) -> None:
        with self._lock:
            self._step = step
            self._steps.setdefault(step, [])

    def add(self, entry: Entry) -> None:
        with self._lock:
            self._steps[self._step].append(entry)

    def report(self) -> dict:
        with self._lock:
            return {step: _summed(entries) for step, entries in self._steps.items()}


def _summed(entries: list[Entry]) -> dict:
    done = [e for e in entries if not e.dry_run and not e.refusal]
    billed: Counter[str] = Counter()
    unpruned: dict[str, list[str]] = {}
    for entry in done:
        billed.update({entry.asker.split(" ")[0]: sum(entry.billed.values())})
        if entry.unpruned:
            unpruned[entry.asker] = sorted({*unpruned.get(entry.asker, []), *entry.unpruned})
    return {
        "jobs": dict(Counter(e.asker.split(" ")[0] for e in done)),
        "dryRuns": sum(e.dry_run for e in entries),
        "statements": dict(Counter(kind for e in done for kind in e.kinds)),
        "billedBytes": dict(billed),
        "jobsInto": dict(Counter(table for e in done for table in e.jobs_into)),
        "unpruned": unpruned,
        "refused": [{"asker": e.asker, "message": e.refusal, "sql": e.sql[:2000]} for e in entries if e.refusal],
    }


def asker_of(sql: str, labels: dict[str, str] | None, job_id: str, user_agent: str) -> str:
    """dbt says its node in a comment, the dashboard its query in a label, the loader its work in the job's id."""
    if found := re.search(r'/\* (\{"app": "dbt".*?\}) \*/', sql):
        return f"dbt {json.loads(found[1]).get('node_id') or 'itself'}"
    if labels and "program" in labels:
        return f"{labels['program']} {labels.get('query', '')}".strip()
    if job_id.startswith("beatflow_"):
        return f"loader {job_id.split('_')[1]}"
    return "dbt itself" if "dbt" in user_agent else "loader query" if "node" in user_agent else "somebody"
