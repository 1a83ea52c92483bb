"""How often do Pellucid's 95 % intervals hold the truth? Prints simulated answers as Markdown for docs/intervals.md.

    python benchmarks/interval_coverage.py --repeats 500

Datasets are drawn from known worlds, evaluated with the public functions, and each interval is compared with the
metric's value in a draw of 800,000 examples (4,000,000 for regression). About ten minutes for 400 repeats.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pellucid.evaluation import (
    Evaluation,
    Metric,
    choose_threshold,
    compare_paired,
    evaluate_classification,
    evaluate_regression,
)
from pellucid.evaluation.answers import ClassAnswers
from pellucid.evaluation.counting import COUNT_METRICS
from pellucid.evaluation.proportions import wilson_arrays
from pellucid.evaluation.ranking import average_precision, roc_auc, roc_auc_ovr
from pellucid.evaluation.reliability import expected_calibration_error

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
SIZES = (50, 200, 1000)
LARGE = 800_000


@dataclass(frozen=True)
class ClassWorld:
    """Normal features around K class centres; probabilities are Bayes' rule, sharpened where `sharpening` is over 1."""

    name: str
    shares: tuple[float, ...]
    distance: float
    sharpening: float = 1.0
    group_size: int = 1
    """Over 1: examples come in groups that share half of their noise."""

    def draw(self, random: np.random.Generator, n: int) -> tuple[Floats, Ints, Ints]:
        """Return probabilities [n, K], targets [n] and groups [n]."""
        shares = np.array(self.shares)
        groups = np.arange(n) // self.group_size
        targets = random.choice(len(shares), n, p=shares)
        noise = random.normal(size=(n, len(shares)))
        if self.group_size > 1:
            noise = np.sqrt(0.5) * (noise + random.normal(size=(groups[-1] + 1, len(shares)))[groups])
        noise[np.arange(n), targets] += self.distance
        logits = (np.log(shares) + self.distance * noise) * self.sharpening
        return special.softmax(logits, axis=1), targets, groups


@dataclass(frozen=True)
class ValueWorld:
    """Targets of spread 3 with errors from a named distribution."""

    name: str
    errors: Callable[[np.random.Generator, int], Floats]

    def draw(self, random: np.random.Generator, n: int) -> tuple[Floats, Floats]:
        """Return predictions [n] and targets [n]."""
        targets = 3 * random.normal(size=n)
        return targets + self.errors(random, n), targets


@dataclass
class Tally:
    """How often an interval was given, and how often it held the truth."""

    tried: int = 0
    given: int = 0
    held: int = 0
    widths: list[float] = field(default_factory=list)

    def add(self, metric: Metric, truth: float) -> None:
        """Count one interval."""
        self.tried += 1
        if metric.low is not None and metric.high is not None:
            self.given += 1
            self.held += metric.low <= truth <= metric.high
            self.widths.append(metric.high - metric.low)

    def __str__(self) -> str:
        if self.given < 0.05 * self.tried or self.given < 20:
            return "too few"
        share = f" ({self.given / self.tried:.0%})" if self.given < 0.995 * self.tried else ""
        return f"{self.held / self.given:.3f}{share}"


TEN = (0.1,) * 10
CLASS_WORLDS = (
    ClassWorld("2 classes, 80 % right", (0.5, 0.5), 1.2),
    ClassWorld("2 classes, 9 to 1, 95 % right", (0.9, 0.1), 1.8),
    ClassWorld("3 classes, 7 to 2 to 1, overconfident", (0.7, 0.2, 0.1), 1.8, 2.0),
    ClassWorld("10 classes, 94 % right, overconfident", TEN, 3.3, 2.0),
    ClassWorld("10 classes, 98 % right", TEN, 4.0),
)
GROUP_WORLDS = (
    ClassWorld("2 classes, 80 % right, groups of 10", (0.5, 0.5), 1.2, 1.0, 10),
    ClassWorld("10 classes, 94 % right, groups of 10", TEN, 3.3, 2.0, 10),
)
VALUE_WORLDS = (
    ValueWorld("normal errors", lambda random, n: random.normal(size=n)),
    ValueWorld("Laplace errors", lambda random, n: random.laplace(size=n)),
    ValueWorld("Student t errors, 3 degrees", lambda random, n: random.standard_t(3, n)),
)


