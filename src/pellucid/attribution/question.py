"""What every method is asked: a network, one example, the number that is explained; and what every method answers."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from pellucid.attribution.probing import MapLayer
from pellucid.attribution.score import Score

BATCH_NUMBERS = 1 << 22
"""Most numbers of changed copies that go through the network at once: 16 MiB of inputs."""
MOST_COPIES = 32


@dataclass(frozen=True)
class Passage:
    """One forward pass that remembers how the outputs came from a layer's values.

    Attributes:
        values: of the layer, as it gave them; gradients can be asked for at them.
        outputs: [1, K] float32.
    """

    values: Tensor
    outputs: Tensor


@dataclass(frozen=True)
class Question:
    """One attribution to be made.

    Attributes:
        model: in evaluation mode.
        inputs: [1, C, H, W], [1, C, T] or [1, D] float32.
        score: the number that is explained.
        layer: whose maps are weighed; for methods that need one.
        baseline: like `inputs`: the example that shows nothing.
        seed: of what is drawn.
        passage: through the layer, where one was made already for this model and these inputs.
    """

    model: nn.Module
    inputs: Tensor
    score: Score
    layer: MapLayer | None
    baseline: Tensor
    seed: int = 0
    passage: Passage | None = None

    @property
    def copies(self) -> int:
        """How many changed copies of the example go through the network at once."""
        return max(1, min(MOST_COPIES, BATCH_NUMBERS // max(1, self.inputs.numel())))

    def _parts(self, batch: Tensor) -> list[Tensor]:
        return [batch[first : first + self.copies] for first in range(0, len(batch), self.copies)]

    @torch.no_grad()
    def scores(self, batch: Tensor, *, answered: bool = False) -> Tensor:
        """Return [N] scores (or answers) of [N, ...] inputs, a batch at a time."""
        of = self.score.answered if answered else self.score.of
        parts = [of(self.model(part).float()) for part in self._parts(batch)]
        return torch.cat(parts)

    def gradients(self, batch: Tensor) -> Tensor:
        """Return [N, ...]: the gradient of each example's score at its inputs."""
        parts = []
        for part in self._parts(batch):
            leaf = part.detach().requires_grad_()
            with torch.enable_grad():
                total = self.score.of(self.model(leaf).float()).sum()
                gradient = torch.autograd.grad(total, leaf, allow_unused=True)[0]
            parts.append(torch.zeros_like(leaf) if gradient is None else gradient)
        return torch.cat(parts)


@dataclass(frozen=True)
class Heat:
    """What a method answers.

    Attributes:
        values: as the method defines them: [C, H, W], [C, T] or [D] like the input, or [rows, columns] of a layer.
        cells: [rows, columns] of a picture, on the method's own grid, [C, T] of a series, or [D] of a row: what is
            shown.
        is_signed: whether values below 0 speak against the score.
        settings: what the method was told, in words.
        figures: numbers that it reports besides, by name.
    """

    values: Tensor
    cells: Tensor
    is_signed: bool
    settings: str = ""
    figures: dict[str, float] = field(default_factory=dict)
