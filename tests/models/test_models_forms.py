"""Examples of zeros in the form that a network takes."""

from __future__ import annotations

import torch

from pellucid.kinds import Form
from pellucid.models import example_of, more_of

TOKENS = Form(shape=(7,), dtype="int64", vocabulary=50, more={"lengths": Form(shape=(), dtype="int64")})


def test_floats_lie_where_a_parameter_lies_and_are_of_its_type() -> None:
    made = example_of(Form(shape=(3, 4, 5)), 2, like=torch.zeros(1, dtype=torch.float64))
    assert (tuple(made.shape), made.dtype) == ((2, 3, 4, 5), torch.float64)
    assert example_of(Form(shape=(3,))).dtype == torch.float32


def test_numbers_of_words_stay_whole_whatever_the_network_computes_in() -> None:
    made = example_of(TOKENS, 2, like=torch.zeros(1, dtype=torch.float64))
    assert (tuple(made.shape), made.dtype) == ((2, 7), torch.int64)


def test_further_tensors_come_by_their_names() -> None:
    (name, lengths), *rest = more_of(TOKENS, 3).items()
    assert (name, tuple(lengths.shape), lengths.dtype, rest) == ("lengths", (3,), torch.int64, [])


def test_a_form_is_json_and_back() -> None:
    assert Form.from_dict(TOKENS.to_dict(), source="x") == TOKENS
