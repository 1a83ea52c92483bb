"""What an audit is certain of, as lines of a manifest; what somebody has to decide stands there as comments."""

from __future__ import annotations

import os
from pathlib import Path

from pellucid.auditing.records import Audit, Named
from pellucid.data import Fix, write_fixes

BY = "auto"


def audit_manifest(audit: Audit, place: Path, *, when: str) -> str:
    """Return the text of a manifest.

    Args:
        audit: of the data.
        place: where it is written: the path to the data counts from its folder.
        when: the date of the decisions, e.g. "2026-11-30".
    """
    certain: dict[str, Fix] = {}
    undecided: dict[str, Fix] = {}
    for finding in audit.findings:
        lines = certain if finding.certain else undecided
        for members in finding.sets:
            for one in members:
                if one.fix:
                    lines.setdefault(one.name, _fix(one, finding.message, when))
    return write_fixes(
        certain.values(),
        data=audit.fingerprint,
        source=_source(audit.source, place),
        undecided=[fix for name, fix in undecided.items() if name not in certain],
    )


def _fix(one: Named, why: str, when: str) -> Fix:
    return Fix(one.name, one.content, one.fix, one.value, one.note or why, BY, when)


def _source(source: str, place: Path) -> str:
    """Return how the data are called from beside the manifest: a name as it is, a path relative to its folder."""
    if not os.path.isabs(source):
        return source
    try:
        return Path(os.path.relpath(source, place.absolute().parent)).as_posix()
    except ValueError:  # on another drive
        return source
