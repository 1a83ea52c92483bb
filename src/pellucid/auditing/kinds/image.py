"""Pictures, as an audit looks at them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pellucid.auditing.kinds.near_pictures import find_near_pictures, why_not_near
from pellucid.auditing.kinds.odd_pictures import find_odd_pictures
from pellucid.auditing.naming import Examined
from pellucid.auditing.records import AuditFinding


class Pictures:
    """The row of pictures."""

    def odd(self, examined: Examined) -> Iterator[AuditFinding]:
        """Return pictures that show nothing, placeholders, and those unlike the rest."""
        return find_odd_pictures(examined)

    def why_not_near(self, examined: Examined) -> str:
        """Return a sentence where pictures are too small, or too many."""
        return why_not_near(examined)

    def near(self, examined: Examined, known: Sequence[Sequence[int]]) -> Iterator[AuditFinding]:
        """Return pairs that show one photograph."""
        return find_near_pictures(examined, known)
