"""A kind of input that nobody thought of, registered here: data and preprocessing take it, or refuse it in words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from tests.kinds.toy_words import InData, InPreprocessing, WordInput, WordPreprocessing, with_words

from pellucid.data import (
    KINDS_OF_INPUT,
    Dataset,
    dataset_from_arrays,
    inspect_dataset,
    inspect_example,
)
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import INPUTS, ClassTarget, KindTable, Wishes
from pellucid.models import example_of
from pellucid.preprocessing import (
    PREPROCESSINGS,
    choose_augmentation,
    fit_preprocessing,
    open_inputs,
    prepare_inputs,
)
from pellucid.preprocessing.kinds import FITTERS


@pytest.fixture(autouse=True)
def toy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Register the kind for one test."""
    for kinds in (INPUTS, PREPROCESSINGS):
        monkeypatch.setattr(kinds, "_classes", dict(kinds))
    tables: list[KindTable[Any]] = [KINDS_OF_INPUT, FITTERS]
    for table in tables:
        monkeypatch.setattr(table, "_rows", dict(table._rows))
    INPUTS.register(WordInput)
    PREPROCESSINGS.register(WordPreprocessing)
    KINDS_OF_INPUT.register("word", InData())
    FITTERS.register("word", InPreprocessing())


def words() -> Dataset:
    letters = np.random.default_rng(0).integers(0, 26, (30, 4))
    letters[1] = letters[0]
    return with_words(letters, ClassTarget(classes=("a", "b")), np.arange(30) % 2)


def pictures() -> Dataset:
    return dataset_from_arrays(np.zeros((12, 4, 4), np.uint8), [0, 1] * 6, name="pictures")


def test_data_finishes_and_shows_it_in_its_own_words() -> None:
    dataset = words()
    assert repr(dataset).startswith("Dataset('words': 30 words, 2 classes;")
    assert [one.kind for one in dataset.findings] == ["equal-words"]
    (duplicates,) = (one for one in dataset.decisions if one.name == "duplicates")
    assert duplicates.value == "2 words in 1 sets of equal ones, each set kept on one side"
    assert duplicates.reason.startswith("a word seen in training")
    found = inspect_dataset(dataset)
    assert (found.kinds, found.sheets, found.columns) == ({"letters": 30}, {}, ())
    assert found.to_dict()["input"] == {"kind": "word", "length": 4}
    assert inspect_example(dataset, "word 3").target == "b"
    with pytest.raises(DataError, match="has no example 'x'"):
        inspect_example(dataset, "x")


def test_preprocessing_fits_prepares_and_reads_it_back() -> None:
    dataset = words()
    made, _ = fit_preprocessing(dataset, Wishes(kinds="any"))
    assert PREPROCESSINGS.read(made.to_dict()) == made
    prepared = open_inputs(dataset, made, [3, 5])
    assert (prepared[:].shape, prepared[:].dtype) == ((2, *made.prepared_shape), made.prepared_dtype)
    tensor = made.to_tensor(prepare_inputs(dataset, made, [3, 5]), torch.device("cpu"))
    like = example_of(made.form, 2)
    assert (tensor.shape, tensor.dtype) == (like.shape, like.dtype)
    assert made.canvas_size is None


def test_what_is_not_its_own_is_refused_in_words() -> None:
    dataset = words()
    with pytest.raises(RecipeError, match=r"--imgsz is about pictures\. The dataset holds words"):
        fit_preprocessing(dataset, Wishes(kinds="any"), imgsz=8)
    with pytest.raises(RecipeError, match="For the kind of input 'word' there is no augmentation"):
        choose_augmentation(dataset)
    with pytest.raises(DataError, match=r"holds words\. The model was trained on pictures"):
        prepare_inputs(dataset, fit_preprocessing(pictures(), Wishes(kinds="any"))[0], [0])


def test_a_model_for_it_takes_nothing_else() -> None:
    with pytest.raises(ModelError, match=r"gpt takes words\. The dataset holds pictures"):
        fit_preprocessing(pictures(), Wishes(kinds=("word",)), model="gpt")
