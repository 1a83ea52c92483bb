"""A file with a JSON object a line, as a table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pellucid.data.delimited import LIST_SEPARATOR, Table
from pellucid.data.text_files import filled_lines, read_text
from pellucid.errors import DataError

JSON_LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})


def read_json_lines(path: Path) -> Table:
    """Read a file of JSON lines: a row each, a column for each name of the first; cells are text.

    Raises:
        DataError: it is no text, a line is no object, or its names differ from the first one's.
    """
    rows: list[dict[str, Any]] = []
    for number, line in filled_lines(read_text(path)):
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise DataError(f"{path} line {number}: {problem}.", expected="A JSON object in every line.") from None
        if not isinstance(row, dict):
            raise DataError(f"{path} line {number} is no JSON object.", expected='E.g. {"text": "...", "label": "..."}')
        if rows and row.keys() - rows[0].keys():
            more = ", ".join(sorted(row.keys() - rows[0].keys()))
            raise DataError(f"{path} line {number} has names that the first line lacks: {more}.")
        rows.append(row)
    names = tuple(map(str, rows[0]))
    lists = frozenset(name for name in names if any(isinstance(row.get(name), list) for row in rows))
    return Table(
        path=path,
        header=names,
        columns=tuple(tuple(_cell(row.get(name)) for row in rows) for name in names),
        delimiter="",
        lists=lists,
    )


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return LIST_SEPARATOR.join(map(str, value))
    return json.dumps(value, ensure_ascii=False)
