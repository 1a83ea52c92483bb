"""Write `docs/errors.md`, every message that a user can meet, from the source; with `--check` only compare, exit 1.

In: the package's files as syntax trees, nothing is imported. Out: a table for each kind of error, a row a message, with
what was expected and how to mend it. What is put in when the message is said stands between ‹ and ›.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from architecture import ROOT, SOURCE

PAGE = ROOT / "docs" / "errors.md"
BASE = "PellucidError"
HEAD = """\
# What an error means, and how to mend it

Written by `make docs` from the source; do not edit.

An error of Pellucid says what happened, what was expected and what to do. On the command line it is one message and
exit code 2; in Python it is a `PellucidError` of one of the kinds below. A traceback of any other exception is a fault
of Pellucid's own. What stands between ‹ and › is put in when the message is said.
"""
COLUMNS = "| What happened | What was expected, how to mend it | Room |\n| --- | --- | --- |\n"
_MADE_AS = {"error": BASE, "Refused": "RecipeError"}
"""Calls that end as errors: of a class that the caller hands over, and a row of a table of kinds that is refused."""
_WORD = re.compile(r"[A-Za-z]{2,}")
_MARKS = re.compile(r"([\\|*<>`\[\]])")


@dataclass(frozen=True)
class Kind:
    """A class of errors: its name, what its docstring says of it, and the names of its arguments in order."""

    name: str
    about: str
    base: str


@dataclass(frozen=True, order=True)
class Message:
    """An error as it is made somewhere in the source.

    Attributes:
        kind: name of its class.
        room: where it is made.
        what: what happened.
        mend: what was expected and how to mend it; "" where `what` says both.
    """

    kind: str
    room: str
    what: str
    mend: str


def read_kinds(trees: dict[Path, ast.Module]) -> dict[str, Kind]:
    """Return the classes of errors by name, from the base on; wherever they are defined."""
    classes = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    kinds: dict[str, Kind] = {}
    while True:
        fresh = [
            Kind(node.name, (ast.get_docstring(node) or "").partition("\n")[0], base.id)
            for node in classes
            for base in (node.bases or [ast.Name("")])
            if isinstance(base, ast.Name) and node.name not in kinds and (base.id in kinds or node.name == BASE)
        ]
        if not fresh:
            return kinds
        kinds |= {kind.name: kind for kind in fresh}


def read_messages(source: Path, path: Path, tree: ast.Module, kinds: dict[str, Kind]) -> Iterator[Message]:
    """Yield the messages that a file makes; those that only hand another one on have no words and are left out."""
    constants = {
        target.id: node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    room = path.relative_to(source).parts[0].removesuffix(".py")
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        kind = _MADE_AS.get(node.func.id, node.func.id)
        if kind not in kinds:
            continue
        given = {keyword.arg: words_of(keyword.value, constants) for keyword in node.keywords}
        if "extra" in given and node.args:  # MissingExtraError puts its own sentence together
            package = words_of(node.args[0], constants)
            what = f"{given['feature']} needs {package}, which is not installed."
            mend = f'Run: pip install "pellucid[{given["extra"]}]"'
        else:
            what = words_of(node.args[0], constants) if node.args else given.get("what", "")
            mend = " ".join(part for part in (given.get("expected", ""), given.get("fix", "")) if part)
        if _WORD.search(re.sub(r"‹[^›]*›", "", what)):
            yield Message(kind, room, " ".join(what.split()), " ".join(mend.split()))


def words_of(node: ast.expr, constants: dict[str, ast.expr], depth: int = 3) -> str:
    """Return what an expression says: texts as they are, names between ‹ and ›, of two branches both."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=parts):
            return "".join(words_of(part, constants, depth) for part in parts)
        case ast.FormattedValue(value=value) if isinstance(value, ast.IfExp | ast.Constant | ast.JoinedStr):
            return words_of(value, constants, depth)
        case ast.FormattedValue(value=value):
            return _placeholder(value)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return words_of(left, constants, depth) + words_of(right, constants, depth)
        case ast.IfExp(body=body, orelse=other):
            first, second = words_of(body, constants, depth), words_of(other, constants, depth)
            return f"{first} / {second}" if first.strip() and second.strip() else first or second
        case ast.Name(id=name) if name in constants and depth:
            return words_of(constants[name], constants, depth - 1)
        case _:
            return _placeholder(node)


def _placeholder(node: ast.expr) -> str:
    """Return the name of what is put in, or ‹...› where it has none; nothing for what may be empty."""
    match node:
        case ast.Call(func=ast.Name(id="did_you_mean")):
            return ""
        case ast.Call(func=ast.Name(id="len")):
            return "‹number›"
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return f"‹{name.replace('_', ' ').strip()}›"
        case ast.Call(func=ast.Name(id="shown" | "str" | "repr" | "visible"), args=[first, *_]):
            return _placeholder(first)
        case _:
            return "‹...›"


def write_page(source: Path) -> str:
    """Return the page of all messages in the files under `source`."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(source.rglob("*.py"))}
    kinds = read_kinds(trees)
    messages = sorted({one for path, tree in trees.items() for one in read_messages(source, path, tree, kinds)})
    parts = [HEAD]
    for name, group in groupby(messages, key=lambda message: message.kind):
        rows = "".join(f"| {_cell(one.what)} | {_cell(one.mend)} | `{one.room}` |\n" for one in group)
        parts.append(f"## {name}\n\n{kinds[name].about}\n\n{COLUMNS}{rows}")
    return "\n".join(parts)


def _cell(words: str) -> str:
    return _MARKS.sub(r"\\\1", words)


def main(arguments: list[str]) -> int:
    """Write or check the page; return the exit code."""
    fresh = write_page(SOURCE)
    if PAGE.exists() and PAGE.read_text(encoding="utf-8") == fresh:
        print("docs/errors.md: fresh")
        return 0
    if "--check" in arguments:
        print("docs/errors.md: stale. Run: make docs", file=sys.stderr)
        return 1
    PAGE.write_text(fresh, encoding="utf-8")
    print("docs/errors.md: written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
