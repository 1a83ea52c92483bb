"""What a record says of the data, the model and the machine of a training."""

from __future__ import annotations

import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import torch
from torch import nn

from pellucid.data import Dataset
from pellucid.kinds import SPLITS, Form
from pellucid.models import ModelOptions, count_parameters, read_by, summarise
from pellucid.runs import DatasetRecord, ModelRecord
from pellucid.tasks import Task
from pellucid.version import VERSION


def describe_machine() -> dict[str, Any]:
    """Return the fields of a record that say what it was made with: versions and hardware."""
    return {"pellucid_version": VERSION, "versions": _versions(), "hardware": _hardware()}


def describe_model(
    model: nn.Module, name: str, options: ModelOptions, form: Form, task: Task, *, custom: bool
) -> ModelRecord:
    """Return the record of a network.

    Args:
        model: built.
        name: of it, in full.
        options: it was built with.
        form: of one example.
        task: that it learns.
        custom: whether it is a module of the user's own.
    """
    return ModelRecord(
        name=name,
        custom=custom,
        options=options,
        input_shape=form.shape,
        form=form,
        output_width=task.output_width,
        num_parameters=count_parameters(model),
        layers=tuple(summarise(model, form)),
        reads=None if (read := read_by(model, form)) == form else read,
    )


def describe_dataset(dataset: Dataset) -> DatasetRecord:
    """Return the record of a dataset."""
    has_categories = bool(dataset.target.categories)
    return DatasetRecord(
        name=dataset.name,
        source=dataset.source,
        options=dict(dataset.options),
        fingerprint=dataset.fingerprint,
        split_fingerprint=dataset.split_fingerprint,
        input=dataset.input,
        target=dataset.target,
        num_examples={split: len(dataset.splits[split]) for split in SPLITS},
        class_counts={split: dataset.class_counts(split) for split in SPLITS} if has_categories else {},
        findings=tuple(finding.message for finding in dataset.findings),
    )


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for package in ("torch", "torchvision", "timm", "numpy", "pillow", "scikit-learn"):
        if (own := _version_of(package)) is not None:
            found[package] = own
    return found


@cache
def _version_of(package: str) -> str | None:
    """Return which version is installed, None where none is; looked up on the disk once in a process."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def _hardware() -> dict[str, str]:
    return {"machine": platform.machine(), "system": platform.system(), "threads": str(torch.get_num_threads())}
