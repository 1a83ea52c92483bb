"""The page of a search: was it worth it, what was tried, what mattered."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from pellucid.report import wording
from pellucid.report.charts.parallel import Path as TrialPath
from pellucid.report.charts.parallel import parallel_chart
from pellucid.report.charts.trials import (
    Axis,
    Dot,
    TrialCurve,
    curves_chart,
    history_chart,
    importance_chart,
    score_range,
    slice_chart,
)
from pellucid.report.rendering import render, write_template
from pellucid.report.wording import percent
from pellucid.version import VERSION
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.tuning import Search, Trial, Verdict

ABSENT = "none"
METHODS = {
    "tpe": "tree-structured Parzen estimators (tpe)",
    "gp": "Gaussian process (gp)",
    "random": "random",
    "grid": "grid",
}
PRUNINGS = {
    "halving": "asynchronous successive halving",
    "median": "median",
    "hyperband": "hyperband",
    "none": "no pruning",
}


@dataclass(frozen=True)
class TrialRow:
    """A line of the table of trials."""

    number: int
    score: str
    status: str
    epochs: str
    seconds: str
    choices: str
    note: str
    is_winner: bool


@dataclass(frozen=True)
class SeedRow:
    """A line of the table of fresh seeds."""

    seed: int
    default: str
    winner: str
    difference: str


def write_search(path: str | Path, search: Search) -> Path:
    """Write a search as one self-contained page.

    Args:
        path: of the page; it is replaced at once.
        search: as it stands; it need not be at its end.

    Returns:
        The path.

    Raises:
        OSError: the page cannot be written.
    """
    charts = _Charts(search)
    contents = [("summary", "Summary")]
    contents += [("trials", "Trials")] if search.trials else []
    contents += [("choices", "What mattered")] if charts.dots else []
    contents += [("space", "Space")]
    return write_template(
        path,
        "search.html.jinja",
        title=search.record.name,
        version=VERSION,
        contents=contents,
        facts=_facts(search),
        search=search,
        best=search.best,
        best_score=_score(search, search.best),
        metric=_metric(search),
        verdict=search.verdict,
        verdict_facts=_verdict_facts(search, search.verdict) if search.verdict else (),
        seeds=_seed_rows(search, search.verdict) if search.verdict else (),
        command=search.command,
        resume=f"pellucid tune --resume {search.path}",
        charts=charts,
        rows=[_row(search, trial) for trial in _in_order(search)],
        parameters=[(name.replace("_", " "), *_describe(search, name)) for name in search.record.space.parameters],
        decisions=search.record.decisions,
    )


def search_html(search: Search) -> str:
    """Return a static fragment of HTML for a notebook: the verdict, the winner, the history and what mattered."""
    charts = _Charts(search)
    return render(
        "notebook_search.html.jinja",
        title=search.record.name,
        summary=_standing(search),
        best=search.best,
        best_score=_score(search, search.best),
        metric=_metric(search),
        verdict=search.verdict,
        verdict_facts=_verdict_facts(search, search.verdict) if search.verdict else (),
        charts=charts,
    )


class _Charts:
    """The drawings of one search; None where there is nothing to draw."""

    def __init__(self, search: Search) -> None:
        self.search, record = search, search.record
        self.is_share, self.up = record.metric.endswith("accuracy"), record.higher_is_better
        self.title = f"{_metric(search)} (validation)"
        self.scored = [trial for trial in search.trials if trial.score is not None]
        self.dots = [self._dot(trial, trial.number) for trial in self.scored]
        self.scores = score_range(self.dots, higher_is_better=self.up) if self.dots else (0.0, 1.0)

    def _dot(self, trial: Trial, place: float) -> Dot:
        return Dot(
            x=float(place),
            score=trial.score or 0.0,
            is_whole=trial.status == "finished",
            is_winner=trial.number == self.search.winner,
            words=f"trial {trial.number}: {_score(self.search, trial)}{_ended(trial)}\n{trial.say_choices()}",
        )

    @property
    def history(self) -> Markup | None:
        """The scores in the order of the proposals."""
        if not self.dots:
            return None
        label = f"{len(self.dots)} trials by number, their scores, and the best so far as a line."
        return history_chart(self.dots, title=self.title, is_share=self.is_share, higher_is_better=self.up, label=label)

    @property
    def curves(self) -> Markup | None:
        """The validation metric of every trial, epoch by epoch."""
        drawn = [
            TrialCurve(
                points=trial.curve,
                look="winner" if trial.number == self.search.winner else
                "whole" if trial.status == "finished" else "pruned",
                words=f"trial {trial.number}{_ended(trial)}: {trial.say_choices()}",
            )
            for trial in self.search.trials
            if trial.curve
        ]  # fmt: skip
        if not drawn:
            return None
        label = f"{self.title} of {len(drawn)} trials over their epochs; most were ended early."
        return curves_chart(drawn, title=self.title, is_share=self.is_share, higher_is_better=self.up, label=label)

    @property
    def importance(self) -> Markup | None:
        """A bar per choice."""
        shares = [(name.replace("_", " "), share) for name, share in self.search.importance.shares.items()]
        words = ", ".join(f"{name} {percent(share, 0)}" for name, share in shares)
        return importance_chart(shares, label=f"Importance of each choice: {words}") if shares else None

    @property
    def slices(self) -> list[tuple[str, Markup]]:
        """The scores against each choice, the most important first."""
        names = list(self.search.importance.shares) or list(self.search.record.space.parameters)
        names += [name for name in self.search.record.space.parameters if name not in names]
        drawn = []
        for name in names:
            axis = _axis(self.search, name)
            dots = [
                self._dot(trial, place)
                for trial in self.scored
                if (place := _place(self.search, trial, name)) is not None
            ]
            if dots:
                label = f"{self.title} against {axis.title}, {len(dots)} trials."
                chart = slice_chart(
                    dots, axis, title=self.title, is_share=self.is_share, scores=self.scores, label=label
                )
                drawn.append((axis.title, chart))
        return drawn

    @property
    def parallel(self) -> Markup | None:
        """A line per trial across all choices."""
        if len(self.scored) < 2:
            return None
        names = list(self.search.record.space.parameters)
        ranked = sorted(
            (trial for trial in self.scored if trial.status == "finished"),
            key=lambda trial: (-1 if self.up else 1) * (trial.score or 0.0),
        )
        good = {trial.number for trial in ranked[: max(1, math.ceil(len(self.scored) / 4))]}
        paths = [
            TrialPath(
                places=tuple(_place(self.search, trial, name) for name in names),
                score=trial.score or 0.0,
                look="winner" if trial.number == self.search.winner else "good" if trial.number in good else "other",
                words=f"trial {trial.number}: {_score(self.search, trial)}{_ended(trial)}\n{trial.say_choices()}",
            )
            for trial in self.scored
        ]
        axes = [_axis(self.search, name) for name in names]
        label = f"{len(paths)} trials as lines across {len(axes)} choices and the score; the better ones are thicker."
        score = Axis(_metric(self.search), *self.scores)
        return parallel_chart(paths, axes, score=score, is_share=self.is_share, label=label)


def _axis(search: Search, name: str) -> Axis:
    parameter = search.record.space.parameters[name]
    title = name.replace("_", " ") + (" (× default)" if parameter.times else "")
    if parameter.choices is not None:
        return Axis(title, 0.0, 1.0, values=tuple(_say(value) for value in parameter.choices))
    low, high = parameter.range or (0.0, 1.0)
    return Axis(title, low, high, log=parameter.in_logarithm)


def _place(search: Search, trial: Trial, name: str) -> float | None:
    """Return where a trial stands on a choice's axis; None where the choice was not searched beside its others."""
    if name not in trial.choices:
        return None
    value, parameter = trial.choices[name], search.record.space.parameters[name]
    if parameter.choices is not None:
        return float(parameter.choices.index(value))
    return float(value) if isinstance(value, int | float) else None


