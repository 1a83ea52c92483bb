"""What is shown first: a problem on which descent works."""

from __future__ import annotations

from pathlib import Path

from pellucid.cli import main
from pellucid.descent import descend, problem_of


def test_the_line_begins_with_normalised_speeds_where_every_optimizer_arrives(tmp_path: Path) -> None:
    descent = descend(problem_of("line"), steps=100)
    assert descent.before is not None
    assert descent.before.problem.name == "line-normalised"
    assert all(path.arrived is not None for path in descent.before.paths)
    assert descent.before.outcome.startswith("All arrive at the minimum: gd after 1 step, ")
    assert descent.outcome == (
        "None arrives at the minimum: gd, momentum, nesterov, rmsprop and adam not there after 100 steps."
    )
    main(["descent", "line", "--steps", "100", "--out", str(tmp_path / "line.html")])
    page = (tmp_path / "line.html").read_text(encoding="utf-8")
    assert page.index('id="descent-line-normalised"') < page.index('id="descent-line"')
    assert "<img" not in page  # drawings have the page's own type


def test_the_sentence_on_the_outcome_names_who_arrived_and_who_did_not() -> None:
    one = descend(problem_of("bowl"), optimizers=["gd"], lr=0.05, steps=300)
    assert one.outcome == f"It arrives at the minimum: gd after {one.paths[0].arrived} steps."
    both = descend(problem_of("curve"), optimizers=["gd", "momentum"], steps=300)
    arrived = [path.arrived is not None for path in both.paths]
    assert both.outcome.startswith("At the minimum: " if any(arrived) else "None arrives")
    assert both.outcome.count("not there after") <= 1
