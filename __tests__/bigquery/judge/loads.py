"""What a load job may say, and what its files may hold.

https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro and
https://cloud.google.com/bigquery/docs/managing-partitioned-table-data#write-to-partition.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import duckdb
import fastavro

from .refusal import Refusal
from .tables import type_of

# https://cloud.google.com/bigquery/quotas#load_jobs
SOURCE_URIS_A_JOB = 10_000
# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type: the years 1 to 9999, in microseconds.
FIRST_INSTANT, LAST_INSTANT = -62_135_596_800_000_000, 253_402_300_799_999_999
DECORATORS = {"HOUR": "%Y%m%d%H", "DAY": "%Y%m%d", "MONTH": "%Y%m", "YEAR": "%Y"}
MICROSECONDS = {"HOUR": 3_600_000_000, "DAY": 86_400_000_000}
# https://cloud.google.com/bigquery/docs/loading-data-cloud-storage-avro#avro_conversions
AVRO_TYPES = {"boolean": "BOOLEAN", "int": "INTEGER", "long": "INTEGER", "float": "FLOAT", "double": "FLOAT", "bytes": "BYTES", "string": "STRING"}
LOGICAL_TYPES = {"timestamp-micros": "TIMESTAMP", "timestamp-millis": "TIMESTAMP", "date": "DATE", "decimal": "NUMERIC"}


@dataclass(frozen=True)
class Target:
    """Where a load goes."""

    table: str
    #: The partition that a decorator names, as microseconds since the epoch: from, and up to without.
    partition: tuple[int, int] | None


def target_of(load: dict, resource: dict | None) -> Target:
    """Raises Refusal where the table is not there, or the decorator is none of its partitions."""
    reference = load["destinationTable"]
    table_id, _, decorator = reference["tableId"].partition("$")
    table = f"{reference['projectId']}.{reference['datasetId']}.{table_id}"
    if resource is None:
        raise Refusal("notFound", f"Not found: Table {table}", "job")
    if not decorator:
        return Target(table, None)
    granularity = (resource.get("timePartitioning") or {}).get("type")
    try:
        first = datetime.strptime(decorator, DECORATORS[granularity or ""]).replace(tzinfo=timezone.utc)
    except (KeyError, ValueError):
        raise Refusal("invalid", f"Invalid partition decorator ${decorator} for {table}, which is partitioned by {granularity or 'nothing'}", "job") from None
    lengths = {"HOUR": timedelta(hours=1), "DAY": timedelta(days=1), "MONTH": timedelta(days=32), "YEAR": timedelta(days=367)}
    last = first + lengths[granularity]
    if granularity in ("MONTH", "YEAR"):
        last = last.replace(day=1, **({"month": 1} if granularity == "YEAR" else {}))
    return Target(table, (_micros(first), _micros(last)))


def partitions_changed(load: dict, target: Target, resource: dict, lake: str) -> int | None:
    """
    How many partitions a load changes, none for a table that has none. Raises Refusal where the job's settings or its
    files break a rule.
    """
    uris = load.get("sourceUris") or []
    if not uris or len(uris) > SOURCE_URIS_A_JOB:
        raise Refusal("invalid", f"A load job takes 1 to {SOURCE_URIS_A_JOB} source URIs, got {len(uris)}")
    partitioning = resource.get("timePartitioning")
    if load.get("sourceFormat") != "AVRO":
        declared = (load.get("schema") or {}).get("fields", [])
        _compare(target.table, [(f["name"], type_of(f), f.get("mode", "NULLABLE")) for f in declared], resource)
        return 1 if partitioning else None
    instants: set[int] = set()
    for uri in uris:
        instants |= _judged_file(os.path.join(lake, uri.removeprefix("gs://")), load, target, resource)
    return len(instants) if partitioning else None


def _judged_file(path: str, load: dict, target: Target, resource: dict) -> set[int]:
    """The partitions of a file's rows."""
    try:
        with open(path, "rb") as file:
            schema = fastavro.reader(file).writer_schema
    except FileNotFoundError:
        raise Refusal("notFound", f"Not found: URI {path}", "job") from None
    except Exception as error:  # whatever the reader stumbles over
        raise Refusal("invalid", f"The Apache Avro library failed to read the file: {error}", "job") from error
    fields = [_avro_field(field, bool(load.get("useAvroLogicalTypes"))) for field in schema["fields"]]
    _compare(target.table, fields, resource)
    partitioning = resource.get("timePartitioning") or {}
    column, width = partitioning.get("field"), MICROSECONDS.get(partitioning.get("type", ""))
    try:
        with duckdb.connect() as connection:
            connection.execute("load avro; set TimeZone = 'UTC'")
            for name, kind, _ in fields:
                if kind == "TIMESTAMP":
                    _in_range(connection, path, name)
            if column is None or width is None:
                return set()
            rows = connection.execute(f'select distinct epoch_us("{column}") // {width} from read_avro(?)', [path]).fetchall()
    except duckdb.Error as error:
        raise Refusal("invalid", f"The Apache Avro library failed to read data: {error}", "job") from error
    partitions = {number for (number,) in rows}
    if target.partition and any(not target.partition[0] <= number * width < target.partition[1] for number in partitions):
        raise Refusal("invalid", f"Some rows belong to different partitions rather than destination partition of {target.table}", "job")
    return partitions


