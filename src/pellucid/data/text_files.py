"""Text files as text: UTF-8 only, whatever ends their lines."""

from __future__ import annotations

from pathlib import Path

from pellucid.data.memory import free_memory
from pellucid.errors import DataError
from pellucid.files import open_plain, read_plain, reason_of

_SMALL = 64 << 20  # bytes of a text that is read however little memory seems to be free
_LOOKED_AT = 1 << 16
_LETTERS, _WORDS_A_LINE = 0.6, 3  # of running text
_COPIES = 8  # a text takes so many bytes for one on the disk, while it is read


def read_text(path: Path) -> str:
    """Return the text of a file: without a mark of its byte order, every line ended by a line feed.

    Raises:
        DataError: it cannot be opened, is empty, no UTF-8 (the message says which byte, and in which line), or holds
            NUL bytes.
    """
    try:
        data = read_plain(path, most=max(_SMALL, free_memory() // _COPIES))
    except OSError as problem:
        raise DataError(f"{path} cannot be opened ({reason_of(problem)}).") from None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DataError(
            f"{path} is UTF-16.", expected="Texts in UTF-8.", fix=f"Convert it: iconv -f utf-16 -t utf-8 '{path}'"
        )
    place = data.find(b"\0")
    if place >= 0:
        raise DataError(
            f"{path} is not text: byte {place + 1:,}, in line {line_of(data, place):,}, is NUL.",
            expected="Text in UTF-8.",
            fix="Take such bytes out.",
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise DataError(
            f"{path} is no UTF-8: byte {problem.start + 1:,}, in line {line_of(data, problem.start):,}, is "
            f"0x{data[problem.start]:02X}.",
            expected="Text in UTF-8.",
            fix=f"Convert it, e.g. iconv -f windows-1252 -t utf-8 '{path}'",
        ) from None
    if not text.strip():
        raise DataError(f"{path} is empty." if not text else f"{path} holds nothing but white space.")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def line_of(data: bytes, place: int) -> int:
    """Return the line that a byte stands in, counted from 1."""
    return data.count(b"\n", 0, place) + 1


def filled_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines of a text that are not blank, each with its number, counted from 1."""
    lines = ((number, line.strip()) for number, line in enumerate(text.split("\n"), start=1))
    return [(number, line) for number, line in lines if line]


def glance_at(path: Path) -> str:
    """Return the whole lines at the beginning of a file, letters that are no UTF-8 replaced; "" where it is no text."""
    data = _beginning(path)
    lines = data if len(data) < _LOOKED_AT else data[: data.rfind(b"\n") + 1]
    return "" if b"\0" in data.replace(b"\0", b"", 1) else lines.decode("utf-8", "replace")


def is_utf8_file(path: Path) -> bool:
    """Tell whether the beginning of a file is text in UTF-8."""
    data = _beginning(path)
    if b"\0" in data or not data.strip():
        return False
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        return problem.start >= len(data) - 3 and len(data) == _LOOKED_AT  # a letter was cut in two
    return True


def _beginning(path: Path) -> bytes:
    try:
        with open_plain(path) as file:
            return file.read(_LOOKED_AT)
    except OSError:
        return b""


def is_running_text(text: str) -> bool:
    """Tell whether a text is prose or verse: letters, and several words a line."""
    lines = [line for _, line in filled_lines(text[:_LOOKED_AT])]
    sample = "\n".join(lines)
    if not sample or sum(map(str.isalpha, sample)) < _LETTERS * len(sample):
        return False
    without_spaces = any(ord(letter) >= 0x2E80 for letter in sample)
    return without_spaces or sum(len(line.split()) for line in lines) >= _WORDS_A_LINE * len(lines)
