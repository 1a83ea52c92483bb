"""The training patches that excite a unit most."""

from __future__ import annotations

import numpy as np

from pellucid.features.examples import Examples, need_pictures
from pellucid.features.receptive import receptive_boxes
from pellucid.features.records import Box, Patch, Patches, Selectivity, UnitPatches
from pellucid.features.responses import respond
from pellucid.features.selectivity import choose_units


def find_patches(
    examples: Examples,
    layer: str,
    *,
    selectivity: Selectivity,
    units: tuple[int, ...] = (),
    top: int = 8,
    num_patches: int = 9,
) -> Patches:
    """Return, of each unit, what it saw where it was most excited: one patch per example, the strongest first.

    Args:
        examples: of the training split.
        layer: whose units.
        selectivity: of the same layer; it chooses the units and says what they react to.
        units: which; () for the most selective ones.
        top: how many units, at most.
        num_patches: how many of each.

    Raises:
        RecipeError: the run is on a table, or there is no such layer or unit.
    """
    shape = need_pictures(examples.predictor, "Patches").input_shape
    responses = respond(examples, layer)
    assert responses.places is not None
    chosen = choose_units(selectivity, units, top)
    best = {one.unit: np.argsort(-responses.values[:, one.unit], kind="stable")[:num_patches] for one in chosen}
    places = [responses.at(int(responses.places[row, unit])) for unit, rows in best.items() for row in rows.tolist()]
    centre = tuple(side // 2 for side in responses.grid)
    boxes = receptive_boxes(examples.predictor.model, layer, shape, [centre, *places])
    found = []
    for one in chosen:
        patches = [
            _cut(examples, row, float(responses.values[row, one.unit]), at, boxes[at])
            for row in best[one.unit].tolist()
            for at in [responses.at(int(responses.places[row, one.unit]))]
        ]
        found.append(UnitPatches(one, tuple(patches)))
    top_edge, left, bottom, right = boxes[centre]
    return Patches(
        layer=layer,
        n=len(examples),
        num_train=len(examples.dataset.splits[examples.split]),
        receptive_field=(bottom - top_edge, right - left),
        input_size=shape[1:],
        measure=selectivity.measure,
        units=tuple(found),
    )


def _cut(examples: Examples, index: int, value: float, at: tuple[int, ...], box: Box) -> Patch:
    top, left, bottom, right = box
    return Patch(
        example=examples.name(index),
        target=examples.target_words(index),
        value=value,
        at=at,
        box=box,
        pixels=np.ascontiguousarray(examples.picture(index)[top:bottom, left:right]),
    )
