"""Pairs of texts that are generated, so that the right answer is known."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import replace
from string import ascii_lowercase

import numpy as np

from pellucid.data.proposals import Proposal
from pellucid.data.raw_dataset import RawDataset
from pellucid.data.text_pairs import raw_of_pairs
from pellucid.records import Decision

REVERSE, DATES = "reverse", "dates"
PAIRS = 20_000
LONGEST = 20
PROPOSALS = (Proposal(field="epochs", value=3, reason="both generated sets of pairs are learned by then"),)
FIRST_YEAR, LAST_YEAR = 1970, 2069
"""Years that two digits can stand for: 70 to 99 and 00 to 69, as POSIX reads them."""
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_FORMS: tuple[Callable[[datetime.date], str], ...] = (
    lambda day: f"{_MONTHS[day.month - 1]} {day.day}, {day.year}",
    lambda day: f"{_MONTHS[day.month - 1].capitalize()} {day.day}, {day.year}",
    lambda day: f"{day.day} {_MONTHS[day.month - 1][:3].capitalize()} {day.year}",
    lambda day: f"{day.day} {_MONTHS[day.month - 1]} {day.year}",
    lambda day: f"{_MONTHS[day.month - 1][:3].upper()} {day.day:02} {day.year}",
    lambda day: f"{day.month:02}/{day.day:02}/{day.year % 100:02}",
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: f"{day.day}.{day.month}.{day.year}",
    lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
)


def read_reverse() -> RawDataset:
    """Return strings of 1 to 20 small letters, each answered with the same letters backwards."""
    draws = np.random.default_rng(0)
    texts: dict[str, None] = {}
    while len(texts) < PAIRS:
        length = int(draws.integers(1, LONGEST + 1))
        texts["".join(ascii_lowercase[letter] for letter in draws.integers(0, 26, length))] = None
    raw = raw_of_pairs([(text, text[::-1]) for text in texts], REVERSE, name=REVERSE)
    return replace(raw, proposals=PROPOSALS)


def read_dates() -> RawDataset:
    """Return days of a hundred years in nine ways of writing, each answered as ISO 8601 does."""
    raw = raw_of_pairs(
        written_dates(PAIRS, range(FIRST_YEAR, LAST_YEAR + 1)),
        DATES,
        name=DATES,
        decisions=[
            Decision(
                name="dates",
                value="slashes: month/day/year, points: day.month.year",
                reason="03/04/21 could be read either way; two digits of a year are 1970 to 2069",
            )
        ],
    )
    return replace(raw, proposals=PROPOSALS)


def written_dates(count: int, years: range, *, seed: int = 0) -> list[tuple[str, str]]:
    """Return days in words and figures, and as ISO 8601 writes them.

    Args:
        count: of pairs, all with different texts.
        years: from which days are drawn.
        seed: of the draws.
    """
    draws = np.random.default_rng(seed)
    first = datetime.date(years.start, 1, 1).toordinal()
    last = datetime.date(years.stop - 1, 12, 31).toordinal()
    found: dict[str, str] = {}
    while len(found) < count:
        day = datetime.date.fromordinal(int(draws.integers(first, last + 1)))
        found[_FORMS[int(draws.integers(len(_FORMS)))](day)] = day.isoformat()
    return list(found.items())
