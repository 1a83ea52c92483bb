"""The peer: fastai as its book teaches it, with our split and the same weights.

`Resize(460)` of every picture, random crops of 224 and fastai's augmentations on whole batches of 64 (16 where there
are few pictures), and one cycle: with the backbone frozen, or one epoch of the head and the others of all of it
(`fine_tune`).
"""

from __future__ import annotations

import time
import warnings

import fastai
import torch
from fastai.vision.all import (
    CategoryBlock,
    ColReader,
    DataBlock,
    ImageBlock,
    IndexSplitter,
    Normalize,
    Resize,
    accuracy,
    aug_transforms,
    set_seed,
    vision_learner,
)
from pandas import DataFrame
from safetensors.torch import load_file
from transfer_split import MEAN, STD, finish, read_job


def main() -> None:
    """Train, answer the test pictures."""
    warnings.simplefilter("ignore")
    job = read_job()
    set_seed(job.seed)
    table = DataFrame([*job.train, *job.val], columns=["file", "target"])
    block = DataBlock(
        (ImageBlock, CategoryBlock(vocab=list(range(job.num_classes)))),
        get_x=ColReader("file"),
        get_y=ColReader("target"),
        splitter=IndexSplitter(range(len(job.train), len(table))),
        item_tfms=Resize(460),
        batch_tfms=[*aug_transforms(size=224, min_scale=0.75), Normalize.from_stats(MEAN, STD)],
    )
    dls = block.dataloaders(table, bs=64 if len(job.train) >= 500 else 16, num_workers=2)
    learner = vision_learner(dls, "mobilenetv2_100", pretrained=False, metrics=accuracy, normalize=False)
    found = learner.model[0].model.load_state_dict(load_file(job.weights), strict=False)
    if found.missing_keys:
        raise RuntimeError(f"The weights do not fit fastai's body: {found.missing_keys[:3]}")
    with learner.no_bar(), learner.no_logging():
        if job.frozen:
            learner.freeze()
            learner.fit_one_cycle(job.epochs, 1e-2)
        else:
            learner.fine_tune(job.epochs - 1, 2e-3)
    started = time.perf_counter()
    with learner.no_bar():
        outputs, _ = learner.get_preds(dl=dls.test_dl([path for path, _ in job.test]))
    predicted = [int(one) for one in outputs.argmax(1)]
    finish(
        predicted,
        answering_seconds=time.perf_counter() - started,
        fastai=fastai.__version__,
        torch=torch.__version__,
    )


if __name__ == "__main__":
    main()
