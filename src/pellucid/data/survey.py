"""One full decode of every picture file: what can be read, how large it is, its colour, what it is equal to."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pellucid.data.dataset import Finding
from pellucid.data.duplicates import digest_pixels
from pellucid.data.images import FileImages, collapse_grey
from pellucid.data.known_facts import recall_facts, remember_facts
from pellucid.data.no_data import ValueFacts, find_no_data, no_data_decision, value_facts
from pellucid.data.pace import work_on_each
from pellucid.decoding import Pixels, decode_picture, expected_format, quiet_pillow, read_picture_file
from pellucid.doing import doing
from pellucid.errors import DataError, DecodingError
from pellucid.kinds import ImageInput
from pellucid.records import Decision
from pellucid.words import counted

_SHOWN = 8
_LIGHT_PIXELS = 100 * 100
# Shares are at most 1; levels of 4 bits, the fewest that are in use, reach 15.
_UNIT_BEYOND = 15.0
_FEW = 0.1


@dataclass(frozen=True)
class PictureFacts:
    """What one decode tells about a picture, without its pixels."""

    height: int
    width: int
    grey: bool
    saved_in_colour: bool
    depth: int
    """8, 16, or 32 bits."""
    kind: str
    """File format and mode, e.g. "JPEG RGB"."""
    turned: bool
    see_through: bool
    several_frames: bool
    narrowed: bool
    windowed: bool
    """A DICOM file whose own window was applied."""
    promised: str | None
    """The format that the file's ending promises, where its bytes are of another one."""
    content: bytes
    """SHA-256 of the file."""
    pixels: bytes
    """Digest of the decoded pixels."""
    lowest: float | None = None
    """Of a picture of 32 bits, marks of no data left aside; None where there is no other value."""
    highest: float | None = None
    missing: int = 0
    """Pixels of a picture of 32 bits that hold no value."""
    marks: str = ""
    """How many of its pixels hold each value that may mean "no data", e.g. "-9999:12 -32768:3"."""

    @property
    def values(self) -> ValueFacts:
        """What a picture of 32 bits holds."""
        marks = {float(mark): int(number) for mark, number in (one.split(":") for one in self.marks.split())}
        return ValueFacts(self.lowest, self.highest, self.missing, marks)


@dataclass(frozen=True)
class Survey:
    """The readable pictures of a list of files."""

    kept: NDArray[np.int64]
    """Places in the list that could be read, sorted."""
    images: FileImages
    """The readable pictures."""
    facts: tuple[PictureFacts, ...]
    """One per readable picture."""
    input: ImageInput
    decisions: tuple[Decision, ...]
    findings: tuple[Finding, ...]
    faults: tuple[str, ...]
    """"name: reason" of every file that cannot be read."""


def survey_files(paths: Sequence[Path], names: Sequence[str]) -> Survey:
    """Decode every file once, several at a time, and keep as many pixels in memory as `FileImages` allows.

    A file whose very bytes were seen in an earlier survey is not decoded again.

    A file that cannot be decoded is a finding and left out.

    Raises:
        DataError: not one of them can be read.
    """
    images = FileImages(paths, names)
    recalled = recall_facts(paths, kind=PictureFacts)
    known = recalled.known
    unknown = [index for index in range(len(paths)) if index not in known]
    numbers = count(1)

    def examine(index: int) -> PictureFacts | str:
        moved(next(numbers))
        return _examine(images, index, recalled.data.pop(index, None))

    # Pillow is quietened once for all: entering it again for each picture is then cheap.
    with quiet_pillow, doing("looking at the pictures", len(unknown)) as moved:
        found = work_on_each(
            examine,
            unknown,
            is_light=lambda fact: isinstance(fact, str) or fact.height * fact.width <= _LIGHT_PIXELS,
        )
    examined = dict(zip(unknown, found, strict=True))
    results = [known[index] if index in known else examined[index] for index in range(len(paths))]
    remember_facts(paths, {index: fact for index, fact in examined.items() if not isinstance(fact, str)})
    faults = [(names[index], result) for index, result in enumerate(results) if isinstance(result, str)]
    kept = np.array([index for index, result in enumerate(results) if not isinstance(result, str)], dtype=np.int64)
    facts = tuple(result for result in results if isinstance(result, PictureFacts))
    if not facts:
        reasons = "; ".join(f"{name}: {reason}" for name, reason in faults[:3])
        raise DataError(f"Not one of {len(paths):,} pictures can be read. {reasons}")
    if faults:
        images = images.subset(kept.tolist())
    images.kinds = tuple(fact.kind for fact in facts)
    images.sizes = tuple((fact.height, fact.width) for fact in facts)
    images.digests = tuple(fact.content for fact in facts)
    values = [fact.values for fact in facts if fact.depth == 32]
    no_data = find_no_data(values)
    holes = no_data_decision(values, no_data)
    return Survey(
        kept=kept,
        images=images,
        facts=facts,
        input=describe_sizes(
            np.array([(fact.height, fact.width) for fact in facts]),
            grey=all(fact.grey for fact in facts),
            depths=tuple(sorted({fact.depth for fact in facts})),
            num_grey=sum(fact.grey for fact in facts),
            no_data=no_data,
        ),
        decisions=(*_decisions(facts), *([] if holes is None else [holes])),
        findings=_findings(facts, faults),
        faults=tuple(f"{name}: {reason}" for name, reason in faults),
    )


