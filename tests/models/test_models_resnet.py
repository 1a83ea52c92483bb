from __future__ import annotations

import pytest
import torch

from pellucid.kinds import Form
from pellucid.models import build_model, count_parameters, summarise
from pellucid.models.resnet import PaddedShortcut


def test_resnet20_has_the_parameters_of_the_paper_with_shortcuts_that_have_none() -> None:
    # 0.27 million in table 6 of He et al. 2016; exactly, with batch norm's two numbers per channel:
    first = 3 * 9 * 16
    same = 6 * 9 * 16 * 16 + (9 * 16 * 32 + 5 * 9 * 32 * 32) + (9 * 32 * 64 + 5 * 9 * 64 * 64)
    norms = 2 * (16 + 6 * 16 + 6 * 32 + 6 * 64)
    model = build_model("resnet20", form=Form(shape=(3, 32, 32)), outputs=10, seed=0)
    assert count_parameters(model) == first + same + norms + 64 * 10 + 10 == 269_722


def test_resnet8_has_one_block_a_stage() -> None:
    model = build_model("resnet8", form=Form(shape=(3, 32, 32)), outputs=10, seed=0)
    assert sum(row.operator == "Add" for row in summarise(model, Form(shape=(3, 32, 32)))) == 3
    assert count_parameters(model) == 75_290


@pytest.mark.parametrize("size", [8, 28, 33])
def test_stages_halve_the_picture_rounding_up(size: int) -> None:
    model = build_model("resnet8", form=Form(shape=(1, size, size)), outputs=10, seed=0)
    shapes = {row.name: row.output_shape for row in summarise(model, Form(shape=(1, size, size)))}
    half = (size + 1) // 2
    quarter = (half + 1) // 2
    assert shapes["stage1.block1.add"] == (16, size, size)
    assert shapes["stage2.block1.add"] == (32, half, half)
    assert shapes["stage3.block1.add"] == (64, quarter, quarter)


def test_the_shortcut_takes_every_second_pixel_and_pads_channels_with_zeros() -> None:
    inputs = torch.arange(2 * 3 * 3, dtype=torch.float32).reshape(1, 2, 3, 3)
    result = PaddedShortcut(2)(inputs)
    assert result.shape == (1, 4, 2, 2)
    assert result[0, 0].abs().sum() == result[0, 3].abs().sum() == 0
    assert result[0, 1].tolist() == [[0, 2], [6, 8]]
    assert result[0, 2].tolist() == [[9, 11], [15, 17]]


@pytest.mark.parametrize(
    ("layers", "parameters", "millions"), [(20, 269_722, 0.27), (56, 853_018, 0.85), (110, 1_727_962, 1.7)]
)
def test_deep_ones_have_the_parameters_of_table_6_with_skip_connections_and_without(
    layers: int, parameters: int, millions: float
) -> None:
    residual, plain = (
        build_model(f"{kind}{layers}", form=Form(shape=(3, 32, 32)), outputs=10, seed=0) for kind in ("resnet", "plain")
    )
    assert count_parameters(residual) == count_parameters(plain) == parameters
    assert parameters / 1e6 == pytest.approx(millions, rel=0.02)
    operators = [[row.operator for row in summarise(model, Form(shape=(3, 32, 32)))] for model in (residual, plain)]
    assert [names.count("Add") for names in operators] == [(layers - 2) // 2, 0]
    assert [names.count("Conv2d") + names.count("Linear") for names in operators] == [layers, layers]


def test_a_plain_network_starts_from_the_weights_of_its_residual_twin() -> None:
    names = ("resnet20", "plain20")
    residual, plain = (build_model(name, form=Form(shape=(3, 32, 32)), outputs=10, seed=3) for name in names)
    inputs = torch.randn(2, 3, 32, 32, generator=torch.Generator().manual_seed(0))
    for key, value in plain.state_dict().items():
        assert torch.equal(value, residual.state_dict()[key])
    assert not torch.equal(plain(inputs), residual(inputs))