def evaluate(world: ClassWorld, random: np.random.Generator, n: int, *, grouped: bool) -> Evaluation:
    """Return the evaluation of one draw."""
    probabilities, targets, groups = world.draw(random, n)
    classes = [f"class {k}" for k in range(len(world.shares))]
    return evaluate_classification(
        probabilities, targets, classes=classes, split="test", task="simulated", groups=groups if grouped else None
    )


def true_values(world: ClassWorld) -> dict[str, float]:
    """Return each metric's value in one large draw."""
    probabilities, targets, _ = world.draw(np.random.default_rng(1000), LARGE)
    answers = ClassAnswers(probabilities, targets, tuple(map(str, world.shares)))
    confusion = answers.confusion.astype(np.float64)
    truth = {name: metric(confusion).value for name, metric in COUNT_METRICS.items()}
    truth["accuracy"] = float(answers.correct.mean())
    truth["log_loss"], truth["brier"] = float(answers.log_losses.mean()), float(answers.brier_scores.mean())
    truth["ece"] = expected_calibration_error(answers.confidence, answers.correct)
    if len(world.shares) > 2:
        truth["roc_auc_ovr"] = roc_auc_ovr(targets, probabilities)[0]
        truth["top5_accuracy"] = float(answers.in_top(5).mean())
        return truth
    truth["roc_auc"] = roc_auc(targets == 1, probabilities[:, 1])[0]
    truth["average_precision"] = average_precision(targets == 1, probabilities[:, 1])
    return truth


def true_errors(world: ValueWorld) -> dict[str, float]:
    """Return each metric's value in one large draw."""
    values, targets = world.draw(np.random.default_rng(1000), 5 * LARGE)
    errors = values - targets
    return {
        "mae": float(np.abs(errors).mean()),
        "rmse": float(np.sqrt((errors**2).mean())),
        "r2": 1 - float((errors**2).mean() / targets.var()),
        "median_absolute_error": float(np.median(np.abs(errors))),
    }


def class_table(worlds: Iterable[ClassWorld], sizes: Iterable[int], repeats: int, *, grouped: bool) -> list[str]:
    """Return Markdown rows: coverage of every metric in every world."""
    names = ["accuracy", "balanced_accuracy", "f1_macro", "precision_macro", "mcc", "roc_auc", "average_precision"]
    names += ["log_loss", "brier", "ece"]
    rows = [f"| world | n | {' | '.join(names)} |", "| --- | ---: |" + " ---: |" * len(names)]
    for world in worlds:
        truth = true_values(world)
        for n in sizes:
            tallies = {name: Tally() for name in truth}
            for repeat in range(repeats):
                evaluation = evaluate(world, np.random.default_rng(repeat), n, grouped=grouped)
                for name, metric in evaluation.metrics.items():
                    tallies[name].add(metric, truth[name])
            tallies["roc_auc"] = tallies.get("roc_auc", tallies.get("roc_auc_ovr", Tally()))
            cells = [str(tallies[name]) if name in tallies else "" for name in names]
            rows.append(f"| {world.name} | {n} | {' | '.join(cells)} |")
    return rows


def value_table(repeats: int) -> list[str]:
    """Return Markdown rows: coverage of the regression metrics."""
    names = ["mae", "rmse", "r2", "median_absolute_error"]
    rows = [f"| world | n | {' | '.join(names)} |", "| --- | ---: |" + " ---: |" * len(names)]
    for world in VALUE_WORLDS:
        truth = true_errors(world)
        for n in SIZES:
            tallies = {name: Tally() for name in names}
            for repeat in range(repeats):
                values, targets = world.draw(np.random.default_rng(repeat), n)
                for name, metric in evaluate_regression(values, targets, split="test").metrics.items():
                    tallies[name].add(metric, truth[name])
            rows.append(f"| {world.name} | {n} | {' | '.join(str(tallies[name]) for name in names)} |")
    return rows


