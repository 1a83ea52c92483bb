"""What an audit asks a kind of input."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from pellucid.auditing.naming import Examined
from pellucid.auditing.records import AuditFinding


class Looks(Protocol):
    """The row of one kind of input."""

    def odd(self, examined: Examined) -> Iterator[AuditFinding]:
        """Find examples that show nothing, and those unlike the rest of their set."""
        ...

    def why_not_near(self, examined: Examined) -> str:
        """Return why near-equal examples are not looked for, in a sentence; "" where they are."""
        ...

    def near(self, examined: Examined, known: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
        """Find examples that are nearly equal.

        Args:
            examined: the dataset.
            known: sets of equal examples, which are told elsewhere.
        """
        ...
