"""Reading a text that grows by a token at a time: what comes next after all of it, each token read once or twice."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from pellucid.models import GoesOn, Remembered


class ReadingOn:
    """A language model that reads on as a text grows.

    A window holds a certain number of tokens. When it is full, reading begins anew with the later half of it, so that
    every token is predicted from at least half a window, as where a run is measured. What is read depends on the text
    alone.

    Args:
        model: in evaluation mode; [N, t] tokens to [N, t V] logits. One that is no `GoesOn` reads all of a window again
            for each token.
        reach: tokens of a window that something can be predicted from.
        device: of the model.
    """

    def __init__(self, model: nn.Module, *, reach: int, device: torch.device) -> None:
        self._model, self._reach, self._device = model, reach, device
        self._state: Remembered | None = None
        self._begun = self._read = 0

    @torch.no_grad()
    def after(self, ids: Sequence[int], *, vocabulary: int) -> Tensor:
        """Return [1, V] logits of the token after a text.

        Args:
            ids: all of its tokens: those of the call before, and at least one more.
            vocabulary: V.
        """
        if self._read == 0:
            self._begun = max(0, len(ids) - self._reach)
        elif len(ids) - self._begun > self._reach:
            self._begun, self._state = len(ids) - (self._reach + 1) // 2, None
        if not isinstance(self._model, GoesOn):
            return self._outputs(ids[self._begun :])[:, -vocabulary:]
        new = ids[self._begun if self._state is None else self._read :]
        logits, self._state = self._model.step(self._tensor(new), self._state)
        self._read = len(ids)
        return logits.float()

    def _outputs(self, ids: Sequence[int]) -> Tensor:
        self._read = self._begun + len(ids)
        outputs: Tensor = self._model(self._tensor(ids))
        return outputs.float().flatten(1)

    def _tensor(self, ids: Sequence[int]) -> Tensor:
        return torch.tensor([list(ids)], device=self._device)
