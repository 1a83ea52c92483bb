"""The training examples that are nearest to an example in the network's last features."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from pellucid.attribution.kinds import INPUTS_EXPLAINED, TARGETS_EXPLAINED
from pellucid.attribution.records import Neighbour
from pellucid.data import Dataset
from pellucid.errors import PellucidError
from pellucid.prediction import Asked, KnownFeatures, OpenedRun, Outputs, bank_examples
from pellucid.records import Decision

MOST_COMPARED = 1_000
"""Training examples whose features are computed to find the nearest, where the run keeps none."""


class Neighbours:
    """Finds a run's nearest training examples; features that the run does not keep are computed once.

    Args:
        opened: the run.
    """

    def __init__(self, opened: OpenedRun) -> None:
        self._opened = opened
        self._computed: tuple[KnownFeatures, NDArray[np.int64]] | None = None

    def near(
        self, asked: Asked, outputs: Outputs, count: int, watch: Callable[[str], None] | None
    ) -> tuple[tuple[Neighbour, ...], list[Decision]]:
        """Return the nearest training examples, or why there are none.

        Args:
            asked: the example; it is not its own neighbour.
            outputs: of the network for it.
            count: how many are wanted.
            watch: is told what is done.
        """
        if count == 0:
            return (), []
        explained = TARGETS_EXPLAINED[self._opened.trained.dataset.target.kind]
        if explained.no_neighbours:
            return (), [_none(explained.no_neighbours)]
        if outputs.features is None:
            return (), [_none("the model has no last dense layer whose input could be compared")]
        try:
            dataset = self._opened.dataset
        except PellucidError as problem:
            return (), [_none(str(problem).rstrip("."))]
        if watch is not None:
            watch("Nearest training examples")
        known, examples = self._known(dataset)
        decisions = []
        if len(examples) < len(dataset.splits["train"]):
            value = f"among {len(examples):,} training examples"
            reason = f"of {len(dataset.splits['train']):,}, drawn by the seed, to answer soon"
            decisions.append(Decision(name="neighbours", value=value, reason=reason))
        rows, distances = known.nearest(outputs.features[0], count + 1)
        found = [
            self._neighbour(dataset, int(examples[row]), float(distance))
            for row, distance in zip(rows, distances, strict=True)
            if examples[row] != asked.index
        ]
        return tuple(found[:count]), decisions

    def _known(self, dataset: Dataset) -> tuple[KnownFeatures, NDArray[np.int64]]:
        """Return features of training examples, and which they are: those the run keeps, or computed once."""
        predictor, train = self._opened.predictor, dataset.splits["train"]
        seed = predictor.record.recipe.machine.seed
        examples = bank_examples(train, seed=seed)
        if predictor.known is not None and len(predictor.known.bank) == len(examples):
            return predictor.known, examples
        if self._computed is None:
            chosen = np.sort(np.random.default_rng(seed).permutation(train)[:MOST_COMPARED])
            features = predictor.split_outputs(dataset, chosen).features
            assert features is not None, "the model gave features of one example"
            self._computed = (KnownFeatures.of(features), chosen)
        return self._computed

    def _neighbour(self, dataset: Dataset, index: int, distance: float) -> Neighbour:
        picture = INPUTS_EXPLAINED[dataset.input.kind].thumbnail(dataset, index)
        words = dataset.target.words(dataset.targets[index], digits=5)
        return Neighbour(dataset.example_name(index), index, words, distance, picture)


def _none(reason: str) -> Decision:
    return Decision(name="neighbours", value="none", reason=reason)
