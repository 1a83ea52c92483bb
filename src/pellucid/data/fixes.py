"""Fixes as a file: one decision about one example a line, in a CSV that people, spreadsheets and git read alike.

    # pellucid fixes 1; data sha256:...; source photos/
    name,content,action,value,why,by,when
    train/b.jpg,9f3c0a51b2c4d6e8,exclude,,equal to test/a.jpg,auto,2026-11-30
    val/c.jpg,71aa93b0c1d2e3f4,relabel,bee,looks like one,me,2026-11-30

Lines that begin with # are no decisions. Deleting a line undoes it. The data themselves are never changed.
"""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pellucid.errors import DataError, did_you_mean
from pellucid.files import expand, guarded, open_plain, read_plain, reason_of
from pellucid.words import counted, for_spreadsheet

ACTIONS = ("exclude", "relabel", "group", "split", "keep")
COLUMNS = ("name", "content", "action", "value", "why", "by", "when")
CONTENT_DIGITS = 16
"""Hexadecimal digits of an example's digest that a line holds."""
_FIRST = "# pellucid fixes"
_VERSION = 1
FIXES_HEAD = f"{_FIRST} {_VERSION}"
"""How the first line of a manifest begins."""
_HEAD = re.compile(r"# pellucid fixes (\d+)(?:; data (\S+))?(?:; source (.+))?")
_MOST_BYTES = 64 << 20
_FEWEST_DIGITS = 8
_OF_THE_LABEL = frozenset({"exclude", "relabel", "keep"})
"""Actions of which the last about an example counts; groups and splits are decided beside them."""


@dataclass(frozen=True)
class Fix:
    """One decision about one example.

    Attributes:
        name: of the example, as Pellucid calls it.
        content: the first hexadecimal digits of its digest; "" to go by the name alone.
        action: of `ACTIONS`.
        value: the class, the group or the split; "" of the others.
        why, by, when: for people.
        line: of the file, counted from 1; 0 where there is none.
    """

    name: str
    content: str
    action: str
    value: str = ""
    why: str = ""
    by: str = ""
    when: str = ""
    line: int = 0


@dataclass(frozen=True)
class Fixes:
    """What a manifest holds.

    Attributes:
        file: the manifest's name, for messages.
        source: what its data are called there; "" where it does not say.
        decided: the decisions that count, in the order of the file.
    """

    file: str
    source: str
    decided: tuple[Fix, ...]

    @property
    def text(self) -> str:
        """The decisions that count as the text of a manifest: what a run keeps."""
        return write_fixes(self.decided)


def is_manifest(path: str | Path) -> bool:
    """Tell whether a file begins as a manifest does; whatever cannot be read does not."""
    try:
        with open_plain(os.path.expanduser(path)) as file:
            return file.read(len(_FIRST) + 3).removeprefix(b"\xef\xbb\xbf").startswith(_FIRST.encode())
    except (OSError, ValueError):
        return False


def read_fixes(given: str | Path) -> Fixes:
    """Read a manifest.

    Args:
        given: the path of the file; or the text of one, as a run's record keeps it.

    Raises:
        DataError: it cannot be read, or a line says what nobody can do; the message names the line.
    """
    if str(given).startswith(_FIRST):
        return _parse(str(given), "the fixes that the run keeps")
    path = expand(given, what="--fixes (fixes=)", error=DataError)
    try:
        text = read_plain(path, most=_MOST_BYTES).decode("utf-8-sig")
    except OSError as problem:
        raise DataError(
            f"The fixes {path} cannot be read ({reason_of(problem)}).",
            fix="pellucid audit DATA --fix writes a first one.",
        ) from None
    except UnicodeDecodeError:
        raise DataError(f"The fixes {path} are no UTF-8.", fix="Save the table as CSV in UTF-8.") from None
    if not text.startswith(_FIRST):
        raise DataError(
            f"{path} is no file of fixes: its first line is not '{_FIRST} {_VERSION}'.",
            expected=f"That line, then the columns {','.join(COLUMNS)}, then a decision a line.",
        )
    return _parse(text, path.name)


def source_of(path: str | Path) -> str:
    """Return which data a manifest is about: a name, or a path that counts from the manifest's folder.

    Raises:
        DataError: it does not say.
    """
    fixes = read_fixes(path)
    if not fixes.source:
        raise DataError(
            f"{path} does not say which data it is about.",
            fix=f"Name them, and the file beside: pellucid train DATA --fixes {path}",
        )
    beside = Path(path).expanduser().parent / fixes.source
    return os.fspath(beside) if os.path.exists(beside) else fixes.source


