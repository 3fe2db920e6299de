"""What the emulator cannot read, said otherwise. Each means the same in BigQuery; what needs nothing is handed on as it is."""

from __future__ import annotations

import re

from sqlglot import exp

HAVING = re.compile(r"\bhaving\s+(?:min|max)\s+", re.IGNORECASE)


def parsable(sql: str) -> str:
    """sqlglot reads `any_value(x having min a + b)` only where the expression is in brackets."""
    at, out = 0, []
    for match in HAVING.finditer(sql):
        end = _closing(sql, match.end())
        out += [sql[at : match.end()], "(", sql[match.end() : end], ")"]
        at = end
    return "".join(out) + sql[at:]


def _closing(sql: str, start: int) -> int:
    """Where the bracket closes that is open at `start`."""
    depth = 0
    for at in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[at], 0)
        if depth < 0:
            return at
    return len(sql)


def spelled(sql: str, trees: list[exp.Expression]) -> str:
    """A script as the emulator takes it."""
    rewritten = [_without_column_list(tree.copy().transform(_truncated)) for tree in trees]
    same = all(one == other for one, other in zip(rewritten, trees)) and not HAVING.search(sql)
    return sql if same else ";\n".join(tree.sql("bigquery") for tree in rewritten)


def _without_column_list(tree: exp.Expression) -> exp.Expression:
    """CREATE TABLE t (columns) AS query: the list's types as casts around the query."""
    if not (isinstance(tree, exp.Create) and isinstance(tree.this, exp.Schema) and tree.expression):
        return tree
    query = tree.expression.unnest()
    casts = [exp.alias_(exp.cast(exp.column(c.name), c.args["kind"]), c.name) for c in tree.this.expressions if isinstance(c, exp.ColumnDef)]
    tree.set("this", tree.this.this)
    tree.set("expression", exp.select(*casts).from_(query.subquery("typed")))
    return tree


def _truncated(node: exp.Expression) -> exp.Expression:
    """DATE_TRUNC of a date is a date, and ISOWEEK begins on Monday."""
    if not isinstance(node, exp.DateTrunc):
        return node
    unit = node.args["unit"].name.upper()
    if unit == "ISOWEEK":
        day = node.this.sql("bigquery")
        return exp.maybe_parse(f"date_sub({day}, interval mod(extract(dayofweek from {day}) + 5, 7) day)", dialect="bigquery")
    if unit in ("YEAR", "MONTH") and not isinstance(node.parent, exp.Cast):
        return exp.cast(node.copy(), "date", dialect="bigquery")
    return node
