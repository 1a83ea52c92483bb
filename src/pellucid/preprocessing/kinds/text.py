"""Texts: a vocabulary and merges learned from the training split alone; prepared as numbers of tokens."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pellucid.data import Dataset, TextInputs, as_characters
from pellucid.errors import DataError, ModelError, RecipeError
from pellucid.kinds import TextInput, Wishes
from pellucid.preprocessing.base import Preprocessing
from pellucid.preprocessing.kinds.base import Asked, Fitted, check_wishes
from pellucid.preprocessing.prepared import Place, Prepared, PreparedInMemory
from pellucid.preprocessing.text import TextPreprocessing
from pellucid.preprocessing.text_stream import encode_windows, longest_window
from pellucid.preprocessing.tokenising import Unit, choose_vocabulary, learn_merges
from pellucid.records import Decision
from pellucid.words import percent

MOST_TOKENS: dict[Unit, int] = {"char": 5_000, "word": 20_000, "subword": 8_000}
"""Different tokens that are known where nobody says how many; of subwords fewer in short texts."""
CHARACTERS_A_SUBWORD = 500
"""There is one subword for so many characters of training text, so that each is met often enough to be learned."""
FEWEST_SUBWORDS = 500
LONGEST: dict[Unit, int] = {"char": 1_000, "word": 400, "subword": 512}
"""Tokens of one text that are read where nobody says how many."""
WINDOW = 128
"""Tokens of a stream that are read at once where nobody says how many."""
_HARDLY = 0.0005
"""Share of a text below which it is hardly anything."""
_UNIT_WORDS: dict[Unit, str] = {"char": "characters", "word": "words", "subword": "pieces of words"}
_DATASET = "The dataset holds texts."
# Chinese characters, Japanese syllables, Thai, Lao, Khmer, Burmese: written without spaces between words.
_WITHOUT_SPACES = ((0x0E00, 0x0EFF), (0x1000, 0x109F), (0x1780, 0x17FF), (0x3040, 0x30FF), (0x3400, 0x9FFF))
_SHARE_WITHOUT_SPACES = 0.3


class TextFitter:
    """The row of texts."""

    def fit(self, dataset: Dataset, wishes: Wishes, asked: Asked, *, model: str) -> Fitted:
        """Choose the unit, and learn vocabulary and merges."""
        asked.refuse("imgsz", "resize", "colour", about="pictures", dataset=_DATASET)
        asked.refuse("scale", about="the numbers of a table", dataset=_DATASET)
        if wishes.kinds == "any":
            raise ModelError(
                f"{model} multiplies numbers, and the numbers of a text's tokens only name them.",
                expected=_DATASET,
                fix="Use --model bow: it counts how often each token occurs.",
            )
        check_wishes(wishes, "text", model=model, dataset=_DATASET, suited="embedding, textcnn or lstm")
        found, inputs = TextInput.of(dataset.input), TextInputs.of(dataset.inputs)
        train = dataset.splits["train"]
        texts = inputs.stretches(train)
        unit, about_unit = choose_unit(asked.unit, found, texts, spelled=dataset.target.is_spelled)
        lower = unit == "word" if asked.lower is None else asked.lower
        learned = learn_vocabulary(texts, unit, lower=lower, most=asked.vocabulary)
        fitted = TextPreprocessing(
            unit=unit, vocabulary=learned.tokens, merges=learned.merges, lower=lower, longest=asked.longest or WINDOW
        )
        said = [about_unit, learned.said]
        if found.form == "items":
            longest, about_longest = _choose_longest(fitted, texts, asked.longest)
            fitted = fitted.model_copy(update={"longest": longest})
            said.append(about_longest)
        else:
            longest = longest_window(fitted, inputs, train)
            fitted = fitted.model_copy(update={"longest": min(asked.longest or longest, longest)})
        return fitted, tuple(said)

    def open(
        self,
        dataset: Dataset,
        preprocessing: Preprocessing,
        indices: NDArray[np.int64],
        *,
        margin: int,
        workers: int | None,
        keep: Place | None,
    ) -> Prepared:
        """Turn texts into numbers of tokens, in memory."""
        inputs = TextInputs.of(dataset.inputs)
        if TextInput.of(dataset.input).form == "stream":
            return PreparedInMemory(encode_windows(TextPreprocessing.of(preprocessing), inputs, indices))
        texts = inputs.texts(indices)
        return PreparedInMemory(TextPreprocessing.of(preprocessing).encode(texts))


class Learned(NamedTuple):
    """The tokens that are known, and what is said of them.

    Attributes:
        tokens: the most frequent first.
        merges: of subwords.
        said: how many there are, and how much of the text they leave out.
    """

    tokens: tuple[str, ...]
    merges: tuple[tuple[str, str], ...]
    said: Decision


def choose_unit(
    asked: Unit | None, found: TextInput, texts: Sequence[str], *, spelled: bool = False
) -> tuple[Unit, Decision]:
    """Return what a token is, and why.

    Args:
        asked: what the user says; None for no word of it.
        found: what the dataset holds.
        texts: of training.
        spelled: whether every character may matter for what is learned.

    Raises:
        RecipeError: words were asked for, of a text that has no spaces between them.
    """
    without = _without_spaces(texts)
    if asked == "word" and without:
        raise RecipeError(
            "--unit is word, and this text is written without spaces between its words.",
            expected="Words that spaces or signs divide.",
            fix="Use --unit char, or --unit subword.",
        )
    if asked is not None:
        return asked, Decision(name="unit", value=asked, reason="asked for (--unit)")
    if without:
        reason = "the text is written without spaces between its words (--unit subword learns longer pieces)"
        return "char", Decision(name="unit", value="char", reason=reason)
    if found.form == "stream":
        reason = "a stream is read character by character (--unit word or subword)"
        return "char", Decision(name="unit", value="char", reason=reason)
    if spelled:
        reason = "the answer may hang on every character (--unit word or subword)"
        return "char", Decision(name="unit", value="char", reason=reason)
    return "word", Decision(name="unit", value="word", reason="texts are told apart by their words (--unit)")


def learn_vocabulary(texts: Sequence[str], unit: Unit, *, lower: bool, most: int | None) -> Learned:
    """Return the tokens of training texts.

    Args:
        texts: of the training split.
        unit: what a token is.
        lower: whether capital letters count as small ones.
        most: how many different tokens at most; None to choose by the unit.

    Raises:
        DataError: the texts hold no token.
    """
    if unit == "subword":
        return _learn_subwords(texts, lower=lower, most=most)
    splitter = TextPreprocessing(unit=unit, vocabulary=("",), lower=lower, longest=1)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(splitter.split(text))
    total = sum(counts.values())
    if not total:
        raise DataError(f"The training texts hold no {_UNIT_WORDS[unit]}.", fix="Choose another --unit.")
    limit = most or MOST_TOKENS[unit]
    # A network meets no unknown word in training unless some are made so: those that occur once stand for them.
    known = {token: count for token, count in counts.items() if count > 1} if unit == "word" else counts
    tokens = choose_vocabulary(Counter(known or counts), limit)
    left_out = 1 - sum(counts[token] for token in tokens) / total
    once = sum(count == 1 for count in counts.values()) / total
    reason = f"{len(counts):,} different {_UNIT_WORDS[unit]} in training"
    if unit == "word":
        reason += ", those that occur once left out so that the network learns what an unknown word is"
    if len(known) > limit:
        reason += f", the most frequent {limit:,} kept"
    known_of_it = (
        "all of the training text is known"
        if not left_out
        else f"{percent(left_out, 1)} of the training text is unknown"
    )
    rare = "hardly anything" if once < _HARDLY else f"at least {percent(once, 1)}"
    reason += f"; {known_of_it}, and of new text {rare} will be unknown (--vocabulary)"
    said = Decision(name="vocabulary", value=f"{len(tokens):,} {_UNIT_WORDS[unit]}", reason=reason)
    return Learned(tokens, (), said)


def _learn_subwords(texts: Sequence[str], *, lower: bool, most: int | None) -> Learned:
    splitter = TextPreprocessing(unit="subword", vocabulary=("",), lower=lower, longest=1)
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(splitter.split(text))
    total = sum(counts.values())
    if not total:
        raise DataError("The training texts are empty.")
    suited = min(MOST_TOKENS["subword"], max(FEWEST_SUBWORDS, total // CHARACTERS_A_SUBWORD))
    limit = most or suited
    characters = choose_vocabulary(counts, limit)
    merges, left = learn_merges(("".join(splitter.split(text)) for text in texts), limit - len(characters))
    tokens = dict.fromkeys((*characters, *("".join(pair) for pair in merges)))
    ordered = tuple(sorted(tokens, key=lambda token: (-left[token], token)))
    left_out = 1 - sum(counts[token] for token in characters) / total
    length = total / max(1, sum(left.values()))
    why = "asked for" if most else f"one for {CHARACTERS_A_SUBWORD} characters of the training text"
    reason = (
        f"{len(characters):,} characters and {len(merges):,} merges of frequent neighbours, {why} (--vocabulary); "
        f"{length:.1f} characters a token, {left_out:.1%} of the training text is unknown"
    )
    said = Decision(name="vocabulary", value=f"{len(ordered):,} {_UNIT_WORDS['subword']}", reason=reason)
    return Learned(ordered, merges, said)


def _choose_longest(fitted: TextPreprocessing, texts: Sequence[str], asked: int | None) -> tuple[int, Decision]:
    lengths = np.array([len(fitted.split(text)) for text in texts])
    most = asked or LONGEST[fitted.unit]
    longest = min(most, int(lengths.max())) if asked is None else asked
    longest = max(1, longest)
    over = int((lengths > longest).sum())
    if asked is not None:
        reason = "asked for (--longest)"
    elif over:
        reason = f"as long as pays; --longest reads more, the longest training text has {int(lengths.max()):,}"
    else:
        reason = "the longest training text (--longest)"
    if over:
        reason += f"; {over / len(lengths):.1%} of the training texts are longer, and their ends are cut"
    return longest, Decision(name="longest", value=f"{longest:,} tokens", reason=reason)


def _without_spaces(texts: Sequence[str]) -> bool:
    """Tell whether a large share of the letters is of a script that is written without spaces between words."""
    total = without = 0
    for text in texts:
        points = as_characters(text)
        total += len(points)
        if points.dtype != np.uint8:
            without += sum(int(((points >= low) & (points <= high)).sum()) for low, high in _WITHOUT_SPACES)
    return total > 0 and without > _SHARE_WITHOUT_SPACES * total