def _say(value: object) -> str:
    if value is None:
        return "left open"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _metric(search: Search) -> str:
    return search.record.metric.replace("_", " ")


def _score(search: Search, trial: Trial | None) -> str:
    if trial is None or trial.score is None:
        return "–"
    return _number(search, trial.score)


def _number(search: Search, value: float) -> str:
    return wording.percent(value, 2) if search.record.metric.endswith("accuracy") else wording.decimal(value, 4)


def _ended(trial: Trial) -> str:
    return "" if trial.status == "finished" else f", {trial.status} {trial.note}".rstrip()


def _standing(search: Search) -> str:
    words = [f"{search.count(one)} {one}" for one in ("finished", "pruned", "diverged", "failed", "running")
             if search.count(one)]  # fmt: skip
    return f"{counted(len(search.trials), 'trial')}: {', '.join(words)}" if words else "No trial yet"


def _facts(search: Search) -> tuple[tuple[str, str], ...]:
    record = search.record
    whole = len(search.trials) * (record.default.duration.epochs or 0)
    saved = 1 - search.epochs / whole if whole and not search.count("running") else 0.0
    epochs = f"{search.epochs:,}" + (f" ({percent(saved, 0)} saved by pruning)" if saved > 0.005 else "")
    return (
        ("Data", record.dataset.name),
        ("Model", record.model),
        ("Trials", _standing(search)),
        ("Epochs", epochs),
        ("Method", METHODS[record.method]),
        ("Pruning", PRUNINGS[record.pruning]),
        ("Time", wording.duration(sum(trial.seconds for trial in search.trials))),
        ("Seed", str(record.seed)),
    )


