"""Class activation maps: the maps of one layer, weighed by how the score depends on them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from pellucid.attribution.probing import MapLayer, watched
from pellucid.attribution.question import Heat, Passage, Question
from pellucid.errors import ModelError


def grad_cam(question: Question) -> Heat:
    """Grad-CAM (Selvaraju et al. 2017, equations 1 and 2): maps weighed by the mean of their gradients.

    Gradients are those of the logit. Nothing below the layer is differentiated, which makes it cheap.
    """
    maps, gradients = maps_and_gradients(question)
    weights = gradients.mean(dim=(1, 2), keepdim=True)
    return _heat((weights * maps).sum(dim=0))


def grad_cam_plus_plus(question: Question) -> Heat:
    """Grad-CAM++ (Chattopadhay et al. 2018, equations 10 and 19): each cell's gradient counts by its own weight.

    The higher derivatives are those of exp(score), for which they are powers of the gradient.
    """
    maps, gradients = maps_and_gradients(question)
    second, third = gradients**2, gradients**3
    below = 2 * second + maps.sum(dim=(1, 2), keepdim=True) * third
    shares = torch.where(gradients != 0, second / torch.where(below != 0, below, torch.ones_like(below)), 0.0)
    weights = (shares * gradients.relu()).sum(dim=(1, 2), keepdim=True)
    return _heat((weights * maps).sum(dim=0))


def layer_cam(question: Question) -> Heat:
    """LayerCAM (Jiang et al. 2021, equations 5 and 6): each cell weighed by its own gradient where it is positive."""
    maps, gradients = maps_and_gradients(question)
    return _heat((gradients.relu() * maps).sum(dim=0))


def maps_and_gradients(question: Question) -> tuple[Tensor, Tensor]:
    """Return the [C, rows, columns] values of the question's layer, and the score's gradients at them.

    Raises:
        ModelError: the network did not pass through the layer.
    """
    layer = question.layer
    assert layer is not None
    passage = question.passage or pass_through(question.model, question.inputs, layer)
    with torch.enable_grad():
        score = question.score.of(passage.outputs).sum()
    gradient = None
    if score.requires_grad:
        gradient = torch.autograd.grad(score, passage.values, allow_unused=True, retain_graph=True)[0]
    maps = layer.layout.on_grid(passage.values.detach())[0]
    gradients = torch.zeros_like(maps) if gradient is None else layer.layout.on_grid(gradient)[0]
    return maps.float(), gradients.float()


def pass_through(model: nn.Module, inputs: Tensor, layer: MapLayer) -> Passage:
    """Run the network once, and remember how its outputs came from one layer's values.

    Args:
        model: in evaluation mode.
        inputs: float32, a batch such as [N, C, H, W].
        layer: whose values, and which of its calls.

    Raises:
        ModelError: the network did not pass through the layer.
    """
    kept: list[Tensor] = []

    def watch(_: str, call: int, __: nn.Module, output: Tensor) -> Tensor | None:
        if call != layer.call:
            return None
        torch.set_grad_enabled(True)  # from here on; what lies below needs no memory and no time
        kept.append(output.detach().requires_grad_())
        return kept[0].clone()  # what follows may overwrite the clone, never what is kept

    with torch.no_grad(), watched(model, watch, frozenset([layer.layer])):
        outputs = model(inputs)
        if not kept:
            raise ModelError(f"The network did not pass through its layer '{layer.layer}'.")
        return Passage(kept[0], outputs.float())


def _heat(weighed: Tensor) -> Heat:
    shown = weighed.relu()
    return Heat(values=shown, cells=shown, is_signed=False)
