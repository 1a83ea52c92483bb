"""`pellucid features` and `pellucid landscape`: pages, JSON, reports; and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pellucid

Type = Callable[..., Any]


@pytest.fixture(scope="module")
def pictures_run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a run of a convolutional network on digits; only its report and exhibits are written to."""
    return pellucid.train("digits", model="lenet5", epochs=1, imgsz=28, runs_dir=tmp_path_factory.mktemp("runs")).path


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "page"),
    [
        (["maps", "7", "--layer", "conv2"], "maps-conv2-picture-7"),
        (["filters"], "filters-conv1"),
        (["patches", "--unit", "3", "--limit", "100"], "patches-act2"),
        (["visualise", "--layer", "fc3", "--steps", "3", "--top", "2"], "visualise-fc3"),
        (["embedding", "--method", "tsne", "--limit", "60"], "tsne-features-val"),
        (["shift", "--limit", "40"], "shift-response"),
    ],
)
def test_every_look_writes_a_page_and_joins_the_report(
    pellucid_: Type, pictures_run: Path, tmp_path: Path, words: list[str], page: str
) -> None:
    said = pellucid_("features", pictures_run, *words, "--report")
    assert said.code == 0, said.err
    assert (tmp_path / f"{pictures_run.name}-{page}.html").exists()
    assert f'id="exhibit-{page}"' in (pictures_run / "report.html").read_text()


@pytest.mark.slow
def test_json_is_the_result_and_nothing_else(pellucid_: Type, pictures_run: Path, tmp_path: Path) -> None:
    said = pellucid_("features", pictures_run, "maps", "--layer", "conv2", "--top", "3", "--json")
    found = json.loads(said.out)
    assert len(found["maps"]) == 3
    assert found["selectivity"]["measure"] == "auc"
    assert not list(tmp_path.glob("*.html"))


@pytest.mark.slow
def test_a_landscape_of_two_runs_is_one_page(pellucid_: Type, run: Path, tmp_path: Path) -> None:
    said = pellucid_("landscape", run, run, "--size", 3, "--limit", 20, "--out", "both.html")
    assert said.code == 0, said.err
    assert "contours" in (tmp_path / "both.html").read_text()
    found = json.loads(pellucid_("landscape", run, "--size", 3, "--limit", 20, "--json").out)["landscapes"][0]
    assert found["centre"] == found["losses"][1][1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["features", "RUN"], "gives plain units: they have no maps"),
        (["features", "RUN", "filters", "3"], "takes no input"),
        (["features", "RUN", "filters", "--layer", "flaten"], "Did you mean 'flatten'?"),
        (["features", "RUN", "visualise", "--unit", "99"], "has no unit 99"),
        (["features", "RUN", "shift", "--split", "test"], "The test split is sealed."),
        (["features", "RUN", "embedding", "--split", "test"], "--open-test"),
        (
            ["features", "RUN", "filters", "--out", "absent/page.html"],
            "The folder of 'absent/page.html' does not exist.",
        ),
        (["landscape", "RUN", "--size", "4"], "The size is 4. An odd number"),
        (["landscape", "RUN", "absent"], "There is no run at 'absent'."),
    ],
)
def test_what_cannot_be_shown_is_said(
    pellucid_: Type, run: Path, tmp_path: Path, words: list[str], message: str
) -> None:
    said = pellucid_(*(str(run) if word == "RUN" else word for word in words))
    assert said.code == 2
    assert message in said.err
    assert not list(tmp_path.glob("*.html"))
