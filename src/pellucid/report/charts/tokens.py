"""A text whose tokens are coloured by a number each."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import drawing, element, line, text
from pellucid.words import visible

WIDTH = 440.0
"""Little more than a phone's, or letters would be too small there."""
SIZE, ROW, MARGIN = 16.0, 30.0, 4.0
MOST_TOKENS = 600
"""Tokens that are drawn; a longer text ends in dots."""
FOR, AGAINST = "#e08214", "#4575b4"
"""Seen on light and on dark ground; a line below tells the second apart where colours do not."""
SAME = 0.61
"""Width of a letter where all have the same, in units of the font's size."""
_STRONGEST = 0.6
"""Strength of a ground on which the page's ink can still be read, light on dark, too."""
_FAINTEST = 0.04  # share of the largest below which a token stays plain


def coloured_tokens(tokens: Sequence[str], values: Sequence[float], *, label: str) -> Markup:
    """Return a text, line by line, each token on a ground as strong as its number is large.

    Args:
        tokens: N, in their order.
        values: N numbers: above 0 in one colour, below 0 in another and underlined.
        label: what it shows, for who does not see it.
    """
    largest = max((abs(value) for value in values), default=0.0) or 1.0
    shown = list(zip(tokens, values, strict=True))[:MOST_TOKENS]
    if len(tokens) > MOST_TOKENS:
        shown.append(("...", 0.0))
    # Characters and pieces of words stand close to what is before them, as they are read; words a space apart.
    is_close = all(len(token) <= 1 for token in tokens) or any("▁" in token for token in tokens)
    room, gap = (0.5, 0.5) if is_close else (2.0, 6.0)
    x, y = MARGIN, MARGIN + SIZE
    parts: list[Markup] = []
    for token, value in shown:
        words = "↵" if token == "\n" else visible(token).replace(" ", "\u00a0")
        width = (SAME * SIZE * len(words) if is_close else text_width(words, SIZE)) + 2 * room
        if x + width > WIDTH - MARGIN and x > MARGIN:
            x, y = MARGIN, y + ROW
        share = abs(value) / largest
        if share >= _FAINTEST:
            colour = FOR if value > 0 else AGAINST
            title = element("title", f"{words}: {value:+.3g}")
            parts.append(
                element(
                    "rect",
                    title,
                    x=x,
                    y=y - SIZE,
                    width=width,
                    height=SIZE + 7,
                    rx=3.0,
                    fill=colour,
                    fill_opacity=round(_STRONGEST * share, 3),
                )
            )
            if value < 0:
                parts.append(line(x + 2, y + 4, x + width - 2, y + 4, class_="against"))
        parts.append(text(x + room, y, words, class_="key letters" if is_close else "key"))
        x += width + gap
        if token == "\n":
            x, y = MARGIN, y + ROW
    return drawing(*parts, width=WIDTH, height=y + ROW - SIZE, label=label, class_="tokens")
