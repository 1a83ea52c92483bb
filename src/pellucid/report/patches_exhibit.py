"""The patches that excite units most as an exhibit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pellucid.features import Patch, Patches
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.exhibits import picture_figure
from pellucid.report.feature_tiles import EMPTY, Bytes, enlarged, fitted, in_rows, picture_tile
from pellucid.report.selectivity_words import selectivity_words
from pellucid.report.wording import decimal
from pellucid.runs import Exhibit, ExhibitTable

TILE = 160
"""Pixels of the side of a large patch; smaller ones stay as they are, and are shown enlarged pixel by pixel."""
FEW = 32
"""Pixels of the side of a patch that is a few squares."""


def patches_exhibit(patches: Patches, *, command: str = "") -> Exhibit:
    """Return a strip of patches per unit, the most exciting on the left."""
    height, width = patches.receptive_field
    whole = (height, width) == patches.input_size
    sees = "the whole picture" if whole else f"{height} x {width} pixels of {patches.input_size[0]} x "
    sees += "" if whole else f"{patches.input_size[1]}"
    figures, rows = [], []
    for one in patches.units:
        tiles = [_patch_tile(patch, height, width) for patch in one.patches]
        words = selectivity_words(one.selectivity, patches.measure)
        classes = _tally([patch.target for patch in one.patches])
        values = f"{decimal(one.patches[0].value)} to {decimal(one.patches[-1].value)}"
        figures.append(
            picture_figure(
                # Few pixels, enlarged, are small as a PNG, too, which can have clear gaps; photos are JPEGs.
                in_rows([tiles], background=EMPTY, has_clear_gaps=height <= FEW),
                alt=f"The most exciting patches of {words}",
                caption=f"{words}. From: {classes}. Values {values}",
                longest=1400,
            )
        )
        rows += [
            (
                str(one.selectivity.unit),
                patch.example,
                patch.target,
                decimal(patch.value),
                f"{patch.at}",
                f"{patch.box}",
            )
            for patch in one.patches[:3]
        ]
    searched = f"{patches.n:,} of {patches.num_train:,}" if patches.n < patches.num_train else f"all {patches.n:,}"
    return Exhibit(
        name=exhibit_name("patches", patches.layer),
        title=f"What excites {patches.layer} most",
        paragraphs=(
            f"Of each unit the {len(patches.units[0].patches)} training pictures that excite it most, one patch each, "
            f"the strongest on the left; {searched} training pictures were searched.",
            f"A patch is what the unit sees at the place of its largest value: {sees}. At an edge it is cut, and the "
            "rest is left grey. A strip in one other colour is the margin that filled a picture up to the network's "
            "shape.",
        ),
        figures=tuple(figures),
        tables=(
            ExhibitTable(
                header=("Unit", "Example", "Target", "Value", "Place in the map", "Top, left, bottom, right"),
                rows=tuple(rows),
                caption="The three strongest of each unit",
                numeric=False,
            ),
        ),
        notes=(
            "What a place can see (its receptive field) was measured: a value that spoils all that is computed from it "
            "was put into the picture, and the places that it reached were noted.",
        ),
        command=command,
    )


def _patch_tile(patch: Patch, height: int, width: int) -> Bytes:
    """Return a patch in a field of the receptive field's size, where an edge cut it left grey."""
    tile = picture_tile(patch.pixels)[:height, :width]
    canvas = np.full((height, width, *tile.shape[2:]), EMPTY, np.uint8)
    # What begins at the picture's first row was cut above, so it belongs to the field's lower end.
    top = height - tile.shape[0] if patch.box[0] == 0 else 0
    left = width - tile.shape[1] if patch.box[1] == 0 else 0
    canvas[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return fitted(canvas, TILE, round(TILE * width / height)) if height > TILE else enlarged(canvas, at_least=64)


def _tally(words: Sequence[str]) -> str:
    counts = {word: words.count(word) for word in dict.fromkeys(words)}
    ranked = sorted(counts.items(), key=lambda pair: -pair[1])
    return ", ".join(f"{count} × {word}" for word, count in ranked[:4]) + (" and others" if len(ranked) > 4 else "")
