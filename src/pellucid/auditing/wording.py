"""An audit in a terminal: a line for each thing that was found, worst first."""

from __future__ import annotations

from pellucid.auditing.records import Audit, AuditFinding
from pellucid.printed import text_of
from pellucid.words import counted, percent

MOST_LINES = 12
"""Findings that a terminal is shown; the page and --json have all."""
_LONGEST_EXAMPLE = 48


@text_of.register(Audit)
def audit_text(audit: Audit) -> str:
    """Return the findings as lines: severity, share, what it is, an example, what to do."""
    lines = [f"{audit.name}: {counted(audit.n, audit.noun)} looked at in {audit.seconds:.1f} s"]
    if audit.kept:
        lines.append(f"{counted(audit.kept, audit.noun)} kept by a decision, and not told again")
    if not audit.findings:
        lines.append("nothing was found that is wrong")
    for finding in audit.findings[:MOST_LINES]:
        example = example_words(finding)
        told = "; ".join(part for part in (finding.message, example) if part)
        lines.append(f"{finding.severity:<6} {share_words(finding):>6}  {told}" + _mend(finding))
    more = len(audit.findings) - MOST_LINES
    if more > 0:
        lines.append(f"and {more:,} more: --json and the page have all")
    if audit.not_looked_at:
        lines.append(audit.not_looked_at)
    return "\n".join(lines)


def share_words(finding: AuditFinding) -> str:
    """Return a share in words; "" where there is none."""
    if finding.share is None:
        return ""
    return percent(finding.share, 0 if finding.share >= 0.095 else 1)


def example_words(finding: AuditFinding) -> str:
    """Return one example, a set as its first two: "test/a.jpg = train/b.jpg"; "" where there is none."""
    if not finding.sets:
        return ""
    first = finding.sets[0]
    words = " = ".join(one.name if len(one.name) <= _LONGEST_EXAMPLE else f"...{one.name[-44:]}" for one in first[:2])
    return f"e.g. {words}"


def _mend(finding: AuditFinding) -> str:
    return f" -> {finding.mend}" if finding.mend else ""
