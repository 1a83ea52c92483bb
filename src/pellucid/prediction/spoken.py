"""What a language model says, as records and in a terminal: a text's probability as a product; texts that go on."""

from __future__ import annotations

import math

from pydantic import computed_field

from pellucid.printed import Printed, text_of
from pellucid.records import Record
from pellucid.words import visible

_CONTEXT = 24


class Factor(Record):
    """One factor of a product: a token's probability, given all before it."""

    token: str
    context: str
    """What stood before it, as far as the model looks."""
    probability: float
    log: float
    """Its natural logarithm."""
    bits: float
    """How surprising it was: minus the logarithm to the base 2."""
    rank: int
    """1 where no token was likelier."""
    likeliest: str
    likeliest_probability: float


class Sentence(Printed, Record):
    """A text's probability, P(S), by the chain rule."""

    text: str
    before: str
    """What is thought to stand before it: the first factor is the first token's probability after this."""
    factors: tuple[Factor, ...]
    characters: int
    notes: tuple[str, ...] = ()

    @computed_field  # type: ignore[prop-decorator]
    @property
    def log(self) -> float:
        """The natural logarithm of P(S): the sum of the factors' ones."""
        return math.fsum(factor.log for factor in self.factors)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def bits(self) -> float:
        """Minus the logarithm of P(S) to the base 2."""
        return -self.log / math.log(2)

    @property
    def probability(self) -> float:
        """P(S); of a long text it is 0, for it is smaller than the smallest number there is."""
        return math.exp(self.log)

    @property
    def perplexity(self) -> float:
        """Among how many equally likely tokens the next one would be as surprising."""
        return math.exp(-self.log / len(self.factors))


class Sampled(Printed, Record):
    """A text that a language model went on with."""

    prompt: str
    text: str
    """What was drawn."""
    whole: str
    """The prompt, as far as it is known, and what was drawn."""
    tokens: int
    temperature: float
    top_k: int | None
    top_p: float | None
    seed: int
    number: int
    """Which of several texts it is, from 0 on."""
    notes: tuple[str, ...] = ()


@text_of.register(Sentence)
def describe_sentence(sentence: Sentence) -> str:
    """Return the product, a line a factor, and what it comes to."""
    head = ("token", "after", "P", "ln P", "bits", "rank", "likeliest")
    rows = [head, *(_row(factor) for factor in sentence.factors)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    tokens = len(sentence.factors)
    exponent = sentence.log / math.log(10)
    lines += [
        "",
        f"P(S) = product of {tokens:,} factors = e^{sentence.log:.3f} = 10^{exponent:.3f}",
        f"{sentence.bits:.2f} bits in all, {sentence.bits / max(1, sentence.characters):.3f} per character; "
        f"perplexity {sentence.perplexity:.2f} per token.",
        f"The first factor is the probability after {_quoted(sentence.before)}.",
        *sentence.notes,
    ]
    return "\n".join(lines)


@text_of.register(Sampled)
def describe_sampled(sampled: Sampled) -> str:
    """Return the text alone."""
    return sampled.whole


def _row(factor: Factor) -> tuple[str, ...]:
    context = factor.context if len(factor.context) <= _CONTEXT else f"...{factor.context[3 - _CONTEXT :]}"
    return (
        _quoted(factor.token),
        _quoted(context),
        f"{factor.probability:.4g}",
        f"{factor.log:.3f}",
        f"{factor.bits:.2f}",
        str(factor.rank),
        f"{_quoted(factor.likeliest)} {factor.likeliest_probability:.3g}",
    )


def _quoted(token: str) -> str:
    return f"'{visible(token)}'"
