"""Telling what is unlike everything in training, by the distance to the nearest training features."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pellucid.errors import RunError
from pellucid.files import load_tensors, save_tensors
from pellucid.models import Wanted, tensor_faults

if TYPE_CHECKING:
    from numpy.typing import NDArray

FALSE_ALARMS = 0.01
BANK_SIZE = 5_000
_ROUNDING = 1e-3


@dataclass(frozen=True)
class KnownFeatures:
    """What the training examples look like to the model's last layer.

    Attributes:
        bank: [M, D] float32, rows of unit length.
    """

    bank: NDArray[np.float32]

    @classmethod
    def of(cls, features: NDArray[np.float32]) -> KnownFeatures:
        """Make the bank out of [M, D] features of training examples."""
        return cls(_unit_rows(features))

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return [N]: one minus the cosine to the nearest row of the bank, in [0, 2] (Sun et al. 2022, with k = 1)."""
        nearest: NDArray[np.float32] = (_unit_rows(features) @ self.bank.T).max(axis=1)
        return np.asarray(1 - nearest, dtype=np.float32)

    def nearest(self, features: NDArray[np.float32], count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the [count] rows of the bank nearest to one [D] feature vector, nearest first, and their distances."""
        distances = 1 - self.bank @ _unit_rows(features[None])[0]
        rows = np.argsort(distances, kind="stable")[:count]
        return rows, np.maximum(distances[rows], 0).astype(np.float32)

    def save(self, path: Path) -> None:
        """Write the bank as safetensors into a folder of a run, which is to be no link."""
        save_tensors(path, {"bank": self.bank}, within=path.parents[1])

    @classmethod
    def load(cls, path: Path, *, shape: tuple[int, ...] | None = None) -> KnownFeatures:
        """Read a bank that `save` wrote.

        Args:
            path: of the file.
            shape: (M, D) of the training examples that are kept, and of what the network's last layer reads; None for
                any.

        Raises:
            RunError: the file is damaged, or of another network or other data.
        """
        tensors, _ = load_tensors(path, framework="pt", error=RunError, what="the known features")
        if shape is None and "bank" in tensors and tensors["bank"].ndim == 2:
            shape = tuple(tensors["bank"].shape)
        faults = tensor_faults(tensors, {"bank": Wanted(shape or (0, 0))})
        bank = tensors["bank"].float().numpy() if not faults else np.zeros((0, 0), np.float32)
        lengths = np.linalg.norm(bank, axis=1)
        if not faults and bool((lengths > 1 + _ROUNDING).any()):
            faults = ["rows longer than one"]
        if faults:
            raise RunError(
                f"The known features in '{path}' do not fit the run: {'; '.join(faults)}.",
                expected="The tensor 'bank', a row of length one for each training example that is kept.",
                fix="Take the file from a copy of the run, or train anew.",
            )
        return cls(bank)


def bank_examples(train: NDArray[np.int64], *, seed: int) -> NDArray[np.int64]:
    """Return which of the training examples ([N] indices) are in the bank, sorted: all, or 5,000 drawn by the seed."""
    return np.sort(np.random.default_rng(seed).permutation(train)[:BANK_SIZE])


def unknown_threshold(distances: NDArray[np.float32]) -> tuple[float | None, str]:
    """Return the distance above which an example is called unknown, and how that was found.

    The threshold is an order statistic of the validation examples' distances, so that an example like them is wrongly
    called unknown with a probability of at most 1 % (conformal prediction; Vovk et al. 2005).

    Args:
        distances: [N] of the validation examples.
    """
    n = len(distances)
    rank = int(np.ceil((n + 1) * (1 - FALSE_ALARMS)))
    if rank > n:
        return None, f"too few to say: {n} validation examples, {round(1 / FALSE_ALARMS) - 1} are needed"
    threshold = float(np.sort(distances)[rank - 1])
    return (
        threshold,
        f"at most {100 * FALSE_ALARMS:g} % of examples like the {n:,} of validation lie farther from training",
    )


def _unit_rows(features: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(features, axis=1, keepdims=True)
    return np.ascontiguousarray(features / np.maximum(lengths, 1e-12), dtype=np.float32)
