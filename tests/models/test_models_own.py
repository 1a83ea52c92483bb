"""What every model of ours keeps."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch
from torch import Tensor, nn

from pellucid.kinds import Form
from pellucid.models import INITS, build_model, count_parameters, find_model, head, summarise
from pellucid.models.catalogue import OWN

PICTURED = [name for name, entry in OWN.items() if entry.wishes.kinds == "any" or "image" in entry.wishes.kinds]
"""Those that take pictures; what others keep is tested with their own kinds of input."""
WHOLE = [name for name in PICTURED if not OWN[name].answers_pixels and not OWN[name].task]
"""Of these, those that answer a picture as a whole: others answer with a picture, with as many numbers as it has."""
SIZES = {"lenet5": (28, 32), "lenet5-sigmoid": (28, 32), "cnn": (8, 28, 32, 96)}
EVERY_PLACE = ("ngram", "seq2seq", "transformer-seq2seq")
"""Those that answer place by place, which is tested with what they learn."""
CASES: list[tuple[str, Form]] = [
    *(
        (name, Form(shape=(channels, size, size)))
        for name in WHOLE
        for channels in (1, 3)
        for size in SIZES.get(name, (8, 29))
    ),
    *((name, entry.example[0]) for name, entry in OWN.items() if name not in (*PICTURED, *EVERY_PLACE)),
]


DRAWN = [name for name in PICTURED if name != "perceptron"]
"""Those whose first weights are drawn: a perceptron starts at zero."""


def form_of(name: str) -> Form:
    """Return what a model is tried on: a picture, or what it takes instead."""
    return Form(shape=(1, 28, 28)) if name in PICTURED else OWN[name].example[0]


def outputs_of(name: str) -> int:
    """Return how many numbers a model is to give of that: ten, or one for each of the picture's."""
    return 10 if name not in PICTURED or name in WHOLE else 28 * 28


def some(form: Form, count: int, *, seed: int) -> Tensor:
    """Return examples of a form, drawn by chance."""
    generator = torch.Generator().manual_seed(seed)
    if form.vocabulary is not None:
        return torch.randint(1, form.vocabulary, (count, *form.shape), generator=generator)
    return torch.randn(count, *form.shape, generator=generator)


@pytest.mark.parametrize(("name", "form"), CASES)
def test_own_models_go_forwards_and_backwards_at_the_sizes_they_allow(name: str, form: Form) -> None:
    model = build_model(name, form=form, outputs=4, seed=0)
    outputs = model(some(form, 2, seed=1))
    assert outputs.shape == (2, 4)
    outputs.square().sum().backward()
    for path, parameter in model.named_parameters():
        assert parameter.grad is not None, path
        assert parameter.grad.isfinite().all(), path


@pytest.mark.parametrize("name", WHOLE)
def test_own_models_end_in_a_dense_layer_that_reads_the_feature_vector(name: str) -> None:
    model = build_model(name, form=Form(shape=(1, 28, 28)), outputs=7, seed=0)
    last = head(model)
    assert isinstance(last, nn.Linear)
    assert last.out_features == 7
    rows = summarise(model, Form(shape=(1, 28, 28)))
    assert rows[-1].output_shape == (7,)
    assert rows[-1].operator == "Linear"
    assert rows[-2].output_shape == (last.in_features,)


@pytest.mark.parametrize("name", PICTURED)
def test_layers_of_own_models_hold_all_parameters_between_them(name: str) -> None:
    model = build_model(name, form=form_of(name), outputs=outputs_of(name), seed=0)
    assert sum(row.parameters for row in summarise(model, form_of(name))) == count_parameters(model)


@pytest.mark.parametrize("name", PICTURED)
def test_own_models_change_nothing_in_place(name: str) -> None:
    model = build_model(name, form=form_of(name), outputs=outputs_of(name), seed=0)
    assert not any(getattr(layer, "inplace", False) for layer in model.modules())


@pytest.mark.parametrize("name", DRAWN)
def test_the_same_seed_gives_the_same_weights_and_leaves_the_global_generator_alone(name: str) -> None:
    torch.manual_seed(123)
    expected_next = torch.rand(3)
    torch.manual_seed(123)
    one, same, other = (
        build_model(name, form=form_of(name), outputs=outputs_of(name), seed=seed) for seed in (5, 5, 6)
    )
    assert torch.equal(torch.rand(3), expected_next)
    for left, right in zip(one.parameters(), same.parameters(), strict=True):
        assert torch.equal(left, right)
    assert any(not torch.equal(left, right) for left, right in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("name", [name for name in DRAWN if name in WHOLE])
def test_fresh_outputs_and_gradients_are_neither_tiny_nor_huge(name: str) -> None:
    model = build_model(name, form=form_of(name), outputs=outputs_of(name), seed=0)
    outputs = model(some(form_of(name), 16, seed=0))
    assert 0.05 < outputs.std().item() < 5
    loss = nn.functional.cross_entropy(outputs, torch.arange(16) % 10)
    loss.backward()  # type: ignore[no-untyped-call]
    first = next(model.parameters()).grad
    assert first is not None
    assert first.norm().item() > 1e-3


@pytest.mark.parametrize("init", INITS)
@pytest.mark.parametrize("name", ["mlp", "cnn"])
def test_every_initialisation_can_be_asked_for(name: str, init: str) -> None:
    model = build_model(name, form=Form(shape=(1, 8, 8)), outputs=3, init=init, seed=0)
    assert model(torch.randn(2, 1, 8, 8)).shape == (2, 3)


@pytest.mark.parametrize("name", OWN)
def test_names_stand_for_themselves(name: str) -> None:
    assert find_model(name).name == name


def test_naming_and_listing_the_room_does_not_load_torch() -> None:
    code = (
        "import sys; import pellucid.models as models; from pellucid.kinds import Form; "
        "models.find_model('cnn').check_input(Form(shape=(1, 8, 8))); "
        "sys.exit(bool({'torch', 'timm', 'torchvision'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_building_an_own_model_loads_neither_timm_nor_torchvision() -> None:
    code = (
        "import sys; import pellucid.models as models; from pellucid.kinds import Form; "
        "models.build_model('cnn', form=Form(shape=(1, 8, 8)), outputs=2, seed=0); "
        "sys.exit(bool({'timm', 'torchvision'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
