"""Looking before training: a dataset, one example as its numbers, what augmentation makes of pictures."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pellucid.data import (
    Dataset,
    Inspection,
    PictureInspection,
    dataset_of,
    inspect_dataset,
    inspect_example,
    inspect_pixels,
    load_dataset,
)
from pellucid.decoding import IMAGE_SUFFIXES, decode
from pellucid.errors import RecipeError
from pellucid.files import file_stem
from pellucid.preprocessing import ImagePreprocessing, preview_augmentation
from pellucid.report import write_inspection, write_picture_inspection, write_preview
from pellucid.runs import Recipe, read_recipe
from pellucid.training import plan_run

if TYPE_CHECKING:
    from torch import nn

    from pellucid.data import ExampleInspection, Inspection
    from pellucid.preprocessing import Preview


def inspect(
    data: str | Path | Dataset,
    *,
    picture: int | str | Path | None = None,
    **options: Any,
) -> Inspection | ExampleInspection:
    """Look at a dataset, or at one example as its numbers.

    Args:
        data: a path, a name, a Dataset, or the path of one picture.
        picture: an example of the dataset: its place, counted from 0, or its name; None for the whole.
        **options: of `load_dataset`, e.g. target="price", strict=True.

    Raises:
        DataError: the data cannot be read, or have no such example.
    """
    if isinstance(data, str | Path) and os.path.isfile(data) and Path(data).suffix.lower() in IMAGE_SUFFIXES:
        return inspect_pixels(decode(Path(data)), name=str(data))
    dataset = data if isinstance(data, Dataset) else load_dataset(data, **options)
    return inspect_dataset(dataset) if picture is None else inspect_example(dataset, picture)


def write_inspection_page(result: Inspection | ExampleInspection, path: Path | None = None) -> Path | None:
    """Write what `inspect` returned as one self-contained page; a table's row has none.

    Args:
        result: of `inspect`.
        path: of the page; None for inspect-NAME.html in this folder.
    """
    place = path or Path(f"inspect-{file_stem(Path(result.name).stem)}.html")
    if isinstance(result, Inspection):
        return write_inspection(place, result)
    return write_picture_inspection(place, result) if isinstance(result, PictureInspection) else None


def preview(
    data: str | Path | Dataset,
    *,
    model: str | nn.Module | None = None,
    recipe: Recipe | str | Path | None = None,
    **choices: Any,
) -> Preview:
    """Draw what the first epochs of a training would see of some examples, without training.

    Args:
        data: a path, a name, or a Dataset of pictures.
        model: as in `train`: it decides the size of the pictures.
        recipe: as in `train`.
        **choices: any field of Recipe, e.g. augment="photo", mixup=0.2.

    Raises:
        PellucidError: a choice is unknown or does not fit, or the data are a table.
    """
    named = {"model": model} if isinstance(model, str) else {}
    made_before = read_recipe(recipe) if isinstance(recipe, str | Path) else recipe or Recipe()
    resolved = made_before.override(**named, **choices)
    dataset = dataset_of(data, task=resolved.data_task)
    plan = plan_run(
        dataset,
        resolved.override(lr=None) if resolved.learning_rate.lr == "auto" else resolved,
        model=None if model is None or isinstance(model, str) else model,
    )
    record = plan.record
    if record.augmentation is None:
        raise RecipeError(
            "--preview shows what augmentation makes of pictures.",
            expected=f"The dataset is {record.dataset.input.many}, which has none.",
        )
    decision = next(one for one in record.decisions if one.name == "augment")
    if decision.value == "none" and (shown := record.augmentation.describe()) != "none":
        decision = decision.model_copy(
            update={"value": shown, "reason": f"not seen without --views: {decision.reason}"}
        )
    return preview_augmentation(
        dataset,
        ImagePreprocessing.of(record.preprocessing),
        record.augmentation,
        decision,
        seed=record.recipe.machine.seed,
    )


def write_preview_page(preview: Preview, path: Path | None = None) -> Path:
    """Write what `preview` returned as one self-contained page.

    Args:
        preview: of `preview`.
        path: of the page; None for preview-NAME.html in this folder.
    """
    return write_preview(path or Path(f"preview-{file_stem(preview.name)}.html"), preview)
