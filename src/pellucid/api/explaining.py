"""Asking any module what its answers rest on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from pellucid.attribution import Explainer

if TYPE_CHECKING:
    from torch import Tensor, nn

    from pellucid.attribution import Explanation


def explain(
    model: nn.Module,
    inputs: Tensor | NDArray[Any],
    *,
    target: int | None = None,
    method: str | Sequence[str] = (),
    layer: str | None = None,
    baseline: Tensor | NDArray[Any] | float = 0.0,
    names: Sequence[str] = (),
    seed: int = 0,
    checks: bool = True,
) -> Explanation:
    """Show what speaks for one output of any module, and whether the map means anything.

    For many examples of one module make a `pellucid.attribution.Explainer`, which looks at the module once.

    Args:
        model: any module from [N, C, H, W] or [N, D] to [N, K].
        inputs: one example, float32 [C, H, W] or [D], with or without a batch of one; as the module takes it.
        target: which output, counted from 0; None for the largest. Of a single logit: 1 for what it speaks for, 0 for
            the other class, None for the number itself.
        method: one name or several: grad-cam, grad-cam++, layer-cam, saliency, smooth-grad, gradient-x-input,
            integrated-gradients, occlusion. () for Grad-CAM of a picture, integrated gradients of a row.
        layer: whose maps the first three weigh; None: found by a probe.
        baseline: what shows nothing: like `inputs`, or one number.
        names: of the K outputs.
        seed: of noise, shuffled weights and random orders.
        checks: whether each map is checked against shuffled weights and random orders; a map takes about 300 more
            forward passes with them.

    Raises:
        RecipeError: an unknown method, layer or output, or several examples.
        ModelError: the module does not take the input.

    Example:
        pellucid.explain(net, picture, method=["grad-cam", "occlusion"])
    """
    methods = [method] if isinstance(method, str) else list(method)
    return Explainer(model, names=names).explain(
        inputs, target=target, methods=methods, layer=layer, baseline=baseline, seed=seed, checks=checks
    )
