"""The one table of attribution methods: a name, what it needs, and the function that does it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pellucid.attribution.cam import grad_cam, grad_cam_plus_plus, layer_cam
from pellucid.attribution.gradients import gradient_times_input, integrated_gradients, saliency, smooth_grad
from pellucid.attribution.occlusion import occlusion
from pellucid.attribution.question import Heat, Question
from pellucid.errors import RecipeError, did_you_mean


@dataclass(frozen=True)
class Method:
    """One way to attribute.

    Attributes:
        name: as it is typed.
        title: as it is shown.
        attribute: does it.
        needs_layer: whether it weighs the maps of a layer.
        shows: what its values are, in a sentence.
        passes: about how many examples go through the network for one map.
    """

    name: str
    title: str
    attribute: Callable[[Question], Heat]
    needs_layer: bool
    shows: str
    passes: int = 1


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        Method(
            "grad-cam",
            "Grad-CAM",
            grad_cam,
            True,
            "Where the maps of the layer speak for the class; each weighs as much as the score depends on it.",
        ),
        Method(
            "grad-cam++",
            "Grad-CAM++",
            grad_cam_plus_plus,
            True,
            "Like Grad-CAM, with cells that the score depends on counted more: for several objects of one class.",
        ),
        Method(
            "layer-cam",
            "LayerCAM",
            layer_cam,
            True,
            "Where the maps of the layer speak for the class, cell by cell.",
        ),
        Method(
            "saliency",
            "Saliency",
            saliency,
            False,
            "How much the score would change with each number of the input, whether up or down.",
        ),
        Method(
            "smooth-grad",
            "SmoothGrad",
            smooth_grad,
            False,
            "Saliency, averaged over noisy copies of the input.",
            passes=25,
        ),
        Method(
            "gradient-x-input",
            "Gradient x input",
            gradient_times_input,
            False,
            "What each number of the input would add to the score, if the network were as steep all the way.",
        ),
        Method(
            "integrated-gradients",
            "Integrated gradients",
            integrated_gradients,
            False,
            "How much each number of the input adds to the score, beside the baseline.",
            passes=50,
        ),
        Method(
            "occlusion",
            "Occlusion",
            occlusion,
            False,
            "By how much the score falls when a part of the input is covered by the baseline.",
            passes=170,
        ),
    )
}


def find_method(name: str) -> Method:
    """Return a method by its name.

    Raises:
        RecipeError: there is none.
    """
    if name not in METHODS:
        raise RecipeError(
            f"Unknown attribution method '{name}'.{did_you_mean(name, METHODS)}",
            expected=f"One of: {', '.join(METHODS)}.",
        )
    return METHODS[name]
