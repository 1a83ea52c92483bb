"""What an audit is: findings with their weight, their examples and what to do."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pellucid.kinds import SplitName
from pellucid.printed import Printed
from pellucid.records import Record

Severity = Literal["high", "medium", "look", "info"]
SEVERITIES: tuple[Severity, ...] = ("high", "medium", "look", "info")
"""Worst first: a score would be wrong; examples are wasted or misleading; somebody should look; good to know."""

Action = Literal["exclude", "group"]


class Named(Record):
    """One example, as a finding shows it.

    Attributes:
        name: as the dataset calls it.
        index: in the dataset; None of a file that could not be read.
        content: the first hexadecimal digits of its digest; "" where there is none.
        split: that it is in; None where it is in none.
        target: what is known of it, in words.
        note: what is special about it.
        fix: what is certain, or proposed, to do with it; "" where nothing is.
        value: of that, where it has one.
    """

    name: str
    index: int | None = None
    content: str = ""
    split: SplitName | None = None
    target: str = ""
    note: str = ""
    fix: Literal["", "exclude", "group"] = ""
    value: str = ""


class AuditFinding(Record):
    """One kind of thing that was found.

    Attributes:
        kind: a fixed word, e.g. "leak", "equal", "other-label", "dark".
        severity: of `SEVERITIES`.
        message: what it is, with the count, in one sentence without a full stop.
        count: how many there are.
        share: of what `of` names, 0..1; None where a share says nothing.
        of: e.g. "test".
        sets: examples that belong together (equal ones), or one each; all of them.
        certain: whether the fixes of its examples are certain, so that `--fix` writes them.
        evidence: numbers that it rests on, by name.
        method: how it was found, in one sentence.
        mend: what to do, in a few words.
    """

    kind: str
    severity: Severity
    message: str
    count: int
    share: float | None = None
    of: str = ""
    sets: tuple[tuple[Named, ...], ...] = ()
    certain: bool = False
    evidence: dict[str, float] = Field(default_factory=dict)
    method: str = ""
    mend: str = ""


class Audit(Printed, Record):
    """What was found in a dataset, worst first.

    Attributes:
        name, source: of the dataset.
        fingerprint: of the data.
        n: examples that could be read.
        noun: what one is called.
        classes: that an example can be relabelled to; () where it cannot.
        findings: worst first.
        kept: examples that somebody looked at and kept; nothing is said of them.
        not_looked_at: what this kind of data is not looked at for, in words; "" where all was.
        seconds: that the audit took, reading the data left aside.
    """

    name: str
    source: str
    fingerprint: str
    n: int
    noun: str
    classes: tuple[str, ...] = ()
    findings: tuple[AuditFinding, ...] = ()
    kept: int = 0
    not_looked_at: str = ""
    seconds: float = 0.0

    @property
    def is_grave(self) -> bool:
        """Whether a finding is of high severity: a score on these data would be wrong."""
        return any(finding.severity == "high" for finding in self.findings)
