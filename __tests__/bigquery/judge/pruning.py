"""Which conditions say, with literals, what partitions of a table are read.

https://cloud.google.com/bigquery/docs/querying-partitioned-tables: a filter prunes where the partition column stands by
itself on one side and a constant expression on the other; a subquery, another column and an OR with anything else do not.
Stricter than Google in one place: a condition counts in the SELECT that reads the table, not further out.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

COMPARISONS = (exp.EQ, exp.GT, exp.GTE, exp.LT, exp.LTE)


def pruning_conditions(reader: exp.Expression, column: str, alias: str) -> list[exp.Expression]:
    """The conditions of a SELECT or of DML by which only some partitions of a table are read."""
    return [c for c in _conditions(reader, alias) if _prunes(c, column, alias)]


def pruning_actions(merge: exp.Merge, column: str, alias: str) -> list[exp.Expression]:
    """
    The conditions by which a MERGE reads only some partitions of its target although its ON does not say so: each WHEN that
    looks at rows of the target has one of its own. It limits what is read, and does not fulfil `require_partition_filter`.
    """
    found = []
    for when in merge.args["whens"].expressions:
        if not when.args.get("matched") and not when.args.get("source"):
            continue  # WHEN NOT MATCHED [BY TARGET] looks at no row of the target
        condition = when.args.get("condition")
        pruning = [c for c in _parts(condition) if _prunes(c, column, alias)]
        if not pruning:
            return []
        found += pruning
    return found


def _parts(condition: exp.Expression | None) -> list[exp.Expression]:
    if condition is None:
        return []
    if isinstance(condition, exp.Paren):
        return _parts(condition.this)
    return list(condition.flatten()) if isinstance(condition, exp.And) else [condition]


def _conditions(reader: exp.Expression, alias: str) -> Iterator[exp.Expression]:
    """What every row of this table has passed that the SELECT or DML looks at."""
    if isinstance(reader, exp.Merge):
        yield from _parts(reader.args["on"])
    where = reader.args.get("where")
    if where:
        yield from _parts(where.this)
    for join in reader.args.get("joins") or []:
        outer = (join.side or "").upper()
        joined = join.this.alias_or_name.lower() == alias.lower()
        if not outer or (outer == "LEFT" and joined):
            yield from _parts(join.args.get("on"))


def _prunes(node: exp.Expression, column: str, alias: str) -> bool:
    def is_column(side: exp.Expression) -> bool:
        return isinstance(side, exp.Column) and side.name.lower() == column.lower() and side.table.lower() in ("", alias.lower())

    if isinstance(node, exp.Paren):
        return _prunes(node.this, column, alias)
    if isinstance(node, exp.And):
        return _prunes(node.left, column, alias) or _prunes(node.right, column, alias)
    if isinstance(node, exp.Or):
        return _prunes(node.left, column, alias) and _prunes(node.right, column, alias)
    if isinstance(node, COMPARISONS):
        sides = ((node.left, node.right), (node.right, node.left))
        return any(is_column(side) and is_constant(other) for side, other in sides)
    if isinstance(node, exp.Between):
        return is_column(node.this) and is_constant(node.args["low"]) and is_constant(node.args["high"])
    if isinstance(node, exp.In):
        values = node.expressions
        return is_column(node.this) and bool(values) and not node.args.get("query") and all(map(is_constant, values))
    return False


def is_constant(node: exp.Expression | None) -> bool:
    """Whether it has one value that is known before any row is read: literals, parameters, functions of these."""
    return node is not None and not isinstance(node, (exp.Column, exp.Query)) and node.find(exp.Column, exp.Query) is None
