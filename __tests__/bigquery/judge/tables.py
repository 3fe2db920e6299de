"""How each table was declared, and what is in it. The emulator forgets the first and counts the second wrongly after DML."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from sqlglot import exp

from .emulator import Emulator
from .statements import Place, Statement, full_name

#: Bytes of a value: https://cloud.google.com/bigquery/pricing#data. A text takes two more than its letters in UTF-8.
BYTES = {"INTEGER": 8, "FLOAT": 8, "TIMESTAMP": 8, "DATE": 8, "DATETIME": 8, "BOOLEAN": 1, "NUMERIC": 16, "BIGNUMERIC": 32}


def type_of(field: dict) -> str:
    """The type of a field as the older of the API's two spellings has it."""
    return {"INT64": "INTEGER", "FLOAT64": "FLOAT", "BOOL": "BOOLEAN"}.get(field["type"], field["type"])


@dataclass(frozen=True)
class Partitioning:
    column: str
    #: HOUR, DAY, MONTH or YEAR
    granularity: str
    required: bool


@dataclass
class Contents:
    rows: int
    #: Bytes of a row's value in each column, on average.
    widths: dict[str, float]


@dataclass
class Table:
    name: str
    partitioning: Partitioning | None = None
    #: Until a change.
    contents: Contents | None = None
    pruned_rows: dict[str, int] = field(default_factory=dict)


class Tables:
    def __init__(self, emulator: Emulator):
        self._emulator = emulator
        self._tables: dict[str, Table] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> Table:
        with self._lock:
            return self._tables.setdefault(name, Table(name))

    def note_resource(self, resource: dict) -> None:
        """A table that was made through the API."""
        reference = resource["tableReference"]
        name = ".".join(reference[key] for key in ("projectId", "datasetId", "tableId"))
        parts = resource.get("timePartitioning")
        required = bool(resource.get("requirePartitionFilter") or (parts or {}).get("requirePartitionFilter"))
        partitioning = Partitioning(parts["field"], parts.get("type", "DAY"), required) if parts else None
        with self._lock:
            self._tables[name] = Table(name, partitioning)

    def note_statement(self, statement: Statement, place: Place) -> None:
        """What a statement declares or changes; to be told after it ran."""
        if statement.target is None:
            return
        if statement.kind.startswith("CREATE_TABLE"):
            kept = statement.tree.args.get("exists") and statement.target in self._tables
            if not kept:
                with self._lock:
                    self._tables[statement.target] = Table(statement.target, _declared(statement.tree))
        elif statement.kind == "ALTER" and (renamed := statement.tree.find(exp.AlterRename)):
            with self._lock:
                moved = self._tables.pop(statement.target, Table(statement.target))
                dataset = statement.target.rsplit(".", 1)[0]
                new_name = full_name(renamed.this, Place(*dataset.split(".", 1)))
                self._tables[new_name] = Table(new_name, moved.partitioning)
        elif statement.kind == "DROP":
            with self._lock:
                self._tables.pop(statement.target, None)
        else:
            self.note_change(statement.target)

    def note_change(self, name: str) -> None:
        table = self.get(name)
        with self._lock:
            table.contents = None
            table.pruned_rows = {}

    def contents(self, name: str) -> Contents:
        table = self.get(name)
        if table.contents is None:
            table.contents = self._count(name)
        return table.contents

    def rows(self, name: str, conditions: list[exp.Expression]) -> int:
        """
        Rows of the partitions in which a row fulfils the conditions; all without conditions, and where one has a parameter,
        whose value is not looked at.
        """
        table = self.get(name)
        if not conditions or table.partitioning is None or any(c.find(exp.Parameter, exp.Placeholder) for c in conditions):
            return self.contents(name).rows
        bare = " and ".join(f"({_without_alias(c)})" for c in conditions)
        if bare not in table.pruned_rows:
            parts = table.partitioning
            trunc = "date_trunc" if parts.granularity == "DAY" and self._type(name, parts.column) == "DATE" else "timestamp_trunc"
            partition = f"{trunc}({parts.column}, {parts.granularity})"
            sql = f"select count(*) from `{name}` where {partition} in (select {partition} from `{name}` where {bare})"
            table.pruned_rows[bare] = int(self._emulator.rows(name.split(".")[0], sql)[0][0])
        return table.pruned_rows[bare]

    def _type(self, name: str, column: str) -> str:
        fields = (self._emulator.table(name) or {}).get("schema", {}).get("fields", [])
        return next((type_of(f) for f in fields if f["name"] == column), "")

    def _count(self, name: str) -> Contents:
        resource = self._emulator.table(name)
        if resource is None:
            return Contents(0, {})
        fields = resource.get("schema", {}).get("fields", [])
        texts = [f["name"] for f in fields if type_of(f) not in BYTES]
        averages = "".join(f", avg(2 + byte_length(cast(`{column}` as string)))" for column in texts)
        (rows, *widths), = self._emulator.rows(name.split(".")[0], f"select count(*){averages} from `{name}`")
        measured = {column: float(width or 2) for column, width in zip(texts, widths)}
        return Contents(int(rows), {f["name"].lower(): measured.get(f["name"], BYTES.get(type_of(f), 8)) for f in fields})


def _declared(create: exp.Create) -> Partitioning | None:
    column, granularity, required = None, "DAY", False
    for declared in (create.args.get("properties") or exp.Properties()).expressions:
        if isinstance(declared, exp.PartitionedByProperty):
            found = declared.find(exp.Column) or declared.find(exp.Identifier)
            column = found.name if found else None
            unit = declared.find(exp.Var)
            granularity = unit.name.upper() if unit else "DAY"
        if isinstance(declared, exp.Property) and declared.name.lower() == "require_partition_filter":
            required = declared.args["value"].sql().lower() == "true"
    return Partitioning(column, granularity, required) if column else None


def _without_alias(condition: exp.Expression) -> str:
    return condition.transform(lambda node: exp.column(node.name) if isinstance(node, exp.Column) else node).sql("bigquery")