def _in_range(connection: duckdb.DuckDBPyConnection, path: str, column: str) -> None:
    low, high = connection.execute(f'select min(epoch_us("{column}")), max(epoch_us("{column}")) from read_avro(?)', [path]).fetchone()
    for instant in (low, high):
        if instant is not None and not FIRST_INSTANT <= instant <= LAST_INSTANT:
            raise Refusal("invalid", f"Invalid timestamp value {instant} in column {column}: outside of the years 1 to 9999", "job")


def _avro_field(field: dict, logical: bool) -> tuple[str, str, str]:
    kinds = field["type"] if isinstance(field["type"], list) else [field["type"]]
    mode = "NULLABLE" if "null" in kinds else "REQUIRED"
    kind = next(k for k in kinds if k != "null")
    if isinstance(kind, dict):
        plain = AVRO_TYPES.get(kind["type"], kind["type"].upper())
        return field["name"], LOGICAL_TYPES.get(kind.get("logicalType", ""), plain) if logical else plain, mode
    return field["name"], AVRO_TYPES.get(kind, str(kind).upper()), mode


def _compare(table: str, fields: list[tuple[str, str, str]], resource: dict) -> None:
    """A load may leave out a nullable column and may relax nothing, as long as no schemaUpdateOptions are given."""
    mismatch = f"Provided Schema does not match Table {table}."
    columns = {f["name"].lower(): f for f in resource.get("schema", {}).get("fields", [])}
    for name, kind, mode in fields:
        column = columns.get(name.lower())
        if column is None:
            raise Refusal("invalid", f"{mismatch} Cannot add fields (field: {name})", "job")
        declared = type_of(column)
        if kind != declared:
            raise Refusal("invalid", f"{mismatch} Field {name} has changed type from {declared} to {kind}", "job")
        if mode == "NULLABLE" and column.get("mode") == "REQUIRED":
            raise Refusal("invalid", f"{mismatch} Field {name} has changed mode from REQUIRED to NULLABLE", "job")
    missing = sorted(name for name, f in columns.items() if f.get("mode") == "REQUIRED" and name not in {n.lower() for n, _, _ in fields})
    if missing:
        raise Refusal("invalid", f"{mismatch} Field {missing[0]} is missing in new schema", "job")


def spelled_load(load: dict, target: Target, lake: str) -> dict:
    """The load as the emulator takes it: no decorator, which it does not know, and no folders that it takes for columns."""
    destination = {**load["destinationTable"], "tableId": target.table.rsplit(".", 1)[1]}
    disposition = "WRITE_APPEND" if target.partition else load.get("writeDisposition", "WRITE_APPEND")
    uris = [_flat(uri, lake) for uri in load["sourceUris"]]
    return {**load, "destinationTable": destination, "writeDisposition": disposition, "sourceUris": uris}


def _flat(uri: str, lake: str) -> str:
    name = hashlib.sha256(uri.encode()).hexdigest() + os.path.splitext(uri)[1]
    os.makedirs(os.path.join(lake, "flat"), exist_ok=True)
    link = os.path.join(lake, "flat", name)
    source = os.path.join(lake, uri.removeprefix("gs://"))
    if os.path.exists(link):
        os.unlink(link)
    os.link(source, link)
    return f"gs://flat/{name}"


def _micros(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)
