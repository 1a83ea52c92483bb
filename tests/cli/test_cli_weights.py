"""`pellucid weights` as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from safetensors.torch import save_file

from pellucid.kinds import Form
from pellucid.models import build_model

Type = Callable[..., Any]


@pytest.fixture
def file(no_weights: None, tmp_path: Path) -> Path:
    path = tmp_path / "given.safetensors"
    save_file(build_model("timm:test_resnet", form=Form(shape=(3, 32, 32)), outputs=7, seed=1).state_dict(), path)
    return path


def test_weights_are_added_listed_verified_bundled_and_removed(pellucid_: Type, file: Path) -> None:
    assert "There are none" in pellucid_("weights", "list").out
    added = pellucid_("weights", "add", file, "--model", "test_resnet", "--licence", "MIT", "--mean", "0.1,0.2,0.3")
    assert added.code == 0
    assert "timm:test_resnet: every tensor fits" in added.out
    listed = pellucid_("weights", "list").out
    assert "licence   MIT" in listed
    assert "mean 0.1 0.2 0.3, std 0.5 0.5 0.5" in listed
    (as_json,) = json.loads(pellucid_("weights", "list", "--json").out)
    assert (as_json["name"], as_json["place"], as_json["mean"]) == ("timm:test_resnet", "store", [0.1, 0.2, 0.3])
    assert "whole, and fits" in pellucid_("weights", "verify").out
    assert "Written: weights.zip" in pellucid_("weights", "bundle").out
    assert json.loads(pellucid_("weights", "remove", "test_resnet", "--json").out) == as_json
    assert json.loads(pellucid_("weights", "add", "weights.zip", "--json").out) == [as_json]


def test_verify_leaves_with_code_1_when_weights_are_damaged(pellucid_: Type, file: Path) -> None:
    (added,) = json.loads(pellucid_("weights", "add", file, "--model", "test_resnet", "--json").out)
    Path(added["path"]).write_bytes(file.read_bytes()[:-4] + b"\0\0\0\1")
    said = pellucid_("weights", "verify", "--json")
    assert said.code == 1
    (checked,) = json.loads(said.out)
    assert checked["ok"] is False
    assert "damaged" in checked["problem"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "absent.pth", "--model", "resnet18"), "There is no file absent.pth"),
        (("add", "given.safetensors", "--model", "test_resnet", "--mean", "a,b"), "--mean is 'a,b'"),
        (("add", "given.safetensors", "--model", "test_resnet", "--std", "1,2,3"), "between 0 and 1"),
        (("remove", "test_resnet"), "The store has no weights under the name timm:test_resnet"),
        (("bundle", "test_vit"), "There are no weights here for timm:test_vit"),
    ],
)
def test_mistakes_end_in_one_message(words: tuple[str, ...], message: str, pellucid_: Type, file: Path) -> None:
    said = pellucid_("weights", *words)
    assert (said.code, said.out) == (2, "")
    assert message in said.err
    assert "Traceback" not in said.err
