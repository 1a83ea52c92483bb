"""What the pages mention: commands as they are typed, flags, files, names of the code, links."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from architecture import ROOT, SOURCE

WRITTEN = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted(path for path in (ROOT / "docs").glob("*.md") if path.name not in ("cli.md", "errors.md")),
]
"""Pages that people write; the others are generated, and held fresh by `make check`."""

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """A page of Markdown.

    Attributes:
        text: without its blocks of code.
        blocks: (language, code) of each.
    """

    path: Path
    text: str
    blocks: tuple[tuple[str, str], ...]

    @property
    def spans(self) -> list[str]:
        """What stands between backticks in the text."""
        return [" ".join(span.split()) for span in _SPAN.findall(self.text)]

    @property
    def links(self) -> list[str]:
        """Targets of links, anchors included, that lead to a file of ours."""
        return [link for link in _LINK.findall(self.text) if "://" not in link and not link.startswith("#")]

    @property
    def anchors(self) -> set[str]:
        """What a link to one of the page's headings is called."""
        titles = [re.sub(r"[^\w\- ]", "", title.lower()) for title in _HEADING.findall(self.text)]
        return {title.replace(" ", "-") for title in titles}

    @property
    def commands(self) -> Iterator[list[str]]:
        """The words of each command that is typed: in a block behind `$`, in the text between backticks."""
        for _, code in self.blocks:
            for line in code.splitlines():
                if line.startswith("$ "):
                    yield _words(line[2:])
        for span in self.spans:
            if span.startswith(("pellucid ", "make ", "python ", "torchrun ")):
                yield _words(span)

    @property
    def flags(self) -> set[str]:
        """Flags that the text speaks of without a command before them."""
        return {
            flag for span in self.spans if span.startswith("-") for flag in re.findall(r"(?<!\S)--?[a-z][\w-]*", span)
        }


@cache
def read_page(path: Path) -> Page:
    """Read a page."""
    text = path.read_text(encoding="utf-8")
    blocks = tuple((match.group(1), match.group(2)) for match in _FENCE.finditer(text))
    return Page(path, _FENCE.sub("", text), blocks)


def _words(line: str) -> list[str]:
    return shlex.split(line.replace("...", " "), comments=True)


@cache
def trees(folder: str) -> tuple[tuple[Path, ast.Module], ...]:
    """Return every file of a folder of the repository with what it says, parsed once."""
    paths = sorted((ROOT / folder).rglob("*.py"))
    return tuple((path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


@cache
def defined_names() -> frozenset[str]:
    """Return every name that the project's code defines: modules, classes, functions, arguments, fields, values."""
    names: set[str] = {"pellucid"}
    for folder in ("src", "scripts", "benchmarks"):
        for path, tree in trees(folder):
            names.update([path.stem, *path.relative_to(ROOT).parts[:-1]])
            for node in ast.walk(tree):
                match node:
                    case ast.ClassDef(name=name) | ast.FunctionDef(name=name) | ast.arg(arg=name):
                        names.add(name)
                    case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                        names.add(name)
                    case _:
                        pass
    return frozenset(names)


@cache
def places() -> frozenset[str]:
    """Return every file and folder of the package as any page may name it: by its path within the package or a room."""
    paths = [path.relative_to(SOURCE) for path in SOURCE.rglob("*") if path.name != "__pycache__"]
    return frozenset("/".join(path.parts[start:]) for path in paths for start in range(len(path.parts)))


@cache
def texts() -> frozenset[str]:
    """Return the texts of the package's code, docstrings left out: files of a run, keys, names of models, variables."""
    found: set[str] = set()
    for _, tree in trees("src"):
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in told]
        found.update(str(node.value) for node in constants if isinstance(node.value, str))
    return frozenset(found)


@cache
def words_of_texts() -> frozenset[str]:
    """Return the words of these texts; a name of a file is one word."""
    return frozenset(word.strip(".") for text in texts() for word in re.findall(r"[\w.-]+", text))
