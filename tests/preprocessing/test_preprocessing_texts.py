"""Texts to tokens and back: units, vocabularies and merges learned from training texts alone."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pellucid.data import Dataset, dataset_from_texts
from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import Wishes
from pellucid.preprocessing import PREPROCESSINGS, TextPreprocessing, fit_preprocessing, prepare_inputs
from pellucid.preprocessing.tokenising import BEGIN, UNKNOWN, Merger, Unit, join_words, learn_merges, split_words

TEXTS = Wishes(kinds=("text",))


def dataset(texts: list[str]) -> Dataset:
    """Return texts of which the last four are not for training."""
    count = len(texts)
    splits = {"train": np.arange(count - 4), "val": [count - 4, count - 3], "test": [count - 2, count - 1]}
    classes = [place % 2 for place in range(count)]
    return dataset_from_texts(texts, classes, name="toy", splits=splits)  # type: ignore[arg-type]


def fitted(texts: list[str], **asked: object) -> TextPreprocessing:
    return TextPreprocessing.of(fit_preprocessing(dataset(texts), TEXTS, **asked)[0])  # type: ignore[arg-type]


LINES = [
    f"{who} saw the {what}, didn't {who.lower()}?" for who in ("Ann", "Bob") for what in ("low", "lower", "newest")
]


def test_words_are_split_and_joined_as_they_are_written() -> None:
    text = "Don't go (yet), it's 5 o'clock!"
    assert split_words(text) == ["Don't", "go", "(", "yet", ")", ",", "it's", "5", "o'clock", "!"]
    assert join_words(split_words(text)) == text


def test_merges_are_those_of_the_paper() -> None:
    """Sennrich et al. 2016, algorithm 1: low 5, lower 2, newest 6, widest 3 (here without the sign of a word's end)."""
    text = " ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)
    merges, left = learn_merges(text.split(" "), 10)
    assert merges[:3] == (("s", "t"), ("e", "st"), ("o", "w")) or merges[:2] == (("e", "s"), ("es", "t"))
    assert Merger(merges).split("newest")[-1].endswith("est")
    assert sum(left.values()) < len(text)
    assert all(count > 0 for count in left.values())


def test_merges_agree_with_counting_all_pairs_anew_each_time() -> None:
    texts = ["banana bandana ban an", "nan banned bananas", "a cabana can"]
    merges, _ = learn_merges(texts, 12)
    words = [list(part) for text in texts for part in text.replace(" ", " ▁").split(" ")]
    for pair in merges:
        counts: dict[tuple[str, str], int] = {}
        for word in words:
            for one in pairwise(word):
                counts[one] = counts.get(one, 0) + 1
        best = max(counts.values())
        assert counts[pair] == best
        joined = []
        for word in words:
            out: list[str] = []
            for letter in word:
                if out and (out[-1], letter) == pair:
                    out[-1] += letter
                else:
                    out.append(letter)
            joined.append(out)
        words = joined


@pytest.mark.parametrize("unit", ["char", "word", "subword"])
def test_what_is_encoded_comes_back_and_survives_json(unit: Unit) -> None:
    made = fitted(LINES * 3, unit=unit, lower=False, vocabulary=400)
    again = PREPROCESSINGS.read(made.to_dict())
    text = LINES[0]
    assert again == made
    assert np.array_equal(again.encode([text]), made.encode([text]))
    assert made.decode(made.encode([text])[0]) == text
    pieces = [text[start:stop].replace(" ", "▁" if unit == "subword" else " ") for start, stop in made.spans(text)]
    assert pieces == made.split(text)
    assert made.form.vocabulary == made.size == len(made.vocabulary) + 3
    assert made.form.shape == (made.longest,)


def test_padding_is_0_unknown_1_and_the_beginning_2() -> None:
    made = fitted(LINES * 2)
    row = made.encode(["Ann saw zebras"])[0]
    assert row[2] == UNKNOWN
    assert not row[3:].any()
    begun = made.model_copy(update={"begin": True}).encode(["Ann saw"])[0]
    assert begun[0] == BEGIN
    assert begun[1] == row[0]
    assert made.decode(row) == "ann saw \ufffd"


def test_nothing_is_learned_from_validation_and_test() -> None:
    texts = [*(LINES * 2), "zebra zebra", "zebra zebra", "zebra", "zebra"]
    assert "zebra" not in fitted(texts).vocabulary
    assert "z" not in fitted(texts, unit="char").vocabulary


def test_words_that_occur_once_teach_what_an_unknown_word_is() -> None:
    made = fitted([*(LINES * 2), "once", "Ann", "Ann", "Ann", "Ann"])
    assert "once" not in made.vocabulary
    assert made.encode(["once"])[0, 0] == UNKNOWN


def test_vocabularies_are_cut_and_it_is_said() -> None:
    made, said = fit_preprocessing(dataset(LINES * 2), TEXTS, vocabulary=4, longest=5)
    assert TextPreprocessing.of(made).vocabulary[0] == "ann"
    assert len(TextPreprocessing.of(made).vocabulary) == 4
    by_name = {one.name: one for one in said}
    assert "the most frequent 4 kept" in by_name["vocabulary"].reason
    assert "100.0% of the training texts are longer" in by_name["longest"].reason
    prepared = prepare_inputs(dataset(LINES * 2), made, [0, 1])
    assert prepared.shape == (2, 5)
    assert prepared.dtype == np.uint16


def test_scripts_without_spaces_are_read_by_character() -> None:
    texts = ["今天天气很好我们出去玩", "明天可能会下雨请带伞"] * 6
    made, said = fit_preprocessing(dataset(texts), TEXTS)
    assert TextPreprocessing.of(made).unit == "char"
    assert "without spaces" in said[0].reason
    with pytest.raises(RecipeError, match="without spaces between its words"):
        fit_preprocessing(dataset(texts), TEXTS, unit="word")


def test_models_of_numbers_and_flags_of_pictures_are_refused() -> None:
    with pytest.raises(ModelError, match="only name them"):
        fit_preprocessing(dataset(LINES * 2), Wishes(kinds="any"))
    with pytest.raises(RecipeError, match="--imgsz"):
        fit_preprocessing(dataset(LINES * 2), TEXTS, imgsz=8)
