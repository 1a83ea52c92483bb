"""What is frozen in which epoch, and what a frozen layer does: nothing."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from pellucid.errors import RecipeError
from pellucid.kinds import Form
from pellucid.models import Anatomy, Block, cut_at_head
from pellucid.training import OptimizerSettings, Schedule
from pellucid.training.frozen_wrapper import FrozenWrapper
from pellucid.training.optimizers import build_optimizer
from pellucid.training.schedule import ChainedSchedule
from pellucid.training.stages import frozen_layers, plan_stages, rate_scales

PARTS = Anatomy(
    tuple(Block(f"block{number}", (f"block{number}.conv", f"block{number}.norm")) for number in range(4)), head="fc"
)


def make_network() -> nn.Sequential:
    torch.manual_seed(5)
    return nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.5), nn.Linear(8, 6), nn.BatchNorm1d(6), nn.Linear(6, 3)
    )


def test_a_number_freezes_so_many_blocks_and_a_name_all_up_to_it() -> None:
    assert frozen_layers(PARTS, "none") == frozenset() == frozen_layers(PARTS, "0")
    assert frozen_layers(PARTS, "1") == {"block0.conv", "block0.norm"}
    assert frozen_layers(PARTS, "block1") == frozen_layers(PARTS, "2")
    assert frozen_layers(PARTS, "block1.conv") == {"block0.conv", "block0.norm", "block1.conv"}
    assert frozen_layers(PARTS, "4") == frozen_layers(PARTS, "all") == set(PARTS.backbone)


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("5", "has 4 blocks before its head.*0 to 4, 'all', or a name: block0, block1, block2, block3"),
        ("blok1", "no such layer.*Did you mean 'block1'"),
        ("fc", "which is the head: nothing would be left to learn"),
    ],
)
def test_what_cannot_be_frozen_is_an_error_that_names_what_can(word: str, message: str) -> None:
    with pytest.raises(RecipeError, match=message):
        frozen_layers(PARTS, word)


def test_the_head_learns_first_and_then_all() -> None:
    stages = plan_stages(PARTS, freeze="none", unfreeze="head-first", head_epochs=3, epochs=2)
    assert [stages.at(epoch).head_only for epoch in range(1, 7)] == [True, True, True, False, False, False]
    assert stages.at(4).frozen == frozenset()


def test_what_is_frozen_stays_so_when_the_rest_joins_the_head() -> None:
    stages = plan_stages(PARTS, freeze="2", unfreeze="head-first", head_epochs=1, epochs=2)
    assert stages.at(2).frozen == frozen_layers(PARTS, "2")


def test_gradual_unfreezing_goes_from_the_last_block_to_the_first() -> None:
    stages = plan_stages(PARTS, freeze="none", unfreeze="gradual", head_epochs=1, epochs=8)
    counts = [len(stages.at(epoch).frozen) // 2 for epoch in range(1, 10)]
    assert counts == [4, 3, 2, 1, 0, 0, 0, 0, 0]
    assert stages.at(2).frozen == frozen_layers(PARTS, "3")
    short = plan_stages(PARTS, freeze="none", unfreeze="gradual", head_epochs=1, epochs=2)
    assert [len(short.at(epoch).frozen) for epoch in (1, 2, 3)] == [8, 0, 0]


def test_rates_fall_with_the_distance_from_the_head() -> None:
    scales = rate_scales(PARTS, 0.5)
    assert (scales["block3.conv"], scales["block3.norm"], scales["block0.conv"]) == (0.5, 0.5, 0.0625)
    assert "fc" not in scales


def test_frozen_layers_neither_learn_nor_drop_nor_count() -> None:
    network = make_network()
    before = {key: value.clone() for key, value in network.state_dict().items()}
    wrapper = FrozenWrapper(network, None)
    wrapper.freeze(frozenset({"0", "1", "2"}), from_features=False, in_float32=False)
    optimizer = build_optimizer([wrapper], OptimizerSettings(name="sgd", weight_decay=0.1))
    held = [parameter for group in optimizer.param_groups for parameter in group["params"]]
    assert {id(parameter) for parameter in held} == {id(each) for part in network[3:] for each in part.parameters()}
    wrapper.train()
    inputs = torch.randn(16, 4, generator=torch.Generator().manual_seed(1))
    assert torch.equal(network[:3](inputs), network[:3].eval()(inputs))
    wrapper.train()
    for group in optimizer.param_groups:
        group["lr"] = 0.1
    wrapper(inputs).square().sum().backward()
    optimizer.step()
    changed = {key for key, value in network.state_dict().items() if not torch.equal(value, before[key])}
    assert changed == {f"{layer}.{name}" for layer, name in (
        ("3", "weight"), ("3", "bias"), ("4", "weight"), ("4", "bias"), ("4", "running_mean"), ("4", "running_var"),
        ("4", "num_batches_tracked"), ("5", "weight"), ("5", "bias"),
    )}  # fmt: skip


def test_a_checkpoint_of_a_wrapped_network_is_one_of_the_network() -> None:
    network = make_network()
    wrapper = FrozenWrapper(network, cut_at_head(network, Form(shape=(4,))))
    assert list(wrapper.state_dict()) == list(network.state_dict())
    other = make_network()
    with torch.no_grad():
        next(other.parameters()).add_(1)
    wrapper.load_state_dict(other.state_dict())
    assert torch.equal(next(network.parameters()), next(other.parameters()))


def test_given_back_everything_learns_that_did() -> None:
    network = make_network()
    network[0].bias.requires_grad_(False)
    wrapper = FrozenWrapper(network, None)
    wrapper.freeze(frozenset({"0", "1", "2", "3", "4"}), from_features=False, in_float32=True)
    assert [name for name, parameter in network.named_parameters() if parameter.requires_grad] == ["5.weight", "5.bias"]
    wrapper.release()
    assert [name for name, parameter in network.named_parameters() if not parameter.requires_grad] == ["0.bias"]


def test_a_head_computes_in_float32_whatever_the_precision_of_the_training() -> None:
    network = make_network()
    wrapper = FrozenWrapper(network, cut_at_head(network, Form(shape=(4,))))
    features = torch.randn(2, 6)
    with torch.autocast("cpu", torch.bfloat16):
        wrapper.freeze(frozenset({"0", "1", "2", "3", "4"}), from_features=True, in_float32=True)
        assert wrapper(features).dtype is torch.float32
        wrapper.release()
        assert wrapper(torch.randn(2, 4)).dtype is torch.bfloat16


def test_scaled_rates_reach_the_optimizer() -> None:
    network = make_network()
    wrapper = FrozenWrapper(network, None, {"0": 0.25, "1": 0.25, "3": 0.5, "4": 0.5})
    groups = build_optimizer([wrapper], OptimizerSettings(weight_decay=0.1)).param_groups
    found = {
        id(parameter): (group["lr_scale"], group["weight_decay"]) for group in groups for parameter in group["params"]
    }
    assert found[id(network[0].weight)] == (0.25, 0.1)
    assert found[id(network[1].weight)] == (0.25, 0.0)
    assert found[id(network[5].weight)] == (1.0, 0.1)


def test_one_course_of_the_rate_follows_another() -> None:
    first = Schedule("cosine", 1.0, num_steps=4, steps_per_epoch=2)
    second = Schedule("one-cycle", 0.1, num_steps=6, steps_per_epoch=2, warmup_epochs=1)
    chained = ChainedSchedule(first, 4, second)
    assert [chained.at(step) for step in range(10)] == [*map(first.at, range(4)), *map(second.at, range(6))]
