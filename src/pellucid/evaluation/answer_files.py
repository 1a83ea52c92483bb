"""What a run answered to every example of a split, kept beside the evaluation that asked."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.errors import RunError
from pellucid.files import load_tensors, save_tensors
from pellucid.kinds import SplitName
from pellucid.records import brief
from pellucid.runs import RunFolder, RunRecord

if TYPE_CHECKING:
    from pellucid.tasks import Answer

SUFFIX = ".answers.safetensors"


@dataclass(frozen=True)
class KeptAnswers:
    """The answers to the N examples of a split, in the order of the split.

    Attributes:
        split: that was answered.
        columns: the A classes, labels or numbers that are answered.
        indices: [N] int64 of the examples, in the dataset.
        numbers: [N, A] float32, the probability or the value of each column.
        answered: what is answered, as targets are kept: [N] class indices, [N, A] of 0 and 1, [N] or [N, A] values.
    """

    __repr__ = brief

    split: SplitName
    columns: tuple[str, ...]
    indices: NDArray[np.int64]
    numbers: NDArray[np.float32]
    answered: NDArray[Any]

    def __len__(self) -> int:
        return len(self.indices)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        arrays = {name: getattr(self, name).tolist() for name in ("indices", "numbers", "answered")}
        return {"split": self.split, "columns": list(self.columns), **arrays}


def keep_answers(evaluation: Path, answer: Answer, indices: NDArray[np.int64]) -> Path:
    """Write answers beside the file of their evaluation, and return the path.

    Args:
        evaluation: the file of the evaluation.
        answer: to N examples.
        indices: [N] of the examples, in the dataset.

    Raises:
        OSError, WritingError: they cannot be written.
    """
    path = place_of(evaluation)
    arrays = {"indices": indices.astype(np.int64), "numbers": answer.numbers, "answered": answer.as_targets}
    tensors = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    save_tensors(path, tensors, within=evaluation.parents[1])  # the run
    return path


def place_of(evaluation: Path) -> Path:
    """Return where the answers of an evaluation are kept."""
    return evaluation.with_name(evaluation.stem + SUFFIX)


def kept_answers(folder: RunFolder, split: SplitName) -> KeptAnswers:
    """Return the answers of the last evaluation of a split; nothing is opened for it.

    Raises:
        RunError: the split was not evaluated yet, or by a version that kept no answers, or the file is damaged.
    """
    record = folder.read_record()
    evaluation = folder.last_evaluation(split)
    path = None if evaluation is None else place_of(evaluation)
    if path is None or not path.exists():
        raise RunError(
            f"No answers of '{record.name}' to the examples of {split} are kept.",
            fix=f"pellucid evaluate {folder.path} --split {split}",
        )
    arrays, _ = load_tensors(path, framework="np", error=RunError, what="the answers")
    return _checked(record, split, path, arrays)


def _checked(record: RunRecord, split: SplitName, path: Path, arrays: dict[str, Any]) -> KeptAnswers:
    columns = record.dataset.target.answers
    try:
        kept = KeptAnswers(split, columns, arrays["indices"], arrays["numbers"], arrays["answered"])
        fits = kept.numbers.shape == (len(kept), len(columns)) and len(kept.answered) == len(kept)
        fits = fits and kept.indices.ndim == 1 and bool(np.isfinite(kept.numbers).all())
    except (KeyError, TypeError):
        fits = False
    if not fits:
        raise RunError(
            f"'{path}' is damaged.",
            expected=f"Indices, numbers and answers of as many examples, for {len(columns)} columns.",
        )
    return kept