def describe_sizes(
    sizes: NDArray[np.int64],
    *,
    grey: bool,
    depths: tuple[int, ...] = (8,),
    num_grey: int | None = None,
    no_data: tuple[float, ...] = (),
) -> ImageInput:
    """Return the input specification of pictures of these sizes.

    Args:
        sizes: [N, 2], height and width in pixels.
        grey: whether none has colour.
        depths: the bit depths that occur: 8, 16, 32.
        num_grey: how many have no colour, where it is known.
        no_data: values that stand for no data.
    """
    low, middle, high = (
        (int(height), int(width)) for height, width in (sizes.min(axis=0), np.median(sizes, axis=0), sizes.max(axis=0))
    )
    ratios = np.percentile(sizes[:, 1] / sizes[:, 0], (5, 50, 95))
    return ImageInput(
        channels=1 if grey else 3,
        bit_depth=32 if 32 in depths else 16 if 16 in depths else 8,
        min_size=low,
        median_size=middle,
        max_size=high,
        aspect_ratios=(float(ratios[0]), float(ratios[1]), float(ratios[2])),
        depths=depths,
        num_grey=num_grey,
        no_data=no_data,
    )


def _examine(images: FileImages, index: int, data: bytes | None) -> PictureFacts | str:
    """Return the facts of one file, or why it cannot be read; `data` are its bytes where they were read already."""
    try:
        data = read_picture_file(images.paths[index]) if data is None else data
        picture = decode_picture(data)
    except DecodingError as problem:
        return str(problem)
    pixels: Pixels = collapse_grey(picture.pixels)
    images.keep(index, pixels)
    values = value_facts(pixels) if pixels.dtype == np.float32 else None
    return PictureFacts(
        height=pixels.shape[0],
        width=pixels.shape[1],
        grey=pixels.ndim == 2,
        saved_in_colour=picture.pixels.ndim == 3,
        depth=8 * pixels.dtype.itemsize,
        kind=f"{picture.format} {picture.mode}",
        turned=picture.orientation != 1,
        see_through=picture.see_through,
        several_frames=picture.several_frames,
        narrowed=picture.narrowed,
        windowed=picture.window is not None,
        promised=expected_format(images.paths[index].suffix.lower(), picture.format),
        content=hashlib.sha256(data).digest(),
        pixels=digest_pixels(pixels),
        lowest=None if values is None else values.lowest,
        highest=None if values is None else values.highest,
        missing=0 if values is None else values.missing,
        marks="" if values is None else " ".join(f"{mark!r}:{number}" for mark, number in values.marks.items()),
    )


