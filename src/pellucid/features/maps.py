"""Feature maps, chosen by what their units react to: of one input, or of a whole split."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from pellucid.errors import RecipeError
from pellucid.features.examples import Examples, need_pictures
from pellucid.features.layers import catching, units_of
from pellucid.features.records import FeatureMaps, Selectivity, UnitMap, UnitSelectivity
from pellucid.features.responses import Pooling, Responses, respond
from pellucid.features.selectivity import choose_units, select
from pellucid.words import counted, percent

MUCH = 0.9
"""A unit is called excited by an input when it is more so than by this share of the split."""


def map_example(
    examples: Examples,
    layer: str,
    inputs: Tensor,
    *,
    picture: NDArray[np.uint8],
    name: str,
    answer: str,
    units: tuple[int, ...] = (),
    top: int = 8,
    pooling: Pooling = "max",
) -> FeatureMaps:
    """Return the maps of one input: those of the units that it excites, the most selective first.

    Args:
        examples: of the split that tells what the units react to, and how much is much.
        layer: whose maps.
        inputs: the input as the network takes it, float32 [1, C, H, W].
        picture: [H, W, C] uint8, the same before normalisation.
        name: of the input.
        answer: what the network says of it, in words.
        units: which maps; () for those that the input excites.
        top: how many, at most.
        pooling: how a map becomes one value.

    Raises:
        RecipeError: the layer has no maps, or there is no such layer or unit.
    """
    need_pictures(examples.predictor, "Feature maps")
    responses = respond(examples, layer, pooling=pooling)
    selectivity = select(examples, responses)
    maps = _maps_of(examples, layer, inputs)[0]
    own = maps.reshape(len(maps), -1)
    reduced = own.max(axis=1) if pooling == "max" else own.mean(axis=1)
    above = (responses.values < reduced[None]).mean(axis=0)
    chosen, why = _excited(selectivity, above, units, top)
    shown = tuple(UnitMap(one, name, picture, maps[one.unit], float(above[one.unit])) for one in chosen)
    return FeatureMaps(selectivity, name, answer, shown, why, maps, name)


def _excited(
    selectivity: Selectivity, above: NDArray[np.float64], units: tuple[int, ...], top: int
) -> tuple[list[UnitSelectivity], str]:
    if units:
        return choose_units(selectivity, units, top), "the units asked for"
    alive = [one for one in selectivity.units if one.reacts_to]
    much = [one for one in alive if above[one.unit] >= MUCH]
    if much:
        words = (
            f"of {counted(len(much), 'unit')} that this input excites more than {percent(MUCH)} of the others do, "
            "the most selective"
        )
        return much[:top], words
    strongest = sorted(alive, key=lambda one: -above[one.unit])[:top]
    return (
        strongest,
        f"the most excited ones; this input excites none of them more than {percent(MUCH)} of the others do",
    )


def map_split(
    examples: Examples, layer: str, *, units: tuple[int, ...] = (), top: int = 8, pooling: Pooling = "max"
) -> FeatureMaps:
    """Return a map of each of the most selective units, on the example of its class that excites it most.

    Args:
        examples: of one split.
        layer: whose maps.
        units: which; () for the most selective, of each class its best before any class has two.
        top: how many, at most.
        pooling: how a map becomes one value.

    Raises:
        RecipeError: the layer has no maps, or there is no such layer or unit.
    """
    need_pictures(examples.predictor, "Feature maps")
    responses = respond(examples, layer, pooling=pooling)
    selectivity = select(examples, responses)
    chosen = choose_units(selectivity, units, top)
    shown = []
    every: NDArray[np.float32] | None = None
    for one in chosen:
        index = _strongest(examples, responses, one)
        inputs = examples.predictor.to_tensor(examples.inputs[index : index + 1])
        maps = _maps_of(examples, layer, inputs)[0]
        values = maps[one.unit]
        every = maps if every is None else every
        above = float((responses.values[:, one.unit] < responses.values[index, one.unit]).mean())
        shown.append(UnitMap(one, examples.name(index), examples.picture(index), values, above))
    why = (
        "the units asked for" if units else "the most selective units, of each class its best before any class has two"
    )
    why += "; each on the example of its class that excites it most"
    return FeatureMaps(selectivity, "", "", tuple(shown), why, every, shown[0].example if shown else "")


def _strongest(examples: Examples, responses: Responses, one: UnitSelectivity) -> int:
    column = responses.values[:, one.unit]
    own = np.array([one.reacts_to in examples.target_words(index).split(", ") for index in range(len(examples))])
    return int(np.where(own, column, -np.inf).argmax()) if own.any() else int(column.argmax())


@torch.no_grad()
def _maps_of(examples: Examples, layer: str, inputs: Tensor) -> NDArray[np.float32]:
    """Return [N, U, h, w] float32; tokens in their square where they have one, a class token left out."""
    with catching(examples.predictor.model, layer) as caught:
        examples.predictor.model(inputs)
        values = units_of(caught, layer).float().cpu().numpy()
    if values.ndim == 3:
        values = _tokens_as_maps(values)
    if values.ndim != 4:
        raise RecipeError(
            f"The layer '{layer}' gives plain units: they have no maps.",
            fix="Choose a layer of maps with --layer; without it, the last one is taken.",
        )
    maps: NDArray[np.float32] = values
    return maps


def _tokens_as_maps(values: NDArray[np.float32]) -> NDArray[np.float32]:
    num_units, tokens = values.shape[1:]
    side = int(tokens**0.5)
    extra = tokens - side * side
    # One class token, or a few registers, stand before the tokens of the picture.
    if side < 2 or extra > 4:
        raise RecipeError(f"The layer's {tokens} tokens do not lie in a square.", fix="Choose another with --layer.")
    return values[:, :, extra:].reshape(len(values), num_units, side, side)
