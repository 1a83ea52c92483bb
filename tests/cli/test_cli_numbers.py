"""Extremes typed into flags: an error in words, exit code 2, and nothing made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Type = Callable[..., Any]
HUGE = ["9" * 4300, "9" * 5000, str(2**63), str(2**64)]


@pytest.mark.parametrize(
    "words",
    [
        ["train", "iris", "--hidden", "²"],
        ["train", "iris", "--hidden", str(2**62)],
        *(["train", "iris", "--hidden", number] for number in HUGE),
        *(["train", "iris", "--batch", number] for number in HUGE),
        *(["train", "iris", "--seed", number] for number in HUGE),
        *(["train", "iris", "--split-seed", number] for number in HUGE),
        ["train", "iris", "--epochs", "-1"],
        ["train", "iris", "--lr", "nan"],
        ["train", "iris", "--val", "nan"],
        ["train", "iris", "--dropout", "inf"],
        ["train", "iris", "--name", ".."],
        ["train", "iris", "--name", "a/b"],
        ["train", "iris", "--name", "\udcff"],
        ["train", "iris", "--name", "a" * 300],
        ["tune", "iris", "--name", ".."],
        ["train", "table.csv", "--target", ","],
        ["train", "table.csv", "--target", ",,"],
        *(["summary", "mlp", "--input", number] for number in ["²", ",", "0", "-1", *HUGE]),
        *(["summary", "mlp", "--input", "4", "--hidden", number] for number in ["²", str(2**62), *HUGE]),
        *(["summary", "mlp", "--input", "4", "--outputs", number] for number in ["0", "-1", *HUGE]),
        *(["kernel", "--at", f"{number},1"] for number in ["²", "-1", *HUGE]),
        ["kernel", "--theta", "inf"],
        ["kernel", "--frequency", "nan"],
        *(["descent", "line", "--seed", number] for number in HUGE),
        ["descent", "line", "--lr", "nan"],
        ["descent", "spirals", "--hidden", "²"],
        ["watch", "runs/r", "--every", "inf"],
        ["weights", "add", "x.safetensors", "--model", "linear", "--imgsz", str(2**31)],
        ["weights", "add", "x.safetensors", "--model", "linear", "--mean", "nan,0,0"],
    ],
    ids=lambda words: " ".join(words)[:60].encode("ascii", "backslashreplace").decode(),
)
def test_an_extreme_number_is_an_error_in_words(words: list[str], pellucid_: Type, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n3,4\n5,6\n")
    said = pellucid_(*words)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")
    assert len(said.err) < 1000
    assert list(tmp_path.iterdir()) == [tmp_path / "table.csv"]


@pytest.mark.parametrize(
    "words",
    [
        *(["landscape", "{run}", "--reach", number] for number in ["inf", "nan", "1e300", "-1", "0"]),
        *(["landscape", "{run}", "--seed", number] for number in HUGE),
        *(["landscape", "{run}", "--size", number] for number in ["-1", "2", "1000001", *HUGE]),
        *(["explain", "{run}", "0", "--seed", number] for number in HUGE),
        *(["explain", "{run}", number] for number in HUGE),
        *(["trace", "{run}", number] for number in ["²", *HUGE]),
        *(["trace", "{run}", "0", "--weight", f"fc.weight:{number}"] for number in ["²", ",", "-1", *HUGE]),
        *(["trace", "{run}", "0", "--layer", "fc", "--unit", number] for number in HUGE),
        ["trace", "{run}", "0", "--layer", "fc", "--unit", "0", "--at", "²"],
        ["trace", "{run}", "0", "--weight", "fc.weight:0,0", "--lr", "nan"],
    ],
    ids=lambda words: " ".join(words)[:60].encode("ascii", "backslashreplace").decode(),
)
def test_an_extreme_number_about_a_run_is_an_error_in_words(words: list[str], pellucid_: Type, run: Path) -> None:
    said = pellucid_(*(word.format(run=run) for word in words))
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Error: ")
    assert len(said.err) < 1000
