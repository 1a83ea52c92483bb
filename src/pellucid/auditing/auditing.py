"""From a dataset to its audit: all that is looked for, worst first."""

from __future__ import annotations

import time

from pellucid.auditing.equal import find_equal, find_straddling
from pellucid.auditing.kinds import QUALITY
from pellucid.auditing.naming import Examined
from pellucid.auditing.noticed import find_noticed, find_unreadable
from pellucid.auditing.records import SEVERITIES, Audit, AuditFinding
from pellucid.data import Dataset, equal_sets


def audit_dataset(dataset: Dataset) -> Audit:
    """Look for what is wrong with a dataset; nothing is changed, and no target of test is looked at but for equal ones.

    Args:
        dataset: as its data bring it: loaded with `allow_leaks=True`, so that nothing was left out before.

    Raises:
        DataError: a file cannot be read any more.
    """
    started = time.perf_counter()
    examined = Examined.of(dataset)
    findings: list[AuditFinding] = [*find_unreadable(examined), *find_straddling(examined)]
    findings += find_noticed(dataset)
    follows = dataset.spans is not None
    refused = QUALITY.why_not(dataset.input.kind) or ""
    if follows:
        refused = "Examples that follow one another are not compared."
    else:
        findings += find_equal(examined)
        if not refused:
            row = QUALITY[dataset.input.kind]
            findings += row.odd(examined)
            refused = row.why_not_near(examined)
            if not refused:
                findings += row.near(examined, equal_sets(dataset.equality or ()))
    can_relabel = dataset.target.on_pixels is None and not follows
    return Audit(
        name=dataset.name,
        source=dataset.source,
        fingerprint=dataset.fingerprint,
        n=len(dataset),
        noun=dataset.input.example,
        classes=dataset.target.categories if can_relabel else (),
        findings=tuple(sorted(findings, key=_worst_first)),
        kept=len(examined.kept),
        not_looked_at=refused,
        seconds=round(time.perf_counter() - started, 3),
    )


def _worst_first(finding: AuditFinding) -> tuple[int, float, int]:
    return SEVERITIES.index(finding.severity), -(finding.share or 0.0), -finding.count
