"""The data of something that was trained, opened again: where they lay, or where they were moved to."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from pellucid.data import DATASET_NAMES, Dataset, load_dataset, options_of_dataset
from pellucid.errors import DataError, PellucidError, RecipeError, RunError
from pellucid.runs import DatasetRecord


def reopen_dataset(
    record: DatasetRecord, owner: str, place: str | Path | None = None, *, task: str | None = None
) -> Dataset:
    """Open the data of a run or a search again, as they were read then; whether they are the same is not looked at.

    Args:
        record: of the data.
        owner: whose they are, for messages, e.g. "run 'photos-cnn'".
        place: where they are now; None for where they were last seen.
        task: that was learned: older versions guessed by other rules what a target's cells or a folder's names mean,
            and the task tells what was guessed.

    Raises:
        RunError: they are gone, or were handed over as arrays.
        DataError: they cannot be read.
    """
    if record.source == "arrays":
        raise RunError(
            f"The data of {owner} were handed over in Python, so they cannot be opened by a name or a path.",
            fix="Hand the same dataset over again in Python: data=dataset, e.g. pellucid.open_run(path, data=dataset).",
        )
    if place is not None:
        if str(place).strip() == "":
            raise RecipeError("--data is empty.", expected="The path to which the data were moved.")
        return _load(place, record, owner, task)
    known = [where for where in (record.moved_to, record.source) if where is not None]
    there = [where for where in known if where in DATASET_NAMES or Path(where).exists()]
    if not there:
        raise RunError(
            f"The data of {owner} lay in {' and later in '.join(reversed(known))}, and nothing is there now.",
            fix="Where are they? --data PATH (in Python: data='PATH') says it; they are checked to be the same.",
        )
    return _load(there[0], record, owner, task)


def _load(place: str | Path, record: DatasetRecord, owner: str, task: str | None) -> Dataset:
    """Read data as they were read then; what is wrong with them now is told as a change, not as a fault of theirs."""
    options = options_of_dataset(record.options, source=owner.strip("'"))
    problem: DataError | None = None
    try:
        dataset = load_dataset(place, **options)
        if dataset.fingerprint == record.fingerprint:
            return dataset
    except DataError as refused:
        dataset, problem = None, refused
    for name, guess in (("task", task), ("layout", "classes")):
        if guess is not None and name not in options:
            with suppress(PellucidError):
                older = load_dataset(place, **{**options, name: guess})
                if older.fingerprint == record.fingerprint:
                    return older
    if dataset is None:
        raise DataError(f"The data of {owner} cannot be read at '{place}' as they were then. {problem}")
    return dataset
