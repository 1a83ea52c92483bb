"""Weights into the store: what is opened, what is refused, and what a bundle carries to another machine."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from pellucid.errors import DataError, ModelError, PellucidError
from pellucid.kinds import Form
from pellucid.models import (
    About,
    StoredWeights,
    add_weights,
    build_model,
    check_weights,
    find_weights,
    list_weights,
)
from pellucid.store import remove_weights, weights_directory, write_bundle

SMALL = "timm:test_resnet"


class Explosive:
    """What a hostile checkpoint holds: unpickled the usual way, it would run a command."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.mkdir, ("exploded",)


@pytest.fixture(autouse=True)
def _places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    _on_machine(tmp_path, monkeypatch, "here")


def _on_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / name))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / name / "hub"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / name / "torch"))


@pytest.fixture
def state() -> dict[str, Tensor]:
    return dict(build_model(SMALL, form=Form(shape=(3, 32, 32)), outputs=7, seed=1).state_dict())


@pytest.fixture
def file(state: dict[str, Tensor], tmp_path: Path) -> Path:
    save_file(state, tmp_path / "given.safetensors")
    return tmp_path / "given.safetensors"


def _stored_files() -> list[str]:
    folder = weights_directory()
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def test_safetensors_are_kept_byte_for_byte(file: Path) -> None:
    (stored,) = add_weights(file, model="test_resnet", about=About(licence="MIT", mean=(0.1, 0.2, 0.3)))
    assert stored.path.read_bytes() == file.read_bytes()
    assert (stored.card.name, stored.card.licence, stored.card.head) == (SMALL, "MIT", True)
    assert (stored.card.mean, stored.card.std) == ((0.1, 0.2, 0.3), (0.5, 0.5, 0.5)), "what is left open is timm's"
    assert find_weights(SMALL).card == stored.card
    assert add_weights(file, model=SMALL, about=About(licence="MIT", mean=(0.1, 0.2, 0.3))) == [stored]
    assert _stored_files() == [stored.path.with_suffix(".json").name, stored.path.name]


@pytest.mark.parametrize("wrapped", ["bare", "state_dict", "parallel", "half"])
def test_a_torch_checkpoint_is_converted_however_it_was_packed(
    wrapped: str, state: dict[str, Tensor], tmp_path: Path
) -> None:
    packed: object = state
    if wrapped == "state_dict":
        packed = {"epoch": 3, "state_dict": state, "best": 0.5}
    elif wrapped == "parallel":
        packed = {"model": {f"module.{key}": value for key, value in state.items()}}
    elif wrapped == "half":
        packed = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
    torch.save(packed, tmp_path / "given.pth")
    (stored,) = add_weights(tmp_path / "given.pth", model=SMALL)
    kept = load_file(stored.path)
    assert kept.keys() == state.keys()
    for key, value in state.items():
        assert kept[key].dtype == value.dtype
        torch.testing.assert_close(kept[key], value, rtol=1e-3 if wrapped == "half" else 0, atol=1e-6)
    assert "converted from a torch checkpoint" in stored.card.source


def test_a_checkpoint_that_would_run_code_is_not_opened(tmp_path: Path) -> None:
    torch.save({"state_dict": Explosive()}, tmp_path / "given.pth")
    with pytest.raises(DataError, match="tensors alone") as refused:
        add_weights(tmp_path / "given.pth", model=SMALL)
    assert "holds more than tensors" in str(refused.value)
    assert "weights_only" not in str(refused.value)  # torch's own words advise to open it all the same
    assert not (tmp_path / "exploded").exists()
    assert _stored_files() == []


