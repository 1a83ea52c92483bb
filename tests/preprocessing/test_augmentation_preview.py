"""The sheet of augmented examples shows the very pixels that training sees."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
import torch

from pellucid.data import Dataset
from pellucid.kinds import LabelsTarget, ValuesTarget, ValueTarget, Wishes
from pellucid.preprocessing import fit_preprocessing
from pellucid.preprocessing.augmentation import Augmentation, augment
from pellucid.preprocessing.augmentation.preview import preview_augmentation
from pellucid.preprocessing.image import ImagePreprocessing
from pellucid.preprocessing.prepare import prepare_inputs
from pellucid.records import Decision

Make = Callable[..., Dataset]
WHY = Decision(name="augment", value="some", reason="asked for")


@pytest.fixture
def data(make_pictures: Make) -> Dataset:
    pixels = np.random.default_rng(0).integers(0, 256, (30, 16, 20, 3), np.uint8)
    return make_pictures(pixels, num_train=24, target=ValueTarget(name="size"))


def fitted(data: Dataset) -> ImagePreprocessing:
    preprocessing, _ = fit_preprocessing(data, Wishes(kinds=("image",)))
    assert isinstance(preprocessing, ImagePreprocessing)
    return preprocessing


def test_a_draw_is_what_that_epoch_of_training_sees(data: Dataset) -> None:
    spec, preprocessing = Augmentation(mirror=0.5, rotation_degrees=20, brightness=0.3, erasing=0.5), fitted(data)
    preview = preview_augmentation(data, preprocessing, spec, WHY, seed=4, epochs=3)
    example = preview.examples[2]
    size = (preprocessing.height, preprocessing.width)
    canvas = prepare_inputs(data, preprocessing, [example.index], margin=spec.margin(*size))
    seen = augment(
        torch.from_numpy(canvas).permute(0, 3, 1, 2),
        torch.tensor([example.index]),
        spec=spec,
        seed=4,
        epoch=3,
        size=size,
    )
    levels = (seen[0] * 255).round().byte().permute(1, 2, 0).numpy()
    assert np.array_equal(example.draws[2].pixels, levels)
    assert np.array_equal(example.original, prepare_inputs(data, preprocessing, [example.index])[0])
    assert not np.array_equal(example.draws[0].pixels, example.draws[1].pixels)


def test_only_training_examples_are_shown_and_always_the_same(data: Dataset) -> None:
    shown = [
        [one.index for one in preview_augmentation(data, fitted(data), Augmentation(), WHY, seed=seed).examples]
        for seed in (0, 1)
    ]
    assert shown[0] == shown[1]
    assert set(shown[0]) <= set(data.splits["train"].tolist())


def test_each_class_shows_some_and_mixing_names_the_partner(make_pictures: Make) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (40, 8, 8), np.uint8)
    data = make_pictures(pixels, classes=("cat", "dog"))
    data.targets[:][:] = np.arange(40) % 2
    preview = preview_augmentation(data, fitted(data), Augmentation(mixup=1.0), WHY, seed=0, per_class=2, epochs=4)
    assert {name: len(examples) for name, examples in preview.sheets.items()} == {"cat": 2, "dog": 2}
    partners = [draw.partner for example in preview.examples for draw in example.draws]
    assert all(partner is not None and partner[0] in ("cat", "dog") and 0 <= partner[1] <= 1 for partner in partners)
    assert preview.to_dict()["examples"][0]["epochs"] == 4


def test_several_labels_and_several_numbers_are_said_in_words(make_pictures: Make) -> None:
    data = make_pictures(np.zeros((6, 8, 8), np.uint8), classes=("cat", "dog"))
    labels = replace(data, target=LabelsTarget(classes=("cat", "dog")), targets=np.array([[1, 1], [0, 0]] * 3))
    numbers = replace(data, target=ValuesTarget(name="x, y", names=("x", "y")), targets=np.array([[0.5, 2.0]] * 6))
    said = [
        {one.target for one in preview_augmentation(given, fitted(data), Augmentation(), WHY, seed=0).examples}
        for given in (labels, numbers)
    ]
    assert said == [{"cat, dog", "no label"}, {"0.5, 2"}]
