from __future__ import annotations

import pytest
import torch

from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model, find_model, list_models


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("lenet", "lenet5"),
        ("mpl", "mlp"),
        ("timm:resnet81", "timm:resnet"),
        ("tv:alexnett", "tv:alexnet"),
        ("hf-hub:timm/resnet18", ""),
        ("timm:hf-hub:timm/resnet18", ""),
        ("timm:resnet18.no_such_tag", "timm:resnet18"),
        ("timm:", ""),
    ],
)
def test_an_unknown_name_gets_the_nearest_known_one(word: str, nearest: str) -> None:
    with pytest.raises(ModelError) as caught:
        find_model(word)
    assert f"There is no model '{word}'." in str(caught.value)
    assert "One of ours (linear, perceptron, mlp, lenet5" in str(caught.value)
    if nearest:
        assert f"Did you mean '{nearest}" in str(caught.value)


def test_a_bare_name_of_both_libraries_is_timms_and_it_is_said() -> None:
    entry = find_model("resnet18")
    assert entry.name == "timm:resnet18"
    assert entry.note == "'resnet18' is read as timm:resnet18; torchvision's is tv:resnet18."


def test_a_bare_name_of_torchvision_alone_is_torchvisions_and_it_is_said() -> None:
    entry = find_model("alexnet")
    assert entry.name == "tv:alexnet"
    assert entry.note == "'alexnet' is read as tv:alexnet."


@pytest.mark.parametrize("name", ["timm:resnet18", "timm:resnet18.a1_in1k", "tv:resnet18", "mlp"])
def test_a_full_name_needs_no_remark(name: str) -> None:
    entry = find_model(name)
    assert entry.name == name
    assert entry.note == ""


def test_an_option_that_is_not_honoured_names_those_that_are() -> None:
    with pytest.raises(ModelError, match=r"'lenet5' does not take the option hidden\. It takes activation, dropout"):
        build_model("lenet5", form=Form(shape=(1, 28, 28)), outputs=10, options=ModelOptions(hidden=(5,)), seed=0)


def test_several_options_of_a_model_that_takes_none_are_named_together() -> None:
    options = ModelOptions(dropout=0.1, activation="elu", maxout_pieces=3)
    with pytest.raises(ModelError, match=r"options activation, dropout, maxout_pieces\. It takes no options"):
        build_model("linear", form=Form(shape=(4,)), outputs=3, options=options, seed=0)


def test_an_activation_the_model_cannot_use_names_those_it_can() -> None:
    with pytest.raises(ModelError, match=r"cannot be built with the activation 'maxout'\. It takes sigmoid, tanh"):
        build_model("cnn", form=Form(shape=(1, 8, 8)), outputs=3, options=ModelOptions(activation="maxout"), seed=0)


def test_maxout_pieces_without_maxout_are_refused() -> None:
    with pytest.raises(ModelError, match="maxout_pieces is 3, but the activation is 'relu'"):
        build_model("mlp", form=Form(shape=(4,)), outputs=3, options=ModelOptions(maxout_pieces=3), seed=0)


def test_resolved_options_are_complete() -> None:
    resolved = find_model("mlp").resolve(ModelOptions(activation="tanh"))
    assert resolved == ModelOptions(hidden=(256,), activation="tanh", dropout=0.0, batch_norm=False)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"hiden": [3]}, "unknown key 'hiden'. Did you mean 'hidden'?"),
        ({"hidden": [0]}, "hidden.0"),
        ({"dropout": 1.0}, "dropout"),
        ({"activation": "swish"}, "activation"),
        ({"maxout_pieces": 1}, "maxout_pieces"),
    ],
)
def test_options_out_of_range_are_refused(given: dict[str, object], fault: str) -> None:
    with pytest.raises(ModelError) as caught:
        ModelOptions.from_dict(given, source="recipe.yaml", error=ModelError)
    assert fault in str(caught.value)


def test_a_table_cannot_go_into_a_model_of_pictures() -> None:
    with pytest.raises(ModelError, match=r"takes pictures, and the input is a row of 4 numbers.*'mlp'"):
        build_model("cnn", form=Form(shape=(4,)), outputs=3, seed=0)


