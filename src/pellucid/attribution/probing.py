"""Finding the layer whose maps Grad-CAM weighs, on any network: by looking, not by a list of names.

Two passes of noise. In the first, one quarter of the input after the other is changed, and every layer is watched:
where a layer's values lie on a grid in the order of the picture, each change shows most in its own quarter of that
grid. That tells maps with the channels first from those with the channels last, finds the class and register tokens
before the picture's own, and leaves out attention weights, windows and shuffled tokens. The second pass tells on which
of these layers' cells the output depends: after the last block of a vision transformer only the class token counts.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from pellucid.attribution.layout import Layout, possible_layouts
from pellucid.errors import ModelError, RecipeError, did_you_mean
from pellucid.models import evaluating

FEWEST_CELLS = 4
"""A grid with fewer cells on a side is too coarse to show anything, where an earlier layer has a finer one."""
CLEARLY = 0.27
"""Share of a change that falls into its own quarter where the grid follows the picture; by chance it is 0.25."""

Watcher = Callable[[str, int, nn.Module, Tensor], Tensor | None]


@dataclass(frozen=True)
class MapLayer:
    """A layer whose values lie on the picture.

    Attributes:
        layer: path of the module.
        call: which of its calls in a forward pass, counted from 0.
        layout: of its values.
        locality: share of a change of one quarter of the input that shows in the same quarter of the grid, in [0, 1].
        operator: the module's class.
        reason: why this layer, in a sentence.
    """

    layer: str
    call: int
    layout: Layout
    locality: float
    operator: str
    reason: str = ""


@dataclass(frozen=True)
class Probed:
    """What a probe found: the layer to take (None where none is fit), every candidate, and why."""

    chosen: MapLayer | None
    candidates: tuple[MapLayer, ...]
    reason: str


@contextmanager
def watched(model: nn.Module, watch: Watcher, layers: frozenset[str] | None = None) -> Iterator[None]:
    """Call `watch(path, call, module, output)` after each module; a tensor that it returns takes the output's place.

    Args:
        model: the network.
        watch: is given the first tensor of a module's output.
        layers: paths of the modules; None for all but the network itself.
    """
    calls: Counter[str] = Counter()

    def hook_of(name: str) -> Callable[[nn.Module, Any, Any], Any]:
        def hook(module: nn.Module, _: Any, output: Any) -> Any:
            first = output[0] if isinstance(output, tuple | list) and len(output) else output
            if not isinstance(first, Tensor) or not first.is_floating_point():
                return None
            number = calls[name]
            calls[name] += 1
            changed = watch(name, number, module, first)
            if changed is None:
                return None
            return changed if first is output else type(output)([changed, *output[1:]])

        return hook

    with ExitStack() as hooks:
        for name in [path for path, _ in model.named_modules() if path] if layers is None else layers:
            hooks.callback(model.get_submodule(name).register_forward_hook(hook_of(name)).remove)
        yield


def probe(model: nn.Module, inputs: Tensor) -> Probed:
    """Find the layer for Grad-CAM: the last whose values lie on the picture and which the output depends on.

    Args:
        model: any module from [N, C, H, W] to [N, K].
        inputs: [1, C, H, W]; its shape and device count, its values do not.
    """
    if inputs.ndim != 4 or min(inputs.shape[2:]) < 4:
        return Probed(None, (), "the input is no picture of at least 4 x 4 pixels")
    with evaluating(model):
        try:
            candidates = _on_the_picture(model, inputs)
        except Exception as problem:  # the model's own code may raise anything
            return Probed(None, (), f"the model does not take a batch of five ({_one_line(problem)})")
        if not candidates:
            return Probed(None, (), "no layer's values lie on a grid in the order of the picture")
        reached = _reached(model, inputs, candidates)
    return _choose(candidates, reached)


def find_layer(model: nn.Module, inputs: Tensor, layer: str, probed: Probed) -> MapLayer:
    """Return a layer that was asked for by name; of one that is called several times the last call.

    Raises:
        RecipeError: there is none of that name.
        ModelError: its values do not lie on the picture.
    """
    named = [candidate for candidate in probed.candidates if candidate.layer == layer]
    if named:
        return named[-1]
    paths = [name for name, _ in model.named_modules() if name]
    fit = ", ".join(candidate.layer for candidate in probed.candidates[-12:])
    if layer not in paths:
        raise RecipeError(
            f"The network has no layer '{layer}'.{did_you_mean(layer, paths)}",
            expected=f"One whose values lie on the picture, e.g. {fit}." if fit else "",
        )
    raise ModelError(
        f"The values of the layer '{layer}' do not lie on a grid in the order of the picture.",
        expected=f"Such layers are, among others: {fit}." if fit else "This network has no such layer.",
        fix="Leave out the layer, or choose the method 'occlusion', which needs none.",
    )


def _on_the_picture(model: nn.Module, inputs: Tensor) -> list[MapLayer]:
    picture = (inputs.shape[2], inputs.shape[3])
    found: list[MapLayer] = []
    previous: Tensor | None = None
    version = 0  # of the previous module's values: what writes into them, such as an activation, makes new ones
    lies = False  # whether they are the last that were found

    def watch(name: str, call: int, module: nn.Module, output: Tensor) -> None:
        nonlocal previous, version, lies
        # A container hands on what its last module gave: one place, with the outer name.
        if output is previous and output._version == version:
            if lies and found[-1].layer.startswith(f"{name}."):
                last = found[-1]
                found[-1] = MapLayer(name, call, last.layout, last.locality, type(module).__name__)
            return
        previous, version, lies = output, output._version, False
        if len(output) != 5:
            return
        best = max(
            ((_locality(layout.on_grid(output)), layout) for layout in possible_layouts(tuple(output.shape), picture)),
            key=lambda pair: pair[0],
            default=None,
        )
        lies = best is not None and best[0] >= CLEARLY
        if best is not None and lies:
            found.append(MapLayer(name, call, best[1], best[0], type(module).__name__))

    with torch.no_grad(), _quietly(), watched(model, watch):
        model(_with_changed_quarters(inputs))
    return found


def _with_changed_quarters(inputs: Tensor) -> Tensor:
    """Return [5, C, H, W] of noise: as it is, and with the middle of each quarter drawn anew."""
    chance = torch.Generator().manual_seed(0)
    shape = tuple(inputs.shape[1:])
    noise = torch.randn(shape, generator=chance)
    batch = noise.repeat(5, 1, 1, 1)
    height, width = shape[1:]
    for quarter in range(4):
        top, left = (quarter // 2) * (height // 2), (quarter % 2) * (width // 2)
        rows = slice(top + height // 8, top + max(height // 8 + 1, 3 * height // 8))
        columns = slice(left + width // 8, left + max(width // 8 + 1, 3 * width // 8))
        batch[quarter + 1, :, rows, columns] = torch.randn(shape, generator=chance)[:, rows, columns]
    return batch.to(inputs)


def _locality(grid: Tensor) -> float:
    """Return the mean share of a quarter's cells in the change of that quarter; 0 where another one's is larger.

    Args:
        grid: [5, C, rows, columns]: untouched, and with each quarter of the input changed.
    """
    change = (grid[1:] - grid[:1]).abs().mean(dim=1).double()
    change = change / change.sum(dim=(1, 2), keepdim=True).clamp_min(1e-30)  # one change may be larger than another
    share = change / change.sum(dim=0).clamp_min(1e-30)
    rows, columns = share.shape[1] // 2, share.shape[2] // 2
    quarters = torch.stack(
        [
            share[:, :rows, :columns].mean((1, 2)),
            share[:, :rows, -columns:].mean((1, 2)),
            share[:, -rows:, :columns].mean((1, 2)),
            share[:, -rows:, -columns:].mean((1, 2)),
        ]
    )
    if not bool(torch.isfinite(quarters).all()):
        return 0.0
    if quarters.argmax(dim=1).tolist() != [0, 1, 2, 3]:
        return 0.0
    return float((quarters.diagonal() / quarters.sum(dim=1).clamp_min(1e-30)).mean())


def _reached(model: nn.Module, inputs: Tensor, candidates: list[MapLayer]) -> list[bool]:
    """Return of each candidate whether the outputs depend on its cells, by one pass back."""
    places = {(candidate.layer, candidate.call): number for number, candidate in enumerate(candidates)}
    values: dict[int, Tensor] = {}

    def watch(name: str, call: int, _: nn.Module, output: Tensor) -> Tensor | None:
        number = places.get((name, call))
        if number is None:
            return None
        kept = output if output.requires_grad else output.detach().requires_grad_()
        values[number] = kept
        return kept.clone()  # what follows may overwrite the clone, never what is kept

    chance = torch.Generator().manual_seed(1)
    noise = torch.randn(tuple(inputs.shape), generator=chance).to(inputs).requires_grad_()
    with torch.enable_grad(), _quietly(), watched(model, watch, frozenset(name for name, _ in places)):
        outputs = model(noise)
        weights = torch.randn(tuple(outputs.shape), generator=chance).to(outputs)
        numbers = sorted(values)
        gradients = torch.autograd.grad(
            (outputs * weights).sum(), [values[number] for number in numbers], allow_unused=True
        )
    reached = [False] * len(candidates)
    for number, gradient in zip(numbers, gradients, strict=True):
        if gradient is not None:
            reached[number] = bool(candidates[number].layout.on_grid(gradient).any())
    return reached


def _choose(candidates: list[MapLayer], reached: list[bool]) -> Probed:
    fit = [candidate for candidate, counts in zip(candidates, reached, strict=True) if counts] or candidates
    # The keys and values of an attention are dense layers of their own; what they read is the layer meant.
    fit = [candidate for candidate in fit if candidate.operator != "Linear"] or fit
    fine = [candidate for candidate in fit if min(candidate.layout.rows, candidate.layout.columns) >= FEWEST_CELLS]
    chosen = (fine or fit)[-1]
    later = candidates[candidates.index(chosen) + 1 :]
    reason = f"the last layer whose values lie on the picture ({chosen.layout})"
    if not any(reached):
        reason += "; but the output does not depend on any such layer"
    elif later and fine and fit[-1] is not chosen:
        reason += f" with at least {FEWEST_CELLS} cells a side"
    elif later:
        reason += (
            f" and whose cells the output depends on; of '{later[-1].layer}' it reads nothing of the picture's cells"
        )
    chosen = MapLayer(chosen.layer, chosen.call, chosen.layout, chosen.locality, chosen.operator, reason)
    return Probed(chosen, tuple(candidates), reason)


@contextmanager
def _quietly() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def _one_line(problem: Exception) -> str:
    return " ".join(str(problem).split())[:160].rstrip(".")
