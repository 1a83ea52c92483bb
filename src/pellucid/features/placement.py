"""Where examples lie to a layer, as numbers: no torch, no drawing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pellucid.records import brief


@dataclass(frozen=True)
class Agreement:
    """How far the examples nearest to an example have its target.

    Attributes:
        measure: "same class" (share), "labels in common" (Jaccard index) or "explained variance" (of the values by the
            neighbours' mean).
        k: how many neighbours.
        in_layer: in the layer's own space.
        on_map: on the map of two dimensions.
        by_chance: what neighbours drawn at random would give.
        kept: share of the k neighbours in the layer's space that are among the k neighbours on the map.
    """

    measure: str
    k: int
    in_layer: float
    on_map: float
    by_chance: float
    kept: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {**vars(self)}


@dataclass(frozen=True)
class Embedding:
    """Where examples lie to a layer, on a map of two dimensions.

    Attributes:
        layer: its path in the network, or "features" for what the last layer reads.
        split: whose examples.
        method: "pca" or "tsne".
        n: how many examples of the split are shown.
        num_split: how many it has.
        num_features: of the layer's space.
        explained: share of the variance along each of the two axes (PCA); None for t-SNE.
        seed: of the choice of examples, and of t-SNE.
        positions: [n, 2] float32.
        names: of the examples.
        targets, answers: of each example, in words.
        wrong: [n] bool; all False for a number as target.
        groups: [n] int, the index of the class for the marks; -1 where there is none.
        classes: names of the classes.
        values: [n] the target where it is a number, else None.
        pictures: [n, H, W, C] uint8 as the network is given them, or None for a table.
        agreement: of neighbours.
    """

    __repr__ = brief

    layer: str
    split: str
    method: str
    n: int
    num_split: int
    num_features: int
    explained: tuple[float, float] | None
    seed: int
    positions: NDArray[np.float32]
    names: tuple[str, ...]
    targets: tuple[str, ...]
    answers: tuple[str, ...]
    wrong: NDArray[np.bool_]
    groups: NDArray[np.int64]
    classes: tuple[str, ...]
    values: NDArray[np.float64] | None
    pictures: NDArray[np.uint8] | None
    agreement: Agreement

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types, without the pixels."""
        rows = zip(self.names, self.positions.tolist(), self.targets, self.answers, self.wrong.tolist(), strict=True)
        return {
            "layer": self.layer,
            "split": self.split,
            "method": self.method,
            "n": self.n,
            "num_split": self.num_split,
            "num_features": self.num_features,
            "explained": None if self.explained is None else list(self.explained),
            "seed": self.seed,
            "agreement": self.agreement.to_dict(),
            "examples": [
                {"name": name, "at": at, "target": target, "answer": answer, "wrong": wrong}
                for name, at, target, answer, wrong in rows
            ],
        }
