"""Windows of a text: each character is predicted once, with at least half a window before it, in one split."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pellucid.data import TextInputs, load_dataset
from pellucid.data.text_streams import window_places
from pellucid.errors import DataError, RecipeError
from pellucid.preprocessing import TextPreprocessing, TokenStream, Unit, count_own

TEXT = "The quick brown fox jumps over the lazy dog. " * 60


def test_every_character_is_predicted_once_and_has_half_a_window_before_it() -> None:
    starts, lengths = np.array([0, 1000]), np.array([1000, 37])
    begins, ends, spans = window_places(starts, lengths, 32)
    predicted = np.concatenate([np.arange(low, high) for low, high in spans])
    # All but the first character of each piece.
    np.testing.assert_array_equal(np.sort(predicted), np.r_[1:1000, 1001:1037])
    assert (ends - begins <= 32).all()
    assert (spans[:, 1] == ends).all()
    in_the_middle = ~np.isin(spans[:, 0], starts + 1)
    assert (spans[in_the_middle, 0] - begins[in_the_middle] >= 16).all()


def test_a_text_file_is_a_stream_and_is_split_by_stretches(tmp_path: Path) -> None:
    (tmp_path / "fox.txt").write_text(TEXT)
    dataset = load_dataset(tmp_path / "fox.txt", block=32, layout="stream")
    spans, splits = dataset.spans, dataset.splits
    assert spans is not None
    assert spans[splits["train"]].max() < spans[splits["val"]].min()
    assert spans[splits["val"]].max() < spans[splits["test"]].min()
    assert 0.75 < len(splits["train"]) / len(dataset) < 0.85
    own = dataset.targets[splits["test"]]
    assert "".join(TEXT[start:stop] for start, stop in own.tolist()) == TEXT[own[0, 0] :]
    assert TextInputs.of(dataset.inputs).text(int(splits["test"][-1])) == TEXT[-32:]


@pytest.mark.parametrize("unit", ["char", "word"])
def test_every_token_falls_to_one_window_whatever_a_token_is(tmp_path: Path, unit: Unit) -> None:
    (tmp_path / "fox.txt").write_text(TEXT)
    dataset = load_dataset(tmp_path / "fox.txt", block=40, layout="stream", val=0, test=0)
    inputs, every = TextInputs.of(dataset.inputs), np.arange(len(dataset))
    tokens = sorted(set(TEXT)) if unit == "char" else sorted({"quick", "brown", "fox", "jumps", "over", "the", "dog"})
    given = TextPreprocessing(unit=unit, vocabulary=tuple(tokens), lower=unit == "word", longest=40)
    own = count_own(given, inputs, every, np.asarray(dataset.targets))
    windows = TokenStream.read(given, inputs, every).windows(inputs, every, 40)
    lengths = (windows != 0).sum(1)
    kept = [row[length - mine : length] for row, length, mine in zip(windows, lengths, own, strict=True)]
    whole = given.ids(TEXT)
    # The first token has nothing before it: of characters it is no window's own.
    np.testing.assert_array_equal(np.concatenate(kept), whole[len(whole) - sum(map(len, kept)) :])
    assert sum(map(len, kept)) >= len(whole) - 1


def test_blocks_that_are_none_and_texts_too_short_for_them_are_refused(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("A few words of a text, and that is all there is.\n" * 4)
    with pytest.raises(DataError, match="fewer than 10 blocks"):
        load_dataset(tmp_path / "short.txt", layout="stream")
    with pytest.raises(RecipeError, match="--block"):
        load_dataset(tmp_path / "short.txt", layout="stream", block=2)
    with pytest.raises(RecipeError, match="--block"):
        load_dataset("iris", block=32)
