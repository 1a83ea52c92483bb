"""Finds where the code asks which kind something is, instead of asking the kind itself or a table by kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from architecture import KIND_ROOTS
from import_graph import Module

FOLDER = "kinds"
"""In files below a folder of this name a kind is narrowed; nowhere else."""


@dataclass
class Kinds:
    """What stands for a kind in the source.

    Attributes:
        names: of the classes, and of module-level names made of them, e.g. a union.
        words: what their field `kind` says.
    """

    names: set[str] = field(default_factory=set)
    words: set[str] = field(default_factory=set)


def find_questions(modules: Mapping[str, Module]) -> Iterator[tuple[Module, int, str]]:
    """Yield each question about a kind outside the folders of kinds: its module, its line, and what is asked."""
    trees = {name: module.tree for name, module in modules.items()}
    kinds = _kinds_in(trees)
    for name, tree in trees.items():
        if FOLDER not in name.split("."):
            for line, question in sorted(set(_questions(tree, kinds))):
                yield modules[name], line, question


def _kinds_in(trees: Mapping[str, ast.Module]) -> Kinds:
    """Return the classes that descend from `KIND_ROOTS`, the names made of them, and their words."""
    found = Kinds(set(KIND_ROOTS))
    classes = [node for tree in trees.values() for node in tree.body if isinstance(node, ast.ClassDef)]
    before = 0
    while len(found.names) > before:  # a class may stand in a file before its base's
        before = len(found.names)
        found.names |= {one.name for one in classes if any(names_in(base) & found.names for base in one.bases)}
    for one in classes:
        if one.name in found.names:
            found.words |= {word for node in one.body for word in _word_of(node)}
    for tree in trees.values():
        for node in tree.body:
            if isinstance(node, ast.Assign) and _is_union(node.value, found):
                found.names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


def _word_of(node: ast.stmt) -> set[str]:
    is_kind = isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "kind"
    return _texts(node.value) if is_kind and isinstance(node, ast.AnnAssign) and node.value is not None else set()


def _is_union(node: ast.expr, kinds: Kinds) -> bool:
    """Return whether an expression is made of kinds: `A | B`, `(A, B)`, `Annotated[A | B, ...]`."""
    if isinstance(node, ast.Subscript):
        return _is_union(node.slice, kinds)
    return isinstance(node, ast.BinOp | ast.Tuple) and bool(names_in(node) & kinds.names)


def _questions(tree: ast.Module, kinds: Kinds) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        asked: set[str] = set()
        if _is_call_of(node, "isinstance", "issubclass") and isinstance(node, ast.Call) and len(node.args) == 2:
            asked = names_in(node.args[1]) & kinds.names
        elif isinstance(node, ast.MatchClass):
            asked = names_in(node.cls) & kinds.names
        elif isinstance(node, ast.Match) and _is_kind_field(node.subject):
            asked = {text for case in node.cases for text in _texts(case.pattern)} & kinds.words
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(_is_kind_field, sides)):
                asked = {text for side in sides for text in _texts(side)} & kinds.words
            elif any(_is_call_of(side, "type") for side in sides):
                asked = {name for side in sides for name in names_in(side)} & kinds.names
        if asked:
            yield getattr(node, "lineno", 0), ", ".join(sorted(asked))


def _is_kind_field(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "kind"


def _is_call_of(node: ast.AST, *names: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def names_in(node: ast.AST) -> set[str]:
    """Return the names in an expression, of `module.Name` both parts."""
    nodes = list(ast.walk(node))
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    return names | {one.attr for one in nodes if isinstance(one, ast.Attribute)}


def _texts(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}
