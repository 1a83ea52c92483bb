"""A sanity check (Adebayo et al. 2018): does a map change when the network forgets what it learned.

Layer after layer, from the output to the input, the weights are shuffled (cascading randomisation), and the map is made
again. A map that stays the same shows the picture, not the network. Adebayo et al. draw new weights; shuffling each
tensor's own numbers keeps their distribution, so that values neither fade nor explode on the way.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from pellucid.attribution.agreement import on_common_grid, rank_correlation

STAGES = 8
DRAWS = 3
ALIKE = 0.5
"""Mean rank correlation with the map of a network of shuffled weights from which on a map is said to mean nothing."""
DIFFERENT = 0.25
"""Below this, two maps have hardly anything in common."""


@dataclass(frozen=True)
class RandomisationCheck:
    """How alike a map stays while the weights are shuffled, from the output down.

    Attributes:
        layers: the lowest layer whose weights are shuffled, stage by stage; the last is the first of the network.
        similarities: Spearman's rank correlation with the true map, stage by stage; 0 where a map is empty.
        final: with all weights shuffled, one for each draw.
    """

    layers: tuple[str, ...]
    similarities: tuple[float, ...]
    final: tuple[float, ...]

    @property
    def similarity(self) -> float:
        """The mean similarity with all weights shuffled."""
        return float(np.mean(self.final))

    @property
    def passed(self) -> bool:
        """Whether the map depends on what the network learned."""
        return abs(self.similarity) < ALIKE

    @property
    def warning(self) -> str:
        """A plain sentence where the check failed, else ""."""
        if self.passed:
            return ""
        if self.similarity > 0:
            alike = "it looks much the same when all weights are shuffled"
        else:
            alike = "when all weights are shuffled, it turns into much the opposite, and shows the same parts still"
        return (
            f"Don't trust this map: {alike}. So it does not show what the network learned (rank correlation of the two "
            f"maps {self.similarity:.2f})."
        )

    @property
    def verdict(self) -> str:
        """A few words where the check failed, else ""."""
        return "" if self.passed else "Does not depend on what the network learned."

    def __str__(self) -> str:
        changed = (
            "it looks different"
            if abs(self.similarity) < DIFFERENT
            else "little of it is left"
            if self.similarity > 0
            else "much of it turns around"
        )
        return self.warning or (
            f"The map depends on what the network learned: when all weights are shuffled, {changed} (rank correlation "
            f"of the two maps {self.similarity:.2f})."
        )

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON types."""
        return {
            "layers": list(self.layers),
            "similarities": list(self.similarities),
            "final": list(self.final),
            "similarity": self.similarity,
            "passed": self.passed,
        }


def check_by_randomising(
    model: nn.Module,
    cells: NDArray[np.float32],
    attribute: Callable[[nn.Module], NDArray[np.float32]],
    *,
    size: tuple[int, ...],
    passes: int,
    seed: int,
) -> RandomisationCheck:
    """Shuffle the weights of a copy from the output to the input, and compare the maps.

    Args:
        model: it is left as it is.
        cells: the true map.
        attribute: from a network to the map of the same method, example and score.
        size: (height, width) of the network's input, or (D,).
        passes: forward passes that a map takes; methods that take many are checked in fewer stages.
        seed: of the shuffling.
    """
    truth = on_common_grid(cells, size)
    owners = [name for name, module in model.named_modules() if any(True for _ in module.parameters(recurse=False))]
    stages = _split(owners[::-1], max(1, min(STAGES, 60 // passes)))
    draws = DRAWS if passes <= 5 else 2

    def similarity(changed: nn.Module) -> float:
        found = rank_correlation(truth, on_common_grid(attribute(changed), size))
        return found if np.isfinite(found) else 0.0

    chance = torch.Generator().manual_seed(seed)
    shuffled = copy.deepcopy(model)
    similarities = []
    for stage in stages:
        _shuffle(shuffled, stage, chance)
        similarities.append(similarity(shuffled))
    final = similarities[-1:]
    for _ in range(draws - 1):
        _shuffle(shuffled, owners, chance)
        final.append(similarity(shuffled))
    return RandomisationCheck(tuple(stage[-1] or "(network)" for stage in stages), tuple(similarities), tuple(final))


@torch.no_grad()
def _shuffle(model: nn.Module, names: list[str], chance: torch.Generator) -> None:
    for name in names:
        for parameter in model.get_submodule(name).parameters(recurse=False):
            order = torch.randperm(parameter.numel(), generator=chance).to(parameter.device)
            parameter.copy_(parameter.reshape(-1)[order].view_as(parameter))


def _split(names: list[str], parts: int) -> list[list[str]]:
    """Return the names in order in at most `parts` stages of about equal size."""
    bounds = np.linspace(0, len(names), min(parts, len(names)) + 1).round().astype(int)
    return [names[first:last] for first, last in pairwise(bounds.tolist())]
