"""Borrowed weights: found by name, checked, and put everywhere but into the head."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from pellucid.errors import DataError, ModelError
from pellucid.kinds import Form
from pellucid.models import StoredWeights, build_model, find_model, find_same_weights, find_weights, wishes_of
from pellucid.models.pretrained import head_names

Store = Callable[..., StoredWeights]
SMALL = "timm:test_resnet"
DATA = Path(os.environ.get("PELLUCID_DATA", ""))
needs_backbones = pytest.mark.skipif(
    not (DATA / "pretrained").is_dir() or not os.environ.get("PELLUCID_DATA"),
    reason="PELLUCID_DATA names no folder with pretrained/",
)


@pytest.fixture
def store(store_weights: Store) -> Store:
    """Return a function that keeps weights of a small model of timm in a store of the test's own."""
    return partial(store_weights, mean=(0.1, 0.2, 0.3), std=(0.4, 0.5, 0.6), input_size=40)


def test_everything_but_the_head_is_borrowed(store: Store) -> None:
    stored = store(SMALL)
    given = load_file(stored.path)
    state = build_model(
        SMALL, form=Form(shape=(3, 32, 32)), outputs=4, seed=0, weights=find_weights("test_resnet")
    ).state_dict()
    for key, value in state.items():
        # The head starts from zero, so that its first answers are those of chance.
        assert torch.equal(value, torch.zeros_like(value) if key.startswith("fc.") else given[key]), key


def test_a_head_of_the_same_shape_is_not_borrowed_either(store: Store) -> None:
    stored = store(SMALL)
    model = build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=7, seed=0, weights=stored)
    assert not torch.equal(model.state_dict()["fc.weight"], load_file(stored.path)["fc.weight"])


def test_the_input_is_wished_for_as_the_weights_know_it(store: Store) -> None:
    wishes = wishes_of(store(SMALL).card, find_model(SMALL).wishes)
    assert (wishes.channels, wishes.mean, wishes.std, wishes.default_size) == (
        (3,),
        (0.1, 0.2, 0.3),
        (0.4, 0.5, 0.6),
        40,
    )
    with pytest.raises(ModelError, match="takes 3"):
        build_model(SMALL, form=Form(shape=(1, 32, 32)), outputs=4, seed=0, weights=find_weights(SMALL))


def test_weights_without_a_head_will_do(store: Store) -> None:
    stored = store(SMALL, drop="fc.")
    state = build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=4, seed=0, weights=stored).state_dict()
    given = load_file(stored.path)
    assert not any(name.startswith("fc.") for name in given)
    assert all(torch.equal(state[name], value) for name, value in given.items())


def test_weights_that_lack_more_than_the_head_are_refused_by_name(store: Store) -> None:
    with pytest.raises(ModelError, match=r"missing \(layer1\."):
        build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=4, seed=0, weights=store(SMALL, drop="layer1."))


def test_weights_of_another_model_are_refused_by_name(store: Store) -> None:
    with pytest.raises(ModelError, match="does not fit the model 'timm:test_resnet'"):
        build_model("timm:test_vit", form=Form(shape=(3, 160, 160)), outputs=4, seed=0, weights=store(SMALL))


def test_damaged_weights_are_noticed(store: Store) -> None:
    stored = store(SMALL)
    stored.path.write_bytes(stored.path.read_bytes()[:-1] + b"\x01")
    with pytest.raises(DataError, match="damaged"):
        build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=4, seed=0, weights=stored)


def test_missing_weights_name_what_there_is_and_how_to_add_them(store: Store) -> None:
    store(SMALL)
    with pytest.raises(ModelError, match=r"Here are: timm:test_resnet\..*weights add FILE --model timm:test_vit"):
        find_weights("test_vit")


def test_own_models_have_no_pretrained_weights(store: Store) -> None:
    with pytest.raises(ModelError, match="one of ours"):
        find_weights("lenet5")