@pytest.mark.parametrize("shape", [(), (0,), (1, 0, 8)])
def test_an_empty_input_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ModelError, match="is empty"):
        build_model("mlp", form=Form(shape=shape), outputs=3, seed=0)


def test_two_channels_are_refused() -> None:
    with pytest.raises(ModelError, match=r"2 channels\. It takes 1 or 3\."):
        build_model("cnn", form=Form(shape=(2, 8, 8)), outputs=3, seed=0)


def test_no_outputs_are_refused() -> None:
    with pytest.raises(ModelError, match="asked for 0 outputs"):
        build_model("mlp", form=Form(shape=(4,)), outputs=0, seed=0)


def test_own_models_are_listed_with_parameters_and_wishes() -> None:
    rows = {row.name: row for row in list_models()}
    small = ["linear", "perceptron", "mlp", "lenet5", "lenet5-sigmoid", "cnn", "unet"]
    pictures = [*small, "resnet8", "resnet20", "resnet56", "resnet110", "plain20", "plain56", "plain110"]
    pictures += ["autoencoder", "vae", "conv-autoencoder", "dcgan", "ddpm"]
    assert [name for name, row in rows.items() if row.wishes.take("image")] == pictures
    series = ["fcn1d", "cnn1d", "tcn", "inception1d", "transformer1d", "rnn", "lstm", "gru"]
    assert {name for name, row in rows.items() if row.wishes.take("series")} == {"linear", "perceptron", "mlp", *series}
    texts = ["bow", "embedding", "textcnn", "lstm", "gru", "rnn", "transformer", "ngram", "seq2seq"]
    texts += ["transformer-seq2seq"]
    assert {name for name, row in rows.items() if row.wishes.kinds != "any" and row.wishes.take("text")} == set(texts)
    assert rows["ngram"].parameters == 0  # it counts
    assert rows["linear"].parameters == 7_850
    assert rows["mlp"].parameters == 203_530
    assert rows["lenet5-sigmoid"].parameters == 61_706
    assert rows["resnet20"].parameters == 269_722
    assert rows["lenet5"].wishes.sizes == (28, 32)
    assert all(row.description and row.library == "pellucid" for row in rows.values())


def test_a_pattern_is_part_of_a_name_or_has_wildcards() -> None:
    assert [row.name for row in list_models("resnet")] == ["resnet8", "resnet20", "resnet56", "resnet110"]
    assert [row.name for row in list_models("lenet?")] == ["lenet5"]
    assert list_models("nothing-like-it") == []


def test_few_models_of_the_libraries_are_listed_with_their_parameters_at_1000_classes() -> None:
    rows = {row.name: row.parameters for row in list_models("*:resnet18", with_timm=True, with_torchvision=True)}
    assert rows == {"timm:resnet18": 11_689_512, "tv:resnet18": 11_689_512}


def test_many_models_of_the_libraries_are_listed_without_counting() -> None:
    rows = list_models(with_timm=True)
    assert len(rows) > 1000
    assert {row.parameters for row in rows if row.library == "timm"} == {None}


def test_cnn_bn_is_cnn_which_has_batch_norm() -> None:
    assert find_model("cnn-bn") is find_model("cnn")
    model = build_model("cnn-bn", form=Form(shape=(1, 28, 28)), outputs=10, seed=0)
    assert any(isinstance(module, torch.nn.BatchNorm2d) for module in model.modules())


@pytest.mark.parametrize(
    ("name", "full"),
    [
        ("alexnet", "tv:alexnet"),
        ("googlenet", "tv:googlenet"),
        ("vgg16", "timm:vgg16"),
        ("resnet18", "timm:resnet18"),
        ("densenet121", "timm:densenet121"),
    ],
)
def test_the_classics_go_by_their_bare_names_and_it_is_said(name: str, full: str) -> None:
    entry = find_model(name)
    assert entry.name == full
    assert f"'{name}' is read as {full}" in entry.note