def test_a_folder_with_one_file_of_weights_will_do(file: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    file.rename(tmp_path / "folder" / "model.safetensors")
    (tmp_path / "folder" / "config.json").write_text("{}")
    assert len(add_weights(tmp_path / "folder", model=SMALL)) == 1


def test_a_folder_with_several_is_refused(file: Path, tmp_path: Path) -> None:
    (tmp_path / "again.safetensors").write_bytes(file.read_bytes())
    with pytest.raises(DataError, match="holds 2 files of weights"):
        add_weights(tmp_path, model=SMALL)


def test_nothing_is_kept_that_does_not_fit(file: Path, state: dict[str, Tensor], tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"does not fit the model 'timm:test_vit': \d+ missing \(.*\d+ unknown \("):
        add_weights(file, model="test_vit")
    name = next(key for key, value in state.items() if value.ndim == 4)
    save_file({**state, name: torch.zeros(1, 2, 3, 4)}, file)
    with pytest.raises(ModelError, match=rf"1 of another shape \({name} is 1 x 2 x 3 x 4, not "):
        add_weights(file, model=SMALL)
    assert _stored_files() == []


@pytest.mark.parametrize("content", [b"", b"\xff" * 100, b'{"a": 1}'])
def test_a_damaged_file_is_refused(content: bytes, tmp_path: Path) -> None:
    for name in ("given.safetensors", "given.pth"):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(DataError, match="given"):
            add_weights(tmp_path / name, model=SMALL)


def test_whose_weights_they_are_has_to_be_said(file: Path) -> None:
    with pytest.raises(ModelError, match=r"does not say whose weights.*--model"):
        add_weights(file)
    with pytest.raises(ModelError, match="one of ours"):
        add_weights(file, model="lenet5")


def test_other_weights_of_the_same_name_are_not_overwritten(file: Path, state: dict[str, Tensor]) -> None:
    add_weights(file, model=SMALL)
    save_file({key: value + 1 for key, value in state.items()}, file)
    with pytest.raises(DataError, match="weights remove timm:test_resnet"):
        add_weights(file, model=SMALL)
    remove_weights(SMALL)
    assert _stored_files() == []
    add_weights(file, model=SMALL)
    add_weights(file, model=f"{SMALL}.r160_in1k")
    assert len(list_weights()) == 2


def test_checking_finds_damage_and_what_does_not_fit(file: Path) -> None:
    (stored,) = add_weights(file, model=SMALL)
    assert check_weights(stored) == ""
    other = StoredWeights(stored.card.model_copy(update={"name": "timm:test_vit"}), stored.path, "store")
    assert "does not fit" in check_weights(other)
    stored.path.write_bytes(stored.path.read_bytes()[:-4] + b"\0\0\0\1")
    assert "damaged" in check_weights(stored)


# --- bundles ---


def test_a_bundle_carries_weights_to_another_machine(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stored,) = add_weights(file, model=SMALL, about=About(licence="MIT"))
    write_bundle([stored], tmp_path / "weights.zip")
    write_bundle([stored], tmp_path / "again.zip")
    assert (tmp_path / "weights.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    _on_machine(tmp_path, monkeypatch, "there")
    assert list_weights() == []
    (arrived,) = add_weights(tmp_path / "weights.zip")
    assert arrived.card == stored.card
    assert arrived.path.read_bytes() == stored.path.read_bytes()
    assert arrived.path.parent == tmp_path / "there" / "weights"


def test_a_bundle_is_never_overwritten(file: Path) -> None:
    (stored,) = add_weights(file, model=SMALL)
    with pytest.raises(DataError, match="there already"):
        write_bundle([stored], file)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"file": "../../escaped.safetensors"}, "file: String should match"),
        ({"file": "/escaped.safetensors"}, "file: String should match"),
        ({"name": "timm:../../escaped"}, "name: String should match"),
        ({"sha256": "0" * 64}, "its sha256 differs"),
        ({"bytes": 1 << 40}, "says that it holds"),
        ({"bytes": 5}, "larger than it says"),
        ({"surprise": 1}, "unknown key"),
        ({"file": "absent.safetensors"}, "damaged"),
        ({"name": "timm:test_vit"}, "does not fit"),
    ],
)
def test_a_bundle_that_lies_is_refused_and_leaves_nothing(
    change: dict[str, object], message: str, file: Path, tmp_path: Path
) -> None:
    (stored,) = add_weights(file, model=SMALL)
    remove = stored.path.read_bytes()
    card = {**stored.card.to_dict(), **change}
    with zipfile.ZipFile(tmp_path / "lies.zip", "w") as archive:
        archive.writestr("bundle.json", json.dumps({"schema_version": 1, "cards": [card]}))
        archive.writestr(stored.card.file, remove)
        archive.writestr("../../escaped.safetensors", remove)
    remove_weights(SMALL)
    with pytest.raises(PellucidError, match=message):
        add_weights(tmp_path / "lies.zip")
    assert _stored_files() == []
    assert not list(tmp_path.parent.glob("escaped*"))


