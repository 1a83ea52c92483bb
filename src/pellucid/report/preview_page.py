"""The page of `pellucid train DATA --preview`: what augmentation makes of the training pictures."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pellucid.preprocessing import Preview, PreviewedExample
from pellucid.report import wording
from pellucid.report.embedding import Embedded, embed
from pellucid.report.rendering import write_template
from pellucid.report.wording import percent
from pellucid.version import VERSION

LONGEST = 144


@dataclass(frozen=True)
class Strip:
    """One example and its target: as evaluation sees it, and as each epoch sees it, with what is mixed in."""

    name: str
    target: str
    original: Embedded
    draws: tuple[tuple[Embedded, str], ...]


def write_preview(path: str | Path, preview: Preview) -> Path:
    """Write the sheet of augmented examples as one self-contained page.

    Args:
        path: of the page; it is replaced at once.
        preview: what there is to see.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    sheets = tuple((name, tuple(_strip(example) for example in found)) for name, found in preview.sheets.items())
    return write_template(
        path,
        "preview.html.jinja",
        title=preview.name,
        version=VERSION,
        contents=[("augmentation", "Augmentation"), ("sheets", "Pictures")],
        facts=_facts(preview),
        decision=preview.decision,
        is_none=preview.augmentation.describe() == "none",
        mixes=preview.augmentation.mixes,
        num_hidden=max(0, preview.num_classes - len(sheets)),
        sheets=sheets,
    )


def _facts(preview: Preview) -> tuple[tuple[str, str], ...]:
    height, width = preview.size
    return (
        ("Model's input", f"{height:,} × {width:,} pixels"),
        ("Examples shown", wording.count(len(preview.examples))),
        ("Seed", str(preview.seed)),
    )


def _strip(example: PreviewedExample) -> Strip:
    return Strip(
        name=example.name,
        target=example.target,
        original=embed(example.original, longest=LONGEST),
        draws=tuple(
            (
                embed(draw.pixels, longest=LONGEST),
                ""
                if draw.partner is None or draw.partner[1] < 0.005
                else f"{percent(draw.partner[1], 0)} {draw.partner[0]}",
            )
            for draw in example.draws
        ),
    )
