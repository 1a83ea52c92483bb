"""The pair of networks that learn against each other: what they are made of, and the sizes they draw."""

from __future__ import annotations

import pytest
import torch

from pellucid.kinds import Form, OwnValue
from pellucid.models import Adversaries, ModelOptions, build_model, count_parameters, summarise
from pellucid.models.dcgan import DEVIATION, doublings_of


def built(*shape: int, **own: OwnValue) -> Adversaries:
    model = build_model("dcgan", form=Form(shape=shape), outputs=1, options=ModelOptions(own=own), seed=0)
    assert isinstance(model, Adversaries)
    return model


def test_its_parameters_are_those_of_the_formula() -> None:
    model, latent, width = built(1, 28, 28, latent=10, width=8), 10, 8
    small = 2 * width * 7 * 7
    generator = (latent + 1) * small + 2 * (2 * width + width) + (2 * width * 16 + 1) * width + (width * 16 + 1)
    told = (16 + 1) * width + (width * 16 + 1) * 2 * width + 2 * 2 * width + small + 1
    assert count_parameters(model.generator) == generator
    assert count_parameters(model.discriminator) == told


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 9, 7), (1, 28, 28), (3, 33, 64), (1, 4, 4)])
def test_it_draws_pictures_of_any_size(shape: tuple[int, int, int]) -> None:
    model = built(*shape, latent=6, width=4)
    assert model.reads == Form(shape=(6,))
    drawn = model.generator(torch.randn(3, 6))
    assert drawn.shape == (3, *shape)
    assert float(drawn.detach().abs().max()) <= 1
    assert model.discriminator(drawn).shape == (3, 1)
    assert model(torch.randn(2, 6)).shape == (2, 1)
    assert doublings_of((1, 64, 64)) == 3


def test_a_picture_does_not_hang_on_those_beside_it() -> None:
    model, noise = built(1, 12, 12, latent=6, width=4), torch.randn(4, 6)
    torch.testing.assert_close(model.train()(noise)[1:2], model.eval()(noise[1:2]))


def test_its_weights_begin_as_in_the_paper() -> None:
    model = built(1, 28, 28)
    weight = dict(model.generator.named_parameters())["dense.weight"].detach()
    assert float(weight.std()) == pytest.approx(DEVIATION, rel=0.02)


def test_its_table_has_both_networks_in_their_order() -> None:
    names = [layer.name for layer in summarise(built(1, 28, 28), Form(shape=(1, 28, 28)))]
    assert names[0] == "generator.dense"
    assert names[-1] == "discriminator.real"
    assert "generator.grow.conv2" in names
