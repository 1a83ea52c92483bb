"""Files of weights and cards of strangers: one that lies is refused with its reason, and hides no other."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from pellucid.cli.main import main
from pellucid.errors import DataError, ModelError
from pellucid.models import add_weights, list_weights
from pellucid.models.published import published
from pellucid.models.weight_files import find_weight_file, read_tensors
from pellucid.store import StoredWeights, WeightsCard, is_bundle

posix = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")
Store = Callable[..., StoredWeights]
MODEL = "tv:squeezenet1_1"


def test_dictionaries_that_hold_themselves_or_one_another_are_followed_to_an_end(tmp_path: Path) -> None:
    itself: dict[str, Any] = {}
    itself["state_dict"] = itself
    one: dict[str, Any] = {}
    one["model"] = {"net": {"weights": one}}
    deep: dict[str, Any] = {"state_dict": {}}
    for _ in range(50):
        deep = {"state_dict": deep}
    for number, content in enumerate((itself, one, deep)):
        torch.save(content, tmp_path / f"{number}.pth")
        with pytest.raises(DataError, match="without an end"):
            read_tensors(tmp_path / f"{number}.pth")
    torch.save({"state_dict": {"model": {"module.a": torch.ones(2)}}}, tmp_path / "good.pth")
    assert list(read_tensors(tmp_path / "good.pth")) == ["a"]


def test_a_tensor_larger_than_its_numbers_is_refused_before_it_is_made(tmp_path: Path) -> None:
    for number, value in enumerate(
        (torch.ones(1, dtype=torch.float16).expand(1 << 40), torch.zeros(2).as_strided((1 << 20, 1 << 20), (0, 0)))
    ):
        torch.save({"a": value}, tmp_path / f"{number}.pth")
        with pytest.raises(DataError, match="'a': it has fewer numbers than its shape needs"):
            read_tensors(tmp_path / f"{number}.pth")


@posix
def test_what_is_no_file_of_weights_is_refused_with_words(tmp_path: Path) -> None:
    for name in ("a.pth", "a.safetensors", "a.bin", "a.zip"):
        os.mkfifo(tmp_path / name)
        with pytest.raises(DataError, match="no file but a pipe"):
            find_weight_file(tmp_path / name)
        assert not is_bundle(tmp_path / name)
    for content in (b"", b"PK\x03\x04", b"\x80\x02" + b"(" * 5000, b"\x80\x02}q\x00.", bytes(1000)):
        (tmp_path / "x.pth").write_bytes(content)
        with pytest.raises(DataError, match=r"x\.pth"):
            read_tensors(tmp_path / "x.pth")


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_weights_that_are_no_numbers_are_not_taken(store_weights: Store, tmp_path: Path, value: float) -> None:
    from safetensors.torch import load_file, save_file

    stored = store_weights(MODEL)
    tensors = load_file(stored.path)
    name = sorted(name for name in tensors if "classifier" not in name)[3]
    tensors[name].view(-1)[0] = value
    save_file(tensors, tmp_path / "bad.safetensors")
    with pytest.raises(ModelError, match=f"NaN or infinite numbers .{name}"):
        add_weights(tmp_path / "bad.safetensors", model=MODEL)


@pytest.mark.parametrize(
    "card",
    [
        {"mean": [float("nan"), 0, 0]},
        {"std": [0, 1, 1]},
        {"std": [-1, 1, 1]},
        {"std": [float("inf"), 1, 1]},
        {"file": "../../etc/passwd"},
        {"file": "/etc/passwd"},
        {"file": "a/b.safetensors"},
        {"name": "tv:../x"},
        {"bytes": 10**30},
        {"source": ["x"] * 10},
    ],
)
def test_cards_that_cannot_be_true_are_refused_and_hide_no_other(
    store_weights: Store, tmp_path: Path, card: dict[str, Any]
) -> None:
    stored = store_weights(MODEL)
    told = {**stored.card.to_dict(), **card}
    (stored.path.parent / "bad.json").write_text(json.dumps(told))
    faults: list[str] = []
    assert [one.path for one in list_weights(faults)] == [stored.path]
    assert len(faults) == 1
    assert "bad.json" in faults[0]


@posix
def test_whatever_lies_beside_weights_the_list_and_the_check_go_on(
    store_weights: Store, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stored = store_weights(MODEL)
    folder = stored.path.parent
    (folder / "deep.json").write_bytes(b"[" * 100_000)
    os.mkfifo(folder / "pipe.json")
    (folder / "zero.json").symlink_to("/dev/zero")
    (folder / "circle.json").symlink_to("circle.json")
    (folder / "half.json").write_text(json.dumps(stored.card.to_dict()).replace("this test", "\\ud800"))
    (tmp_path / "data" / "pretrained").mkdir()
    os.mkfifo(tmp_path / "data" / "pretrained" / "pipe.safetensors")
    (tmp_path / "data" / "pretrained" / "circle.safetensors").symlink_to("circle.safetensors")
    main(["weights", "list"])
    said = capsys.readouterr()
    assert MODEL in said.out
    bad = ("deep.json", "pipe.json", "zero.json", "circle.json", "half.json", "pipe.safetensors", "circle.safetensors")
    told = {name: [line for line in said.err.splitlines() if name in line] for name in bad}
    assert all(len(lines) == 1 for lines in told.values()), told
    with pytest.raises(SystemExit) as leaving:
        main(["weights", "verify", "--json"])
    assert leaving.value.code == 1
    assert [one["ok"] for one in json.loads(capsys.readouterr().out)] == [True]


def test_a_tag_that_this_timm_does_not_know_names_no_weights(
    no_weights: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("timm")
    for name in ("resnet18.newtag_in99k", "resnet18.", "nosuchmodel.a1", "resnet18.a1_in1k.b", "\u00fc"):
        assert published(f"timm:{name}") == [] or "newtag" not in name
        place = tmp_path / "hub" / f"models--timm--{name}" / "snapshots" / "x"
        place.mkdir(parents=True)
        (place / "model.safetensors").touch()
    main(["weights", "list"])
    assert "Traceback" not in capsys.readouterr().err


def test_a_bundle_that_is_damaged_is_refused_with_words(store_weights: Store, tmp_path: Path) -> None:
    for number, manifest in enumerate(("[" * 100_000, "{}", '{"cards": "x"}', '{"cards": [{"name": "\\ud800"}]}')):
        path = tmp_path / f"{number}.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("bundle.json", manifest)
        with pytest.raises(DataError, match=r"\.zip"):
            add_weights(path)


def test_home_folders_that_nobody_knows_are_said(monkeypatch: pytest.MonkeyPatch, no_weights: None) -> None:
    for name in ("HF_HUB_CACHE", "TORCH_HOME"):
        with monkeypatch.context() as patch:
            patch.setenv(name, "~nosuchuser/x")
            with pytest.raises(DataError, match=f"{name}.* is '~nosuchuser/x'.*no home folder"):
                list_weights()


def test_a_card_as_libraries_publish_them_is_read() -> None:
    card = WeightsCard(
        name="timm:x.y_in1k",
        file="x.safetensors",
        bytes=1,
        sha256="0" * 64,
        source="s",
        licence="l",
        mean=(0.0, 0.0, 0.0),
        std=(1 / 255, 1.0, 1.0),
        input_size=224,
        head=True,
    )
    assert WeightsCard.from_dict(card.to_dict(), source="card") == card
