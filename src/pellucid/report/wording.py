"""Numbers as people read them: shares, counts, durations, and what each metric is called and means."""

from __future__ import annotations

import math
import re
from datetime import datetime

from pellucid.clock import date_of
from pellucid.evaluation import Metric, metric_words
from pellucid.words import counted
from pellucid.words import percent as plain_percent

SPACE = "\u00a0"
"""A space that does not break a number from its unit."""


SPLIT_WORDS = {"train": "training", "val": "validation", "test": "test"}
"""A split as it stands before a noun."""

METHOD_WORDS = {
    "wilson": "Wilson",
    "clustered-wilson": "Wilson, by group",
    "effective-wilson": "Wilson, effective size",
    "delong": "DeLong",
    "bootstrap": "bootstrap",
    "clustered-bootstrap": "bootstrap by group",
    "order-statistics": "order statistics",
    "moving-blocks": "moving blocks",
    "newcombe": "Newcombe",
    "none": "–",
}


_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_EXPONENT = re.compile(r"(?<![\w.])([-+−]?)(\d+(?:\.\d+)?)[eE]([-+−]?)0*(\d+)(?!\w)")
_MINUS = re.compile(r"(?<![\w.)\]-])-(?=\d)")
_SIGNED_ZERO = re.compile(r"(?<![\w.])[+−]0(?:\.0+)?(?![\w.])")
_SIGNS = (
    (re.compile(r"(?<=\d) x (?=\d)"), " × "),
    (re.compile(r"(?<=[\d)]) ?\* ?(?=[\d(])"), " × "),
    (re.compile(r"(?<=[\d)]) - (?=[\d(])"), " − "),
    (re.compile(r"(?<![\w+])\+-(?=\d)"), "±"),
    (re.compile(r"(\bsize |\()x (?=\d)"), r"\1× "),
    (re.compile(r"(?<=\d) (?=%(?!\w))"), SPACE),
)
_AS_IT_IS = re.compile(r"(“[^”]*”|#[0-9a-fA-F]{6}\b)")


def typeset(words: str) -> str:
    """Return words with their numbers as they are printed: "−2.5", "6.9 × 10⁻⁸", and 0 without a sign.

    What stands in “quotation marks” is somebody else's, and stays as it is; so does a colour, such as #009e73.
    """
    parts = _AS_IT_IS.split(words)
    return "".join(part if place % 2 else _typeset(part) for place, part in enumerate(parts))


def _typeset(words: str) -> str:
    for sign, printed in _SIGNS:
        words = sign.sub(printed, words)
    return _SIGNED_ZERO.sub("0", _MINUS.sub("−", _EXPONENT.sub(_power, words)))


def _power(match: re.Match[str]) -> str:
    sign, digits, below, power = match.groups()
    mantissa = "" if digits == "1" else f"{digits}{SPACE}×{SPACE}"
    return f"{sign}{mantissa}10{('-' if below in ('-', '−') else '').translate(_RAISED)}{power.translate(_RAISED)}"


def formula(words: str) -> str:
    """Return a formula that was typed, as it is printed: "(1 − x)² + 100 (y − x²)²"."""
    raised = re.sub(r"\^(\d)", lambda match: match[1].translate(_RAISED), words)
    return typeset(raised.replace(" - ", " − ").replace(" x ", " × "))


def count(number: int) -> str:
    """Return e.g. "12,345"."""
    return f"{number:,}"


def decimal(value: float | None, digits: int = 3) -> str:
    """Return a number to so many significant digits below 1000 and at least as fine, e.g. "0.0412", "12.3", "4,310"."""
    if value is None or not math.isfinite(value):
        return "–" if value is None or math.isnan(value) else ("∞" if value > 0 else "−∞")
    size = abs(value)
    if size == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(size)))
    if places > 6:
        return typeset(f"{value:.{digits - 1}e}")
    return f"{value:,.{places}f}".replace("-", "−")


def target(given: str | float | list[str] | dict[str, float]) -> str:
    """Return what an example's target says: a class, a number, a list of labels, or named numbers."""
    if isinstance(given, str):
        return given
    if isinstance(given, list):
        return ", ".join(given) or "no label"
    if isinstance(given, dict):
        return ", ".join(f"{name} {decimal(value)}" for name, value in given.items())
    return decimal(given)


