"""A folder of pictures and of what each is to become, side by side or apart: the raw dataset of the pairs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pellucid.data.dataset import Finding
from pellucid.data.images import FileImages, ImageInputs
from pellucid.data.mask_pairs import split_in
from pellucid.data.pair_names import NamedPairs, pair_names
from pellucid.data.paired_files import HalfImages, PairedFiles
from pellucid.data.raw_dataset import EXAMPLES_SHOWN, RawDataset
from pellucid.data.scan import Scan
from pellucid.data.survey import Survey, describe_sizes, survey_files
from pellucid.errors import DataError, RecipeError
from pellucid.kinds import ImageInput, PairedTarget
from pellucid.records import Decision
from pellucid.words import counted

_MOST_SIDE = 8192
LAYOUTS = (
    "two folders of equal names, such as input/a.png and target/a.png or trainA and trainB; two endings, such as "
    "a_in.png and a_out.png; or files that show both side by side, each twice as wide as high."
)


@dataclass(frozen=True)
class _Pairs:
    """The readable pairs.

    Attributes:
        given, wanted: the pictures, in the same order.
        input: of those that are handed over.
        wanted_grey: whether none of the others has colour.
        names: of the pairs.
        content, equality: digests of both files, and of the pixels that are handed over.
        decisions, findings, faults: of the surveys, and how the pairs were found.
    """

    given: ImageInputs
    wanted: ImageInputs
    input: ImageInput
    wanted_grey: bool
    names: list[str]
    content: list[bytes]
    equality: list[bytes]
    decisions: list[Decision]
    findings: list[Finding]
    faults: list[str]


def read_paired_folder(root: Path, scan: Scan, *, name: str, wanted: str | None) -> RawDataset:
    """Make the raw dataset of pictures, each with the picture that it is to become.

    Args:
        root: the folder.
        scan: its files.
        name: of the dataset.
        wanted: what the pictures are called that others are to become: a folder, an ending of names, or "left" or
            "right" of files that show both; None to find it out.

    Raises:
        DataError: there are no pairs, or both pictures of one have different sizes.
        RecipeError: `wanted` is no side of pictures that show both.
    """
    names = [picture for picture, _ in scan.pictures]
    paths = [path for _, path in scan.pictures]
    side = wanted if wanted in ("left", "right") else None
    named = None if side else pair_names(names, wanted)
    pairs = _apart(paths, names, named) if named else _side_by_side(root, paths, names, side)
    sizes = pairs.given.sizes
    assert sizes is not None
    largest = max(sizes, key=max)
    if max(largest) > _MOST_SIDE:
        raise DataError(
            f"A picture has {largest[0]:,} x {largest[1]:,} pixels.",
            expected=f"{_MOST_SIDE:,} on a side at most, where each pixel is answered.",
            fix="Cut both pictures into parts.",
        )
    if pairs.input.bit_depth == 32:
        raise DataError("Some pictures hold floats.", expected="Pictures of 8 or 16 bits, where pictures are answered.")
    height, width = pairs.input.max_size
    target = PairedTarget(channels=1 if pairs.wanted_grey else 3, height=height, width=width)
    splits = [split_in(one) for one in pairs.names]
    return RawDataset(
        name=name,
        source=os.fspath(root),
        input=pairs.input,
        target=target,
        inputs=pairs.given,
        targets=PairedFiles(pairs.wanted, target),
        names=pairs.names,
        content=pairs.content,
        equality=pairs.equality,
        given=None if None in splits else np.array(splits, np.int8),
        decisions=pairs.decisions,
        findings=[*scan.findings(), *pairs.findings],
        faults=[*scan.unreadable, *pairs.faults],
    )


def _apart(paths: Sequence[Path], names: Sequence[str], named: NamedPairs) -> _Pairs:
    """Return the pairs whose both files can be read, and are as large as one another."""
    surveys = [survey_files([paths[one] for one in side], [names[one] for one in side]) for side in _sides(named)]
    rows = sorted(set(surveys[0].kept.tolist()) & set(surveys[1].kept.tolist()))
    if not rows:
        raise DataError(f"Of not one pair both files can be read. {'; '.join(surveys[0].faults[:3])}")
    given, wanted = (_some(survey, rows) for survey in surveys)
    facts = [[survey.facts[place] for place in _places(survey, rows)] for survey in surveys]
    assert given.sizes is not None
    assert wanted.sizes is not None
    for row, (one, other) in enumerate(zip(given.sizes, wanted.sizes, strict=True)):
        if one != other:
            raise DataError(
                f"{given.name(row)} has {one[0]} x {one[1]} pixels (height x width, upright), and {wanted.name(row)}, "
                f"which it is to become, {other[0]} x {other[1]}.",
                expected="Both pictures of a pair show the same at the same place.",
                fix="Bring the smaller one to the size of the larger.",
            )
    first, second = named.sides
    layout = Decision(
        name="layout", value=f"{counted(len(rows), 'pair')} of pictures, {first} -> {second}", reason=named.reason
    )
    some = tuple(names[place] for place in named.alone[:EXAMPLES_SHOWN])
    left = counted(len(named.alone), "picture has no partner, and is", "pictures have no partner, and are")
    alone = (
        [Finding(kind="unlabelled", message=f"{left} left out.", examples=some, count=len(named.alone))] if some else []
    )
    return _Pairs(
        given=given,
        wanted=wanted,
        input=surveys[0].input,
        wanted_grey=all(fact.grey for fact in facts[1]),
        names=[given.name(row) for row in range(len(rows))],
        content=[one.content + other.content for one, other in zip(*facts, strict=True)],
        equality=[fact.pixels for fact in facts[0]],
        decisions=[layout, *surveys[0].decisions],
        findings=[*alone, *surveys[0].findings, *surveys[1].findings],
        faults=[*surveys[0].faults, *surveys[1].faults],
    )


def _side_by_side(root: Path, paths: Sequence[Path], names: Sequence[str], side: str | None) -> _Pairs:
    """Return the halves of pictures that show two side by side."""
    survey = survey_files(paths, names)
    assert survey.images.sizes is not None
    even = [width == 2 * height for height, width in survey.images.sizes]
    if side is None and not all(even):
        one = even.index(False)
        height, width = survey.images.sizes[one]
        raise DataError(
            f"{root} holds no pairs of pictures by name, and {survey.images.name(one)}, {height} x {width} pixels "
            "(height x width), does not show two squares side by side.",
            expected=f"Pairs of pictures: {LAYOUTS}",
            fix="Where files show both in another shape, say which half is wanted: --target right (target=).",
        )
    if any(width % 2 for _, width in survey.images.sizes):
        raise RecipeError(
            f"--target {side} (target=) means a half of each picture, and some are of an odd width.",
            expected="Two pictures of equal size side by side.",
        )
    given = HalfImages(survey.images, right=side == "left")
    wanted = HalfImages(survey.images, right=side != "left")
    assert given.sizes is not None
    grey = [all(half.pixels(row).ndim == 2 for row in range(len(half))) for half in (given, wanted)]
    ways = ("left -> right", "right -> left")
    other = "" if side else "; --target left (target=) is the other way round"
    reason = "--target (target=) says so" if side else f"each is twice as wide as high{other}"
    value = f"{counted(len(given), 'pair')} of pictures side by side, {ways[side == 'left']}"
    return _Pairs(
        given=given,
        wanted=wanted,
        input=describe_sizes(np.array(given.sizes), grey=grey[0], depths=survey.input.depths),
        wanted_grey=grey[1],
        names=[given.name(row) for row in range(len(given))],
        content=[fact.content for fact in survey.facts],
        equality=[fact.pixels for fact in survey.facts],
        decisions=[Decision(name="layout", value=value, reason=reason), *survey.decisions],
        findings=list(survey.findings),
        faults=list(survey.faults),
    )


def _sides(named: NamedPairs) -> tuple[tuple[int, ...], tuple[int, ...]]:
    return named.given, named.wanted


def _places(survey: Survey, rows: Sequence[int]) -> list[int]:
    """Return the places of rows of the whole list among those that could be read."""
    place_of = {row: place for place, row in enumerate(survey.kept.tolist())}
    return [place_of[row] for row in rows]


def _some(survey: Survey, rows: Sequence[int]) -> FileImages:
    """Return the pictures of some rows of the whole list, all of which could be read."""
    return survey.images if len(rows) == len(survey.images) else survey.images.subset(_places(survey, rows))
