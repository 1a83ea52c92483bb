"""A network of which only a part learns, or only the head, from features that were computed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.models import Cut


class FrozenWrapper(nn.Module):
    """A network whose frozen layers neither learn nor change: no gradients, and always in evaluation mode.

    So dropout does nothing in them, and batch normalisation uses its running statistics and leaves them untouched: the
    frozen part computes in training exactly what it will compute when it answers. Weights are read and written under
    the names of the network itself, so that a checkpoint is one of the whole network.

    Args:
        whole: the network.
        cut: where its head begins; None where it cannot be asked from features on.
        rate_scales: what the learning rate of a layer's parameters is multiplied by, by the layer's name; 1 for others.
    """

    def __init__(self, whole: nn.Module, cut: Cut | None, rate_scales: Mapping[str, float] | None = None) -> None:
        super().__init__()
        self.whole = whole
        self.tail = cut.tail if cut else None
        self.from_features = False
        self._in_float32 = False
        self._layers: frozenset[str] = frozenset()
        self._frozen: frozenset[str] = frozenset()  # names of modules
        self._scales = dict(rate_scales or {})
        # A module of the user's own may have frozen parameters itself: they must not learn when ours are let go.
        self._learnable = {name for name, parameter in whole.named_parameters() if parameter.requires_grad}

    def forward(self, inputs: Tensor) -> Tensor:
        """Answer inputs, or features where these are what is learned from now."""
        network = self.tail if self.from_features and self.tail is not None else self.whole
        # A head is never trained on features of another precision than it will answer with.
        with torch.autocast(inputs.device.type, enabled=False) if self._in_float32 else nullcontext():
            answered: Tensor = network(inputs)
        return answered

    def own_name(self, name: str) -> str:
        """Return what the network itself calls a module of this one; "" for the network, and for what is around it."""
        return name.removeprefix("whole").removeprefix(".") if name.partition(".")[0] == "whole" else ""

    def freeze(self, layers: frozenset[str], *, from_features: bool, in_float32: bool) -> None:
        """Freeze these layers, and let all others learn.

        Args:
            layers: names of layers of the network.
            from_features: whether the network is given features from now on instead of inputs.
            in_float32: whether it computes in float32, whatever the precision of the training is.
        """
        self.from_features, self._in_float32 = from_features, in_float32
        if layers == self._layers:
            return
        self._layers = layers
        names = [name for name, _ in self.whole.named_modules()]
        self._frozen = frozenset(name for name in names if any(_holds(name, layer) for layer in layers))
        for name, parameter in self.whole.named_parameters():
            parameter.requires_grad_(name in self._learnable and name.rpartition(".")[0] not in self._frozen)
            # An optimizer steps over whatever has a gradient: one that was left behind would move what is frozen.
            if not parameter.requires_grad:
                parameter.grad = None

    def release(self) -> None:
        """Give the network back as it came: every parameter learns again that did."""
        self.freeze(frozenset(), from_features=False, in_float32=False)

    def scale_of(self, parameter: str) -> float:
        """Return what a parameter's learning rate is multiplied by; its name is that in `named_parameters`."""
        owner = parameter.removeprefix("whole.").rpartition(".")[0]
        # What lies between blocks belongs to several: it learns as slowly as the slowest.
        return min((scale for name, scale in self._scales.items() if _holds(owner, name)), default=1.0)

    def train(self, mode: bool = True) -> FrozenWrapper:
        """Set the mode, but of what is frozen only to evaluation."""
        super().train(mode)
        if mode and self._frozen:
            for name, part in self.whole.named_modules():
                # The whole is "frozen" where a layer of it is; its own flag must stay, for the head learns in training
                # mode.
                if name in self._frozen and part is not self.whole:
                    part.training = False
        return self

    def state_dict(self, *args: Any, **kwargs: Any) -> Any:
        """Return the weights of the network, by its own names."""
        return self.whole.state_dict(*args, **kwargs)

    def load_state_dict(self, state_dict: Mapping[str, Any], strict: bool = True, assign: bool = False) -> Any:
        """Take up the weights of the network, by its own names."""
        return self.whole.load_state_dict(state_dict, strict=strict, assign=assign)


def _holds(owner: str, layer: str) -> bool:
    """Whether `owner` is a layer, a part of it, or what it lies in and holds parameters of its own beside it."""
    return owner in ("", layer) or layer.startswith(f"{owner}.") or owner.startswith(f"{layer}.")


def release(models: Iterable[nn.Module]) -> None:
    """Give the networks in such wrappers among these back as they came."""
    for model in models:
        if isinstance(model, FrozenWrapper):
            model.release()