def percent(value: float | None, places: int = 1, *, unit: bool = True) -> str:
    """Return a share in percent, e.g. "98.9 %"; "–" where it is not defined.

    All and none are whole numbers, and what is nearly all is never rounded to it: "100 %", "99.97 %", "> 99.99 %".
    """
    if value is None or not math.isfinite(value):
        return "–"
    if value in (0.0, 1.0):
        places = 0
    elif places and round(value, places + 2) in (0.0, 1.0):
        places += 1
        if round(value, places + 2) in (0.0, 1.0):
            end = 10.0 ** -(places + 2)
            limit, sign = (1 - end, ">") if value > 0.5 else (end, "<")
            return f"{sign}{SPACE}{percent(limit, places, unit=unit)}"
    said = plain_percent(value, places, space=SPACE).replace("-", "−")
    return said if unit else said.removesuffix(f"{SPACE}%")


def split_examples(number: int, split: str) -> str:
    """Return e.g. "180 validation examples"."""
    return counted(number, f"{SPLIT_WORDS.get(split, split)} example")


def big(number: float) -> str:
    """Return a large count short, e.g. "61.7 thousand", "2.30 million"."""
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"), (1e4, "thousand")):
        if number >= size:
            scale = 1e3 if word == "thousand" else size
            return f"{number / scale:,.3g}{SPACE}{word}"
    return f"{number:,.0f}"


def memory(num_bytes: float) -> str:
    """Return e.g. "241 KiB", "1.5 MiB"."""
    for size, word in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if num_bytes >= size:
            return f"{num_bytes / size:.3g}{SPACE}{word}"
    return f"{num_bytes:,.0f}{SPACE}bytes"


def places_for(metric: Metric) -> int:
    """Return the decimals of a percentage that its interval justifies: 2 below one point of half-width, else 1."""
    if metric.low is None or metric.high is None:
        return 1
    return 2 if (metric.high - metric.low) / 2 < 0.004 else 1


def near_one(value: float) -> str:
    """Return a number to three digits, with more where that would round it to 1: "0.99983"."""
    return f"{value:.5f}" if 0.9995 <= value < 0.999995 else decimal(value)


def metric_value(name: str, metric: Metric) -> str:
    """Return the value alone: "98.9 %" or "0.0412"."""
    return percent(metric.value, places_for(metric)) if metric_words(name).is_share else near_one(metric.value)


def metric_interval(name: str, metric: Metric) -> str:
    """Return "97.2 to 99.6 %" or "0.031 to 0.052"; "" when there is no interval."""
    if metric.low is None or metric.high is None:
        return ""
    if metric_words(name).is_share:
        places = places_for(metric)
        return f"{percent(metric.low, places, unit=False)} to {percent(metric.high, places)}"
    return f"{near_one(metric.low)} to {near_one(metric.high)}"


def duration(seconds: float | None) -> str:
    """Return e.g. "0.8 s", "42 s", "3 min 20 s", "2 h 5 min"."""
    if seconds is None or not math.isfinite(seconds):
        return "–"
    if seconds < 0.05:
        return f"less than 0.1{SPACE}s"
    if seconds < 10:
        return f"{seconds:.1f}{SPACE}s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole}{SPACE}s"
    if whole < 3600:
        return f"{whole // 60}{SPACE}min {whole % 60}{SPACE}s"
    return f"{whole // 3600}{SPACE}h {whole % 3600 // 60}{SPACE}min"


def moment(seconds: float) -> str:
    """Return a time in seconds since 1970 as "21 November 2026, 01:16 UTC", or as unknown beyond the year 9999."""
    when = date_of(seconds)
    if when is None:
        return f"an unknown time ({seconds:,.0f}{SPACE}s after 1970)"
    return f"{when.day} {when:%B %Y, %H:%M} UTC"


def day(seconds: float) -> str:
    """Return a time in seconds since 1970 as "21 November 2026" (UTC)."""
    said = moment(seconds)
    return said if said.startswith("an unknown") else said.split(",")[0]


def moment_of(iso: str) -> str:
    """Return an ISO 8601 time as "21 November 2026, 01:16 UTC", or as it is when it is none."""
    try:
        return moment(datetime.fromisoformat(iso).timestamp())
    except (ValueError, OverflowError):
        return iso


def shape(sizes: tuple[int, ...]) -> str:
    """Return a shape without the batch as people write it: (C, H, W) -> "H × W × C"; (D,) -> "D"."""
    ordered = (*sizes[1:], sizes[0]) if len(sizes) == 3 else sizes
    return " × ".join(f"{size:,}" for size in ordered) or "–"
