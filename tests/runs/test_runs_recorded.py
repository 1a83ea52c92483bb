"""Old runs open for ever: eight that an early version left (two kinds of input, four kinds of target), as they were."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import pellucid

RECORDED = Path(__file__).parent / "recorded"
RUNS = sorted(path.name for path in (RECORDED / "runs").iterdir())
NUMBERS = 1e-5
"""How far apart two answers of the same weights may lie: sums are taken in another order by other processors."""


def put(name: str, folder: Path) -> Path:
    """Copy a recorded run and its data to a folder of this test; the record names where the data lie now."""
    kind = name.split("-")[0]
    shutil.copytree(RECORDED / kind, folder / kind)
    run = folder / "runs" / name
    shutil.copytree(RECORDED / "runs" / name, run)
    record = (run / "run.json").read_text(encoding="utf-8")
    assert '"DATA/' in record
    (run / "run.json").write_text(record.replace('"DATA/', f'"{folder.as_posix()}/'), encoding="utf-8")
    return run


def inputs_of(name: str, folder: Path) -> Path:
    """Return what the recorded answers are for."""
    kind, target = name.split("-")
    return folder / "pictures" / "images" if kind == "pictures" else folder / "rows" / f"{target}.csv"


def assert_near(now: Any, then: Any) -> None:
    """Compare two answers: words exactly, numbers within `NUMBERS`."""
    if isinstance(then, dict):
        for key, value in then.items():
            assert_near(now[key], value)
    elif isinstance(then, float):
        assert now == pytest.approx(then, rel=NUMBERS, abs=NUMBERS)
    else:
        assert now == then


@pytest.mark.parametrize("name", RUNS)
def test_a_recorded_run_answers_as_it_did(name: str, tmp_path: Path) -> None:
    run = put(name, tmp_path)
    then = json.loads((run / "answers.json").read_text(encoding="utf-8"))
    now = [answer.to_dict() for answer in pellucid.open_run(run).predict(inputs_of(name, tmp_path))]
    assert len(now) == len(then) == 60
    for one, other in zip(now, then, strict=True):
        other.pop("name")
        other.pop("decision")  # later versions look at more before they say "ok"
        assert_near(one, other)


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_a_recorded_run_is_reported_and_measured_again(name: str, tmp_path: Path) -> None:
    run = pellucid.open_run(put(name, tmp_path))
    kept = {evaluation.split: evaluation for evaluation in run.evaluations}
    assert set(kept) == {"val", "test"}
    again = run.evaluate("val", baselines=False)
    for metric, then in kept["val"].metrics.items():
        assert again.metrics[metric].value == pytest.approx(then.value, rel=1e-4, abs=1e-4), metric
    assert run.report().read_text(encoding="utf-8").startswith("<!doctype html>")


@pytest.mark.slow
@pytest.mark.parametrize("name", RUNS)
def test_a_recorded_run_is_reproduced(name: str, tmp_path: Path) -> None:
    again = pellucid.open_run(put(name, tmp_path)).reproduce(runs_dir=tmp_path / "again")
    # Bit for bit on the processor that recorded it; on another one, rounded otherwise, it is the same training still.
    assert again.equal or again.largest_share < 1e-3, str(again)
