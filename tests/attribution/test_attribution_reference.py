"""Every method against captum, or where captum has none against its paper's equations written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from captum.attr import InputXGradient, IntegratedGradients, LayerGradCam, Occlusion, Saliency
from torch import Tensor, nn

from pellucid.attribution import Explainer
from pellucid.attribution.occlusion import occlude
from pellucid.attribution.question import Question
from pellucid.attribution.score import score_of_module
from pellucid.kinds import Form
from pellucid.models import build_model

NETWORKS = ["lenet5", "resnet8", "cnn"]


def network(name: str) -> tuple[nn.Module, Tensor]:
    shape = (1, 28, 28) if name == "lenet5" else (3, 32, 32)
    model = build_model(name, form=Form(shape=shape), outputs=5, seed=0).eval()
    return model, torch.randn(1, *shape, generator=torch.Generator().manual_seed(3))


def by_us(model: nn.Module, picture: Tensor, method: str, target: int) -> Any:
    return Explainer(model).explain(picture, target=target, methods=[method], checks=False).attributions[0]


@pytest.mark.parametrize("name", NETWORKS)
def test_saliency_is_captums(name: str) -> None:
    model, picture = network(name)
    theirs = Saliency(model).attribute(picture.clone().requires_grad_(), target=2)[0]
    assert by_us(model, picture, "saliency", 2).values == pytest.approx(theirs.numpy(), abs=1e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_integrated_gradients_are_captums_and_nearly_complete(name: str) -> None:
    model, picture = network(name)
    theirs, delta = IntegratedGradients(model).attribute(picture, target=2, return_convergence_delta=True)
    ours = by_us(model, picture, "integrated-gradients", 2)
    assert ours.values == pytest.approx(theirs[0].detach().numpy(), abs=1e-5)
    assert ours.figures["completeness_gap"] == pytest.approx(delta.item(), abs=1e-5)


@pytest.mark.parametrize(("window", "stride"), [((4, 4), (2, 2)), ((5, 3), (3, 2)), ((8, 8), (8, 8)), ((6, 6), (5, 4))])
def test_occlusion_is_captums_also_where_windows_reach_beyond_the_edge(
    window: tuple[int, int], stride: tuple[int, int]
) -> None:
    model, picture = network("lenet5")
    theirs = Occlusion(model).attribute(picture, (1, *window), strides=(1, *stride), target=1)
    with torch.no_grad():
        score = score_of_module(model(picture), 1)
    ours = occlude(Question(model, picture, score, None, torch.zeros_like(picture)), window=window, stride=stride)
    assert ours.numpy() == pytest.approx(theirs[0].numpy(), abs=1e-5)


@pytest.mark.parametrize(
    ("name", "layer"), [("lenet5", "conv2"), ("lenet5", "pool2"), ("resnet8", "stage3"), ("cnn", "act5")]
)
def test_grad_cam_is_captums(name: str, layer: str) -> None:
    model, picture = network(name)
    theirs = LayerGradCam(model, model.get_submodule(layer)).attribute(picture, target=4, relu_attributions=True)
    ours = Explainer(model).explain(picture, target=4, methods=["grad-cam"], layer=layer, checks=False)
    assert ours.attributions[0].layer == layer
    assert ours.attributions[0].cells == pytest.approx(theirs[0, 0].detach().numpy(), abs=1e-5)


def maps_and_gradients(model: nn.Module, layer: str, picture: Tensor, target: int) -> tuple[Any, Any]:
    kept: list[Tensor] = []
    hook = model.get_submodule(layer).register_forward_hook(lambda _, __, output: kept.append(output))
    score = model(picture)[0, target]
    hook.remove()
    return kept[0][0].detach().numpy(), torch.autograd.grad(score, kept[0])[0][0].numpy()


def test_grad_cam_plus_plus_and_layer_cam_are_their_equations_written_out() -> None:
    model, picture = network("cnn")
    maps, gradients = maps_and_gradients(model, "act5", picture, 3)
    plus = np.zeros(maps.shape[1:])
    for k in range(len(maps)):
        total, weight = maps[k].sum(), 0.0
        for i in range(maps.shape[1]):
            for j in range(maps.shape[2]):
                g = float(gradients[k, i, j])
                below = 2 * g**2 + total * g**3
                weight += (g**2 / below if below else 0.0) * max(g, 0.0)
        plus += weight * maps[k]
    layer = np.maximum((np.maximum(gradients, 0) * maps).sum(axis=0), 0)
    made = Explainer(model).explain(picture, target=3, methods=["grad-cam++", "layer-cam"], layer="act5", checks=False)
    assert made["grad-cam++"].cells == pytest.approx(np.maximum(plus, 0), abs=1e-5)
    assert made["layer-cam"].cells == pytest.approx(layer, abs=1e-5)


def test_smooth_grad_is_the_mean_gradient_over_noisy_copies_and_the_same_every_time() -> None:
    model, picture = network("lenet5")
    first = by_us(model, picture, "smooth-grad", 0)
    assert np.array_equal(first.values, by_us(model, picture, "smooth-grad", 0).values)
    noise = torch.randn((25, 1, 28, 28), generator=torch.Generator().manual_seed(0))
    mean = torch.zeros(1, 28, 28)
    for one in noise:
        noisy = (picture[0] + 0.15 * (picture.max() - picture.min()) * one)[None].requires_grad_()
        mean += torch.autograd.grad(model(noisy)[0, 0], noisy)[0][0] / 25
    assert first.values == pytest.approx(mean.abs().numpy(), abs=1e-6)


def test_integrated_gradients_of_a_linear_model_are_weight_times_input() -> None:
    model = nn.Linear(4, 3)
    row = torch.tensor([1.0, -2.0, 0.5, 3.0])
    ours = Explainer(model).explain(row, target=1)
    assert ours.attributions[0].method == "integrated-gradients"
    assert ours.attributions[0].values == pytest.approx((model.weight[1] * row).detach().numpy(), abs=1e-6)
    assert abs(ours.attributions[0].figures["completeness_gap"]) < 1e-5


def test_the_other_class_of_a_single_logit_is_its_negative() -> None:
    model = nn.Linear(3, 1)
    row = torch.tensor([1.0, 2.0, 3.0])
    yes, no = (Explainer(model).explain(row, target=target, checks=False) for target in (1, 0))
    assert yes.attributions[0].values == pytest.approx(-no.attributions[0].values)
    assert yes.answered + no.answered == pytest.approx(1)


def test_a_model_is_left_as_it_was() -> None:
    model, picture = network("resnet8")
    model.train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    Explainer(model).explain(picture)
    assert model.training
    assert all(torch.equal(before[name], value) for name, value in model.state_dict().items())
    assert all(parameter.grad is None and parameter.requires_grad for parameter in model.parameters())
    assert not any(module._forward_hooks for module in model.modules())


@pytest.mark.parametrize("name", NETWORKS[:1])
def test_gradient_times_input_is_captums(name: str) -> None:
    model, picture = network(name)
    theirs = InputXGradient(model).attribute(picture.clone().requires_grad_(), target=2)[0]
    assert by_us(model, picture, "gradient-x-input", 2).values == pytest.approx(theirs.detach().numpy(), abs=1e-5)
