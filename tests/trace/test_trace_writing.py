"""Networks that write, number by number: every value on the way to one letter is the sum of its terms."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.trace.graph import record
from pellucid.trace.tracing import Trace

POSITIONS = 600
PLACES, LETTERS = 5, 7
OPTIONS = {
    "dot": ModelOptions(embedding=5, hidden=(6,), answer=PLACES, own={"attention": "dot"}),
    "bahdanau": ModelOptions(embedding=5, hidden=(6,), answer=PLACES, own={"attention": "bahdanau"}),
    "none": ModelOptions(embedding=5, hidden=(6,), answer=PLACES, own={"attention": "none"}),
    "transformer": ModelOptions(embedding=8, layers=1, heads=2, answer=PLACES),
}


@pytest.mark.parametrize("kind", OPTIONS)
def test_the_terms_make_the_values_on_the_way_to_a_letter(kind: str) -> None:
    name = "transformer-seq2seq" if kind == "transformer" else "seq2seq"
    form = Form(shape=(6,), dtype="int64", vocabulary=9)
    model = build_model(name, form=form, outputs=PLACES * LETTERS, options=OPTIONS[kind], seed=1).eval()
    tokens, previous = torch.tensor([[4, 7, 3, 8, 0, 0]]), torch.tensor([[2, 5, 4]])
    traced = Trace(record(model, tokens, {"previous": previous}))
    with torch.no_grad():
        assert torch.equal(torch.from_numpy(traced.output), model(tokens, previous)[0])
    names = {values.step.name for values in traced}
    assert "embed" in names
    assert "embed_answer" in names
    places = [(values, place) for values in traced for place in itertools.product(*map(range, values.shape))]
    chosen = np.random.default_rng(0).permutation(len(places))[:POSITIONS]
    for number in chosen.tolist():
        values, place = places[number]
        arithmetic = values.at(*place)
        assert len(arithmetic.terms), f"{values.step.name} has no explainer"
        assert arithmetic.is_exact, str(arithmetic)