def test_a_compressed_bundle_is_refused_for_it_may_be_a_bomb(file: Path, tmp_path: Path) -> None:
    (stored,) = add_weights(file, model=SMALL)
    remove_weights(SMALL)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bundle.json", json.dumps({"schema_version": 1, "cards": [stored.card.to_dict()]}))
        archive.writestr(stored.card.file, b"\0" * (1 << 24))
    with pytest.raises(DataError, match="compressed"):
        add_weights(tmp_path / "bomb.zip")
    assert _stored_files() == []


def test_a_bundle_says_itself_what_it_holds(file: Path, tmp_path: Path) -> None:
    write_bundle(add_weights(file, model=SMALL), tmp_path / "weights.zip")
    with pytest.raises(ModelError, match="says itself"):
        add_weights(tmp_path / "weights.zip", model=SMALL)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.parametrize("where", ["first", "last", "all"])
def test_weights_that_are_no_numbers_are_refused(
    state: dict[str, Tensor], tmp_path: Path, value: float, where: str
) -> None:
    floats = [name for name, tensor in state.items() if tensor.is_floating_point()]
    for name in {"first": floats[:1], "last": floats[-1:], "all": floats}[where]:  # the last is of the head
        state[name].view(-1)[-1:].fill_(value)
    save_file(state, tmp_path / "given.safetensors")
    torch.save(state, tmp_path / "given.pth")
    for name in ("given.safetensors", "given.pth"):
        with pytest.raises(ModelError, match="with NaN or infinite numbers"):
            add_weights(tmp_path / name, model=SMALL)
    assert list_weights() == []


def test_weights_of_another_kind_of_number_are_refused(state: dict[str, Tensor], tmp_path: Path) -> None:
    first = next(iter(state))
    for dtype in (torch.int64, torch.bool, torch.uint8):
        save_file(state | {first: torch.ones(state[first].shape, dtype=dtype)}, tmp_path / "given.safetensors")
        with pytest.raises(ModelError, match="of another kind of number"):
            add_weights(tmp_path / "given.safetensors", model=SMALL)


@pytest.mark.parametrize(
    "about",
    [
        {"mean": (float("nan"), 0.5, 0.5)},
        {"std": (0.0, 0.2, 0.2)},
        {"std": (float("nan"), 0.2, 0.2)},
        {"std": (-0.2, 0.2, 0.2)},
        {"mean": (float("inf"), 0.5, 0.5)},
    ],
    ids=str,
)
def test_a_mean_or_deviation_that_cannot_be_is_refused_also_in_a_card(
    file: Path, about: dict[str, tuple[float, ...]]
) -> None:
    with pytest.raises(ValueError, match=next(iter(about))):
        About.model_validate(about)
    (stored,) = add_weights(file, model=SMALL)
    card = weights_directory() / f"{Path(stored.card.file).stem}.json"
    kept = json.loads(card.read_text())
    card.write_text(json.dumps(kept | about))
    faults: list[str] = []
    assert not [kept for kept in list_weights(faults) if kept.card.file == stored.card.file]
    assert next(iter(about)) in faults[0]
