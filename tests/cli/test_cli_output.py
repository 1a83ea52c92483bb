"""What commands print: JSON and nothing else, or lines that a person can follow."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pellucid.data import load_dataset

Type = Callable[..., Any]
MakePhotos = Callable[..., Path]


@pytest.fixture
def answered(pellucid_: Type) -> Callable[..., Any]:
    """Type a command with --json, and return what its whole output says."""

    def typed(*words: object) -> Any:
        said = pellucid_(*words, "--json")
        assert said.code == 0
        assert said.err == ""
        return json.loads(said.out)

    return typed


# --- JSON and nothing else ---


def test_train_prints_its_record_and_its_evaluation(answered: Callable[..., Any]) -> None:
    result = answered("train", "iris", "--model", "linear", "--epochs", "2")
    assert Path(result["run"]) == Path("runs/iris-linear")
    assert result["record"]["status"] == "finished"
    assert result["record"]["recipe"]["epochs"] == 2
    assert [evaluation["split"] for evaluation in result["evaluations"]] == ["val"]


def test_evaluate_prints_every_metric_with_its_interval(answered: Callable[..., Any], run: Path) -> None:
    result = answered("evaluate", run, "--reason", "the paper", "--no-baselines")
    assert (result["split"], result["n"]) == ("test", 359)
    accuracy = result["metrics"]["accuracy"]
    assert accuracy["low"] < accuracy["value"] < accuracy["high"]
    assert accuracy["method"] == "wilson"
    assert (result["opening"]["number"], result["opening"]["reason"]) == (1, "the paper")
    assert answered("evaluate", run, "--no-baselines")["opening"]["number"] == 2
    assert answered("evaluate", run, "--no-baselines", "--split", "val")["opening"] is None


def test_predict_prints_an_answer_each_errors_among_them(
    answered: Callable[..., Any], run: Path, photos: MakePhotos
) -> None:
    root = photos("photos", cat=2)
    (root / "cat" / "0.png").write_text("not a picture")
    result = answered("predict", run, root)
    assert [answer["decision"] == "error" for answer in result] == [True, False]
    assert result[0]["error"]
    assert len(result[1]["probabilities"]) == 10


def test_inspect_prints_counts(answered: Callable[..., Any], tmp_path: Path) -> None:
    result = answered("inspect", "digits")
    assert result["n"] == 1797
    assert result["split_counts"] == {"train": 1258, "val": 180, "test": 359}
    assert answered("inspect", "digits", "--picture", "0")["height"] == 8
    assert list(tmp_path.glob("*.html")) == []


def test_compare_prints_the_paired_test(answered: Callable[..., Any], run: Path) -> None:
    result = answered("compare", run, run)
    assert result["n"] == 180
    assert result["difference"]["value"] == 0


def test_runs_models_and_report_print_what_they_list(answered: Callable[..., Any], run: Path) -> None:
    assert [row["run"] for row in answered("runs")] == ["runs/digits-linear"]
    assert answered("runs", "--runs-dir", "nowhere") == []
    names = [row["name"] for row in answered("models")]
    assert {"linear", "mlp", "lenet5", "lenet5-sigmoid", "cnn", "resnet8", "resnet20"} <= set(names)
    assert Path(answered("report", run)["report"]).exists()


# --- for people ---


def test_train_says_what_it_does_and_where_the_run_lies(pellucid_: Type) -> None:
    said = pellucid_("train", "iris", "--model", "linear", "--epochs", "2")
    assert (said.code, said.err) == (0, "")
    assert "split: train 105, val 15, test 30 (sealed), drawn at random (--val, --test)" in said.out
    assert "run:   runs/iris-linear (all " in said.out
    assert "Report: runs/iris-linear/report.html" in said.out
    assert "The test split is still sealed. To open it: pellucid evaluate runs/iris-linear" in said.out
    assert [line.split()[0] for line in said.out.splitlines() if line.lstrip().startswith(("1/2", "2/2"))] == [
        "1/2",
        "2/2",
    ]


def test_the_command_line_is_kept_in_the_run(pellucid_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["train", "iris", "--model", "linear", "--epochs", "1", "--name", "a b"]
    monkeypatch.setattr(sys, "argv", ["/usr/bin/pellucid", *words])
    pellucid_(*words)
    assert json.loads(Path("runs/a b/run.json").read_text())["command"] == (
        "pellucid train iris --model linear --epochs 1 --name 'a b'"
    )


def test_other_spellings_of_flags_are_understood(pellucid_: Type) -> None:
    words = [
        "--batch-size",
        "16",
        "--opt",
        "sgd",
        "--lr0",
        "0.5",
        "--sched",
        "cosine",
        "--warmup-epochs",
        "1",
        "--no-nesterov",
    ]
    assert pellucid_("train", "iris", "--model", "linear", "--epochs", "2", *words).code == 0
    recipe = json.loads(Path("runs/iris-linear/run.json").read_text())["recipe"]
    assert (recipe["batch"], recipe["optimizer"], recipe["lr"], recipe["schedule"]) == (16, "sgd", 0.5, "cosine")
    assert (recipe["warmup"], recipe["nesterov"]) == (1.0, False)


@pytest.mark.parametrize(("typed", "kept"), [("full", "full"), ("1", 1), ("30", 30)])
def test_a_batch_is_typed_as_a_number_or_full(pellucid_: Type, typed: str, kept: object) -> None:
    assert pellucid_("train", "iris", "--model", "linear", "--epochs", "1", "--batch", typed).code == 0
    assert json.loads(Path("runs/iris-linear/run.json").read_text())["recipe"]["batch"] == kept


def test_hidden_widths_are_typed_with_commas(pellucid_: Type) -> None:
    assert pellucid_("train", "iris", "--model", "mlp", "--hidden", "12,5", "--epochs", "1").code == 0
    model = json.loads(Path("runs/iris-mlp/run.json").read_text())["model"]
    assert model["num_parameters"] == (4 * 12 + 12) + (12 * 5 + 5) + (5 * 3 + 3)


def test_predict_writes_a_table_with_the_errors_in_it(pellucid_: Type, run: Path, photos: MakePhotos) -> None:
    root = photos("photos", cat=3)
    (root / "cat" / "1.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    said = pellucid_("predict", run, root, "missing.png", "--out", "answers.csv")
    assert said.code == 0
    assert "4 in all" in said.out
    assert "Written to answers.csv." in said.out
    with Path("answers.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [Path(row["name"]).name for row in rows] == ["0.png", "1.png", "2.png", "missing.png"]
    assert [row["decision"] == "error" for row in rows] == [False, True, False, True]
    for row in rows:
        classes = [row[f"p({digit})"] for digit in range(10)]
        if row["decision"] == "error":
            assert row["error"]
            assert (row["label"], set(classes)) == ("", {""})
        else:
            assert row["error"] == ""
            assert sum(map(float, classes)) == pytest.approx(1, abs=1e-5)
            assert max(classes, key=float) == row["probability"] == row[f"p({row['label']})"]


def test_predict_says_a_line_each_and_a_summary(pellucid_: Type, run: Path, photos: MakePhotos) -> None:
    root = photos("photos", cat=2)
    lines = pellucid_("predict", run, root).out.splitlines()
    assert [line.split(": ")[0] for line in lines[:2]] == [str(root / "cat" / "0.png"), str(root / "cat" / "1.png")]
    assert lines[2].startswith("2 in all: ")


def test_inspect_fits_narrow_and_wide_terminals(pellucid_: Type, monkeypatch: pytest.MonkeyPatch) -> None:
    for columns in (60, 120):
        monkeypatch.setenv("COLUMNS", str(columns))
        said = pellucid_("inspect", "digits")
        assert said.code == 0
        table = [line for line in said.out.splitlines() if line.split()[:1] == ["0"]]
        assert table[0].split() == ["0", "125", "18", "36", "179"] or len(table[0]) <= columns


def test_inspect_of_many_classes_stays_short(pellucid_: Type, photos: MakePhotos) -> None:
    photos("photos", **{f"c{number:02}": 2 for number in range(50)})
    said = pellucid_("inspect", "photos", "--out", "page.html")
    assert "... 20 more classes" in said.out
    assert len(said.out.splitlines()) < 60
    assert Path("page.html").exists()


def test_inspect_shows_a_small_picture_as_its_numbers(pellucid_: Type) -> None:
    pixels = load_dataset("digits").inputs.pixels(0)  # type: ignore[attr-defined]
    said = pellucid_("inspect", "digits", "--picture", "0")
    rows = [line.split() for line in said.out.splitlines()]
    for row in pixels:
        assert [str(int(value)) for value in row] in rows
    assert "flattened: 64 numbers" in said.out


def test_inspect_takes_one_picture_file(pellucid_: Type, photos: MakePhotos) -> None:
    root = photos("photos", cat=1)
    said = pellucid_("inspect", root / "cat" / "0.png")
    assert "height 12, width 12, 3 planes" in said.out


def test_evaluate_counts_its_openings_aloud(pellucid_: Type, run: Path) -> None:
    first = pellucid_("evaluate", run, "--no-baselines", "--reason", "the paper").out
    assert "opening 1 of the sealed test split: the paper" in first
    assert "opening 2 of the sealed test split" in pellucid_("evaluate", run, "--no-baselines").out
    assert "test openings 2" in pellucid_("runs").out


def test_runs_lists_a_damaged_run_and_goes_on(pellucid_: Type, run: Path) -> None:
    other = run.with_name("broken")
    other.mkdir()
    (other / "run.json").write_text("{")
    said = pellucid_("runs")
    assert said.code == 0
    assert "damaged" in said.out
    assert "digits-linear" in said.out


def test_without_runs_it_says_how_to_begin(pellucid_: Type) -> None:
    assert pellucid_("runs").out == "There are no runs in 'runs'. Begin with: pellucid train digits\n"


def test_models_are_found_by_a_part_of_their_name(pellucid_: Type) -> None:
    said = pellucid_("models", "lenet")
    assert [line.split()[0] for line in said.out.splitlines() if line.startswith(" lenet")] == [
        "lenet5",
        "lenet5-sigmoid",
    ]
    assert pellucid_("models", "resnet18").out == (
        "No model's name holds 'resnet18'. --timm and --torchvision list theirs, too.\n"
    )


def test_without_a_command_it_shows_what_there_is(pellucid_: Type) -> None:
    said = pellucid_()
    assert said.code == 0
    assert "pellucid train digits" in said.out
    assert pellucid_("--version").out.startswith("pellucid ")


def test_every_command_shows_help_with_an_example(pellucid_: Type) -> None:
    from pellucid.cli import COMMANDS

    for command in COMMANDS:
        said = pellucid_(command, "--help")
        assert said.code == 0
        assert f"pellucid {command}" in said.out.rsplit("Example", 1)[1]


# --- a preview ---


def test_a_preview_trains_nothing_and_says_where_it_lies(pellucid_: Type) -> None:
    said = pellucid_("train", "digits", "--model", "cnn", "--augment", "light", "--preview")
    assert said.code == 0
    assert said.out.endswith("Page:    preview-digits.html\nNothing was trained.\n")
    assert Path("preview-digits.html").exists()
    assert not Path("runs").exists()


def test_inspect_shows_augmented_pictures_on_the_page_that_a_preview_writes(pellucid_: Type) -> None:
    previewed = pellucid_("train", "digits", "--preview")
    page = Path("preview-digits.html").read_text(encoding="utf-8")
    said = pellucid_("inspect", "digits", "--augment", "--out", "augmented.html")
    assert said.code == 0
    assert said.out == previewed.out.replace("preview-digits.html", "augmented.html")
    assert Path("augmented.html").read_text(encoding="utf-8") == page


def test_inspect_augments_no_single_picture_and_no_table(pellucid_: Type) -> None:
    for words in (("digits", "--picture", "0"), ("diabetes",)):
        said = pellucid_("inspect", *words, "--augment")
        assert said.code == 2
        assert not list(Path().glob("*.html"))


def test_a_preview_of_a_table_is_refused(pellucid_: Type) -> None:
    said = pellucid_("train", "diabetes", "--preview")
    assert said.code == 2
    assert "The dataset is a table" in said.err
    assert not list(Path().glob("preview-*"))
