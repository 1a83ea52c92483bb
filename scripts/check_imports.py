"""Hold `src/pellucid` to the table in `architecture.py` and the rules in `house_rules.py`; exit 1 and say where not."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from architecture import HEAVY, LAZY_EVERYWHERE, PACKAGE, ROOMS, SOURCE, Room
from house_rules import find_breaches
from house_rules import short as _short
from import_graph import Import, Module, is_own, loaded_edges, loaded_targets, read_modules, room_of


def find_faults(source: Path, rooms: Sequence[Room]) -> list[str]:
    """Return every breach of the table in the package folder `source`, one message each; empty when all is well."""
    modules = read_modules(source)
    table = {room.name: room for room in rooms}
    faults = [
        *_table_faults(rooms),
        *_edge_faults(modules, table, source.name),
        *_cycle_faults(modules),
        *_weight_faults(modules, table, source.name),
    ]
    return list(dict.fromkeys(faults))


def _table_faults(rooms: Sequence[Room]) -> Iterator[str]:
    seen: set[str] = set()
    for room in rooms:
        if late := sorted(room.may_import - seen):
            yield f"scripts/architecture.py: {room.name} may import {', '.join(late)}, which do not stand above it."
        seen.add(room.name)


def _edge_faults(modules: dict[str, Module], table: dict[str, Room], package: str) -> Iterator[str]:
    for module in modules.values():
        if module.room and module.room not in table:
            yield f"{_short(module.path)}: room {module.room} is not in the table of scripts/architecture.py."
            continue
        for found in module.imports:
            if module.room and is_own(found.target, package):
                yield from _one_edge(module, found, table[module.room])


def _one_edge(module: Module, found: Import, room: Room) -> Iterator[str]:
    target = room_of(found.target)
    if target == module.room:
        return
    if not target:
        yield f"{_place(found)}: imports {found.name or found.target} through the package's door; name its room."
    elif target not in room.may_import:
        allowed = ", ".join(sorted(room.may_import)) or "nothing of ours"
        yield f"{_place(found)}: {room.name} imports {target}, but may import only: {allowed}."
    elif any(part.startswith("_") for part in [*found.target.split("."), found.name]):
        yield f"{_place(found)}: {room.name} imports what {target} keeps private ({found.target}.{found.name})."


def _cycle_faults(modules: dict[str, Module]) -> Iterator[str]:
    """Report each import that closes a circle while modules load, by a walk in depth."""
    edges = loaded_edges(modules)
    done: set[str] = set()
    path: list[str] = []

    def walk(name: str) -> Iterator[str]:
        path.append(name)
        for found, target in edges[name]:
            if target in path:
                circle = " -> ".join([*path[path.index(target) :], target])
                yield f"{_place(found)}: import cycle at load time: {circle}."
            elif target not in done:
                yield from walk(target)
        done.add(path.pop())

    for name in modules:
        if name not in done:
            yield from walk(name)


def _weight_faults(modules: dict[str, Module], table: dict[str, Room], package: str) -> Iterator[str]:
    for module in modules.values():
        for found in module.imports:
            if found.when == "load" and (top := found.target.split(".")[0]) in LAZY_EVERYWHERE:
                yield f"{_place(found)}: {top} is imported when the module loads; import it inside the function."
        if not module.room or (module.room in table and table[module.room].light):
            yield from _heavy_chain(module, modules, package)


def _heavy_chain(module: Module, modules: dict[str, Module], package: str) -> Iterator[str]:
    """Report the shortest way on which loading `module` loads a heavy package, unless a nearer module is to blame."""
    queue: list[tuple[str, list[tuple[Import, str]]]] = [(module.name, [])]
    seen = {module.name}
    while queue:
        name, way = queue.pop(0)
        for found in modules[name].imports:
            if found.when != "load":
                continue
            if found.target.split(".")[0] in HEAVY:
                chain = " -> ".join([module.name, *(target for _, target in way), found.target])
                first = way[0][0] if way else found
                yield f"{_place(first)}: {module.room or package} may not load {found.target} with it: {chain}."
                return
            for target in loaded_targets(found, modules):
                for loaded in _loads(target, modules):
                    if loaded not in seen:
                        seen.add(loaded)
                        queue.append((loaded, [*way, (found, loaded)]))


def _loads(target: str, modules: dict[str, Module]) -> list[str]:
    """Return the own modules that Python runs to import `target`: its packages from the outside in, and itself."""
    parts = target.split(".")
    return [name for end in range(1, len(parts) + 1) if (name := ".".join(parts[:end])) in modules]


def _place(found: Import) -> str:
    return f"{_short(found.path)}:{found.line}"


def main() -> int:
    """Check the package; return the exit code."""
    modules = read_modules(SOURCE)
    faults = [*find_faults(SOURCE, ROOMS), *(breach.message for breach in find_breaches(modules, PACKAGE))]
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        print(
            f"{len(faults)} faults in {PACKAGE}; see architecture.py and house_rules.py in scripts/.", file=sys.stderr
        )
        return 1
    print(f"imports: {len(modules)} modules keep to the table and the rules")
    return 0


if __name__ == "__main__":
    sys.exit(main())
