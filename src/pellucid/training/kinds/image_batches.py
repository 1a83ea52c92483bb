"""How pictures come into batches."""

from __future__ import annotations

from pellucid.preprocessing import IN_MEMORY, ImagePreprocessing, open_inputs
from pellucid.records import Decision
from pellucid.training.batches import ImageBatches
from pellucid.training.kinds.base import Opening


def open_pictures(opening: Opening) -> ImageBatches:
    """Decode the pictures of a split, into memory or onto the disk; those of training with room for random crops."""
    record, examples = opening.record, opening.examples
    training, recipe = opening.split == "train", record.recipe
    preprocessing = ImagePreprocessing.of(record.preprocessing)
    augmentation = record.augmentation if training else None
    # The margin stays, so that what is decoded for one is known to the other.
    margin = augmentation.margin(preprocessing.height, preprocessing.width) if augmentation else 0
    canvases = open_inputs(
        opening.dataset,
        preprocessing,
        opening.dataset.splits[opening.split],
        margin=margin,
        workers=recipe.machine.workers,
        keep=recipe.machine.cache,
    )
    if training and canvases.where != IN_MEMORY:
        said = Decision(name="pixels", value=f"{len(canvases):,} training pictures", reason=canvases.where)
        opening.progress.decided(said)
    return ImageBatches(
        canvases=canvases,
        targets=examples.targets,
        ids=examples.ids,
        preprocessing=preprocessing,
        augmentation=None if record.sees_plain else augmentation,
        seed=recipe.machine.seed,
        device=opening.device,
        channels_last=opening.channels_last,
        weights=examples.weights,
    )
