"""A confusion matrix too large for numbers: each cell a shade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.svg import drawing, element, text

SIDE, EDGE = 560.0, 26.0
LEVELS = 5


def confusion_heatmap(confusion: Sequence[Sequence[int]], *, label: str) -> Markup:
    """Return K x K cells shaded by their share of the row in five levels; right answers and mistakes in two colours."""
    num_classes = len(confusion)
    cell = SIDE / num_classes
    paths: dict[tuple[str, int], list[str]] = defaultdict(list)
    for row, counts in enumerate(confusion):
        total = sum(counts) or 1
        for column, size in enumerate(counts):
            if size:
                # Mistakes are rare: the root makes small shares visible.
                level = min(LEVELS, 1 + int((size / total) ** 0.5 * LEVELS))
                kind = "right" if row == column else "wrong"
                paths[kind, level].append(
                    f"M{EDGE + column * cell:.2f} {EDGE + row * cell:.2f}h{cell:.2f}v{cell:.2f}h-{cell:.2f}z"
                )
    parts = [element("rect", x=EDGE, y=EDGE, width=SIDE, height=SIDE, class_="field")]
    parts += [
        element("path", d="".join(cells), class_=f"cell {kind} level-{level}")
        for (kind, level), cells in sorted(paths.items())
    ]
    parts.append(
        text(EDGE + SIDE / 2, 16, f"predicted: class 1 to {num_classes}", anchor="middle", class_="axis-title")
    )
    turned = f"rotate(-90 16 {EDGE + SIDE / 2})"
    parts.append(
        element(
            "text",
            f"true: class 1 to {num_classes}",
            x=16,
            y=EDGE + SIDE / 2,
            text_anchor="middle",
            class_="axis-title",
            transform=turned,
        )
    )
    return drawing(*parts, width=SIDE + EDGE + 4, height=SIDE + EDGE + 4, label=label, class_="heatmap")
