"""The two kinds of preprocessing as one type, and its way back from JSON."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from pellucid.errors import PellucidError
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.table import TablePreprocessing

Preprocessing = Annotated[ImagePreprocessing | TablePreprocessing, Field(discriminator="kind")]

_KINDS: dict[str, type[ImagePreprocessing] | type[TablePreprocessing]] = {
    "image": ImagePreprocessing,
    "table": TablePreprocessing,
}


def read_preprocessing(
    data: Any, *, source: str, error: type[PellucidError] = PellucidError
) -> ImagePreprocessing | TablePreprocessing:
    """Read what `to_dict` of either kind returned.

    Args:
        data: JSON types.
        source: where they came from, for the message.
        error: the exception to raise.

    Raises:
        error: the kind is unknown, or the fields are at fault (all faults at once).
    """
    kind = data.get("kind") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _KINDS:
        raise error(f"{source}: the preprocessing is of the kind {kind!r}.", expected=f"One of {', '.join(_KINDS)}.")
    return _KINDS[kind].from_dict(data, source=source, error=error)
