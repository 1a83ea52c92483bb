"""The cells of a row as flags named like its columns: `--x 10`, `--petal-length 4.2`, `--value "a b=3"`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pellucid.errors import RecipeError, did_you_mean

VALUE = "--value"
"""The flag of any column, whatever its name: `--value NAME=CELL`."""


def sort_words(words: Sequence[str]) -> tuple[list[str], list[tuple[str, str]]]:
    """Return the files among words that were typed, and the flags that no option of the command has, with their values.

    Args:
        words: as typed: `--NAME VALUE` or `--NAME=VALUE`, and all else is a file.

    Raises:
        RecipeError: a flag has no value.
    """
    files: list[str] = []
    flags: list[tuple[str, str]] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if not word.startswith("--") or word == "--":
            files.append(word)
            continue
        name, is_joined, value = word.partition("=")
        if not is_joined:
            if not left:
                raise RecipeError(f"{name} has no value.", expected=f"The cell of a column, e.g. {name} 10.")
            value = left.pop(0)
        flags.append((name, value))
    return files, flags


def cells_of(flags: Sequence[tuple[str, str]], columns: Sequence[str], *, run: str) -> dict[str, list[str]]:
    """Return the cells of each column in their order: a flag that is typed twice makes two rows.

    Args:
        flags: with their values.
        columns: of the run's input; () where it has none.
        run: its folder, for messages.

    Raises:
        RecipeError: there is no such column, or columns have different numbers of cells.
    """
    cells: dict[str, list[str]] = {}
    for flag, value in flags:
        column, cell = _read(flag, value, columns, run=run)
        cells.setdefault(column, []).append(cell)
    counts = {column: len(found) for column, found in cells.items()}
    if len(set(counts.values())) > 1:
        said = ", ".join(f"'{column}' {count}" for column, count in counts.items())
        raise RecipeError(f"The columns have different numbers of cells: {said}.", expected="One cell a row, of each.")
    return cells


def names_of_rows(cells: dict[str, list[str]]) -> list[str]:
    """Return what each row is called by what was typed, e.g. "x = 10"."""
    rows = zip(*cells.values(), strict=True)
    return [", ".join(f"{column} = {cell}" for column, cell in zip(cells, row, strict=True)) for row in rows]


def flag_of(column: str) -> str:
    """Return the flag of a column: its name in lower case, all but letters and digits as "-"."""
    return "--" + re.sub(r"[\W_]+", "-", column.lower()).strip("-")


def _read(flag: str, value: str, columns: Sequence[str], *, run: str) -> tuple[str, str]:
    """Return the column that a flag names, and its cell."""
    if not columns:
        raise RecipeError(
            f"There is no option {flag}, and '{run}' reads no columns that flags could name.",
            fix="Hand over files; 'pellucid predict --help' lists the options.",
        )
    if flag == VALUE:
        name, is_pair, cell = value.partition("=")
        if not is_pair:
            raise RecipeError(f"{VALUE} is '{value:.60}'.", expected=f'NAME=CELL, e.g. {VALUE} "{columns[0]}=10".')
        if name not in columns:
            raise _unknown(name, columns, columns)
        return name, cell
    exact = [column for column in columns if flag == flag_of(column)]
    # Units in brackets need not be typed: "speed (km/h)" is --speed, where no other column is.
    brief = [column for column in columns if flag == flag_of(re.sub(r"[(\[].*?[)\]]", "", column))]
    found = exact or brief
    if not found:
        raise _unknown(flag, [flag_of(column) for column in columns], columns)
    if len(found) > 1:
        raise RecipeError(
            f"{flag} could be {' or '.join(repr(column) for column in found)}.",
            fix=f'Name the column as it is: {VALUE} "{found[0]}={value}".',
        )
    return found[0], value


def _unknown(name: str, known: Sequence[str], columns: Sequence[str]) -> RecipeError:
    return RecipeError(
        f"There is no column '{name.removeprefix('--')}', and no such option.{did_you_mean(name, known)}",
        expected=f"Flags named like the columns: {', '.join(flag_of(column) for column in columns)}.",
    )
