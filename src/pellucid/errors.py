"""The exceptions that users meet: one family, each message says what happened, what was expected and how to mend it."""

from __future__ import annotations

import datetime
import difflib
import reprlib
from collections.abc import Iterable
from typing import Any


class PellucidError(Exception):
    """Base of every error that the user can mend.

    The command line prints it as one message and leaves with exit code 2; a traceback from any other exception is a
    fault of Pellucid itself.

    Args:
        what: what happened, with the values at hand.
        expected: what would have been right, if that is not plain from `what`.
        fix: what to do next; names the Python argument or the flag that helps.
    """

    def __init__(self, what: str, *, expected: str = "", fix: str = "") -> None:
        self.what, self.expected, self.fix = what, expected, fix
        super().__init__(" ".join(part for part in (what, expected, fix) if part))


class DataError(PellucidError):
    """The data cannot be read, or cannot be learned from as it is."""


class DecodingError(DataError):
    """One picture cannot be decoded; a dataset lists it and goes on without it."""


class RecipeError(PellucidError):
    """A choice (flag, argument, key of a file) is unknown, out of range, or contradicts another."""


class ModelError(PellucidError):
    """A model's name is unknown, or the model cannot take this input or give this output."""


class RunError(PellucidError):
    """A run's folder is missing, damaged, of an unknown version, or does not fit what is asked of it."""


class WritingError(PellucidError):
    """A file cannot be written where it was to be: there is a link, a folder or a device, or the place is missing."""


class MissingExtraError(PellucidError):
    """A feature needs an optional package that is not installed.

    Args:
        package: the package that is missing.
        extra: the extra of Pellucid that brings it.
        feature: what needs it, in the user's words.
    """

    def __init__(self, package: str, *, extra: str, feature: str) -> None:
        fix = f'Run: pip install "pellucid[{extra}]"'
        super().__init__(f"{feature} needs {package}, which is not installed.", fix=fix)


def did_you_mean(word: str, choices: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the choice nearest to `word`, or "" when none is near."""
    near = difflib.get_close_matches(word, list(choices), n=1, cutoff=0.6)
    return f" Did you mean '{near[0]}'?" if near else ""


def shown(value: Any, most: int = 60) -> str:
    """Return a value as a message shows it: what Python would write, but never more of it than fits.

    A value from a file may be as large as it likes: it is shortened while it is written, not afterwards.

    Args:
        value: any.
        most: letters.
    """
    shortener = _Shortener()
    shortener.maxstring = shortener.maxother = most
    text = shortener.repr(value)
    return text if len(text) <= most else f"{text[: most - 3]}..."


class _Shortener(reprlib.Repr):
    def __init__(self) -> None:
        super().__init__()
        self.maxlevel, self.maxdict = 3, 4

    def repr_int(self, x: int, level: int) -> str:
        """Return a number; of one so long that writing it takes time, how long it is."""
        return repr(x) if abs(x) < 10**40 else f"a whole number of about {int(x.bit_length() * 0.30103) + 1:,} digits"

    def repr_bytes(self, x: bytes, level: int) -> str:
        """Return the beginning of bytes."""
        return repr(x[: self.maxstring])

    def repr_instance(self, x: object, level: int) -> str:
        """Return what is of none of the plain kinds; what cannot be written, or only at length, by its kind."""
        plain = x is None or isinstance(x, bool | float | complex | type | datetime.date)
        return repr(x) if plain else f"<{type(x).__name__}>"
