"""The network of a diffusion: of any size, told the time."""

from __future__ import annotations

import math

import pytest
import torch

from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.models.ddpm import DenoisingUNet, TimedBlock, TimeEmbedding


@pytest.mark.parametrize(("shape", "patch"), [((1, 8, 8), 1), ((3, 17, 21), 2), ((1, 9, 7), 1), ((1, 28, 28), 4)])
def test_it_gives_as_much_as_it_reads(shape: tuple[int, ...], patch: int) -> None:
    network = DenoisingUNet(shape[0], width=4, levels=3, patch=patch)
    given = network(torch.rand(2, *shape), torch.tensor([0.1, 1.0]))
    assert given.shape == (2, math.prod(shape))
    assert not given.any(), "its last layer begins with zeros"


def test_the_time_is_sines_and_cosines_of_falling_speed() -> None:
    embedding = TimeEmbedding(4, 6)
    time, told = 0.3, []
    embedding.dense1.register_forward_hook(lambda _, inputs, __: told.append(inputs[0]))
    embedding(torch.tensor([time]))
    angles = [1000 * time / 10_000 ** (wave / 4) for wave in range(4)]
    wanted = [*map(math.sin, angles), *map(math.cos, angles)]
    assert told[0][0].tolist() == pytest.approx(wanted, abs=1e-4)


def test_a_block_hands_on_what_comes_until_it_has_learned() -> None:
    torch.manual_seed(0)
    block, values = TimedBlock(8, 8, 5), torch.rand(3, 8, 4, 4)
    assert torch.equal(block(values, torch.rand(3, 5)), values)
    torch.nn.init.normal_(block.conv2.weight)
    assert not torch.allclose(block(values, torch.zeros(3, 5)), block(values, torch.ones(3, 5)))


def test_a_picture_hangs_on_no_other_in_the_batch() -> None:
    torch.manual_seed(1)
    network = DenoisingUNet(1, width=4, levels=2, patch=1)
    torch.nn.init.normal_(network.write.weight)
    pictures, times = torch.rand(3, 1, 8, 8), torch.tensor([0.2, 0.5, 0.9])
    whole, alone = network(pictures, times), network(pictures[1:2], times[1:2])
    assert torch.allclose(whole[1:2], alone, atol=1e-5)
    assert torch.allclose(network(pictures), network(pictures, torch.ones(3)))


def test_large_pictures_are_read_in_squares_unless_told_otherwise() -> None:
    for shape, own, reads in (
        ((1, 8, 8), {}, 1),
        ((1, 28, 28), {}, 4),
        ((3, 28, 28), {"patch": 1}, 3),
    ):
        network = build_model(
            "ddpm",
            form=Form(shape=shape),
            outputs=math.prod(shape),
            options=ModelOptions(own={"width": 4, **own}),
            seed=0,
        )
        assert network.read.in_channels == reads  # type: ignore[union-attr]
