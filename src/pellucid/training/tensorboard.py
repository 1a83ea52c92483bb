"""Event files for TensorBoard: the numbers of metrics.jsonl again, in the form that tool reads."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from pellucid.errors import MissingExtraError
from pellucid.files import make_folder
from pellucid.runs import EpochRow

FOLDER = "tensorboard"


def check_tensorboard() -> None:
    """Raise MissingExtraError when events cannot be written here; TensorFlow is not needed."""
    if find_spec("tensorboard") is None:
        raise MissingExtraError("tensorboard", extra="tensorboard", feature="--tensorboard")


class EventWriter:
    """Writes a scalar per number of an epoch: loss/train and loss/val in one chart, and so on.

    Args:
        run: the run folder; events lie in `tensorboard/` under it.
        epoch: the last one that stands: later ones of an interrupted training are told to be forgotten.
    """

    def __init__(self, run: Path, *, epoch: int) -> None:
        check_tensorboard()
        from torch.utils.tensorboard import SummaryWriter

        make_folder(run / FOLDER, within=run)
        self._writer = SummaryWriter(str(run / FOLDER), purge_step=epoch + 1 if epoch else None)

    def write(self, row: EpochRow) -> None:
        """Write one epoch, on the disk when this returns."""
        for name, value in row.items():
            if name != "epoch":
                self._writer.add_scalar(_tag(name), value, int(row["epoch"]))
        self._writer.flush()

    def close(self) -> None:
        """Close the file."""
        self._writer.close()


def _tag(name: str) -> str:
    """Turn "val_accuracy" into "accuracy/val"."""
    for split in ("train", "val"):
        if name.startswith(f"{split}_"):
            return f"{name.removeprefix(f'{split}_')}/{split}"
    return name
