"""What `seq2seq` alone can be told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar, Literal

from pydantic import Field

from pellucid.kinds import OwnOptions, OwnValue

Attention = Literal["bahdanau", "dot", "none"]


class Seq2SeqOptions(OwnOptions):
    """How what is read reaches what is written."""

    attention: Attention = Field(
        default="dot",
        description="how a model that writes looks back at what it read: dot (products), bahdanau (a small network), "
        "or none (it sees a summary alone)",
    )
    places: bool = Field(
        default=True,
        description="whether each letter's vector carries its place, products are taken as they are, and states keep "
        "at first; --no-places is the network of older versions, which learns more slowly",
    )
    letter_vectors: bool = Field(
        default=True,
        description="whether a look back sees the vectors of the letters themselves beside the states, so that what "
        "stood there can be copied; --no-letter-vectors is the network of older versions, which copies only what it "
        "often read",
    )
    before: ClassVar[Mapping[str, OwnValue]] = {"places": False, "letter_vectors": False}
