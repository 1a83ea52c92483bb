"""How the values of a layer lie on the picture: maps, maps with the channels last, or a row of tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

Kind = Literal["channels-first", "channels-last", "tokens", "tokens-last"]

MOST_PREFIX = 16
"""Class and register tokens before the picture's own that are looked for; networks have up to five."""


@dataclass(frozen=True)
class Layout:
    """Which dimension of a layer's values is what.

    Attributes:
        kind: "channels-first" [N, C, h, w], "channels-last" [N, h, w, C], "tokens" [N, prefix + h w, C] or
            "tokens-last" [N, C, prefix + h w].
        rows, columns: of the grid.
        prefix: tokens before the grid's own: class and register tokens.
    """

    kind: Kind
    rows: int
    columns: int
    prefix: int = 0

    def on_grid(self, values: Tensor) -> Tensor:
        """Return a layer's values as [N, C, rows, columns]; prefix tokens are left out."""
        if self.kind == "channels-first":
            return values
        if self.kind == "channels-last":
            return values.permute(0, 3, 1, 2)
        tokens = values.transpose(1, 2) if self.kind == "tokens" else values
        cells = tokens[:, :, self.prefix :]
        return cells.reshape(*cells.shape[:2], self.rows, self.columns)

    def __str__(self) -> str:
        grid = f"a grid of {self.rows} x {self.columns}"
        if self.kind == "channels-first":
            return f"maps: {grid}"
        if self.kind == "channels-last":
            return f"maps: {grid}, the channels last"
        before = f" after {self.prefix} class or register token{'s' * (self.prefix > 1)}" if self.prefix else ""
        return f"tokens: {grid}{before}"


def possible_layouts(shape: tuple[int, ...], picture: tuple[int, int]) -> list[Layout]:
    """Return the ways in which values of this shape could lie on the picture.

    Args:
        shape: of the values, the batch included.
        picture: (height, width) of the network's input; a grid has about its proportions.
    """
    if len(shape) == 4:
        found = []
        if _fits(shape[2], shape[3], picture):
            found.append(Layout("channels-first", shape[2], shape[3]))
        if _fits(shape[1], shape[2], picture):
            found.append(Layout("channels-last", shape[1], shape[2]))
        return found
    if len(shape) == 3:
        return [*_token_grids("tokens", shape[1], picture), *_token_grids("tokens-last", shape[2], picture)]
    return []


def _token_grids(kind: Kind, num_tokens: int, picture: tuple[int, int]) -> list[Layout]:
    found = []
    for prefix in range(min(MOST_PREFIX, num_tokens - 4) + 1):
        left = num_tokens - prefix
        rows = round((left * picture[0] / picture[1]) ** 0.5)
        # Exactly the picture's proportions, or every number of tokens would make some grid.
        if rows and left % rows == 0 and abs(rows - left // rows * picture[0] / picture[1]) < 0.5:
            found.append(Layout(kind, rows, left // rows, prefix))
    return [layout for layout in found if _fits(layout.rows, layout.columns, picture)]


def _fits(rows: int, columns: int, picture: tuple[int, int]) -> bool:
    """Return whether a grid has at least 2 x 2 cells, about the picture's proportions, and is no finer than it."""
    if min(rows, columns) < 2 or rows > picture[0] + 2 or columns > picture[1] + 2:
        return False
    return abs(rows - columns * picture[0] / picture[1]) <= max(1.0, 0.1 * rows)
