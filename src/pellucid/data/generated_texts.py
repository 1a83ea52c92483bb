"""Texts that are generated, so that what tells them apart is known."""

from __future__ import annotations

from itertools import product

import numpy as np

from pellucid.data.raw_dataset import RawDataset
from pellucid.data.texts import TextInputs, digest_text, measure_texts
from pellucid.kinds import ClassTarget
from pellucid.records import Decision

WHO_DID_WHAT = "who-did-what"
PAIRS = 1_500
_CHILDREN = ("boy", "girl", "pupil", "baby", "twin", "toddler", "teenager", "orphan")
_ADULTS = ("nurse", "cook", "pilot", "farmer", "judge", "sailor", "baker", "widow")
_VERBS = ("called", "helped", "followed", "thanked", "watched", "warned", "greeted", "pushed", "invited", "praised")
_TEMPLATES = (
    "the {doer} {verb} the {other}",
    "the {other} was {verb} by the {doer}",
    "it was the {doer} who {verb} the {other}",
    "it was the {other} whom the {doer} {verb}",
)
_ENDINGS = ("", " yesterday", " in the garden", " before lunch", " at the station", " again and again")


def read_who_did_what() -> RawDataset:
    """Return sentences of a child and an adult, one of whom does something to the other: which of them did it?

    Each sentence has a twin with both changed round, of the other class. Twins have the very same words, so a bag of
    words is right for one of them at most: only the order tells. They stay together in one split.
    """
    every = list(product(_CHILDREN, _ADULTS, _VERBS, _TEMPLATES, _ENDINGS))
    drawn = np.random.default_rng(0).permutation(len(every))[:PAIRS].tolist()
    texts, targets = [], []
    for place in drawn:
        child, adult, verb, template, ending = every[place]
        for target, (doer, other) in enumerate(((adult, child), (child, adult))):
            texts.append(template.format(doer=doer, other=other, verb=verb) + ending)
            targets.append(target)
    inputs = TextInputs.of_texts(texts)
    digests = [digest_text(text) for text in texts]
    reason = "each sentence has a twin with doer and other changed round; both stay in one split"
    return RawDataset(
        name=WHO_DID_WHAT,
        source=WHO_DID_WHAT,
        input=measure_texts(inputs),
        target=ClassTarget(name="who did it", classes=("adult", "child")),
        inputs=inputs,
        targets=np.array(targets, np.int64),
        content=digests,
        equality=digests,
        groups=np.repeat(np.arange(PAIRS, dtype=np.int64), 2),
        decisions=[Decision(name="group", value=f"{PAIRS:,} pairs of sentences with the same words", reason=reason)],
    )
