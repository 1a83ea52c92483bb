"""The pages of the reference in Python, for Sphinx: the public names, what they return, and a page a room.

In: the package, imported. Out: the text of each page; every name stands on one page alone, and autodoc fills it in.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from itertools import pairwise
from types import ModuleType
from typing import Any

from architecture import PACKAGE, ROOMS

PUBLIC = "pellucid"
RETURNED = "results"
_WORDS = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Entry:
    """A name that a page documents.

    Attributes:
        path: under which autodoc imports it, e.g. "pellucid.data.Dataset".
        directive: "autofunction", "autoclass", "autoexception" or "py:data".
        home: module and name where it is defined; the same for two names of one object.
        text: of a value, which autodoc would tell nothing of.
    """

    path: str
    directive: str
    home: tuple[str, str]
    text: str = ""

    @property
    def name(self) -> str:
        """The last word of the path."""
        return self.path.rpartition(".")[2]

    @property
    def lines(self) -> list[str]:
        """The directive, after the module in which short names of types are looked up first."""
        options = {"autoclass": [":members:"], "autoexception": [":members:"]}.get(self.directive, [])
        text = ["", *as_restructured_text(self.text.splitlines())] if self.text else []
        inside = [f"   {line}".rstrip() for line in (*options, *text)]
        module = self.path.rpartition(".")[0]
        return [f".. py:currentmodule:: {module}", "", f".. {self.directive}:: {self.path}", *inside, ""]


def as_restructured_text(lines: list[str]) -> list[str]:
    """Return a docstring's lines as Sphinx wants them: ours are prose, code between backticks, and examples in Python.

    Asterisks are no marks of emphasis ("[N, *shape]"), but for those before an argument's name ("**choices: ..."); and
    an example is a block of code.
    """
    made, inside = [], -1
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if inside >= 0 and line.strip() and indent <= inside:
            inside = -1
        if inside >= 0:
            made.append(f"    {line}" if line.strip() else "")
            continue
        argument = re.match(r"\s*\*{0,2}\w+: ", line)
        start = argument.end() if argument else 0
        made.append(line[:start] + _outside_code(line[start:]))
        if line.strip() == "Example:":
            inside = indent
            made += [f"{' ' * indent}    .. code-block:: python", ""]
    return made


def _outside_code(text: str) -> str:
    """Escape the asterisks of a line that do not stand between backticks."""
    parts = text.split("`")
    return "`".join(part if place % 2 else part.replace("*", r"\*") for place, part in enumerate(parts))


def write_pages() -> dict[str, str]:
    """Return every page by its name, e.g. "rooms/data"."""
    package = import_module(PACKAGE)
    public = [_entry(package, name) for name in package._PUBLIC]  # in the order of the work, which __all__ has not
    public.sort(key=lambda entry: entry.directive != "autofunction")
    returned = _returned_by(public)
    taken = {entry.home: PUBLIC for entry in public} | {entry.home: RETURNED for entry in returned}
    pages = {
        PUBLIC: _page("pellucid", "What `import pellucid` offers.", public),
        RETURNED: _page("What they return", "The objects that the functions and methods hand back.", returned),
    }
    rooms = {room.name: import_module(f"{PACKAGE}.{room.name}") for room in ROOMS if room.name != "__main__"}
    for name, module in rooms.items():
        pages[f"rooms/{name}"] = _room_page(name, module, taken)
    about = "What each room offers to those above it; for those who carry on with Pellucid."
    listed = [f"   {name}" for name in rooms]
    pages["rooms/index"] = "\n".join([*_title("Rooms"), about, "", ".. toctree::", "", *listed, ""])
    return pages


def _title(words: str) -> list[str]:
    return [words, "=" * len(words), ""]


def _page(title: str, about: str, entries: list[Entry]) -> str:
    return "\n".join([*_title(title), about, "", *(line for entry in entries for line in entry.lines)])


def _room_page(room: str, module: ModuleType, taken: dict[tuple[str, str], str]) -> str:
    """Return a room's page; what stands elsewhere is linked to, the rest is from now on `taken`."""
    here, elsewhere = [], []
    for name in _names_of(module):
        entry = _entry(module, name)
        if entry.home in taken or not entry.home[0].startswith(module.__name__):
            elsewhere.append(entry)
        else:
            taken[entry.home] = room
            here.append(entry)
    links = ", ".join(f"`{'.'.join(entry.home)}`" for entry in elsewhere)
    return "\n".join(
        [*_title(room), f".. automodule:: {module.__name__}", ""]
        + ([f"Documented elsewhere: {links}.", ""] if links else [])
        + [line for entry in here for line in entry.lines]
    )


