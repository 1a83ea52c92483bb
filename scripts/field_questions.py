"""Finds where the code looks which of several fields of a result is set, to learn what kind of result it is.

That a part is absent may mean that it is not drawn. But whoever tries one field, and then the next, asks for a kind: a
third kind would be silently the last of them. The record itself answers that, or a table by kind.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from architecture import RESULT_ROOTS
from import_graph import Module
from kind_questions import FOLDER, names_in


def find_field_questions(modules: Mapping[str, Module]) -> Iterator[tuple[Module, int, str]]:
    """Yield each choice among fields of a result outside the folders of kinds: its module, its line, the fields."""
    fields = _optional_fields([module.tree for module in modules.values()])
    for name, module in modules.items():
        if FOLDER not in name.split("."):
            for line, asked in sorted(set(_choices(module.tree, fields))):
                yield module, line, asked


def _optional_fields(trees: list[ast.Module]) -> frozenset[str]:
    """Return the fields of results that may be absent: None, or an empty tuple."""
    classes = [node for tree in trees for node in tree.body if isinstance(node, ast.ClassDef)]
    results = set(RESULT_ROOTS)
    before = 0
    while len(results) > before:  # a class may stand in a file before its base's
        before = len(results)
        results |= {one.name for one in classes if any(names_in(base) & results for base in one.bases)}
    return frozenset(
        node.target.id
        for one in classes
        if one.name in results
        for node in one.body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and _is_nothing(node.value)
    )


def _is_nothing(node: ast.expr | None) -> bool:
    is_none = isinstance(node, ast.Constant) and node.value is None
    return is_none or (isinstance(node, ast.Tuple) and not node.elts)


def _choices(tree: ast.Module, fields: frozenset[str]) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        asked: set[tuple[str, str]] = set()
        if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.Or):
            asked = {one for value in node.values for one in _tested(value, fields)}
        elif isinstance(node, ast.IfExp | ast.If):
            asked = set(_chain(node, fields))
        for whose in {base for base, _ in asked}:
            of_one = sorted(field for base, field in asked if base == whose)
            if len(of_one) > 1:
                yield getattr(node, "lineno", 0), f"{whose}.{' or .'.join(of_one)}"


def _chain(node: ast.expr | ast.stmt, fields: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield what an `if` asks, and what is asked where it does not hold."""
    if isinstance(node, ast.IfExp):
        yield from _tested(node.test, fields)
        yield from _chain(node.orelse, fields)
    elif isinstance(node, ast.If):
        yield from _tested(node.test, fields)
        if len(node.orelse) == 1:
            yield from _chain(node.orelse[0], fields)


def _tested(node: ast.expr, fields: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Yield (whose, field) where an expression is a field, or asks whether one is there."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        node = node.operand
    if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Is | ast.IsNot):
        node = node.left
    if isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from _tested(value, fields)
    if isinstance(node, ast.IfExp):
        yield from _tested(node.test, fields)
    if isinstance(node, ast.Attribute) and node.attr in fields:
        yield ast.unparse(node.value), node.attr
