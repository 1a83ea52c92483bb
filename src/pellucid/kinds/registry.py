"""What a kind is, the open registry of kinds, and the tables in which each room says what it does with each of them.

A kind is a record with a fixed word in `kind`. What it *is* (checks, counts, words) are its own methods; what a stage
of the work does *with* it stands in that stage's room, in a `KindTable` with a row for each kind. So nobody asks which
kind something is: one asks the kind, or the table. A kind that nobody thought of is then an error in words, never
silently the last branch of an `if`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, cast

from pellucid.errors import RecipeError
from pellucid.late import Late
from pellucid.records import Record


class Kind(Record):
    """Base of the kinds of input and of target: a record whose `kind` says in JSON which it is."""

    kind: str

    @classmethod
    def of(cls, other: Kind) -> Self:
        """Return a record that is known to be of this kind, typed as such: for the files that are about one kind.

        Raises:
            TypeError: it is of another; a row of a table was asked that is not its own.
        """
        if not isinstance(other, cls):
            raise TypeError(f"This is about {cls.__name__}, not about {type(other).__name__}.")
        return other


AnyKind = TypeVar("AnyKind", bound=Kind)
Row = TypeVar("Row")


class Kinds(Mapping[str, type[AnyKind]]):
    """The kinds there are of one thing, by their word; more can be registered.

    Args:
        noun: what they are kinds of, e.g. "input".
    """

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self.tables: list[KindTable[Any]] = []
        self._classes: dict[str, type[AnyKind]] = {}

    def register(self, kind: type[AnyKind]) -> type[AnyKind]:
        """Add a kind (as a decorator of its class); its word is the default of its field `kind`.

        Raises:
            ValueError: another has the same word.
        """
        word = kind.model_fields["kind"].default
        if word in self._classes:
            raise ValueError(f"There is already a kind of {self.noun} called '{word}'.")
        self._classes[word] = kind
        return kind

    def __getitem__(self, word: str) -> type[AnyKind]:
        return self._classes[word]

    def __iter__(self) -> Iterator[str]:
        return iter(self._classes)

    def __len__(self) -> int:
        return len(self._classes)

    def read(self, value: Any) -> Any:
        """Return JSON types as a record of the kind that they name; a record as it is.

        Raises:
            ValueError: no kind, or an unknown one; pydantic's ValidationError where a field is at fault.
        """
        # What is no mapping is a record already, or will be refused by its type where it is used.
        if not isinstance(value, Mapping):
            return value
        word = value.get("kind")
        if not isinstance(word, str) or word not in self._classes:
            raise ValueError(f"the kind of {self.noun} is none of {', '.join(self._classes)}")
        return self._classes[word].model_validate(value)


@dataclass(frozen=True)
class Refused:
    """A row that says why a room does nothing with a kind: one sentence, which users read."""

    reason: str


class KindTable(Generic[Row]):
    """What one room does with each kind: a row for every kind there is, or the reason why it is refused.

    `tests/kinds` holds every table complete.

    Args:
        subject: what the table is about, as in "baselines", for messages.
        kinds: the kinds it has rows for.
        rows: by the kinds' words; a `Late` one is loaded when it is first asked for.
    """

    def __init__(self, subject: str, kinds: Kinds[Any], rows: Mapping[str, Row | Refused | Late]) -> None:
        self.subject = subject
        self.kinds = kinds
        self._rows: dict[str, Row | Refused | Late] = dict(rows)
        kinds.tables.append(self)

    def register(self, word: str, row: Row | Refused | Late) -> None:
        """Add the row of a kind.

        Raises:
            ValueError: it has one.
        """
        if word in self._rows:
            raise ValueError(f"The kind '{word}' has a row for {self.subject} already.")
        self._rows[word] = row

    def __contains__(self, word: object) -> bool:
        return word in self._rows and not isinstance(self._rows[str(word)], Refused)

    def __getitem__(self, word: str) -> Row:
        """Return the row of a kind.

        Raises:
            RecipeError: this room does nothing with it.
        """
        row = self._rows.get(word)
        if row is None:
            raise RecipeError(f"For the kind of {self.kinds.noun} '{word}' there is no {self.subject}.")
        if isinstance(row, Refused):
            raise RecipeError(row.reason)
        if isinstance(row, Late):
            # Kept: a row may hold what it has worked out.
            row = self._rows[word] = cast("Row", row.load())
        return row

    def why_not(self, word: str) -> str:
        """Return why this room does nothing with a kind, in words; "" where it does."""
        row = self._rows.get(word)
        if row is None:
            return f"for the kind of {self.kinds.noun} '{word}' there is no {self.subject}"
        return row.reason if isinstance(row, Refused) else ""

    def missing(self) -> tuple[str, ...]:
        """Return the kinds that have neither a row nor a refusal."""
        return tuple(word for word in self.kinds if word not in self._rows)
