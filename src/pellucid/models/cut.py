"""A network cut in front of its head: what comes before gives the features, and the tail turns them into outputs."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models.forms import noise_of
from pellucid.models.heads import head
from pellucid.models.modes import evaluating

_HARMLESS = (nn.Dropout, nn.Identity)
# The same layers on the same numbers; only their memory may lie otherwise.
TOLERANCE = 1e-5


@dataclass(frozen=True)
class Cut:
    """Where a network was cut.

    Attributes:
        layer: the head, whose input the features are (before a dropout in front of it, which belongs to the tail).
        tail: from features [N, ...] to outputs [N, width]; it shares its layers with the network.
        shape: of one example's features.
    """

    layer: nn.Module
    tail: nn.Module
    shape: tuple[int, ...]

    def features(self, network: nn.Module, inputs: Tensor) -> Tensor:
        """Return [N, *shape]: what the head reads when the whole network answers, which must be in evaluation mode."""
        caught: list[Tensor] = []
        with self.layer.register_forward_pre_hook(lambda _, given: caught.append(given[0])):
            network(inputs)
        return caught[0]


def cut_at_head(network: nn.Module, form: Form) -> Cut | None:
    """Cut a network in front of its head, and try the cut out on an input of noise.

    Args:
        network: any module; left as it was.
        form: of one example.

    Returns:
        None where there is no head, or where more happens behind it than can be repeated from the features alone.
    """
    layer = head(network)
    if layer is None:
        return None
    tail = nn.Sequential(*_from_head_on(network, layer), nn.Flatten(1))
    like = next(network.parameters())
    noise = noise_of(form, 2, like=like)
    caught: list[Tensor] = []
    handle = layer.register_forward_pre_hook(lambda _, given: caught.append(given[0]))
    with handle, evaluating(network), torch.no_grad():
        try:
            expected = network(noise)
            seen = list(caught)
            # A head that is called twice, or on parts of an example, cannot be repeated from one tensor of features.
            answered = tail(seen[0]) if len(seen) == 1 and len(seen[0]) == len(noise) else None
        except Exception:  # whatever a module of the user's own may do when its parts are called in another way
            return None
    if answered is None or answered.shape != expected.shape:
        return None
    if not torch.allclose(answered, expected, rtol=TOLERANCE, atol=TOLERANCE):
        return None
    return Cut(layer, tail, tuple(seen[0].shape[1:]))


def _from_head_on(network: nn.Module, layer: nn.Module) -> list[nn.Module]:
    """Return the layers from the head on, with the dropout in front of it."""
    for parent in network.modules():
        if type(parent) is nn.Sequential and layer in list(parent.children()):
            listed = list(parent.children())
            start = listed.index(layer)
            while start and isinstance(listed[start - 1], _HARMLESS):
                start -= 1
            return listed[start:]
    # timm drops features by a number of its own, in front of the classifier.
    rate = getattr(network, "drop_rate", 0.0)
    return [*([nn.Dropout(rate)] if isinstance(rate, float) and rate > 0 else []), layer]
