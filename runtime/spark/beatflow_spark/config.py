"""The job's variables; runtime/spark/config.ts is the typed list that infrastructure sets them from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from .contract import Contract
from .faults import SetupError
from .store import is_location

_ADDRESS = re.compile(r"[^\s:]+:\d{1,5}\Z")
_SECURITY_MODES = ("none", "scram", "plain", "google")
_CODECS = ("deflate", "null")


@dataclass(frozen=True)
class Config:
    """What the job was told."""

    brokers: str
    security: str
    ca: str | None
    credentials: str | None
    lake: str
    group: str
    log_generation: int
    json_topics: frozenset[str]
    commit_interval_seconds: float
    buffer_bytes: int
    max_open_hours: int
    codec: str
    batch_records: int
    master: str | None
    jars: str | None


class _Reader:
    """Reads variables and gathers every fault."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self.faults: list[str] = []

    def text(self, name: str, default: str | None = None, *, required: bool = False) -> str:
        value = self._environment.get(name, "").strip() or default
        if value is None and required:
            self.faults.append(f"{name} is not set")
        return value or ""

    def number(self, name: str, default: float, least: float, most: float) -> float:
        got = self.text(name, str(default))
        try:
            value = float(got)
        except ValueError:
            value = float("nan")
        if not least <= value <= most:
            self.faults.append(f"{name} is {got!r}: expected a number from {least:g} to {most:g}")
        return value

    def integer(self, name: str, default: int, least: int, most: int) -> int:
        got = self.text(name, str(default))
        value = int(got) if re.fullmatch(r"-?\d{1,15}", got, re.ASCII) else least - 1
        if not least <= value <= most:
            self.faults.append(f"{name} is {got!r}: expected a whole number from {least} to {most}")
        return value

    def one_of(self, name: str, default: str, choices: tuple[str, ...]) -> str:
        got = self.text(name, default)
        if got not in choices:
            self.faults.append(f"{name} is {got!r}: expected one of {', '.join(choices)}")
        return got

    def check(self, sound: bool, name: str, expected: str) -> None:
        got = self.text(name)
        if got and not sound:
            self.faults.append(f"{name} is {got!r}: expected {expected}")


def read_config(environment: Mapping[str, str], contract: Contract) -> Config:
    """
    Reads the job's variables.
    :raises SetupError: naming every fault at once.
    """
    reader = _Reader(environment)
    brokers = reader.text("BEATFLOW_KAFKA_BROKERS", required=True)
    addresses = [entry.strip() for entry in brokers.split(",") if entry.strip()]
    reader.check(all(map(_ADDRESS.match, addresses)), "BEATFLOW_KAFKA_BROKERS", "host:port entries, comma-separated")
    lake = reader.text("BEATFLOW_LAKE", required=True)
    reader.check(is_location(lake), "BEATFLOW_LAKE", "an absolute folder, a file: URL, or gs://bucket[/folder]")
    json_topics = frozenset(entry.strip() for entry in reader.text("BEATFLOW_JSON_TOPICS").split(",") if entry.strip())
    known = ", ".join(contract.topics)
    reader.check(json_topics <= contract.topics.keys(), "BEATFLOW_JSON_TOPICS", f"topics of the contract: {known}")
    security = reader.one_of("BEATFLOW_KAFKA_SECURITY", "none", _SECURITY_MODES)
    credentials = reader.text("BEATFLOW_KAFKA_CREDENTIALS_FILE")
    if security in ("scram", "plain") and not credentials:
        reader.faults.append(f"BEATFLOW_KAFKA_CREDENTIALS_FILE is not set: {security} needs a user and a password")
    config = Config(
        brokers=",".join(addresses),
        security=security,
        ca=reader.text("BEATFLOW_KAFKA_CA_FILE") or None,
        credentials=credentials or None,
        lake=lake,
        group=reader.text("BEATFLOW_CONSUMER_GROUP", "beatflow-consumer"),
        log_generation=reader.integer("BEATFLOW_LOG_GENERATION", 1, 1, 9999),
        json_topics=json_topics,
        commit_interval_seconds=reader.number("BEATFLOW_COMMIT_INTERVAL_SECONDS", 120, 0.1, 3600),
        buffer_bytes=reader.integer("BEATFLOW_CONSUMER_BUFFER_MIB", 96, 1, 4096) << 20,
        max_open_hours=reader.integer("BEATFLOW_CONSUMER_MAX_OPEN_HOURS", 48, 1, 1000),
        codec=reader.one_of("BEATFLOW_LAKE_CODEC", "deflate", _CODECS),
        batch_records=reader.integer("BEATFLOW_SPARK_BATCH_RECORDS", 1_000_000, 1, 1_000_000_000),
        master=reader.text("BEATFLOW_SPARK_MASTER") or None,
        jars=reader.text("BEATFLOW_SPARK_JARS") or None,
    )
    if reader.faults:
        count = len(reader.faults)
        listed = "\n  ".join(reader.faults)
        raise SetupError(
            "configuration", f"{count} {'fault' if count == 1 else 'faults'} in the configuration:\n  {listed}"
        )
    return config
