"""What a trace folds away: steps that say where something stands, and none of those that make the answer."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.printed import text_of
from pellucid.trace import Trace
from pellucid.trace.graph import record

TOKENS = Form(shape=(6,), dtype="int64", vocabulary=9)
MASKS = frozenset({"clamp", "_to_copy", "arange", "cumsum", "rsub", "zeros", "expand", "gather", "unsqueeze", "slice"})


def _traced(name: str, form: Form, inputs: Tensor, options: ModelOptions, **more: Tensor) -> Trace:
    model = build_model(name, form=form, outputs=35, options=options, seed=1).eval()
    return Trace(record(model, inputs, more))


def _texts(name: str) -> Trace:
    tokens, previous = torch.tensor([[4, 7, 3, 8, 0, 0]]), torch.tensor([[2, 5, 4]])
    if name == "seq2seq":
        options = ModelOptions(embedding=5, hidden=(6,), answer=5, own={"attention": "dot"})
        return _traced(name, TOKENS, tokens, options, previous=previous)
    return _traced(name, TOKENS, tokens, ModelOptions())


def test_of_a_network_that_writes_more_than_half_is_bookkeeping() -> None:
    traced = _texts("seq2seq")
    assert [values.step.name for values in traced.told] == [
        "embed", "from_start", "add", "from_end", "add-2", "ahead/gru", "back/gru", "cat", "begin", "tanh", "cat-2",
        "mul", "mul-2", "cat-3", "key", "embed_answer", "place", "add-4", "write", "matmul", "add-5", "softmax",
        "matmul-2", "cat-4", "join", "tanh-2", "fc", "copy", "add-6",
    ]  # fmt: skip
    assert len(traced) > 2 * len(traced.told)
    said = str(traced)
    assert f"and {len(traced) - len(traced.told)} steps of bookkeeping" in said
    assert "_to_copy" not in said
    assert "_to_copy" in text_of(traced, True)
    assert "--all" not in text_of(traced, True)


@pytest.mark.parametrize("name", ["textcnn", "lstm", "transformer", "bow", "embedding"])
def test_of_networks_that_read_texts_no_mask_is_told(name: str) -> None:
    told = {values.step.operator for values in _texts(name).told}
    assert not told & MASKS
    assert told & {"embedding", "linear"}


@pytest.mark.parametrize("name", ["lstm", "fcn1d", "tcn", "transformer1d", "cnn1d"])
def test_of_series_that_end_early_no_mask_is_told(name: str) -> None:
    series = torch.randn(1, 3, 12, generator=torch.Generator().manual_seed(0))
    series[:, 2] = (torch.arange(12) < 9).float()
    traced = _traced(name, Form(shape=(3, 12), masked=True), series, ModelOptions())
    assert not {values.step.operator for values in traced.told} & MASKS
    assert any(values.step.name == "fc" for values in traced.told)


def test_of_a_network_of_layers_nothing_is_folded() -> None:
    traced = _traced("lenet5", Form(shape=(1, 32, 32)), torch.zeros(1, 1, 32, 32), ModelOptions())
    assert len(traced.told) == len(traced)
    assert "bookkeeping" not in str(traced)


def test_what_is_computed_of_the_input_without_weights_is_told() -> None:
    class Centred(nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            return (inputs - inputs.mean(1, keepdim=True)).transpose(0, 1).transpose(0, 1).abs()

    traced = Trace(record(Centred(), torch.tensor([[1.0, 2.0, 6.0]])))
    assert [values.step.operator for values in traced.told] == ["mean", "sub", "abs"]
    assert [step.operator for step in traced.steps if step.is_bookkeeping] == ["transpose", "transpose"]
