"""A folder of pictures and masks: which belong together, what their values stand for, and the raw dataset of them."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.mask_files import MaskAddress, MaskFiles, read_mask
from pellucid.data.mask_pairs import Pairs, pair_masks, split_in
from pellucid.data.mask_values import MaskFacts, facts_of, find_classes
from pellucid.data.pace import work_on_each
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.scan import Scan
from pellucid.data.survey import survey_files
from pellucid.decoding import COLOUR
from pellucid.doing import doing
from pellucid.errors import DataError, DecodingError, PellucidError
from pellucid.files import load_json, read_plain
from pellucid.kinds import ImageInput, MaskTarget
from pellucid.records import Decision
from pellucid.words import counted

_MOST_SIDE = 8192
_LIGHT = 100 * 100
_NAMES = ("classes.txt", "class_names.txt", "labels.txt", "label_names.txt", "label_colors.txt")
_MOST_BYTES = 1 << 20

LAYOUTS = (
    "images/a.png beside masks/a.png; a_mask.png beside a.png; train/image and train/label; imagesTr and labelsTr; or "
    "a mask file for each object, images/a.png beside masks/a/1.png."
)


def read_masked_folder(
    root: Path, scan: Scan, masks: Mapping[str, Sequence[int]], *, name: str, ignore: str | None, asked: bool
) -> RawDataset:
    """Make the raw dataset of pictures with a class for each pixel.

    Args:
        root: the folder.
        scan: its files.
        masks: indices of the pictures that are masks of others, by folder.
        name: of the dataset.
        ignore: values that mean "not labelled", with commas between them.
        asked: whether --task segment was typed.

    Raises:
        DataError: no picture has a mask, sizes differ, or the values cannot be classes; the message names the file.
        RecipeError: `ignore` names no value of a mask.
    """
    names = [picture for picture, _ in scan.pictures]
    pairs = pair_masks(names, masks)
    if not pairs.masks:
        raise DataError(
            f"{root} holds no pictures with masks of them.", expected=f"Pictures and masks by name: {LAYOUTS}"
        )
    paths = [path for _, path in scan.pictures]
    shown = list(pairs.masks)
    survey = survey_files([paths[place] for place in shown], [names[place] for place in shown])
    kept = [shown[place] for place in survey.kept.tolist()]
    facts, faults = _look_at(paths, names, [mask for place in kept for mask in pairs.masks[place]])
    good = [row for row, place in enumerate(kept) if all(mask in facts for mask in pairs.masks[place])]
    places = [kept[row] for row in good]
    if not places:
        raise DataError(f"Not one mask in {root} can be read. {'; '.join(faults[:3])}")
    images = survey.images if len(good) == len(kept) else survey.images.subset(good)
    assert images.sizes is not None
    _check_sizes(places, images.sizes, pairs, facts, names)
    unions = any(len(pairs.masks[place]) > 1 for place in places)
    used = {names[mask]: facts[mask] for place in places for mask in pairs.masks[place]}
    found = find_classes(used, unions=unions, ignore=ignore, named=_named(root, scan, masks))
    grid = ImageInput.of(survey.input).max_size
    addresses = [
        MaskAddress(tuple((paths[mask], facts[mask].content) for mask in pairs.masks[place]), size)
        for place, size in zip(places, images.sizes, strict=True)
    ]
    splits = [split_in(names[place]) for place in places]
    given = None if None in splits else np.array(splits, np.int8)
    reason = "--task segment" if asked else "a mask by name and folder for each"
    layout = Decision(name="layout", value=f"{counted(len(places), 'picture')} with masks", reason=reason)
    return RawDataset(
        name=name,
        source=os.fspath(root),
        input=survey.input,
        target=MaskTarget(
            classes=found.names, values=found.values, colours=found.colours, height=grid[0], width=grid[1]
        ),
        inputs=images,
        targets=MaskFiles(addresses, found.coding, grid),
        names=[names[place] for place in places],
        content=[survey.facts[row].content for row in good],
        equality=[survey.facts[row].pixels for row in good],
        given=given,
        decisions=[layout, found.decision, *survey.decisions],
        findings=[*scan.findings(), *_left_out(pairs, names), *survey.findings, *_unreadable(faults)],
        faults=[*scan.unreadable, *survey.faults, *faults],
    )


def _look_at(
    paths: Sequence[Path], names: Sequence[str], wanted: Sequence[int]
) -> tuple[dict[int, MaskFacts], list[str]]:
    """Return the facts of masks by their index, and "name: reason" of those that cannot be read.

    Raises:
        DataError: some are JPEG files; nothing can be learned from what they hold.
    """

    def look(place: int) -> MaskFacts | DecodingError:
        try:
            stored, content = read_mask(paths[place])
        except DecodingError as problem:
            return problem
        return facts_of(stored, content)

    with doing("looking at the masks", len(wanted)):
        found = work_on_each(look, wanted, is_light=_is_light)
    facts: dict[int, MaskFacts] = {}
    faults = []
    for place, result in zip(wanted, found, strict=True):
        if isinstance(result, MaskFacts):
            facts[place] = result
        elif "JPEG" in result.what:
            raise DataError(f"The mask {names[place]} is no mask any more: {result.what}", fix=result.fix)
        else:
            faults.append(f"{names[place]}: {result}")
    return facts, faults


def _is_light(result: MaskFacts | DecodingError) -> bool:
    return not isinstance(result, MaskFacts) or result.size[0] * result.size[1] <= _LIGHT


def _check_sizes(
    places: Sequence[int],
    sizes: Sequence[tuple[int, int]],
    pairs: Pairs,
    facts: Mapping[int, MaskFacts],
    names: Sequence[str],
) -> None:
    unlike = [
        (place, size, mask)
        for place, size in zip(places, sizes, strict=True)
        for mask in pairs.masks[place]
        if facts[mask].size != size
    ]
    if unlike:
        place, size, mask = unlike[0]
        others = f", and {counted(len(unlike) - 1, 'more pair')} like it" if len(unlike) > 1 else ""
        raise DataError(
            f"{names[place]} has {size[0]} x {size[1]} pixels (height x width, upright), and its mask {names[mask]} "
            f"{facts[mask].size[0]} x {facts[mask].size[1]}{others}.",
            expected="A mask says of each pixel of its picture what it shows.",
            fix="Resize the mask by the nearest pixel, or take the picture that it was drawn on.",
        )
    largest = max(sizes, key=max)
    if max(largest) > _MOST_SIDE:
        raise DataError(
            f"A picture has {largest[0]:,} x {largest[1]:,} pixels.",
            expected=f"{_MOST_SIDE:,} on a side at most, where each pixel is answered.",
            fix="Cut pictures and masks into parts.",
        )


def _left_out(pairs: Pairs, names: Sequence[str]) -> list[Finding]:
    found = []
    for kind, places, words in (
        (
            "unlabelled",
            pairs.alone,
            ("picture has no mask, and is left out", "pictures have no mask, and are left out"),
        ),
        ("masks", pairs.lost, ("mask has no picture, and is left out", "masks have no picture, and are left out")),
    ):
        if places:
            some = tuple(names[place] for place in places[:EXAMPLES_SHOWN])
            found.append(
                Finding(kind=kind, message=f"{counted(len(places), *words)}.", examples=some, count=len(places))
            )
    return found


def _unreadable(faults: Sequence[str]) -> list[Finding]:
    if not faults:
        return []
    message = f"{counted(len(faults), 'mask is', 'masks are')} unreadable; their pictures are left out."
    return [Finding(kind="unreadable", message=message, examples=tuple(faults[:EXAMPLES_SHOWN]), count=len(faults))]


def _named(root: Path, scan: Scan, masks: Mapping[str, Sequence[int]]) -> list[tuple[int, str]]:
    """Return the names that a file beside the pictures or the masks gives to values; none where there is none.

    nnU-Net's dataset.json has them under "labels"; a text file has a name a line, for 0, 1, 2, ..., or red, green, blue
    and a name.
    """
    folders = ["", *(f"{folder.rpartition('/')[0]}/".lstrip("/") for folder in masks), *(f"{one}/" for one in masks)]
    for folder in dict.fromkeys(folders):
        if f"{folder}dataset.json" in scan.other_files and (found := _of_json(root / folder / "dataset.json")):
            return found
        for file in _NAMES:
            if f"{folder}{file}" in scan.other_files and (found := _of_lines(root / folder / file)):
                return found
    return []


def _of_json(path: Path) -> list[tuple[int, str]]:
    try:
        labels = load_json(path, error=DataError, most=_MOST_BYTES).get("labels")
        pairs = [(value, name) if str(value).isdigit() else (name, value) for name, value in labels.items()]
        return [(int(value), str(name)) for value, name in pairs]
    except (DataError, AttributeError, ValueError, TypeError, OSError):
        return []


def _of_lines(path: Path) -> list[tuple[int, str]]:
    try:
        lines = read_plain(path, most=_MOST_BYTES).decode("utf-8").splitlines()
    except (PellucidError, UnicodeDecodeError, OSError):
        return []
    found = []
    for number, line in enumerate(one.split() for one in lines if one.strip()):
        if len(line) > 3 and all(part.isdigit() and int(part) < 256 for part in line[:3]):
            red, green, blue = map(int, line[:3])
            found.append((COLOUR + (red << 16 | green << 8 | blue), " ".join(line[3:])))
        else:
            found.append((number, " ".join(line)))
    return found
