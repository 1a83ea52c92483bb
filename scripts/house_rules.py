"""The rules of the house beyond the table of rooms. Each gives its breaches; `check_imports.py` counts them by room."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from architecture import COSTLY, ROOT
from field_questions import find_field_questions
from import_graph import Module, is_own, loaded_targets, room_of
from kind_questions import find_questions


@dataclass(frozen=True)
class Breach:
    """One breach of a rule.

    Attributes:
        rule: its name, a key of `RULES`.
        room: where it stands; "" for the package's own `__init__`.
        message: where exactly, and what is to be done.
    """

    rule: str
    room: str
    message: str


def find_breaches(modules: Mapping[str, Module], package: str) -> list[Breach]:
    """Return every breach of the rules in the modules of a package, rule by rule."""
    return [
        Breach(rule, module.room, f"{short(module.path)}:{line}: {what}")
        for rule, find in RULES.items()
        for module, line, what in dict.fromkeys(find(modules, package))
    ]


Found = Iterator[tuple[Module, int, str]]


def _kinds(modules: Mapping[str, Module], package: str) -> Found:
    """Nobody asks which kind an input, a target or a preprocessing is, but the files of kinds themselves."""
    for module, line, asked in find_questions(modules):
        yield module, line, f"asks for the kind {asked}; ask the kind itself, or a table of rows in a folder 'kinds'."


def _fields(modules: Mapping[str, Module], package: str) -> Found:
    """Nobody learns what kind a result is by looking which of its fields is set, but the files of kinds themselves."""
    for module, line, asked in find_field_questions(modules):
        yield module, line, f"looks which is set, {asked}; ask the record, or a table of rows in a folder 'kinds'."


def _circles(modules: Mapping[str, Module], package: str) -> Found:
    """No module leads back to itself, by imports when loading, when called, or for types; counted by module."""
    edges = {
        name: sorted({one.target for one in module.imports if one.target in modules and one.target != name})
        for name, module in modules.items()
    }
    for name, module in modules.items():
        if circle := _way_back(name, edges):
            yield module, 1, f"is in a circle of imports: {' -> '.join(circle)}."


def _way_back(start: str, edges: Mapping[str, list[str]]) -> list[str]:
    """Return the shortest way from a module to itself; [] where there is none."""
    came_from: dict[str, str] = {}
    queue = [start]
    while queue:
        name = queue.pop(0)
        for target in edges[name]:
            if target == start:
                way = [start, name]
                while way[-1] != start:
                    way.append(came_from[way[-1]])
                return way[::-1]
            if target not in came_from:
                came_from[target] = name
                queue.append(target)
    return []


def _doors(modules: Mapping[str, Module], package: str) -> Found:
    """What a room offers to others comes through its door, `from package.room import name`.

    A name that the door offers may also be that of a module in the room (`decoding.decode`): then it is the door's.
    """
    offered = {name: _offered(module) for name, module in modules.items()}
    for module in modules.values():
        for one in module.imports:
            if one.when == "types" and f"{module.name}.{one.name}" in modules and one.name in offered[module.name]:
                what = f"the module is called {one.name}, and so is what the door gives late"
                yield module, one.line, f"{what}: Python would give the module; call it otherwise."
            room = room_of(one.target)
            door = f"{package}.{room}"
            is_door = one.target == door or (one.through == door and one.target.rpartition(".")[2] in offered[door])
            if is_own(one.target, package) and room not in ("", module.room) and not is_door:
                way = "give it in the room's __init__ (by __getattr__ where it is heavy)"
                yield module, one.line, f"goes past the door of {room} for {one.target}; {way}."


def _offered(module: Module) -> frozenset[str]:
    """Return the names in a module's `__all__`."""
    return frozenset(
        part.value
        for node in module.tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__all__"
        for part in ast.walk(node.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    )


def _lazy(modules: Mapping[str, Module], package: str) -> Found:
    """Within functions only what costs time is imported, or what not every machine has.

    Of our own modules: those that load a costly package which the importing module does not load itself.
    """
    loads = {name: _loads(module, modules) for name, module in modules.items()}

    @cache
    def cost(name: str) -> frozenset[str]:
        return _cost(name, loads)

    for module in modules.values():
        for one in module.imports:
            top = one.target.split(".")[0]
            if one.when != "call" or top in COSTLY:
                continue
            if not is_own(one.target, package):
                yield module, one.line, f"imports {top} within a function; import it at the top."
            elif not frozenset().union(*map(cost, loaded_targets(one, modules))) - cost(module.name):
                yield module, one.line, f"imports {one.target} within a function, which costs nothing: at the top."


def _loads(module: Module, modules: Mapping[str, Module]) -> set[str]:
    """Return what is loaded with a module by its own words: its imports, and all packages that these lie in."""
    targets = {module.name} | {
        target for one in module.imports if one.when == "load" for target in loaded_targets(one, modules)
    }
    return {".".join(parts[:end]) for parts in (one.split(".") for one in targets) for end in range(1, len(parts) + 1)}


def _cost(name: str, loads: Mapping[str, set[str]]) -> frozenset[str]:
    """Return the packages of `COSTLY` that are loaded with a module, by whatever way."""
    seen: set[str] = set()
    queue = [name]
    while queue:
        fresh = loads.get(queue.pop(), set()) - seen
        seen |= fresh
        queue += fresh
    return frozenset(seen & COSTLY)


def _sections(modules: Mapping[str, Module], package: str) -> Found:
    """A recipe holds sections and nothing else: a choice stands in the section it belongs to."""
    module = modules.get(f"{package}.runs.recipe")
    if module is None:
        return
    for node in module.tree.body:
        if not isinstance(node, ast.ClassDef) or node.name != "Recipe":
            continue
        for one in node.body:
            if isinstance(one, ast.AnnAssign) and not _is_section(one):
                yield module, one.lineno, f"{ast.unparse(one.target)} is no section; put it into one of runs/sections."


def _disk(modules: Mapping[str, Module], package: str) -> Found:
    """What lies on the disk is changed through `files` alone, which follows no link, or by who is given `beside`."""
    for module in modules.values():
        for node in ast.walk(module.tree) if module.room != "files" else ():
            if isinstance(node, ast.Call) and (asked := _change_of(node)):
                yield module, node.lineno, f"changes the disk by {asked}; let a function of files do it."


_CHANGES = frozenset(
    [
        "unlink",
        "rmdir",
        "mkdir",
        "makedirs",
        "removedirs",
        "rmtree",
        "copytree",
        "rename",
        "renames",
        "touch",
        "symlink_to",
        "hardlink_to",
        "chmod",
        "write_text",
        "write_bytes",
    ]
)
_CHANGES_OF = {
    "os": frozenset(["remove", "replace", "link", "symlink", "truncate", "utime", "mkfifo", "mknod"]),
    "shutil": frozenset(["move"]),
}


def _change_of(call: ast.Call) -> str:
    """Return by what a call changes the disk, as it is written; "" where it does not, or only what lies `beside`."""
    of = ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ast.unparse(call.func)
    if of == "beside":
        return ""
    if of and (name in _CHANGES or name in _CHANGES_OF.get(of, ())):
        return f"{of}.{name}"
    modes = [*call.args[0 if of else 1 :][:1], *(word.value for word in call.keywords if word.arg == "mode")]
    writes = any(isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes)
    return f"{of}.open".removeprefix(".") if name == "open" and writes else ""


def _is_section(field: ast.AnnAssign) -> bool:
    """Return whether a field is declared as a section is: `pictures: Pictures = Pictures()`."""
    return field.value is not None and ast.unparse(field.value) == f"{ast.unparse(field.annotation)}()"


RULES = {
    "kinds": _kinds,
    "fields": _fields,
    "circles": _circles,
    "doors": _doors,
    "lazy": _lazy,
    "sections": _sections,
    "disk": _disk,
}
"""By name; the first line of each says what it asks."""


def short(path: Path) -> str:
    """Return a path as it is said in messages."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.as_posix()
