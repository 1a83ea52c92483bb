"""Bad input ends in one message with the way out, exit code 2, and nothing half-written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]
MakePhotos = Callable[..., Path]


@pytest.fixture
def refused(pellucid_: Type, tmp_path: Path) -> Callable[..., str]:
    """Type a command that must be refused, and return its message."""

    def typed(*words: object) -> str:
        before = set(tmp_path.rglob("*"))
        said = pellucid_(*words)
        assert said.code == 2
        assert said.err.startswith("Error: ")
        assert said.err.count("Error:") == 1
        assert "Traceback" not in said.err
        assert set(tmp_path.rglob("*")) == before
        message: str = said.err.removeprefix("Error: ").strip()
        assert "\n" not in message
        return message

    return typed


def table(path: Path, *rows: str) -> Path:
    lines = ["size,weight,kind", *(f"{n},{n % 7},{('small', 'large')[n > 20]}" for n in range(40)), *rows]
    path.write_text("\n".join(lines) + "\n")
    return path


# --- data ---


def test_a_wrong_path_gets_the_nearest_name(refused: Callable[..., str], photos: MakePhotos) -> None:
    photos("photos", cat=3, dog=3)
    assert "There is no file or folder photo. Did you mean 'photos'?" in refused("train", "photo")
    assert "Did you mean 'digits'?" in refused("train", "digit")
    assert "Did you mean 'photos'?" in refused("inspect", "photo")


def test_an_empty_folder_is_told_what_is_expected(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    message = refused("train", "empty")
    assert "is empty" in message
    assert "one folder per class" in message


def test_pictures_without_class_folders_are_told_how_to_sort_them(
    refused: Callable[..., str], photos: MakePhotos
) -> None:
    root = photos("photos", cat=3)
    assert "no class folders" in refused("train", root / "cat")


def test_one_class_is_too_few(refused: Callable[..., str], photos: MakePhotos) -> None:
    photos("photos", cat=9)
    assert "one class only: 'cat'" in refused("train", "photos")


def test_a_class_with_one_picture_is_named(refused: Callable[..., str], photos: MakePhotos) -> None:
    photos("photos", cat=9, dog=1)
    assert "'dog' has fewer than two examples" in refused("train", "photos")


def test_when_no_picture_can_be_read_some_are_named_with_the_reason(
    refused: Callable[..., str], photos: MakePhotos
) -> None:
    root = photos("photos", cat=3, dog=3)
    for path in root.rglob("*.png"):
        path.write_text("not a picture")
    message = refused("train", "photos")
    assert "Not one of 6 pictures can be read" in message
    assert "cat/0.png" in message


def test_one_picture_is_no_data_set(refused: Callable[..., str], photos: MakePhotos) -> None:
    root = photos("photos", cat=3, dog=3)
    assert "is one picture" in refused("train", root / "cat" / "0.png")


# --- tables ---


def test_a_table_without_a_target_lists_its_columns(refused: Callable[..., str], tmp_path: Path) -> None:
    table(tmp_path / "data.csv")
    message = refused("train", "data.csv")
    assert "size, weight, kind" in message
    assert "--target" in message
    assert "has no column 'kin'" in refused("train", "data.csv", "--target", "kin")


@pytest.mark.parametrize("row", ["nan,3,small", ",3,small"])
def test_a_missing_cell_names_the_row_and_the_flag_that_fills_it(
    refused: Callable[..., str], tmp_path: Path, row: str
) -> None:
    table(tmp_path / "data.csv", row)
    message = refused("train", "data.csv", "--target", "kind")
    assert "size" in message
    assert "--impute" in message


def test_a_missing_target_is_refused_even_with_impute(refused: Callable[..., str], tmp_path: Path) -> None:
    table(tmp_path / "data.csv", "1,3,")
    assert "kind" in refused("train", "data.csv", "--target", "kind", "--impute", "median")


def test_a_target_of_numbers_with_a_word_in_it_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    rows = "\n".join(f"{n},{n * 1.5 + 0.25}" for n in range(40))
    (tmp_path / "data.csv").write_text(f"size,price\n{rows}\n3,dear\n")
    assert "'dear' (row 41)" in refused("train", "data.csv", "--target", "price")


def test_a_ragged_table_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    table(tmp_path / "data.csv", "1,2,3,4,5")
    assert "42" in refused("train", "data.csv", "--target", "kind")


# --- the model and the choices ---


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--modle", "mlp"], "Unknown flag '--modle'. Did you mean '--model'?"),
        (["--beam", "3"], "has no flag '--beam'; 'pellucid predict' has it."),
        (["--model", "lenet"], "Did you mean 'lenet5'?"),
        (["--augment", "lite"], "Did you mean 'light'?"),
        (["--model", "lenet5", "--imgsz", "30"], "Use --imgsz"),
        (["--model", "lenet5", "--hidden", "3"], "'lenet5' does not take the option hidden"),
        (["--batch", "0"], "--batch is '0'. A whole number above 0, or 'full'."),
        (["--batch", "many"], "--batch is 'many'."),
        (["--lr", "-1"], "lr (--lr) is -1.0. It should be greater than 0."),
        (["--lr", "fast"], "--lr is 'fast'. A number above 0, or 'auto'."),
        (["--time", "soon"], "--time is 'soon'. A time such as 90s, 10m or 1.5h."),
        (["--time", "0s"], "time (--time) is 0.0. It should be greater than 0."),
        (["--lr", "nan"], "A number above 0, or 'auto'."),
        (["--hidden", "abc"], "--hidden is 'abc'."),
        (["--epochs", "0"], "--epochs"),
        (["--epochs", "2.5"], "--epochs"),
        (["--dropout", "1"], "--dropout"),
        (["--optimizer", "sdg"], "'sdg' is not one of 'sgd', 'rmsprop', 'adam', 'adamw'"),
        (["--task", "regression"], "Use --task single-label"),
        (["--device", "cuda:99"], "There is no device 'cuda:99' here."),
        (["--device", "gpu"], "Unknown device 'gpu'."),
        (["--val", "-0.1"], "--val"),
        (["--val", "0.5", "--test", "0.5"], "leave nothing to train on"),
        (["--name", "a/b"], "'a/b' cannot be the name of a run."),
        (["--name", ""], "'' cannot be the name of a run."),
        (["--target", "label"], "comes with its inputs and its target"),
        (["--epochs"], "--epochs"),
        (["extra"], "extra"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_choice_that_does_not_fit_names_its_flag(refused: Callable[..., str], words: list[str], message: str) -> None:
    assert message in refused("train", "digits", *words)


def test_a_model_of_pictures_cannot_learn_a_table(refused: Callable[..., str], tmp_path: Path) -> None:
    table(tmp_path / "data.csv")
    assert "mlp" in refused("train", "data.csv", "--target", "kind", "--model", "cnn")


def test_no_data_is_told_what_to_type(refused: Callable[..., str]) -> None:
    assert "pellucid train digits" in refused("train")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may write everywhere")
def test_a_place_that_may_not_be_written_is_told_apart(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    assert "--runs-dir" in refused("train", "digits", "--runs-dir", "closed")


def test_a_runs_folder_that_is_a_file_is_refused(refused: Callable[..., str], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert "--runs-dir" in refused("train", "digits", "--runs-dir", "file", "--epochs", "1")


def test_memory_that_runs_out_is_no_traceback(
    refused: Callable[..., str], run: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes.")

    monkeypatch.setattr("pellucid.api.run.Run.evaluate", full)
    assert "Memory ran out. Use a smaller --imgsz" in refused("evaluate", run, "--split", "val")


def test_an_unknown_command_gets_the_nearest_one(refused: Callable[..., str]) -> None:
    assert "Unknown command 'trian'. Did you mean 'train'?" in refused("trian", "digits")
    assert "Unknown flag '--foo'." in refused("--foo")


# --- runs ---


def test_resume_takes_no_other_choice(refused: Callable[..., str], run: Path) -> None:
    for words in (["digits"], ["--epochs", "9"], ["--val", "0.2"], ["--name", "other"]):
        assert "--resume goes on with the choices the run was begun with" in refused("train", "--resume", run, *words)


def test_a_finished_run_is_not_resumed(refused: Callable[..., str], run: Path) -> None:
    assert "nothing to resume" in refused("train", "--resume", run)


@pytest.mark.parametrize("command", ["evaluate", "predict", "report", "compare", "train"])
def test_what_is_no_run_is_refused_with_the_nearest_one(refused: Callable[..., str], run: Path, command: str) -> None:
    more: list[object] = {"predict": ["a.png"], "compare": [run]}.get(command, [])  # type: ignore[assignment]
    words = ["train", "--resume"] if command == "train" else [command]
    assert "Did you mean 'digits-linear'?" in refused(*words, run.with_name("digit-linear"), *more)
    assert "is not a run: it has no run.json" in refused(*words, run.parent, *more)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("{", "Cannot read"),
        ("[]", "damaged"),
        ({"schema_version": 99}, "schema version 99; this Pellucid reads version 1"),
        ({"colour": "blue"}, "unknown key 'colour'"),
        ({"status": "asleep"}, "status"),
    ],
    ids=["cut off", "no object", "version", "key", "value"],
)
@pytest.mark.parametrize("command", ["evaluate", "predict", "report"])
def test_a_damaged_run_is_named(
    refused: Callable[..., str], run: Path, command: str, change: object, message: str
) -> None:
    path = run / "run.json"
    path.write_text(change if isinstance(change, str) else json.dumps(json.loads(path.read_text()) | change))
    assert message in refused(command, run, *(["a.png"] if command == "predict" else []))


@pytest.mark.parametrize("content", [b"", b"garbage that is long enough to hold a header"])
def test_damaged_weights_are_named(refused: Callable[..., str], run: Path, content: bytes) -> None:
    (run / "checkpoints" / "best.safetensors").write_bytes(content)
    assert "best.safetensors" in refused("evaluate", run)


def test_a_damaged_evaluation_is_named(refused: Callable[..., str], run: Path) -> None:
    (run / "evaluations" / "val-001.json").write_text("{")
    assert "val-001.json" in refused("report", run)


def test_a_split_that_is_none_is_refused(refused: Callable[..., str], run: Path) -> None:
    assert "'valid' is not one of 'train', 'val', 'test'" in refused("evaluate", run, "--split", "valid")
    assert "'test' is not one of 'train', 'val'" in refused("compare", run, run, "--split", "test")


# --- prediction ---


def test_nothing_to_predict_is_refused(refused: Callable[..., str], run: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "There is no picture in" in refused("predict", run, "empty")
    assert "Nothing was handed over" in refused("predict", run)


def test_a_place_for_the_answers_that_does_not_exist_is_refused(
    refused: Callable[..., str], run: Path, photos: MakePhotos
) -> None:
    photos("photos", cat=1)
    assert "does not exist" in refused("predict", run, "photos", "--out", "nowhere/answers.csv")


def test_when_nothing_could_be_answered_the_exit_code_says_so(pellucid_: Type, run: Path) -> None:
    said = pellucid_("predict", run, "missing.png")
    assert said.code == 2
    assert "missing.png: error: " in said.out
    assert "1 in all: 1 error." in said.out


def test_an_example_that_is_not_there_is_refused(refused: Callable[..., str]) -> None:
    assert "5000" in refused("inspect", "digits", "--picture", "5000").replace(",", "")


def test_an_unreadable_picture_is_found_listed_and_left_out(pellucid_: Type, photos: MakePhotos) -> None:
    root = photos("photos", cat=20, dog=20)
    (root / "cat" / "3.png").write_text("not a picture")
    said = pellucid_("train", "photos", "--model", "linear", "--epochs", "1")
    assert said.code == 0
    assert "found: 1 file" in said.out
    assert "cat/3.png" in said.out
    record = json.loads(Path("runs/photos-linear/run.json").read_text())
    assert sum(record["dataset"]["num_examples"].values()) == 39
    assert len(record["dataset"]["findings"]) == 1
