"""`--positive`: which of two classes the numbers of one class are of, and that they say so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

Type = Callable[..., Any]
MakePhotos = Callable[..., Path]


def test_a_training_says_which_class_is_the_positive_one_and_evaluate_chooses_another(
    pellucid_: Type, photos: MakePhotos, tmp_path: Path
) -> None:
    folder = photos(melanoma=20, nevus=40)
    said = pellucid_("train", folder, "--model", "linear", "--epochs", 1, "--name", "r", "--verbose")
    assert said.code == 0, said.err
    assert "positive class: nevus; the second of two classes" in said.out
    assert "--positive melanoma: the other" in said.out
    assert "average_precision (nevus)" in said.out
    run = tmp_path / "runs" / "r"
    assert "average precision (nevus)" in (run / "report.html").read_text(encoding="utf-8")
    other = pellucid_("evaluate", run, "--split", "val", "--positive", "melanoma")
    assert "average_precision (melanoma)" in other.out
    assert "nevus)" not in other.out
    shown = json.loads(pellucid_("evaluate", run, "--split", "val", "--positive", "melanoma", "--json").out)
    assert shown["positive_class"] == "melanoma"
    assert "average precision (melanoma)" in (run / "report.html").read_text(encoding="utf-8")


def test_what_was_chosen_for_a_training_holds_for_its_evaluations(
    pellucid_: Type, photos: MakePhotos, tmp_path: Path
) -> None:
    folder = photos(melanoma=20, nevus=40)
    said = pellucid_(
        "train", folder, "--model", "linear", "--epochs", 1, "--name", "r", "--positive", "melanoma", "--json"
    )
    told = json.loads(said.out)
    assert told["record"]["recipe"]["positive"] == "melanoma"
    assert [one["positive_class"] for one in told["evaluations"]] == ["melanoma"]
    assert "average_precision (melanoma)" in pellucid_("evaluate", tmp_path / "runs" / "r").out


def test_a_positive_class_that_cannot_be_is_refused_before_anything_is_written(
    pellucid_: Type, photos: MakePhotos, tmp_path: Path
) -> None:
    two, three = photos("two", cat=20, dog=20), photos("three", cat=20, dog=20, fox=20)
    typo = pellucid_("train", two, "--positive", "dgo")
    assert typo.code == 2
    assert "--positive is 'dgo', which is no class here. Did you mean 'dog'?" in typo.err
    many = pellucid_("train", three, "--positive", "dog")
    assert many.code == 2
    assert "'label' has 3 classes" in many.err
    number = pellucid_("train", "diabetes", "--positive", "dog")
    assert number.code == 2
    assert "is a number" in number.err
    assert not (tmp_path / "runs").exists()


def test_a_wrong_positive_class_does_not_open_the_test_split(
    pellucid_: Type, photos: MakePhotos, tmp_path: Path
) -> None:
    pellucid_("train", photos(cat=20, dog=20), "--model", "linear", "--epochs", 1, "--name", "r")
    run = tmp_path / "runs" / "r"
    said = pellucid_("evaluate", run, "--positive", "bird")
    assert said.code == 2
    assert not list((run / "evaluations").glob("test*"))
