"""Words and signs: the tokens that people would name."""

from __future__ import annotations

import re

# A word with what is joined to it by an apostrophe ("don't"), a line's end, or one sign.
_WORD = re.compile(r"\w+(?:['’]\w+)*|\n|[^\w\s]")
_NO_SPACE_BEFORE = frozenset(".,;:!?)]}%…'’\n")
_NO_SPACE_AFTER = frozenset("([{\n$£€#@")


def split_words(text: str) -> list[str]:
    """Return words, signs and ends of lines, in order; all other white space is gone."""
    return _WORD.findall(text)


def word_spans(text: str) -> list[tuple[int, int]]:
    """Return where each of `split_words` begins and ends in a text."""
    return [match.span() for match in _WORD.finditer(text)]


def join_words(words: list[str]) -> str:
    """Return a text of words as it would be written; where there was white space is a guess."""
    parts: list[str] = []
    for word in words:
        if parts and word not in _NO_SPACE_BEFORE and parts[-1] not in _NO_SPACE_AFTER:
            parts.append(" ")
        parts.append(word)
    return "".join(parts)
