"""Counting n-grams and making probabilities of them, against a slow and plain writing of the same formulas."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.errors import DataError
from pellucid.ngrams import SMOOTHINGS, Counts, Level, Smoothing, count_ngrams, smooth

SENTENCES = ("the cat sat on the mat", "the dog sat on the cat", "a dog and a cat sat and sat")


def _tokens(text: str) -> NDArray[np.int64]:
    return np.array([1 + "abcdefghijklmnopqrstuvwxyz ".index(letter) for letter in text])


PASSAGES = [_tokens(sentence) for sentence in SENTENCES]
VOCABULARY = 28


def _counter(passages: Sequence[NDArray[np.int64]], length: int) -> Counter[tuple[int, ...]]:
    return Counter(
        tuple(passage[start : start + length].tolist())
        for passage in passages
        for start in range(len(passage) - length + 1)
    )


def _plain_kneser_ney(passages: Sequence[NDArray[np.int64]], order: int, context: tuple[int, ...], token: int) -> float:
    """Chen and Goodman 1999, equations 2 to 4, with one discount a length and the uniform distribution below."""
    seen: dict[tuple[int, ...], int] = {}
    if len(context) + 1 == order:
        seen = dict(_counter(passages, order))
    else:
        longer = _counter(passages, len(context) + 2)
        for gram in longer:
            seen[gram[1:]] = seen.get(gram[1:], 0) + 1
        for passage in passages:
            first = tuple(passage[: len(context) + 1].tolist())
            seen[first] = seen.get(first, 0) + 1
    ones, twos = (sum(count == times for count in seen.values()) for times in (1, 2))
    discount = ones / (ones + 2 * twos) if ones and twos else 0.5
    shorter = _plain_kneser_ney(passages, order, context[1:], token) if context else 1 / (VOCABULARY - 1)
    after = {gram: count for gram, count in seen.items() if gram[:-1] == context and count > 0}
    total = sum(after.values())
    if not total:
        return shorter
    own = max(after.get((*context, token), 0) - discount, 0) / total
    return own + discount * len(after) / total * shorter


def test_every_n_gram_is_counted_and_none_reaches_into_the_next_passage() -> None:
    counts = count_ngrams(PASSAGES, order=4, vocabulary=VOCABULARY)
    for length, level in enumerate(counts.levels, start=1):
        assert sorted(_counter(PASSAGES, length).values()) == sorted(level.counts.tolist())
    assert counts.num_tokens == sum(map(len, PASSAGES))
    assert counts.faults() == []


def test_kneser_ney_is_the_published_formula() -> None:
    smoothed = smooth(count_ngrams(PASSAGES, order=3, vocabulary=VOCABULARY), "kneser-ney", impossible=(0,))
    for text in ("th", "ca", "zz", "at", " s"):
        context = _tokens(text)
        given = smoothed.next_token(context)
        for token in range(1, VOCABULARY):
            wanted = _plain_kneser_ney(PASSAGES, 3, tuple(context.tolist()), token)
            assert given[token] == pytest.approx(wanted, abs=1e-12)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_probabilities_sum_to_one_after_every_context(smoothing: Smoothing) -> None:
    smoothed = smooth(count_ngrams(PASSAGES, order=5, vocabulary=VOCABULARY), smoothing, impossible=(0,))
    asked = _tokens("the dog sat on a zebra and the quick mat")
    given = smoothed.distributions(smoothed.counts.nodes(asked))
    np.testing.assert_allclose(given.sum(axis=1), 1, atol=1e-9)
    assert (given[:, 0] == 0).all()
    assert (given[:, 1:] > 0).all()


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_a_single_probability_is_the_one_of_the_whole_distribution(smoothing: Smoothing) -> None:
    smoothed = smooth(count_ngrams(PASSAGES, order=4, vocabulary=VOCABULARY), smoothing)
    asked = _tokens("a cat on the dog zzz")
    nodes = [found[:-1] for found in smoothed.counts.nodes(asked)]
    whole = smoothed.distributions(nodes)[np.arange(len(asked)), asked]
    np.testing.assert_allclose(np.exp(-smoothed.surprises(asked)), whole, rtol=1e-12)


def test_windows_of_a_batch_know_the_contexts_that_each_knows_alone() -> None:
    counts = count_ngrams(PASSAGES, order=4, vocabulary=VOCABULARY)
    windows = np.stack([_tokens("the cat sat"), _tokens("a dog and a"), _tokens("zzz cat on ")])
    together = counts.nodes(windows)
    for row, window in enumerate(windows):
        for found, alone in zip(together, counts.nodes(window), strict=True):
            np.testing.assert_array_equal(found[row], alone)


def test_witten_bell_of_one_token_is_its_share_with_room_for_the_unseen() -> None:
    smoothed = smooth(count_ngrams([np.array([1, 1, 1, 2])], order=1, vocabulary=4), "witten-bell", impossible=(0,))
    # Four tokens of two kinds: (count + 2 / 3) / (4 + 2).
    np.testing.assert_allclose(smoothed.next_token(np.array([], np.int64)), [0, 11 / 18, 5 / 18, 2 / 18])


def test_large_vocabularies_are_counted_by_sorting_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    as_listed = count_ngrams(PASSAGES, order=3, vocabulary=VOCABULARY)
    monkeypatch.setattr("pellucid.ngrams.counting.FEW_CODES", -(1 << 40))
    as_sorted = count_ngrams(PASSAGES, order=3, vocabulary=VOCABULARY)
    for one, other in zip(as_listed.levels, as_sorted.levels, strict=True):
        np.testing.assert_array_equal(one.codes, other.codes)
        np.testing.assert_array_equal(one.counts, other.counts)
        np.testing.assert_array_equal(one.begun, other.begun)


def test_a_tree_that_cannot_be_is_found_out() -> None:
    sound = count_ngrams(PASSAGES, order=2, vocabulary=VOCABULARY)
    first, second = sound.levels
    unsorted = Level(second.codes[::-1].copy(), second.counts, second.begun)
    beyond = Level(second.codes + len(first.codes) * VOCABULARY, second.counts, second.begun)
    never = Level(second.codes, second.counts * 0, second.begun)
    for broken in (unsorted, beyond, never):
        assert Counts(VOCABULARY, (first, broken)).faults()


def test_nothing_to_count_is_refused() -> None:
    with pytest.raises(DataError, match="no tokens"):
        count_ngrams([np.array([], np.int64)], order=2, vocabulary=4)
