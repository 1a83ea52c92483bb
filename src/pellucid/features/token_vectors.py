"""The vectors that a network of texts has learned for its tokens: which lie near one another, and a map of them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.preprocessing import SPECIAL, TextPreprocessing

if TYPE_CHECKING:
    from torch import nn

MOST_TOKENS = 400
"""The most frequent of training, which are looked at: rarer ones have hardly been learned."""
NEAREST = 5
KINDS_OF_LETTERS = ("vowel", "consonant", "other letter", "digit", "sign", "space")
KINDS_OF_WORDS = ("word", "number", "sign")
_VOWELS = frozenset("aeiouyаеёиоуыэюяіїєαεηιουω")
_ALPHABETS = ("LATIN", "GREEK", "CYRILLIC")


@dataclass(frozen=True)
class TokenVectors:
    """The vectors of N tokens.

    Attributes:
        layer: the table they stand in, its path.
        width: numbers in a vector.
        tokens: N, the most frequent in training first.
        kinds: [N] index of each one's kind among `names`.
        names: of the kinds.
        positions: [N, 2] float32, along the two directions in which the vectors vary most (PCA).
        explained: shares of the variance that these two hold.
        nearest: [N, k] the tokens whose vectors point most nearly the same way, the nearest first.
        cosines: [N, k] float32, of the angles to them.
    """

    layer: str
    width: int
    tokens: tuple[str, ...]
    kinds: NDArray[np.int64]
    names: tuple[str, ...]
    positions: NDArray[np.float32]
    explained: tuple[float, float]
    nearest: NDArray[np.int64]
    cosines: NDArray[np.float32]

    @property
    def kin(self) -> tuple[float, float]:
        """The share of tokens whose nearest one is of their own kind; and what it would be by chance."""
        own = float((self.kinds[self.nearest[:, 0]] == self.kinds).mean())
        counts, n = np.bincount(self.kinds), len(self.kinds)
        return own, float((counts * (counts - 1)).sum() / (n * (n - 1)))


def vectors_of_tokens(model: nn.Module, given: TextPreprocessing) -> TokenVectors | None:
    """Return what a network has learned of its tokens; None of one without a vector for each.

    Args:
        model: of the run.
        given: how its texts become tokens.
    """
    from torch import nn

    tables = ((name, part) for name, part in model.named_modules() if isinstance(part, nn.Embedding))
    layer, table = next(((name, one) for name, one in tables if one.num_embeddings == given.size), ("", None))
    number = min(MOST_TOKENS, len(given.vocabulary))
    if table is None or table.embedding_dim < 2 or number < NEAREST + 1:
        return None
    first = len(SPECIAL)
    vectors: NDArray[np.float64] = table.weight[first : first + number].detach().cpu().double().numpy()
    tokens = given.vocabulary[:number]
    names = KINDS_OF_LETTERS if given.unit == "char" else KINDS_OF_WORDS
    kind_of = _kind_of_letter if given.unit == "char" else _kind_of_word
    positions, explained = _flattened(vectors)
    nearest, cosines = _nearest(vectors)
    return TokenVectors(
        layer=layer,
        width=table.embedding_dim,
        tokens=tokens,
        kinds=np.array([names.index(kind_of(token)) for token in tokens], np.int64),
        names=names,
        positions=positions,
        explained=explained,
        nearest=nearest,
        cosines=cosines,
    )


def _flattened(vectors: NDArray[np.float64]) -> tuple[NDArray[np.float32], tuple[float, float]]:
    """Return [N, 2] places along the two first principal components, and the shares of the variance they hold."""
    centred = vectors - vectors.mean(0)
    left, sizes, right = np.linalg.svd(centred, full_matrices=False)
    # The sign of a component is free: its largest part points up, so that a map is the same on every machine.
    signs = np.sign(right[np.arange(len(right)), np.abs(right).argmax(1)])
    places = (left * sizes * signs)[:, :2]
    shares = sizes**2 / max(float((sizes**2).sum()), 1e-30)
    return places.astype(np.float32), (float(shares[0]), float(shares[1]))


def _nearest(vectors: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    cosines = unit @ unit.T
    np.fill_diagonal(cosines, -np.inf)
    found = np.argsort(-cosines, axis=1, kind="stable")[:, :NEAREST]
    return found.astype(np.int64), np.take_along_axis(cosines, found, axis=1).astype(np.float32)


def _kind_of_letter(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "L":
        if unicodedata.normalize("NFD", letter)[0].lower() in _VOWELS:
            return "vowel"
        return "consonant" if unicodedata.name(letter, "").startswith(_ALPHABETS) else "other letter"
    if category[0] == "N":
        return "digit"
    return "space" if category[0] in "ZC" else "sign"


def _kind_of_word(word: str) -> str:
    if any(map(str.isalpha, word)):
        return "word"
    return "number" if any(map(str.isnumeric, word)) else "sign"
