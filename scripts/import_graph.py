"""Reads the imports of `src/pellucid` from the syntax tree, without running any of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

When = Literal["load", "call", "types", "late"]
"""When an import happens: as the module loads, when a function is called, for the type checker only, or by a `Late`."""


@dataclass(frozen=True)
class Import:
    """One imported thing.

    Attributes:
        importer: dotted name of the module with the statement.
        target: dotted name of the module imported; for our own package the deepest module that exists.
        name: what is taken from the target with `from target import name`; "" when the module itself is meant.
        path: file with the statement.
        line: line of the statement, from 1.
        when: when it happens.
        through: of a module that is imported as a name, `from through import module`; else "".
    """

    importer: str
    target: str
    name: str
    path: Path
    line: int
    when: When
    through: str = ""


@dataclass(frozen=True, eq=False)
class Module:
    """One source file.

    Attributes:
        name: dotted name, of the package for an `__init__.py`.
        path: the file.
        num_lines: lines in the file.
        summary: first line of the module's docstring, or "".
        imports: everything it imports.
        tree: its syntax.
    """

    name: str
    path: Path
    num_lines: int
    summary: str
    imports: tuple[Import, ...]
    tree: ast.Module = field(repr=False)

    @property
    def room(self) -> str:
        """Return the room it belongs to; "" for the package's own `__init__`."""
        return room_of(self.name)


def room_of(module: str) -> str:
    """Return the second part of a dotted name ("data" of "pellucid.data.folders"), or "" when there is none."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def read_modules(source: Path) -> dict[str, Module]:
    """Return every module under the package folder `source`, by dotted name, sorted."""
    files = {_module_name(source, path): path for path in sorted(source.rglob("*.py"))}
    return {name: _read(name, path, source.name, frozenset(files)) for name, path in sorted(files.items())}


def _module_name(source: Path, path: Path) -> str:
    parts = [source.name, *path.relative_to(source).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _read(name: str, path: Path, package: str, known: frozenset[str]) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, filename=str(path))
    reader = _Reader(name, path, package, known)
    reader.visit(tree)
    summary = (ast.get_docstring(tree) or "").split("\n\n")[0].replace("\n", " ")
    return Module(name, path, text.count("\n"), summary, tuple(reader.found), tree)


class _Reader(ast.NodeVisitor):
    """Collects imports, with the moment at which each happens."""

    def __init__(self, name: str, path: Path, package: str, known: frozenset[str]) -> None:
        self.name, self.path, self.package, self.known = name, path, package, known
        self.when: When = "load"
        self.found: list[Import] = []

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            if alias.name != self.package or alias.asname:
                self._add(alias.name, "", node.lineno)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        # After `import package` it is `package.name` that says what is used.
        if isinstance(node.value, ast.Name) and node.value.id == self.package:
            self._add_name(self.package, node.attr, node.lineno)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        # `Late("package.module", "name")` loads the module when it is first used.
        where = node.args[0] if node.args else None
        if getattr(node.func, "id", "") == "Late" and isinstance(where, ast.Constant) and where.value in self.known:
            self.found.append(Import(self.name, str(where.value), "", self.path, node.lineno, "late"))
        self.generic_visit(node)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        base = node.module or ""
        if node.level:
            own = self.name.split(".") + ([""] if self.path.name == "__init__.py" else [])
            base = ".".join([*own[: -node.level], *([base] if base else [])])
        for alias in node.names:
            self._add_name(base, alias.name, node.lineno)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> None:
        self._function(node)

    def visit_If(self, node: ast.If) -> None:
        if ast.unparse(node.test) in {"TYPE_CHECKING", "typing.TYPE_CHECKING"}:
            self._inside("types", node.body)
            self._inside(self.when, node.orelse)
        else:
            self.generic_visit(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._inside("call" if self.when == "load" else self.when, node.body)

    def _inside(self, when: When, body: list[ast.stmt]) -> None:
        before, self.when = self.when, when
        for statement in body:
            self.visit(statement)
        self.when = before

    def _add_name(self, base: str, name: str, line: int) -> None:
        inner = f"{base}.{name}"
        if inner in self.known:
            self._add(inner, "", line, through=base)
        else:
            self._add(base, name, line)

    def _add(self, target: str, name: str, line: int, *, through: str = "") -> None:
        self.found.append(Import(self.name, target, name, self.path, line, self.when, through))


def is_own(target: str, package: str) -> bool:
    """Return whether `target` lies in `package`."""
    return target == package or target.startswith(f"{package}.")


def loaded_targets(found: Import, modules: Mapping[str, Module]) -> list[str]:
    """Return what an import loads by its own words: its target, and the module behind a name given lazily.

    A package that hands a name out by `__getattr__` imports it for the type checker; taking such a name while loading
    loads that module after all.
    """
    lazy = [
        other.target
        for other in (modules[found.target].imports if found.target in modules else ())
        if other.when == "types" and found.name and other.name == found.name
    ]
    return [found.target, *lazy]


def loaded_edges(modules: dict[str, Module]) -> dict[str, list[tuple[Import, str]]]:
    """Return for each module the imports that load own modules with it, each with the module loaded."""
    return {
        name: [
            (found, target)
            for found in module.imports
            if found.when == "load"
            for target in loaded_targets(found, modules)
            if target in modules
        ]
        for name, module in modules.items()
    }


def room_edges(modules: dict[str, Module], package: str) -> dict[str, set[str]]:
    """Return for each room the other rooms that it imports at any time, types included."""
    edges: dict[str, set[str]] = {}
    for module in modules.values():
        targets = edges.setdefault(module.room, set())
        for found in module.imports:
            if is_own(found.target, package) and room_of(found.target) not in {"", module.room}:
                targets.add(room_of(found.target))
    return edges
