"""A script as statements: what each is, reads and changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from .refusal import Refusal
from .spellings import parsable

DML = {exp.Insert: "INSERT", exp.Update: "UPDATE", exp.Delete: "DELETE", exp.Merge: "MERGE"}


@dataclass(frozen=True)
class Place:
    """Where names without a project or dataset are looked up."""

    project: str
    dataset: str = ""


@dataclass(frozen=True)
class Read:
    """A table that a SELECT or a statement of DML reads, by the name it has there."""

    table: str
    alias: str
    reader: exp.Expression


@dataclass(frozen=True)
class Statement:
    kind: str
    tree: exp.Expression
    #: The table that it changes or makes.
    target: str | None
    reads: tuple[Read, ...]

    @property
    def is_dml(self) -> bool:
        return self.kind in DML.values()


def statements(sql: str, place: Place) -> list[Statement]:
    """Raises Refusal where it cannot be read: what is not read cannot be judged, and must not pass."""
    try:
        trees = sqlglot.parse(parsable(sql), read="bigquery")
    except sqlglot.errors.SqlglotError as error:
        raise Refusal("invalidQuery", f"Syntax error, as far as the judge can read: {str(error)[:500]}") from error
    return [
        Statement(_kind(tree), tree, _target(tree, place), tuple(_reads(tree, place)))
        for tree in trees
        if tree is not None and not isinstance(tree, exp.Semicolon)
    ]


def full_name(table: exp.Table, place: Place) -> str:
    """`project.dataset.table`; backquotes may hold several parts at once."""
    parts = [part for quoted in table.parts for part in quoted.name.split(".")]
    return ".".join([*[place.project, place.dataset][: max(0, 3 - len(parts))], *parts])


def _kind(tree: exp.Expression) -> str:
    for node, name in DML.items():
        if isinstance(tree, node):
            return name
    if isinstance(tree, exp.Create):
        made = (tree.kind or "").upper()
        return f"CREATE_{made}_AS_SELECT" if made == "TABLE" and tree.expression else f"CREATE_{made}"
    if isinstance(tree, exp.Query):
        return "SELECT"
    return tree.key.upper()


def _target(tree: exp.Expression, place: Place) -> str | None:
    if isinstance(tree, (*DML, exp.Drop, exp.Alter, exp.TruncateTable)) or (isinstance(tree, exp.Create) and tree.kind == "TABLE"):
        table = tree.find(exp.Table)
        return full_name(table, place) if table else None
    return None


def _reads(tree: exp.Expression, place: Place) -> Iterator[Read]:
    queries = [tree] if isinstance(tree, exp.Query) else _outermost_queries(tree)
    for query in queries:
        for scope in traverse_scope(query):
            for alias, source in scope.sources.items():
                if isinstance(source, exp.Table):
                    yield Read(full_name(source, place), alias, scope.expression)
    if isinstance(tree, (exp.Update, exp.Delete, exp.Merge)):
        yield Read(full_name(tree.find(exp.Table), place), tree.this.alias_or_name, tree)
        using = tree.args.get("using")
        if isinstance(using, exp.Table):
            yield Read(full_name(using, place), using.alias_or_name, tree)


def _outermost_queries(tree: exp.Expression) -> Iterator[exp.Query]:
    """The queries inside a statement that is none, such as the one of CREATE TABLE AS, each with all that is in it."""

    def below(node: exp.Expression) -> Iterator[exp.Query]:
        for child in node.iter_expressions():
            if isinstance(child, exp.Subquery):
                yield from below(child) if not isinstance(child.this, exp.Query) else [child.this]
            elif isinstance(child, exp.Query):
                yield child
            else:
                yield from below(child)

    yield from below(tree)
