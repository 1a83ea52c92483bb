"""Whether data are those that something was trained on, and what differs where they are not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from pellucid.data import Dataset
from pellucid.errors import RunError
from pellucid.kinds import SPLITS
from pellucid.runs import DatasetRecord


class TrainedOn(Protocol):
    """A record that says which data it is of: a run's, or a search's."""

    @property
    def name(self) -> str:
        """What the record calls itself."""

    @property
    def dataset(self) -> DatasetRecord:
        """The data."""


def check_same_data(record: TrainedOn, dataset: Dataset) -> None:
    """Raise RunError when `dataset` is not what a run was trained on, split as it was then."""
    if dataset.fingerprint != record.dataset.fingerprint:
        known = (record.dataset.source, record.dataset.moved_to, "arrays")
        what = f"The data of '{record.name}' changed since its training"
        if dataset.source not in known:
            what = f"The data at '{dataset.source}' are not those of '{record.name}'"
        raise RunError(
            f"{what}: {_what_differs(record.dataset, dataset)}.",
            expected="The very same files, labels and names.",
            fix="Put the data back as they were, say with --data PATH where they are now, or train anew.",
        )
    if dataset.split_fingerprint != record.dataset.split_fingerprint:
        raise RunError(
            f"The splits of '{record.name}' cannot be made again as they were.",
            fix="Install the Pellucid that made the run, or train anew. Of data handed over in Python an earlier one "
            "left nothing out of train: make the dataset with allow_leaks=True.",
        )


def _what_differs(then: DatasetRecord, now: Dataset) -> str:
    """Return what the record of a dataset tells of the difference to another one."""
    before, after = sum(then.num_examples.values()), len(now)
    parts = [] if before == after else [f"{before:,} examples then, {after:,} now"]
    known, found = then.target.answers, now.target.answers
    if then.target.kind != now.target.kind:
        parts.append(f"the target was '{then.target.name}' ({then.target.kind}), and is '{now.target.name}'")
    elif known != found:
        gone, new = ([name for name in a if name not in b] for a, b in ((known, found), (found, known)))
        told = [f"without {_listed(gone)}"] if gone else []
        told += [f"with {_listed(new)}"] if new else []
        parts.append(f"{' and '.join(told) or 'in another order'} among its classes or numbers")
    elif then.class_counts:
        total = {name: sum(counts.get(name, 0) for counts in then.class_counts.values()) for name in known}
        counts = {name: sum(now.class_counts(split).get(name, 0) for split in SPLITS) for name in known}
        other = [f"{name} {total[name]:,} then, {counts[name]:,} now" for name in known if total[name] != counts[name]]
        parts += [_listed(other)] if other else []
    columns, now_columns = then.input.parts, now.input.parts
    if columns != now_columns:
        parts.append(f"the columns were {_listed(columns) or 'none'}, and are {_listed(now_columns) or 'none'}")
    return "; ".join(parts) or f"as many examples ({after:,}), but other contents, labels or names of files"


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")