def _verdict_facts(search: Search, verdict: Verdict) -> tuple[tuple[str, str], ...]:
    """Return what stands beside the verdict: both means with their spread, and what being chosen flattered by."""
    has_spread = len({repeat.seed for repeat in verdict.repeats}) > 1
    means = (verdict.winner_mean, verdict.winner_spread, verdict.default_mean, verdict.default_spread)
    winner, of_winner, default, of_default = (_number(search, value) for value in means)
    of_seeds = f"{default} ± {of_default}" if has_spread else default
    if verdict.is_default:
        return (("Default, fresh seeds", of_seeds),)
    return (
        ("Winner, fresh seeds", f"{winner} ± {of_winner}" if has_spread else winner),
        ("Default, same seeds", of_seeds),
        ("Its score in the search, minus that", _difference(search, verdict.optimism)),
    )


def _seed_rows(search: Search, verdict: Verdict) -> list[SeedRow]:
    scores = {(repeat.role, repeat.seed): repeat.score for repeat in verdict.repeats}
    rows = []
    for seed in sorted({repeat.seed for repeat in verdict.repeats}):
        default, winner = scores.get(("default", seed)), scores.get(("winner", seed))
        both = default is not None and winner is not None
        rows.append(
            SeedRow(
                seed,
                "–" if default is None else _number(search, default),
                "–" if winner is None else _number(search, winner),
                _difference(search, (winner or 0.0) - (default or 0.0)) if both else "–",
            )
        )
    return rows


def _difference(search: Search, value: float) -> str:
    shown = f"{100 * value:+.2f} points" if search.record.metric.endswith("accuracy") else f"{value:+.4g}"
    return shown.replace("-", "−")


def _in_order(search: Search) -> list[Trial]:
    """Return the trials, those trained to their end first, the better ones above."""
    sign = -1 if search.record.higher_is_better else 1
    return sorted(
        search.trials,
        key=lambda trial: (
            trial.status != "finished",
            math.inf if trial.score is None else sign * trial.score,
            trial.number,
        ),
    )


def _row(search: Search, trial: Trial) -> TrialRow:
    return TrialRow(
        number=trial.number,
        score=_score(search, trial),
        status=trial.status,
        epochs=str(trial.epochs),
        seconds=wording.duration(trial.seconds) if trial.seconds else "–",
        choices=trial.say_choices(),
        note=trial.note,
        is_winner=trial.number == search.winner,
    )


def _describe(search: Search, name: str) -> tuple[str, str]:
    """Return the values of a choice, and the condition under which it is searched, in words."""
    parameter = search.record.space.parameters[name]
    if parameter.choices is not None:
        values = ", ".join(_say(value) for value in parameter.choices)
    else:
        low, high = parameter.range or (0.0, 0.0)
        values = f"{low:g} to {high:g}" + (" times the default" if parameter.times else "")
        values += ", drawn evenly on a logarithmic scale" if parameter.in_logarithm else ""
        values += f", in steps of {parameter.step:g}" if parameter.step else ""
    return values, _conditions(parameter.when)


def _conditions(when: Mapping[str, tuple[object, ...]]) -> str:
    return " and ".join(
        f"{name.replace('_', ' ')} is {' or '.join(_say(value) for value in values)}" for name, values in when.items()
    )
