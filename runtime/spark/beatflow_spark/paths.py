"""Where things are in the lake; the twin of lake/paths.ts."""

from __future__ import annotations

from datetime import datetime, timezone

from .contract import load_contract

HOUR_MS = 3_600_000


def _folder(name: str) -> str:
    return load_contract().folders[name]


def iso_instant(milliseconds: int) -> str:
    """An instant as `2026-11-20T05:00:00.000Z`."""
    seconds, rest = divmod(milliseconds, 1000)
    return f"{datetime.fromtimestamp(seconds, timezone.utc):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def hour_of(instant: int) -> int:
    """The start of the UTC hour that an instant lies in, milliseconds since the epoch."""
    return instant - instant % HOUR_MS


def format_hour(hour: int) -> str:
    """An hour in the form it has in commit records: `2026-11-20T05`."""
    return iso_instant(hour)[:13]


def partition_name(partition: int) -> str:
    """A partition as it appears in paths: `p003`."""
    return f"p{partition:03d}"


def log_name(cluster_id: str, generation: int) -> str:
    """The name of a log in the lake."""
    return f"{cluster_id}-g{generation}"


def commits_folder(log: str, topic: str, partition: int) -> str:
    """Folder of the commit records of one partition's log."""
    return f"{_folder('commits')}{log}/{topic}/{partition_name(partition)}/"


def commit_path(log: str, topic: str, partition: int, start_offset: int) -> str:
    """Path of the commit record that begins at `start_offset`."""
    return f"{commits_folder(log, topic, partition)}{start_offset:020d}.json"


def data_file_path(topic: str, partition: int, start_offset: int, *, hour: int, fingerprint: str, run: str) -> str:
    """Path of a data file."""
    date, hour_of_day = format_hour(hour).split("T")
    name = f"{topic}-{partition_name(partition)}-o{start_offset:020d}-{fingerprint[:8]}-{run}.avro"
    return f"{topic}/dt={date}/hr={hour_of_day}/{name}"


def dead_letters_path(topic: str, partition: int, start_offset: int, run: str) -> str:
    """Path of the file with a segment's dead letters."""
    return f"{_folder('dead')}{topic}/{topic}-{partition_name(partition)}-o{start_offset:020d}-{run}.jsonl"


def live_snapshot_path(instance: str) -> str:
    """Path of an instance's live snapshot."""
    return f"{_folder('live')}{instance}.json"
