"""Answers that are files, such as pictures: written into a folder, each under the name of what was answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.errors import WritingError
from pellucid.files import file_stem, make_folder, write_bytes

if TYPE_CHECKING:
    from pellucid.prediction import Prediction


def write_answer_files(
    predictions: Sequence[Prediction], folder: Path, *, overlay: bool = False
) -> list[tuple[Path, ...]]:
    """Write the files of predictions, and return their paths: () of an answer without any.

    Args:
        predictions: in order.
        overlay: whether pictures with what is answered over them are written, too.
        folder: it is made where it is missing. Files of equal name in it are replaced.

    Raises:
        WritingError: it cannot be made or written, or something that is no plain file is in the way.
    """
    try:
        make_folder(folder, within=folder)
    except OSError as problem:
        raise WritingError(f"The folder {folder} cannot be made ({problem.strerror}).") from None
    written = []
    for stem, prediction in zip(_stems(predictions), predictions, strict=True):
        paths = []
        for ending, content in prediction.files(overlay=overlay).items():
            paths.append(folder / f"{stem}{ending}")
            write_bytes(paths[-1], content)
        written.append(tuple(paths))
    return written


def _stems(predictions: Sequence[Prediction]) -> Iterator[str]:
    """Yield a name of its own for each, made of what it is called: a second "a" is "a-2"."""
    seen: Counter[str] = Counter()
    for prediction in predictions:
        stem = file_stem(Path(prediction.name).stem) or "picture"
        seen[stem] += 1
        yield stem if seen[stem] == 1 else f"{stem}-{seen[stem]}"
