"""A network as the volumes that flow through it: height and width as a face, channels as depth."""

from __future__ import annotations

import math
from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.svg import drawing, element, line, text
from pellucid.report.wording import shape

MAX_VOLUMES = 12
TALLEST, GAP, BASE, SLANT = 96.0, 26.0, 128.0, 0.5


def network_drawing(stages: Sequence[tuple[str, tuple[int, ...]]], *, label: str) -> Markup | None:
    """Return the volumes in their order, or None when there is nothing to draw.

    Args:
        stages: (name, output shape without the batch) of the input and of each layer, in order. Layers that leave the
            shape alone are one volume; of more than 12 volumes those that change the height and width are kept.
        label: what the picture shows, for those who do not see it.
    """
    volumes = _distinct([stage for stage in stages if len(stage[1]) in (1, 3)])
    if len(volumes) < 2:
        return None
    largest = (
        max(max(sizes[-2:]) for _, sizes in volumes if len(sizes) == 3) if any(len(s) == 3 for _, s in volumes) else 1
    )
    parts, x = [], 16.0
    for index, (name, sizes) in enumerate(volumes):
        drawn, width = _cuboid(x, sizes, largest) if len(sizes) == 3 else _bar(x, sizes[0])
        words = max(len(shape(sizes)) * 6.4, 40.0)
        room = max(width, words)
        shifted = element(
            "g", element("title", f"{name}: {shape(sizes)}"), drawn, transform=f"translate({(room - width) / 2:.1f} 0)"
        )
        parts.append(shifted)
        middle = x + room / 2
        parts.append(text(middle, BASE + 18, shape(sizes), anchor="middle", class_="tick"))
        parts.append(text(middle, BASE + 33, _short(name), anchor="middle", class_="note"))
        x += room + GAP
        if index < len(volumes) - 1:
            parts.append(line(x - GAP + 5, BASE - 30, x - 6, BASE - 30, class_="flow"))
            parts.append(element("path", d=f"M{x - 10:.1f} {BASE - 33.5:.1f}l5 3.5l-5 3.5z", class_="flow-head"))
    flat = all(len(sizes) == 1 for _, sizes in volumes)
    return drawing(
        *parts, width=x - GAP + 16, height=BASE + 42, label=label, class_="network flat" if flat else "network"
    )


def _distinct(stages: Sequence[tuple[str, tuple[int, ...]]]) -> list[tuple[str, tuple[int, ...]]]:
    kept = [stage for index, stage in enumerate(stages) if index == 0 or stage[1] != stages[index - 1][1]]
    if len(kept) > MAX_VOLUMES:
        resized = [
            stage
            for index, stage in enumerate(kept)
            if index in (0, len(kept) - 1) or stage[1][1:] != kept[index - 1][1][1:]
        ]
        kept = resized if len(resized) <= MAX_VOLUMES else [*resized[: MAX_VOLUMES - 1], resized[-1]]
    return kept


def _cuboid(x: float, sizes: tuple[int, ...], largest: int) -> tuple[Markup, float]:
    """Return a volume from the side: its depth along the flow tells the channels, its face the height and width."""
    channels, height, width = sizes
    scale = TALLEST / largest**0.6
    tall, across = max(scale * height**0.6, 4.0), max(scale * width**0.6, 4.0) * SLANT
    deep, rise = 3.0 + 7.0 * math.log2(1 + channels), across * SLANT
    top = BASE - tall
    front = f"M{x:.1f} {top:.1f}h{deep:.1f}v{tall:.1f}h{-deep:.1f}z"
    lid = f"M{x:.1f} {top:.1f}l{across:.1f} {-rise:.1f}h{deep:.1f}l{-across:.1f} {rise:.1f}z"
    side = f"M{x + deep:.1f} {top:.1f}l{across:.1f} {-rise:.1f}v{tall:.1f}l{-across:.1f} {rise:.1f}z"
    faces = [
        element("path", d=path, class_=f"face {name}")
        for name, path in (("front", front), ("lid", lid), ("side", side))
    ]
    return element("g", *faces), across + deep


def _bar(x: float, length: int) -> tuple[Markup, float]:
    tall = min(10.0 + 9.0 * math.log2(1 + length), BASE - 4)
    return element("rect", x=x, y=BASE - tall, width=9.0, height=tall, rx=2, class_="face front"), 9.0


def _short(name: str, longest: int = 12) -> str:
    return name if len(name) <= longest else "…" + name[-(longest - 1) :]
