"""From a text to its tokens and back: by character, by word, or by pieces of words learned from the text itself."""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

from pellucid.preprocessing.tokenising.subwords import SPACE, Merger, learn_merges
from pellucid.preprocessing.tokenising.vocabulary import (
    BEGIN,
    PADDING,
    SPECIAL,
    UNKNOWN,
    Vocabulary,
    choose_vocabulary,
)
from pellucid.preprocessing.tokenising.words import join_words, split_words, word_spans

Unit: TypeAlias = Literal["char", "word", "subword"]
"""What a token is."""
UNITS: tuple[Unit, ...] = get_args(Unit)

__all__ = [
    "BEGIN",
    "PADDING",
    "SPACE",
    "SPECIAL",
    "UNITS",
    "UNKNOWN",
    "Merger",
    "Unit",
    "Vocabulary",
    "choose_vocabulary",
    "join_words",
    "learn_merges",
    "split_words",
    "word_spans",
]
