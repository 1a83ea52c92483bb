"""Networks of series: what they answer does not hang on how far a series was filled up, nor on the batch."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, count_parameters, find_model
from pellucid.models.series_parts import StepNorm, at_last_step, inside_of, mean_over_steps
from pellucid.models.tcn import CausalBlock, dilations_for

NAMES = ("fcn1d", "cnn1d", "tcn", "inception1d", "transformer1d", "rnn", "lstm", "gru")
LONGEST = 17


def _small(name: str, form: Form) -> nn.Module:
    width = {"tcn": (6,), "inception1d": (3,), "transformer1d": (8,)}.get(name, (6, 5))
    model = build_model(name, form=form, outputs=3, options=ModelOptions(hidden=width), seed=1)
    for module in model.modules():  # statistics as after a training, so that normalising shifts and scales
        if isinstance(module, nn.BatchNorm1d):
            torch.manual_seed(2)
            assert module.running_mean is not None
            assert module.running_var is not None
            module.running_mean.normal_()
            module.running_var.uniform_(0.5, 2)
            module.bias.data.normal_()
    return model.eval()


def _series(length: int, *, seed: int) -> Tensor:
    """Return [1, 3, length]: two channels and the mask, with a gap at the third step of long ones."""
    values = torch.randn(1, 3, length, generator=torch.Generator().manual_seed(seed))
    values[:, 2] = 1
    if length > 5:
        values[:, :, 2] = 0
    return values


def _filled(series: Tensor, length: int) -> Tensor:
    return nn.functional.pad(series, (0, length - series.shape[2]))


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_filling_up_and_batches_change_no_answer(name: str) -> None:
    # In double precision, so that what is left would be a fault and no rounding; then as it is used.
    model = _small(name, Form(shape=(3, LONGEST), masked=True))
    lengths = (1, 4, 6, 9, 16, LONGEST)
    series = [_series(length, seed=length) for length in lengths]
    for dtype, allowed in ((torch.float64, 1e-12), (torch.float32, 1e-6)):
        model.to(dtype)
        alone = torch.cat([model(one.to(dtype)) for one in series]).softmax(1)
        together = model(torch.cat([_filled(one, LONGEST) for one in series]).to(dtype)).softmax(1)
        further = 0 if name == "transformer1d" else 8  # it knows as many places as it was built for
        longer = model(torch.cat([_filled(one, LONGEST + further) for one in series]).to(dtype)).softmax(1)
        assert float((together - alone).abs().max()) < allowed
        assert float((longer - alone).abs().max()) < allowed
        assert float((alone[0] - alone[1]).abs().max()) > 1e-4  # and the answers are answers


@pytest.mark.parametrize("name", NAMES)
@torch.no_grad()
def test_no_step_counts_where_the_mask_says_so_of_all(name: str) -> None:
    model = _small(name, Form(shape=(3, LONGEST), masked=True))
    assert bool(model(torch.zeros(2, 3, LONGEST)).isfinite().all())


@pytest.mark.parametrize("name", NAMES)
def test_series_of_one_length_have_no_mask(name: str) -> None:
    model = _small(name, Form(shape=(2, LONGEST))).train()
    outputs = model(torch.randn(4, 2, LONGEST))
    outputs.sum().backward()
    assert outputs.shape == (4, 3)
    assert all(parameter.grad is not None for parameter in model.parameters())


def test_the_parameters_are_those_of_the_paper() -> None:
    # Wang et al. 2017: 128, 256 and 128 filters; kernels of 7, 5 and 3 steps (theirs begin with 8).
    convolutions = 7 * 128 + 5 * 128 * 256 + 3 * 256 * 128
    model = build_model("fcn1d", form=Form(shape=(1, 150)), outputs=2, seed=0)
    assert count_parameters(model) == convolutions + 2 * (128 + 256 + 128) + (128 + 1) * 2


def test_an_lstm_has_torchs_parameters_and_a_head() -> None:
    model = build_model("lstm", form=Form(shape=(12, 29)), outputs=9, seed=0)
    assert count_parameters(model) == 4 * 64 * (12 + 64 + 2) + (64 + 1) * 9


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_rows_are_refused_in_words(name: str) -> None:
    with pytest.raises(ModelError, match="takes series, and the input is"):
        find_model(name).check_input(Form(shape=(3, 8, 8)))


@torch.no_grad()
def test_a_transformer_cuts_a_long_series_into_stretches() -> None:
    model = build_model("transformer1d", form=Form(shape=(3, 150), masked=True), outputs=2, seed=0).eval()
    short, filled = _series(100, seed=1), _filled(_series(100, seed=1), 150)
    assert model.get_submodule("embed")(filled).shape[2] == 50
    torch.testing.assert_close(model(short), model(filled), atol=1e-6, rtol=0)
    with pytest.raises(ModelError, match="among its 4 heads"):
        build_model("transformer1d", form=Form(shape=(1, 9)), outputs=2, options=ModelOptions(hidden=(6,)), seed=0)


def test_the_last_step_of_a_tcn_sees_the_whole_series() -> None:
    for length in (2, 5, 6, 24, 150, 500):
        seen = 1 + 2 * 2 * sum(dilations_for(length))
        assert seen >= length
        assert len(dilations_for(length)) == 1 or seen - 2 * 2 * dilations_for(length)[-1] < length


@torch.no_grad()
def test_a_causal_block_sees_nothing_that_comes_later() -> None:
    block = CausalBlock(2, 4, 2, activation="relu", dropout=0.0).eval()
    series = torch.randn(1, 2, 12)
    changed = series.clone()
    changed[:, :, 7:] += 5
    before, after = block(series, None), block(changed, None)
    assert torch.equal(before[:, :, :7], after[:, :, :7])
    assert not torch.equal(before[:, :, 7], after[:, :, 7])


def test_steps_that_count_reach_to_the_last_value() -> None:
    mask = torch.tensor([[1, 0, 1, 0, 0], [0, 0, 0, 0, 1], [0, 0, 0, 0, 0]], dtype=torch.float32)[:, None]
    inside = inside_of(torch.cat([torch.randn(3, 2, 5), mask], 1), masked=True)
    assert inside is not None
    assert inside[:, 0].tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0]]
    values = torch.arange(15, dtype=torch.float32).reshape(3, 1, 5)
    assert at_last_step(values, inside)[:, 0].tolist() == [2, 9, 0]
    assert mean_over_steps(values, inside)[:, 0].tolist() == [1, 7, 0]
    assert at_last_step(values, None)[:, 0].tolist() == [4, 9, 14]


def test_normalising_learns_from_the_steps_that_count_alone() -> None:
    lengths = [3, 5, 1, 4]
    inside = torch.tensor([[1.0] * length + [0.0] * (5 - length) for length in lengths])[:, None]
    values = torch.randn(4, 2, 5, generator=torch.Generator().manual_seed(0)) * 3 + 1
    ours, reference = StepNorm(2), nn.BatchNorm1d(2)
    made = ours(values, inside)
    rows = torch.cat([one[:, :length].T for one, length in zip(values, lengths, strict=True)])
    wanted = reference(rows)
    found = torch.cat([one[:, :length].T for one, length in zip(made, lengths, strict=True)])
    np.testing.assert_allclose(found.detach(), wanted.detach(), atol=1e-5)
    for name in ("running_mean", "running_var"):
        np.testing.assert_allclose(ours.get_buffer(name), reference.get_buffer(name), atol=1e-5)
    assert torch.equal(StepNorm(2)(values), nn.BatchNorm1d(2)(values))
