"""Words from elsewhere made harmless: nothing in a name steers a terminal, breaks a line, or cannot be written down.

Names of files, classes, columns and runs may come from strangers. Whoever shows them, in a terminal or on a page, shows
what would act instead of being read as a code behind a backslash.
"""

from __future__ import annotations

import math
import re
from typing import Any

_STEERING = "\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069"
# What is written into names for good must never change, or datasets would be other ones; what is only shown may.
_IN_NAMES = re.compile(f"[{_STEERING}\ud800-\udfff]")
_SHOWN = re.compile(f"[{_STEERING}\u061c\u200e\u200f\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]")
_FORMULA = re.compile(r"\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n]")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_BYTES = range(0xDC80, 0xDD00)
"""Halves of pairs that stand for bytes of a file name that are no UTF-8 (PEP 383)."""


def visible(text: str, *, encoding: str = "utf-8") -> str:
    """Return a text as one line that can be shown anywhere.

    Control characters, line breaks, marks of direction, bytes of a file name that are no UTF-8, and what the encoding
    lacks become codes behind a backslash; all else stays.

    Args:
        text: a name, or a sentence with names in it.
        encoding: of the place where it is shown.
    """
    text = _SHOWN.sub(_as_code, text)
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.encode(encoding, "backslashreplace").decode(encoding)
    return text


def visible_token(token: str) -> str:
    """Return a piece of a text so that it can be seen: of spaces and line breaks their signs."""
    return (
        visible(token.replace("\r\n", "\n").replace("\n", "↵").replace(" ", "␣")) if token.isspace() else visible(token)
    )


def visible_lines(text: str, *, encoding: str = "utf-8") -> str:
    """Return a text of several lines, each as `visible` shows it; tabs stay."""
    return "\n".join(
        "\t".join(visible(part, encoding=encoding) for part in line.split("\t")) for line in text.split("\n")
    )


def steady_name(text: str) -> str:
    """Return a name as it is kept for good: what steers, and bytes that are no UTF-8, as codes behind a backslash."""
    return _IN_NAMES.sub(_as_code, text)


def for_spreadsheet(text: str) -> str:
    """Return a text for a cell of a CSV file: an apostrophe comes before what a spreadsheet would take for a formula.

    OWASP's advice against "CSV injection". Numbers with a sign stay numbers.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def finite(value: Any) -> Any:
    """Return plain JSON types with None for NaN and infinities, which JSON does not know."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [finite(one) for one in value]
    return value


def is_utf8(text: str) -> bool:
    """Tell whether a text can be written down as UTF-8: a path with other bytes in it cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _as_code(match: re.Match[str]) -> str:
    number = ord(match[0])
    return f"\\x{number - 0xDC00:02x}" if number in _BYTES else match[0].encode("unicode_escape").decode()


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number with its words: "1 picture", "360 pictures", "2 classes", or with a verb, "1 picture lies".

    Args:
        number: how many.
        one: the words after 1.
        many: the words after other numbers; "" for the plural of `one`, a noun.
    """
    return f"{number:,} {one if number == 1 else many or plural(one)}"


def plural(one: str) -> str:
    """Return the plural of a noun: "pictures", "classes", "categories", "series"."""
    if one.endswith("series"):
        return one
    return f"{one}es" if one.endswith("s") else f"{one[:-1]}ies" if one.endswith("y") else f"{one}s"


def percent(share: float, places: int = 0, *, space: str = " ") -> str:
    """Return a share of 1 in percent, e.g. "97 %" or, with one place, "97.1 %".

    Args:
        share: of 1.
        places: after the point.
        space: between number and sign; pages have one at which no line breaks.
    """
    return f"{100 * share:.{places}f}{space}%"
