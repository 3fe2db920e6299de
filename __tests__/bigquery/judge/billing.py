"""Bytes that a statement is billed for.

https://cloud.google.com/bigquery/pricing#on_demand_pricing: the bytes of the columns that a query names, in the partitions
that it reads, and at least 10 MB for each table that it refers to and for each query. An upper bound: a column counts where the statement
names it anywhere, and all columns where it says `*`.
"""

from __future__ import annotations

import re

from sqlglot import exp

from .pruning import pruning_actions, pruning_conditions
from .statements import Read, Statement
from .tables import Tables

MINIMUM = 10 * 2**20


def billed_bytes(statement: Statement, tables: Tables) -> dict[str, int]:
    """By table."""
    billed: dict[str, int] = {}
    for read in statement.reads:
        billed[read.table] = billed.get(read.table, 0) + _bytes(statement, read, tables)
    return {table: max(MINIMUM, count) for table, count in billed.items()}


def unpruned(statement: Statement, tables: Tables) -> list[str]:
    """The partitioned tables that a statement reads whole."""
    return sorted({read.table for read in statement.reads if _conditions(read, tables) == [] and tables.get(read.table).partitioning})


def _conditions(read: Read, tables: Tables) -> list[exp.Expression]:
    partitioning = tables.get(read.table).partitioning
    if partitioning is None:
        return []
    found = pruning_conditions(read.reader, partitioning.column, read.alias)
    if not found and isinstance(read.reader, exp.Merge) and read.reader.this.alias_or_name == read.alias:
        found = pruning_actions(read.reader, partitioning.column, read.alias)
    return found


def _bytes(statement: Statement, read: Read, tables: Tables) -> int:
    contents = tables.contents(read.table)
    text = statement.tree.sql("bigquery").lower()
    everything = read.reader.find(exp.Star) is not None
    named = (w for column, w in contents.widths.items() if everything or re.search(rf"\b{re.escape(column)}\b", text))
    return round(tables.rows(read.table, _conditions(read, tables)) * sum(named))
