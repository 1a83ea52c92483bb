"""Looking for what is wrong with a dataset, and wording what is certain as decisions in a file."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

from pellucid.auditing import Audit, audit_dataset, audit_manifest
from pellucid.data import Dataset, load_dataset
from pellucid.errors import WritingError
from pellucid.files import file_stem, write_text
from pellucid.report import write_audit


def audit(data: str | Path | Dataset, **options: Any) -> Audit:
    """Look for what is wrong with data; nothing is changed.

    Args:
        data: a path, a name, a file of fixes, or a Dataset.
        **options: of `load_dataset`, e.g. group="patient". What splits share is looked at before it is left out of
            train.

    Raises:
        DataError: the data cannot be read.

    Example:
        print(pellucid.audit("photos"))
    """
    return audit_dataset(audited(data, **options))


def audited(data: str | Path | Dataset, **options: Any) -> Dataset:
    """Return the dataset that `audit` looks at: its splits as they were brought; see there."""
    return data if isinstance(data, Dataset) else load_dataset(data, **{**options, "allow_leaks": True})


def write_audit_page(result: Audit, dataset: Dataset, path: Path | None = None) -> Path:
    """Write an audit as one self-contained page, on which decisions are ticked and become lines of a manifest.

    Args:
        result: of `audit`.
        dataset: that was looked at, for its pictures.
        path: of the page; None for audit-NAME.html in this folder.
    """
    return write_audit(path or Path(f"audit-{file_stem(result.name)}.html"), result, dataset)


def write_fixes_of(result: Audit, path: Path | None = None) -> Path:
    """Write what an audit is certain of as a file of fixes, and as comments what somebody has to decide.

    Args:
        result: of `audit`.
        path: of the file; None for fixes-NAME.csv in this folder.

    Raises:
        WritingError: there is such a file, with decisions that would be lost.
    """
    place = path or Path(f"fixes-{file_stem(result.name)}.csv")
    if os.path.lexists(place):
        raise WritingError(
            f"{place} is there already, and its decisions are not written over.",
            fix=f"Apply it, and see what is left: --fixes {place}. Or write another: --manifest PATH.",
        )
    write_text(place, audit_manifest(result, place, when=datetime.date.today().isoformat()))
    return place