def _decisions(facts: Sequence[PictureFacts]) -> tuple[Decision, ...]:
    decisions = []
    in_colour = sum(fact.saved_in_colour for fact in facts)
    if in_colour and all(fact.grey for fact in facts):
        decisions.append(
            Decision(
                name="colour",
                value="grey",
                reason=f"red, green and blue are equal in every pixel of all {len(facts):,} pictures, "
                f"although {in_colour:,} are saved in colour",
            )
        )
    for name, number, words, reason in (
        (
            "orientation",
            sum(fact.turned for fact in facts),
            ("picture turned upright", "pictures turned upright"),
            "their EXIF data says how the camera was held",
        ),
        (
            "transparency",
            sum(fact.see_through for fact in facts),
            ("picture laid over white", "pictures laid over white"),
            "a network sees colours only, and white is what most programs show behind them",
        ),
        (
            "frames",
            sum(fact.several_frames for fact in facts),
            ("animated or many-paged file", "animated or many-paged files"),
            "the first frame alone is used: one file is one example",
        ),
        (
            "colour depth",
            sum(fact.narrowed for fact in facts),
            ("colour picture of 16 bits per channel", "colour pictures of 16 bits per channel"),
            "the high 8 bits are kept: Pillow reads them so; grey ones keep all 16",
        ),
        (
            "DICOM window",
            sum(fact.windowed for fact in facts),
            ("picture shown through its own window", "pictures shown through their own windows"),
            "the file names it, and it is what a reader would see; without one the whole range that the file can store "
            "is kept",
        ),
    ):
        if number:
            decisions.append(Decision(name=name, value=counted(number, *words), reason=reason))
    return tuple(decisions)


def _findings(facts: Sequence[PictureFacts], faults: Sequence[tuple[str, str]]) -> tuple[Finding, ...]:
    findings = []
    if faults:
        findings.append(
            Finding(
                kind="unreadable",
                message=f"{counted(len(faults), 'file is', 'files are')} unreadable, and left out.",
                examples=tuple(f"{name}: {reason}" for name, reason in faults[:_SHOWN]),
                count=len(faults),
            )
        )
    disguised = Counter(f"{fact.promised} by its name, {fact.kind} by its bytes" for fact in facts if fact.promised)
    if disguised:
        number = sum(disguised.values())
        findings.append(
            Finding(
                kind="other-format",
                message=f"{counted(number, 'picture')} of another format than the name says; the bytes count.",
                examples=tuple(f"{what}: {times:,}" for what, times in disguised.most_common(_SHOWN)),
                count=number,
            )
        )
    kinds = Counter(fact.kind for fact in facts)
    wide = sum(fact.depth == 32 for fact in facts)
    if 0 < wide < len(facts):
        findings.append(
            Finding(
                kind="mixed-values",
                message=f"{wide:,} of {len(facts):,} pictures hold floats, signed or 32-bit integers, the others 8 or "
                "16 bits: are their values of one unit?",
                examples=tuple(f"{kind}: {number:,}" for kind, number in kinds.most_common(_SHOWN)),
                count=wide,
            )
        )
    small, large = _units(facts)
    if min(small, large) > _FEW * len(facts):
        findings.append(
            Finding(
                kind="mixed-values",
                message=f"{small:,} pictures of floats lie within 0 to 1, {large:,} reach beyond {_UNIT_BEYOND:g}: "
                "are their values of one unit?",
                count=min(small, large),
            )
        )
    deep = sum(fact.depth == 16 for fact in facts)
    if 0 < deep < len(facts) - wide:
        findings.append(
            Finding(
                kind="mixed-depth",
                message=f"{deep:,} of {len(facts) - wide:,} pictures have 16 bits, the others 8: their values are not "
                "alike.",
                examples=tuple(f"{kind}: {number:,}" for kind, number in kinds.most_common(_SHOWN)),
                count=deep,
            )
        )
    return tuple(findings)


def _units(facts: Sequence[PictureFacts]) -> tuple[int, int]:
    """Return how many pictures of 32 bits look like shares, 0 to 1, and how many like levels or measurements."""
    ends = [(fact.lowest, fact.highest) for fact in facts if fact.lowest is not None and fact.highest is not None]
    return sum(low >= 0 and 0 < high <= 1 for low, high in ends), sum(high > _UNIT_BEYOND for _, high in ends)
