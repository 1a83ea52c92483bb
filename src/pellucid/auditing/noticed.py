"""What was noticed when the data were read becomes findings of an audit: unreadable files, mixed depths, ..."""

from __future__ import annotations

from collections.abc import Iterator

from pellucid.auditing.naming import Examined
from pellucid.auditing.records import AuditFinding, Named, Severity
from pellucid.data import Dataset

_SEVERITIES: dict[str, Severity] = {
    "other-format": "info",
    "mixed-values": "medium",
    "mixed-depth": "medium",
    "telling-column": "medium",
    "telling-property": "medium",
    "telling-length": "medium",
    "class-missing-in-split": "medium",
    "few-examples": "medium",
    "similar-classes": "look",
    "stale-fixes": "look",
}
"""By the kind of a dataset's finding; others are good to know."""
_MENDS = {
    "other-format": "rename, or leave: the bytes count",
    "mixed-values": "save all in one unit",
    "mixed-depth": "save all at one depth",
    "telling-column": "--drop COLUMN leaves it out of the input",
    "telling-property": "save all classes alike",
    "telling-length": "you decide whether lengths may tell",
    "class-missing-in-split": "--splits ignore draws new splits",
    "stale-fixes": "delete these lines",
}
_TOLD_ELSEWHERE = frozenset(
    (
        *("leak", "unreadable", "equal-files", "equal-pixels", "equal-rows", "equal-series", "equal-texts"),
        *("equal-but-other-class", "fixes", "left-out", "refused"),
    )
)
"""Kinds that an audit looks at itself."""


def find_unreadable(examined: Examined) -> Iterator[AuditFinding]:
    """Find files that cannot be read."""
    dataset = examined.dataset
    faults = [fault.partition(": ") for fault in dataset.faults]
    faults = [fault for fault in faults if fault[0] not in examined.kept]
    if not faults:
        return
    one = len(faults) == 1
    yield AuditFinding(
        kind="unreadable",
        severity="medium",
        message=f"{len(faults):,} {'file' if one else 'files'} cannot be read, and {'is' if one else 'are'} left out",
        count=len(faults),
        share=len(faults) / (len(faults) + len(dataset)),
        of="all files",
        sets=tuple((Named(name=name, note=reason, fix="exclude"),) for name, _, reason in faults),
        certain=True,
        method="every file is decoded to its end",
        mend="exclude, or put whole files in their place",
    )


def find_noticed(dataset: Dataset) -> Iterator[AuditFinding]:
    """Pass on what was noticed when the data were read, where the audit does not look for it itself."""
    for finding in dataset.findings:
        if finding.kind not in _TOLD_ELSEWHERE:
            yield AuditFinding(
                kind=finding.kind,
                severity=_SEVERITIES.get(finding.kind, "info"),
                message=finding.message.removesuffix("."),
                count=finding.count,
                sets=tuple((Named(name=words),) for words in finding.examples),
                method="noticed when the data were read",
                mend=_MENDS.get(finding.kind, ""),
            )
