"""What a model can take as input."""

from __future__ import annotations

from pellucid.records import Record


class Wishes(Record):
    """What a model can take as input; `preprocessing` reconciles it with the data and the flags."""

    kind: str
    """Of the input it takes; "any" flattens whatever comes."""
    sizes: tuple[int, ...] | None = None
    """Square sizes in pixels it can take, smallest first; None: any from `min_size` on."""
    min_size: int = 1
    default_size: int | None = None
    """The size its authors trained at; None: whatever the data has."""
    multiple_of: int = 1
    channels: tuple[int, ...] = (1, 3)
    mean: tuple[float, ...] | None = None
    """Per channel, in 0..1, that its pretrained weights expect; None: measured on the training split."""
    std: tuple[float, ...] | None = None
