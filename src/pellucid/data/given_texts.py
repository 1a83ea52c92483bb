"""Texts in files that are handed over to be answered."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pellucid.data.delimited import Table
from pellucid.data.json_lines import JSON_LINES_SUFFIXES, read_json_lines
from pellucid.data.new_inputs import new_rows
from pellucid.data.scan import is_ignored_name, plain_name
from pellucid.data.text_files import filled_lines, read_text
from pellucid.data.text_folders import TEXT_SUFFIXES, text_files_of
from pellucid.data.text_lines import find_labelled_lines
from pellucid.data.text_pairs import find_pair_lines
from pellucid.data.text_tables import choose_text_column
from pellucid.errors import DataError, PellucidError

_TABLES = frozenset({".csv", ".tsv", ".parquet", *JSON_LINES_SUFFIXES})


@dataclass(frozen=True)
class NewText:
    """A text from elsewhere, or why it cannot be read.

    Attributes:
        name: for people.
        text: to be answered.
        fault: why it cannot be; "" where it can.
    """

    name: str
    text: str
    fault: str = ""


def new_texts(path: Path, *, whole: bool, column: str | None = None) -> Iterator[NewText]:
    """Yield the texts of a file, or of all text files below a folder, in order.

    Args:
        path: a text file: a text a line, or a text in all; labels that stand before a tab are left out, and
            answers behind one. A table: one of
            its columns. A folder of text files.
        whole: whether a text file is one text, however many lines it has.
        column: of a table, that holds the texts; None for the one that holds free text.

    Yields:
        each text; what cannot be read as one with a fault.
    """
    name = plain_name(str(path))
    try:
        if path.is_dir():
            names = [file.relative_to(path).as_posix() for file in sorted(path.rglob("*")) if _counts(file, path)]
            for file in text_files_of(names, path):
                yield from new_texts(path / file, whole=whole, column=column)
        elif path.suffix.lower() in _TABLES:
            yield from _of_table(_table(path), name, column)
        elif path.suffix.lower() in TEXT_SUFFIXES or not path.suffix or path.exists():
            yield from _of_text(read_text(path), name, whole=whole)
        else:
            yield NewText(name, "", "there is no such file or folder")
    except PellucidError as problem:
        yield NewText(name, "", str(problem).removeprefix(f"{path} ").removeprefix(f"{path}: "))


def _counts(file: Path, root: Path) -> bool:
    return file.is_file() and not any(map(is_ignored_name, file.relative_to(root).parts))


def _of_text(text: str, name: str, *, whole: bool) -> Iterator[NewText]:
    if whole:
        yield NewText(name, text.strip())
        return
    labelled = find_labelled_lines(text)
    if labelled is not None:
        yield from (NewText(f"{name} line {number}", line) for number, _, line in labelled.lines)
        return
    pairs = find_pair_lines(text)
    if pairs is not None:
        yield from (NewText(f"{name} line {number}", line) for number, line, _ in pairs.lines)
        return
    yield from (NewText(f"{name} line {number}", line) for number, line in filled_lines(text))


def _table(path: Path) -> Table:
    return read_json_lines(path) if path.suffix.lower() in JSON_LINES_SUFFIXES else new_rows(path)


def _of_table(table: Table, name: str, column: str | None) -> Iterator[NewText]:
    chosen = column if column in table.header else choose_text_column(table)
    if chosen is None:
        raise DataError(
            f"{os.fspath(table.path)} has no column of texts.", expected=f"Its columns: {', '.join(table.header)}."
        )
    for number, cell in enumerate(table.cells(str(chosen)), start=1):
        yield NewText(f"{name} row {number}", cell, "" if cell else "the text is empty")
