"""Class names that are probably one, misspelt: they differ in case, spaces or hyphens only."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict

from pellucid.data.dataset import Finding
from pellucid.kinds import Target

_SHOWN = 8


def spelling_key(word: str) -> str:
    """Return what two spellings of a word have in common: no case, spaces, hyphens or underscores.

    Beside digits these are no matter of spelling: "-1" and "1", "1_0" and "10" are different names.
    """
    text = unicodedata.normalize("NFKC", word).casefold().strip()
    return re.sub(r"(?<!\d)(?<!^)[\s_-]+|(?<!^)[\s_-]+(?!\d)", "", text)


def find_similar_classes(target: Target) -> list[Finding]:
    """Return a finding for classes or labels whose names are alike but for their spelling; they are kept apart."""
    spelled: defaultdict[str, list[str]] = defaultdict(list)
    for name in target.categories:
        # A key of nothing is that of names made of these signs alone: "-" and "_" are two names.
        spelled[spelling_key(name) or name].append(name)
    alike = [names for names in spelled.values() if len(names) > 1]
    if not alike:
        return []
    return [
        Finding(
            kind="similar-classes",
            message=f"Some {target.noun} names differ in case, spaces or hyphens only; they are kept apart.",
            examples=tuple(" / ".join(names) for names in alike[:_SHOWN]),
            count=len(alike),
        )
    ]