def wilson_table() -> list[str]:
    """Return Markdown rows: Wilson's exact coverage (no simulation: all outcomes are summed)."""
    shares, sizes = (0.5, 0.8, 0.9, 0.95, 0.99), (5, 10, 20, 50, 200, 1000)
    rows = [f"| true share | {' | '.join(f'n = {n}' for n in sizes)} |", "| ---: |" + " ---: |" * len(sizes)]
    for share in shares:
        cells = []
        for n in sizes:
            counts = np.arange(n + 1)
            logs = special.gammaln(n + 1) - special.gammaln(counts + 1) - special.gammaln(n - counts + 1)
            chances = np.exp(logs + counts * np.log(share) + (n - counts) * np.log1p(-share))
            low, high = wilson_arrays(counts, np.full(n + 1, n))
            cells.append(f"{chances[(low <= share) & (share <= high)].sum():.3f}")
        rows.append(f"| {share} | {' | '.join(cells)} |")
    return rows


def paired_table(repeats: int) -> list[str]:
    """Return Markdown rows: how often the difference is held, and how often a difference is found."""
    rows = ["| a right, b right | n | interval holds | called different |", "| --- | ---: | ---: | ---: |"]
    for right_a, right_b in ((0.8, 0.8), (0.9, 0.95), (0.98, 0.99)):
        for n in SIZES:
            tally, found = Tally(), 0
            random = np.random.default_rng(7)
            for _ in range(repeats):
                ease = random.normal(size=n)
                hits = [
                    np.sqrt(0.5) * (ease + random.normal(size=n)) < special.ndtri(right) for right in (right_a, right_b)
                ]
                result = compare_paired(hits[0], hits[1])
                tally.add(result.difference, right_b - right_a)
                found += result.verdict != "none"
            rows.append(f"| {right_a}, {right_b} | {n} | {tally} | {found / repeats:.3f} |")
    return rows


def abstention_table(repeats: int) -> list[str]:
    """Return Markdown rows: how often the error rate of the answers given truly exceeds what was asked for."""
    rows = ["| world | n | asked for | a threshold found | truly exceeded |", "| --- | ---: | ---: | ---: | ---: |"]
    for world in CLASS_WORLDS:
        probabilities, targets, _ = world.draw(np.random.default_rng(1000), LARGE)
        top, wrong = probabilities.max(axis=1), probabilities.argmax(axis=1) != targets
        for n in (200, 1000):
            found = exceeded = 0
            for repeat in range(repeats):
                drawn, labels, _ = world.draw(np.random.default_rng(repeat), n)
                threshold = choose_threshold(drawn, labels, error_rate=0.05).threshold
                if threshold is not None:
                    found += 1
                    exceeded += bool(wrong[top >= threshold].mean() > 0.05)
            rows.append(f"| {world.name} | {n} | 0.05 | {found / repeats:.2f} | {exceeded / repeats:.3f} |")
    return rows


def main() -> None:
    """Print all tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=500)
    repeats: int = parser.parse_args().repeats
    tables = (
        ("Wilson's interval of one share (exact)", wilson_table),
        ("Classification", lambda: class_table(CLASS_WORLDS, SIZES, repeats, grouped=False)),
        ("Classification in groups", lambda: class_table(GROUP_WORLDS, (100, 300, 1000), repeats, grouped=True)),
        ("Regression", lambda: value_table(repeats)),
        ("Two models on the same examples", lambda: paired_table(repeats)),
        ("Unsure below a threshold", lambda: abstention_table(repeats)),
    )
    for title, table in tables:
        print(f"\n### {title}\n", *table(), sep="\n", flush=True)


if __name__ == "__main__":
    main()