def _names_of(module: ModuleType) -> list[str]:
    """Return what a room offers: its `__all__`; of a room of one file, what is public and defined there."""
    if hasattr(module, "__all__"):
        return list(module.__all__)
    tree = ast.parse(inspect.getsource(module))
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
    return [name for name in names if not name.startswith("_")]


def _entry(module: ModuleType, name: str) -> Entry:
    found = getattr(module, name)
    if inspect.isclass(found) and found.__module__.startswith(PACKAGE):
        directive = "autoexception" if issubclass(found, BaseException) else "autoclass"
        return Entry(f"{module.__name__}.{name}", directive, (found.__module__, found.__qualname__))
    if callable(found) and inspect.isfunction(inspect.unwrap(found)):
        return Entry(f"{module.__name__}.{name}", "autofunction", (found.__module__, found.__qualname__))
    home = _home_of(module, name)
    return Entry(f"{home}.{name}", "py:data", (home, name), _docstring_of(import_module(home), name))


def _docstring_of(module: ModuleType, name: str) -> str:
    """Return the string below the line that gives a value its name; autodoc would show what the value's type says."""
    for node, below in pairwise(ast.parse(inspect.getsource(module)).body):
        match node, below:
            case (
                ast.Assign(targets=[ast.Name(id=target)]) | ast.AnnAssign(target=ast.Name(id=target)),
                ast.Expr(value=ast.Constant(value=str(text))),
            ) if target == name:
                return inspect.cleandoc(text)
    return ""


def _home_of(module: ModuleType, name: str) -> str:
    """Return the module that defines a value: values do not say it themselves, imports do."""
    for source, imported in _imports(module):
        if imported == name and source.startswith(PACKAGE):
            return _home_of(import_module(source), name)
    return module.__name__


@cache
def _imports(module: ModuleType) -> tuple[tuple[str, str], ...]:
    """Return (module, name) of every `from ... import ...`, those for type checkers alone included."""
    nodes = [node for node in ast.walk(ast.parse(inspect.getsource(module))) if isinstance(node, ast.ImportFrom)]
    return tuple(
        (node.module, alias.asname or alias.name)
        for node in nodes
        if node.module and not node.level
        for alias in node.names
    )


def _returned_by(public: list[Entry]) -> list[Entry]:
    """Return the classes that public functions, and methods of the classes found, return; in the order they are met."""
    met = {entry.home for entry in public}
    found: list[Entry] = []
    waiting = [getattr(import_module(module), name) for module, name in (entry.home for entry in public)]
    while waiting:
        for returned in _classes_returned(waiting.pop(0)):
            home = (returned.__module__, returned.__qualname__)
            if home not in met:
                met.add(home)
                found.append(Entry(_door_of(returned), "autoclass", home))
                waiting.append(returned)
    return found


def _door_of(thing: type) -> str:
    """Return the path under which others import a class: the room's own name for it, where the room offers it."""
    room = ".".join(thing.__module__.split(".")[:2])
    offered = getattr(import_module(room), thing.__name__, None) is thing
    return f"{room}.{thing.__name__}" if offered else f"{thing.__module__}.{thing.__qualname__}"


def _classes_returned(thing: Any) -> Iterator[type]:
    """Yield the classes of ours that a function returns, or that a class's public methods and properties do."""
    members = vars(thing).items() if inspect.isclass(thing) else [(thing.__name__, thing)]
    for name, member in members:
        function = getattr(member, "fget", None) or getattr(member, "func", None) or getattr(member, "__func__", member)
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        module = import_module(function.__module__)
        for word in _WORDS.findall(str(function.__annotations__.get("return", ""))):
            found = _look_up(word, module)
            if inspect.isclass(found) and found.__module__.startswith(f"{PACKAGE}."):
                yield found


def _look_up(name: str, module: ModuleType) -> Any:
    """Return what a name in an annotation means, whether it was imported or is imported for type checkers alone."""
    if hasattr(module, name):
        return getattr(module, name)
    sources = [source for source, imported in _imports(module) if imported == name and source.startswith(PACKAGE)]
    return getattr(import_module(sources[0]), name) if sources else None
