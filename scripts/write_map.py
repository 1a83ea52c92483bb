"""Write the map of rooms in `docs/architecture.md` from the code's own imports; with `--check` only compare, exit 1."""

from __future__ import annotations

import sys
from pathlib import Path

from architecture import PACKAGE, ROOMS, ROOT, SOURCE
from import_graph import Module, read_modules, room_edges

PAGE = ROOT / "docs" / "architecture.md"
BEGIN = "<!-- map: written by `make docs`, do not edit -->"
END = "<!-- end of map -->"


def draw_map(source: Path, order: list[str]) -> str:
    """Return the Markdown of the map: a graph of the imports between rooms, and a table.

    Args:
        source: the package folder.
        order: names of all planned rooms, bottom up; those without code yet are left out.
    """
    modules = read_modules(source)
    edges = room_edges(modules, source.name)
    rooms = [name for name in order if name != "__main__" and any(module.room == name for module in modules.values())]
    graph = ["```mermaid", "flowchart BT", *(f"    {name}" for name in rooms)]
    graph += [f"    {name} --> {target}" for name in rooms for target in rooms if target in _direct(name, edges)]
    table = ["| Room | What it does | Imports | Files | Lines |", "| --- | --- | --- | ---: | ---: |"]
    table += [_row(name, modules, [target for target in rooms if target in edges[name]]) for name in rooms]
    note = 'An arrow means "imports"; arrows that follow from others are left out. Lines are rounded to hundreds.'
    return "\n".join([*graph, "```", "", note, "", *table])


def _direct(name: str, edges: dict[str, set[str]]) -> set[str]:
    """Return the rooms that `name` imports and that no other room it imports leads to."""
    return {
        target
        for target in edges[name]
        if not any(target in _reachable(other, edges) for other in edges[name] if other != target)
    }


def _reachable(name: str, edges: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(edges.get(name, ()))
    while waiting:
        target = waiting.pop()
        if target not in reached:
            reached.add(target)
            waiting += edges.get(target, ())
    return reached


def _row(name: str, modules: dict[str, Module], targets: list[str]) -> str:
    own = [module for module in modules.values() if module.room == name]
    lines = max(100, round(sum(module.num_lines for module in own), -2))
    summary = modules[f"{PACKAGE}.{name}"].summary if f"{PACKAGE}.{name}" in modules else ""
    cells = [
        f"`{name}`",
        summary.replace("|", "\\|"),
        ", ".join(targets) or "nothing of ours",
        str(len(own)),
        str(lines),
    ]
    return f"| {' | '.join(cells)} |"


def insert_map(page: str, drawn: str) -> str:
    """Return `page` with everything between the two markers replaced by `drawn`.

    Raises:
        ValueError: a marker is missing.
    """
    head, begin, rest = page.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"docs/architecture.md has lost a marker. Put back the lines: {BEGIN} and {END}")
    return f"{head}{BEGIN}\n\n{drawn}\n\n{END}{tail}"


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit code."""
    page = PAGE.read_text(encoding="utf-8")
    fresh = insert_map(page, draw_map(SOURCE, [room.name for room in ROOMS]))
    if page == fresh:
        print("docs/architecture.md: the map is fresh")
        return 0
    if "--check" in arguments:
        print("docs/architecture.md: the map is stale. Run: make docs", file=sys.stderr)
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    print("docs/architecture.md: map written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
