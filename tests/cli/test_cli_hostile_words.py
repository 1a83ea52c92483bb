"""Words of strangers on their way to a terminal and into JSON: shown as codes, never acted upon."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import pellucid
from pellucid.cli.output import print_json

Type = Callable[..., Any]

HOSTILE = (
    "\x1b]0;pwn\x07",
    "[bold red]x[/bold red]",
    "[/nothing]",
    "a\nError: b",
    "\u202egpj",
    "=HYPERLINK(1)",
    ":smile:",
)
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def check(said: Any, *, code: int = 0) -> str:
    """Look that nothing in what was said acts, and return it."""
    words = said.out + said.err
    assert said.code == code, said.err
    assert not ACTS.search(words), words
    assert "Error: b" not in words.splitlines()
    assert "Traceback" not in words
    return str(words)


@pytest.fixture(scope="module")
def hostile_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run whose classes have such names; not to be written to."""
    folder = tmp_path_factory.mktemp("hostile")
    pictures = np.random.default_rng(0).integers(0, 255, (70, 8, 8), dtype=np.uint8)
    np.savez(folder / "d.npz", images=pictures, labels=np.array(HOSTILE * 10))
    return pellucid.train(folder / "d.npz", model="linear", epochs=1, runs_dir=folder / "runs").path


@pytest.mark.parametrize(
    "words",
    [
        ["inspect", "{data}"],
        ["evaluate", "{run}", "--split", "val", "--no-baselines"],
        ["predict", "{run}", "{data}"],
        ["explain", "{run}", "0", "--out", "explain.html"],
        ["trace", "{run}", "0"],
        ["watch", "{run}"],
        ["health", "{run}"],
        ["compare", "{run}", "{run}"],
        ["features", "{run}", "embedding", "--limit", "20", "--out", "features.html"],
        ["report", "{run}"],
        ["train", "{data}", "--model", "linear", "--epochs", "1"],
    ],
    ids=lambda words: words[0],
)
def test_names_of_classes_are_shown_as_codes_and_are_no_markup(
    words: list[str], hostile_run: Path, pellucid_: Type
) -> None:
    named = [word.format(run=hostile_run, data=hostile_run.parent.parent / "d.npz") for word in words]
    said = check(pellucid_(*named))
    if words[0] == "inspect":
        assert "[bold red]x[/bold red]" in said
        assert "[/nothing]" in said
        assert ":smile:" in said
        assert "\\x1b]0;pwn\\x07" in said
    for page in Path().glob("*.html"):
        assert not ACTS.search(page.read_text(encoding="utf-8").replace("\t", ""))


def test_names_of_columns_runs_and_what_was_typed_are_shown_as_codes(pellucid_: Type, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    rows = "".join(f"{number},{number * 2}\n" for number in range(30))
    table.write_text("x\x1b]0;pwn\x07[/b],y\n" + rows)
    assert "x\\x1b]0;pwn\\x07[/b]" in check(pellucid_("train", table), code=2)
    check(pellucid_("inspect", table, "--target", "y"))
    check(pellucid_("inspect", table, "--target", "x\x1b]0;pwn\x07"), code=2)  # did you mean
    check(pellucid_("train", table, "--target", "y", "--model", "linear", "--epochs", "1", "--name", "r"))
    for stranger in HOSTILE[:5]:
        check(pellucid_("inspect", f"no{stranger}"), code=2)
        check(pellucid_(f"no{stranger}"), code=2)
        check(pellucid_("train", f"--no{stranger}"), code=2)
        check(pellucid_("trace", "runs/r", "0", f"--layer={stranger}"), code=2)
    record = tmp_path / "runs" / "r" / "run.json"
    record.write_text(record.read_text().replace('"linear"', '"lin\\u001b]0;pwn\\u0007\\u009b2J"'))
    (tmp_path / "runs" / "r").rename(tmp_path / "runs" / "r\x1b]0;pwn\x07")
    assert "r\\x1b]0;pwn\\x07" in check(pellucid_("runs"))
    check(pellucid_("runs", "--json"))


def test_json_is_json_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    value = {
        "nan": float("nan"),
        "all": [float("inf"), -float("inf"), np.float64("nan"), 1.5],
        **{name: 1 for name in HOSTILE},
    }
    print_json(value | {"c1": "\x9b2J\x7f\udcff"})
    said = capsys.readouterr().out
    assert not ACTS.search(said)

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    read = json.loads(said, parse_constant=refuse)
    assert read["nan"] is None
    assert read["all"] == [None, None, None, 1.5]
    assert read["c1"] == "\x9b2J\x7f\udcff"
    assert set(HOSTILE) <= set(read)


@pytest.mark.parametrize("targets", ["1e-300", "0", "5"])
def test_measures_that_are_no_numbers_are_null(targets: str, pellucid_: Type, tmp_path: Path) -> None:
    """A constant target, or one so small that squares of it vanish, has no R squared."""
    (tmp_path / "t.csv").write_text("x,target\n" + "".join(f"{n},{targets if n else '1e-290'}\n" for n in range(40)))
    pellucid_(
        "train",
        "t.csv",
        "--target",
        "target",
        "--model",
        "linear",
        "--epochs",
        "1",
        "--name",
        "r",
        "--task",
        "regression",
    )
    for words in (
        ["evaluate", "runs/r"],
        ["health", "runs/r"],
        ["watch", "runs/r"],
        ["explain", "runs/r", "0"],
        ["runs"],
    ):
        said = pellucid_(*words, "--json")
        if said.code == 0:
            json.loads(said.out, parse_constant=lambda name: pytest.fail(name))


def test_answers_hold_no_formulas(pellucid_: Type, hostile_run: Path, tmp_path: Path) -> None:
    for name in ("=HYPERLINK(1).png", "+1+1.png", "-cmd.png", "@x.png", "good.png"):
        Image.new("L", (8, 8)).save(tmp_path / name)
    names = [f"./{path.name}"[2:] for path in sorted(tmp_path.glob("*.png"))]
    said = pellucid_("predict", hostile_run, "--out", "answers.csv", "--", *names)
    assert said.code == 0
    with Path("answers.csv").open(newline="", encoding="utf-8") as file:
        header, *rows = list(csv.reader(file))
    assert not [cell for row in [header, *rows] for cell in row if re.match(r"[=+@\t\r]|-\D", cell)]
    assert {row[0] for row in rows} == {"'=HYPERLINK(1).png", "'+1+1.png", "'-cmd.png", "'@x.png", "good.png"}


def test_a_column_whose_name_holds_a_line_break_makes_no_line_of_its_own(pellucid_: Type, tmp_path: Path) -> None:
    """Spreadsheets write such names: "Weight" over "(kg)"."""
    rows = "".join(f"{number},{number % 3},{'ab'[number % 2]}\n" for number in range(40))
    (tmp_path / "t.csv").write_text('"Weight\nError: b","\x1b[2Jz",target\n' + rows)
    check(pellucid_("train", "t.csv", "--model", "linear", "--epochs", "1", "--name", "r"))
    assert "Weight\\nError: b" in check(pellucid_("explain", "runs/r", "0", "--out", "x.html"))
    for words in (["inspect", "t.csv"], ["inspect", "t.csv", "--picture", "0"], ["evaluate", "runs/r"]):
        check(pellucid_(*words))
