"""The page of `pellucid audit DATA`: what was found, and decisions that become lines of a manifest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pellucid.auditing import Audit, AuditFinding, Named
from pellucid.data import FIXES_HEAD, KINDS_OF_INPUT, Dataset
from pellucid.report import wording
from pellucid.report.embedding import Album, Embedded
from pellucid.report.rendering import write_template
from pellucid.version import VERSION
from pellucid.words import counted, percent

MOST_SETS = 24
"""Sets of a finding that are shown; --json and --fix have all."""
MOST_OF_A_SET = 6
LONGEST = 128
MOST_CLASSES = 100
"""Classes that an example can be relabelled to on the page; with more, the line is written by hand."""


@dataclass(frozen=True)
class Shown:
    """One example on the page: what is known of it, its picture or none, and the number of its choice."""

    about: Named
    picture: Embedded | None
    number: int
    can_decide: bool


@dataclass(frozen=True)
class ShownFinding:
    """One finding on the page; `anchor` is its id, `left` how many sets are not shown."""

    finding: AuditFinding
    anchor: str
    share: str
    sets: tuple[tuple[Shown, ...], ...]
    left: int


def write_audit(path: str | Path, audit: Audit, dataset: Dataset) -> Path:
    """Write the page of an audit.

    Args:
        path: of the page; it is replaced at once.
        audit: what was found.
        dataset: that was looked at, for its pictures.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    kind = KINDS_OF_INPUT[dataset.input.kind]
    album = Album(lambda index: kind.thumbnail(dataset, index, side=LONGEST))
    findings = tuple(_shown(audit, album))
    return write_template(
        path,
        "audit.html.jinja",
        title=audit.name,
        version=VERSION,
        contents=[
            ("summary", "Summary"),
            *((one.anchor, _short(one.finding)) for one in findings),
            ("decisions", "Decisions"),
        ],
        facts=_facts(audit),
        audit=audit,
        findings=findings,
        classes=audit.classes if len(audit.classes) <= MOST_CLASSES else (),
        head=f"{FIXES_HEAD}; data {audit.fingerprint}",
        is_drawn=dataset.input.is_drawn,
        problem=album.problem,
    )


def _facts(audit: Audit) -> tuple[tuple[str, str], ...]:
    by_severity = [
        (severity, sum(one.severity == severity for one in audit.findings))
        for severity in ("high", "medium", "look", "info")
    ]
    told = ", ".join(f"{number} {severity}" for severity, number in by_severity if number)
    return (
        ("Examples", counted(audit.n, audit.noun)),
        ("Findings", told or "none"),
        ("Looked at in", wording.duration(audit.seconds)),
    )


def _short(finding: AuditFinding) -> str:
    return finding.kind.replace("-", " ").capitalize()


def _shown(audit: Audit, album: Album) -> Iterator[ShownFinding]:
    number = 0
    for place, finding in enumerate(audit.findings):
        sets = []
        for members in finding.sets[:MOST_SETS]:
            row = []
            for one in members[:MOST_OF_A_SET]:
                number += 1
                picture = None if one.index is None else album.find(one.index, longest=LONGEST)
                can_decide = one.index is not None or bool(one.fix)
                row.append(Shown(one, picture, number, can_decide))
            sets.append(tuple(row))
        share = "" if finding.share is None else percent(finding.share, 1, space="\u202f")
        yield ShownFinding(finding, f"finding-{place + 1}", share, tuple(sets), max(0, len(finding.sets) - MOST_SETS))
