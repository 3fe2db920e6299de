"""The rules over a query, apart from HTTP: what it may not say, and what it costs."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlglot import exp

from .billing import billed_bytes, unpruned
from .pruning import pruning_conditions
from .refusal import Refusal
from .statements import Place, Statement, statements
from .tables import Tables, type_of

# https://cloud.google.com/bigquery/quotas#query_jobs
LONGEST_QUERY_BYTES = 1024 * 1024
# https://cloud.google.com/bigquery/docs/reference/standard-sql/data-types#timestamp_type
YEAR = re.compile(r"^[+-]?0*(\d+)-\d{1,2}(-\d{1,2})?([ T]|$)")
# https://cloud.google.com/bigquery/docs/reference/standard-sql/conversion_rules: what a value of one type may be stored as.
COERCIONS = {
    "INTEGER": {"NUMERIC", "BIGNUMERIC", "FLOAT"},
    "NUMERIC": {"BIGNUMERIC", "FLOAT"},
    "BIGNUMERIC": {"FLOAT"},
    "DATE": {"DATETIME", "TIMESTAMP"},
}
TYPES = {"BIGINT": "INTEGER", "INT": "INTEGER", "DOUBLE": "FLOAT", "TEXT": "STRING", "VARCHAR": "STRING", "DECIMAL": "NUMERIC", "BIGDECIMAL": "BIGNUMERIC", "TIMESTAMPTZ": "TIMESTAMP", "TIMESTAMP": "DATETIME"}


@dataclass(frozen=True)
class Judgement:
    statements: list[Statement]
    billed: dict[str, int]
    unpruned: list[str]


def judge_query(sql: str, place: Place, tables: Tables) -> Judgement:
    """What it costs. Raises Refusal where it breaks a rule that is known before it runs."""
    if len(sql.encode()) > LONGEST_QUERY_BYTES:
        raise Refusal("invalid", "The query is too large. The maximum standard SQL query length is 1024.00K characters, including comments and white space characters.")
    script = statements(sql, place)
    billed: dict[str, int] = {}
    whole: set[str] = set()
    for statement in script:
        _required_filters(statement, tables)
        _instants(statement)
        whole |= set(unpruned(statement, tables))
        for table, count in billed_bytes(statement, tables).items():
            billed[table] = billed.get(table, 0) + count
    return Judgement(script, billed, sorted(whole))


def _required_filters(statement: Statement, tables: Tables) -> None:
    """https://cloud.google.com/bigquery/docs/querying-partitioned-tables#require_a_partition_filter_in_queries."""
    for read in statement.reads:
        partitioning = tables.get(read.table).partitioning
        if not partitioning or not partitioning.required:
            continue
        if not pruning_conditions(read.reader, partitioning.column, read.alias):
            raise Refusal(
                "invalidQuery",
                f"Cannot query over table '{read.table}' without a filter over column(s) '{partitioning.column}' that can be used for partition elimination",
            )


def _instants(statement: Statement) -> None:
    for cast in statement.tree.find_all(exp.Cast, exp.TryCast):
        if isinstance(cast.this, exp.Literal) and cast.to.this in (exp.DType.TIMESTAMPTZ, exp.DType.DATE, exp.DType.TIMESTAMP):
            found = YEAR.match(cast.this.this)
            if found and not 1 <= int(found[1]) <= 9999:
                raise Refusal("invalidQuery", f"Invalid {cast.to.sql('bigquery')} string literal: '{cast.this.this}': years are 0001 to 9999")


def judge_column_types(statement: Statement, selected: list[dict]) -> None:
    """Raises Refusal where a table made with a list of columns gets values of a type that these do not take."""
    declared = {c.name.lower(): c.args["kind"] for c in statement.tree.this.expressions if isinstance(c, exp.ColumnDef)}
    for column in selected:
        kind = declared.get(column["name"].lower())
        if kind is None:
            raise Refusal("invalidQuery", f"Column {column['name']} of the query is not in the list of columns")
        wanted = TYPES.get(kind.this.name, kind.this.name)
        got = type_of(column)
        if got != wanted and wanted not in COERCIONS.get(got, set()):
            raise Refusal("invalidQuery", f"Query column {column['name']} has type {got} which cannot be coerced into the type of the column, {wanted}")