def test_a_bare_name_takes_any_tag_but_not_one_of_several(store: Store) -> None:
    tagged = store(f"{SMALL}.r160_in1k")
    assert find_weights(SMALL).card == tagged.card
    store(f"{SMALL}.other", seed=2)
    with pytest.raises(ModelError, match=r"--model timm:test_resnet\.other or --model timm:test_resnet\.r160_in1k"):
        find_weights(SMALL)


def test_the_same_weights_are_found_by_their_checksum(store: Store) -> None:
    card = store(f"{SMALL}.r160_in1k").card
    store(SMALL, seed=2)
    assert find_same_weights(card).card == card
    with pytest.raises(ModelError, match="not on this machine"):
        find_same_weights(card.model_copy(update={"sha256": "0" * 64}))


def test_what_timm_downloaded_before_is_found_without_the_network(store: Store, tmp_path: Path) -> None:
    stored = store(SMALL)
    folder = tmp_path / "hub" / "models--timm--test_resnet.r160_in1k" / "snapshots" / "abc"
    folder.mkdir(parents=True)
    stored.path.rename(folder / "model.safetensors")
    stored.path.with_suffix(".json").unlink()
    found = find_weights(SMALL)
    assert (found.place, found.card.name, found.card.mean) == (
        "timm's cache",
        f"{SMALL}.r160_in1k",
        (0.5, 0.5, 0.5),
    )
    build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=4, seed=0, weights=found)


def test_what_torchvision_downloaded_before_is_found_without_the_network(store: Store, tmp_path: Path) -> None:
    store(SMALL)
    folder = tmp_path / "torch" / "hub" / "checkpoints"
    folder.mkdir(parents=True)
    model = build_model("tv:squeezenet1_1", form=Form(shape=(3, 32, 32)), outputs=1000, seed=3)
    torch.save(model.state_dict(), folder / "squeezenet1_1-b8a52dc0.pth")
    found = find_weights("tv:squeezenet1_1")
    assert (found.place, found.card.input_size) == ("torch's cache", 224)
    built = build_model("tv:squeezenet1_1", form=Form(shape=(3, 32, 32)), outputs=2, seed=0, weights=found)
    assert torch.equal(built.state_dict()["features.0.weight"], model.state_dict()["features.0.weight"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("timm:mobilenetv2_100", ("classifier",)),
        ("timm:convnext_atto", ("head.fc",)),
        ("timm:deit_tiny_distilled_patch16_224", ("head", "head_dist")),
        ("tv:squeezenet1_1", ("classifier.1",)),
        ("tv:alexnet", ("classifier.6",)),
        ("tv:resnet18", ("fc",)),
        ("tv:swin_t", ("head",)),
    ],
)
def test_the_head_is_known_by_name(name: str, expected: tuple[str, ...]) -> None:
    with torch.device("meta"):
        entry = find_model(name)
        assert head_names(entry.build((3, 224, 224), 5, entry.defaults)) == expected


@needs_backbones
def test_mobilenet_of_the_data_folder_gives_timms_own_features() -> None:
    import timm

    reference = timm.create_model("mobilenetv2_100", num_classes=0)
    reference.load_state_dict(load_file(DATA / "pretrained" / "mobilenetv2_100_features.safetensors"))
    model = build_model(
        "mobilenetv2_100", form=Form(shape=(3, 64, 64)), outputs=5, seed=0, weights=find_weights("mobilenetv2_100")
    )
    picture = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        features = model.eval().forward_head(model.forward_features(picture), pre_logits=True)  # type: ignore[operator]
        torch.testing.assert_close(features, reference.eval()(picture), rtol=0, atol=0)


@needs_backbones
def test_squeezenet_of_the_data_folder_gives_torchvisions_own_features() -> None:
    import torchvision

    reference = torchvision.models.squeezenet1_1(weights=None)
    reference.load_state_dict(load_file(DATA / "pretrained" / "squeezenet1_1.safetensors"))
    model = build_model(
        "squeezenet1_1", form=Form(shape=(3, 64, 64)), outputs=5, seed=0, weights=find_weights("squeezenet1_1")
    )
    picture = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        ours, theirs = model.eval().features, reference.eval().features
        torch.testing.assert_close(ours(picture), theirs(picture), rtol=0, atol=0)  # type: ignore[operator]
