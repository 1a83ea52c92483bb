"""A run that was opened: its folder, its record, and, once somebody needs them, its data and what answers.

What looks into a run (traces, explanations, features, landscapes, evaluations, its report) takes this; `pellucid.Run`
stands on top of it. Importing it does not import torch.
"""

from __future__ import annotations

import os
from contextlib import nullcontext, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pellucid.data import Dataset
from pellucid.errors import DataError, RunError, WritingError
from pellucid.prediction.reopening import reopen_dataset
from pellucid.runs import RunFolder, RunRecord

if TYPE_CHECKING:
    from torch import nn

    from pellucid.prediction.predictor import Predictor


class OpenedRun:
    """A run on the disk.

    Args:
        folder: of the run.
        model: the module, where the run was trained with a module of the user's own.
        dataset: the dataset, where it cannot be opened again by name or path; or the path to which the data were moved.
    """

    def __init__(
        self, folder: RunFolder, *, model: nn.Module | None = None, dataset: Dataset | str | Path | None = None
    ) -> None:
        self.folder = folder
        self._model = model
        self._place = None if isinstance(dataset, Dataset) else dataset
        if isinstance(dataset, Dataset):
            self.__dict__["dataset"] = dataset

    def __repr__(self) -> str:
        return f"OpenedRun('{self.folder.path}')"

    @property
    def path(self) -> Path:
        """The run's folder."""
        return self.folder.path

    @property
    def record(self) -> RunRecord:
        """What run.json says now; it is read at each call.

        Raises:
            RunError: it is gone or damaged.
        """
        return self.folder.read_record()

    @cached_property
    def trained(self) -> RunRecord:
        """The record as it was first read: for what stays as it was trained (data, preprocessing, model, recipe)."""
        return self.record

    @cached_property
    def dataset(self) -> Dataset:
        """The data of the training, opened again and checked to be the same; a new place of theirs is written down.

        Raises:
            RunError: they changed, are gone, or were handed over as arrays.
            DataError: they cannot be read.
        """
        from pellucid.training import check_same_data

        record = self.record
        dataset = reopen_dataset(record.dataset, f"'{record.name}'", self._place, task=record.task)
        check_same_data(record, dataset)
        if self._place is not None:
            self._remember(dataset.source)
        return dataset

    def _remember(self, place: str) -> None:
        """Write down where the data are now, for the next command; a run that may not be written is used as it is."""
        record = self.record
        moved_to = None if place == record.dataset.source else place
        if moved_to != record.dataset.moved_to:
            data = record.dataset.model_copy(update={"moved_to": moved_to})
            owner = self.folder.owner()
            is_mine = owner is not None and owner.pid == os.getpid()
            # Whoever else works on the run writes its record, and what we read of it may be old by then.
            with suppress(OSError, RunError, WritingError), nullcontext() if is_mine else self.folder.owned("measured"):
                self.folder.write_record(record.model_copy(update={"dataset": data}))

    @cached_property
    def predictor(self) -> Predictor:
        """What answers: the best epoch's weights.

        Raises:
            RunError: no epoch is finished yet, or the weights do not fit.
        """
        from pellucid.prediction.predictor import Predictor

        return Predictor.from_run(self.folder, model=self._model)

    def answer_anew(self) -> None:
        """Read again from the folder how the run answers, which has just been fitted; the network stays."""
        from pellucid.prediction.predictor import Predictor

        self.__dict__["predictor"] = Predictor.from_run(self.folder, model=self.predictor.model)

    def check_index(self, index: int) -> int:
        """Return the index of an example in the dataset.

        Raises:
            DataError: there is no such example.
        """
        last = len(self.dataset) - 1
        if not 0 <= index <= last:
            raise DataError(f"The dataset has no example {index}.", expected=f"0 to {last:,}, counted from 0.")
        return index