def write_fixes(fixes: Iterable[Fix], *, data: str = "", source: str = "", undecided: Iterable[Fix] = ()) -> str:
    """Return the text of a manifest.

    Args:
        fixes: decisions.
        data: the fingerprint of the data they were made on.
        source: of the data; a relative path counts from the folder of the manifest.
        undecided: lines that are written as comments: to be decided by taking the # away.
    """
    head = FIXES_HEAD + (f"; data {data}" if data else "") + (f"; source {source}" if source else "")
    lines = [head, ",".join(COLUMNS), *map(_line, fixes)]
    lines += [f"# {_line(fix)}" for fix in undecided]
    return "\n".join(lines) + "\n"


def _line(fix: Fix) -> str:
    cells = (fix.name, fix.content, fix.action, fix.value, fix.why, fix.by, fix.when)
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([for_spreadsheet(cell) for cell in cells])
    text = out.getvalue()
    # A line that begins with # would be none.
    return f'"{fix.name}"{text[len(fix.name) :]}' if text.startswith("#") else text


def _as_written(cell: str) -> str:
    """Return a cell without the apostrophe that keeps a spreadsheet from taking it for a formula."""
    return cell[1:] if cell.startswith("'") and for_spreadsheet(cell[1:]) == cell else cell


def _parse(text: str, file: str) -> Fixes:
    lines = text.splitlines()
    head = _HEAD.fullmatch(lines[0].rstrip(" ,;\t"))
    if head is None or int(head[1]) != _VERSION:
        raise DataError(
            f"The first line of {file} is '{lines[0]:.80}'.",
            expected=f"'{_FIRST} {_VERSION}', perhaps with '; data ...' and '; source ...' behind it.",
        )
    numbered = [
        (number, line) for number, line in enumerate(lines, 1) if line.strip(" ,\t") and not line.startswith("#")
    ]
    if not numbered:
        return Fixes(file, head[3] or "", ())
    with guarded(lambda reason: DataError(f"{file} is no CSV ({reason}).", fix="Write it anew, a decision a line.")):
        rows = list(csv.reader(line for _, line in numbered))
    if len(rows) != len(numbered):
        raise DataError(f"A cell of {file} goes on over a line's end.", expected="A decision a line.")
    columns = [cell.strip() for cell in rows[0]]
    if not {"name", "action"} <= set(columns):
        raise DataError(f"Line {numbered[0][0]} of {file} does not name the columns.", expected=f"{','.join(COLUMNS)}.")
    found = [
        _checked(dict(zip(columns, row, strict=False)), number, file)
        for (number, _), row in zip(numbered[1:], rows[1:], strict=True)
    ]
    return Fixes(file, head[3] or "", _last_of_each(found))


def _checked(cells: dict[str, str], line: int, file: str) -> Fix:
    content, action, value, why, by, when = (_as_written(cells.get(name, "").strip()) for name in COLUMNS[1:])
    fix = Fix(_as_written(cells.get("name", "")), content, action, value, why, by, when, line)
    where = f"Line {line} of {file}"
    if fix.action not in ACTIONS:
        raise DataError(
            f"{where} has the action '{fix.action:.40}'.{did_you_mean(fix.action, ACTIONS)}",
            expected=f"One of: {', '.join(ACTIONS)}.",
        )
    if not fix.name:
        raise DataError(f"{where} names no example.")
    if fix.action in ("relabel", "group", "split") and not fix.value:
        raise DataError(f"{where} says '{fix.action}', and not to what.", expected="It stands in the column 'value'.")
    digits = fix.content.rstrip(".… ")
    if digits and (len(digits) < _FEWEST_DIGITS or not re.fullmatch(r"[0-9a-fA-F]+", digits)):
        raise DataError(
            f"{where} has the content '{fix.content:.40}'.",
            expected=f"At least {_FEWEST_DIGITS} hexadecimal digits of the example's digest, or nothing.",
        )
    return Fix(fix.name, digits.lower(), fix.action, fix.value, fix.why, fix.by, fix.when, line)


def _last_of_each(fixes: Sequence[Fix]) -> tuple[Fix, ...]:
    """Return the decisions that no later line about the same example takes the place of."""
    last = {(fix.name, "label" if fix.action in _OF_THE_LABEL else fix.action): fix for fix in fixes}
    return tuple(sorted(last.values(), key=lambda fix: fix.line))


def tell(numbers: dict[str, int]) -> str:
    """Return in words how many decisions of each kind took effect, e.g. "14 excluded, 3 relabelled"."""
    words = {
        "exclude": "excluded",
        "relabel": "relabelled",
        "group": "put into groups",
        "split": "put into a split",
        "keep": "looked at and kept",
    }
    told = [f"{numbers[action]:,} {words[action]}" for action in ACTIONS if numbers.get(action)]
    return ", ".join(told) or counted(0, "decision")
