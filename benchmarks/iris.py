"""Iris, mlp 4-12-3 with the defaults, beside logistic regression: 30 splits, the same examples, paired."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from measuring import describe_machine, format_table, write_results
from scipy import stats
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import pellucid
from pellucid.data import TableInputs


def accuracies(seed: int, folder: Path) -> tuple[float, float]:
    """Return the test accuracy of (the network, logistic regression) on one split; both learn from train alone."""
    dataset = pellucid.load_dataset("iris", seed=seed)
    run = pellucid.train(dataset, model="mlp", hidden="12", seed=seed, runs_dir=folder)
    network = run.evaluate("test", reason="benchmark", baselines=False).metrics["accuracy"].value
    assert isinstance(dataset.inputs, TableInputs)
    cells = np.stack(list(dataset.inputs.columns.values()), axis=1).astype(float)
    train, test = dataset.splits["train"], dataset.splits["test"]
    linear = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    linear.fit(cells[train], dataset.targets[train])
    return network, float(linear.score(cells[test], dataset.targets[test]))


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--splits", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        pairs = np.array([accuracies(seed, Path(folder)) for seed in range(options.splits)])
    differences = pairs[:, 0] - pairs[:, 1]
    # Splits of one small set overlap, so the naive t interval is too narrow; Nadeau & Bengio (2003) widen it.
    widened = np.sqrt(differences.var(ddof=1) * (1 / len(differences) + 30 / 105))
    margin = float(stats.t.ppf(0.975, len(differences) - 1)) * float(widened)
    mean = float(differences.mean())
    counts = (int((differences > 0).sum()), int((differences == 0).sum()), int((differences < 0).sum()))
    rows = [
        ["mlp 4-12-3", f"{pairs[:, 0].mean():.4f}"],
        ["logistic regression", f"{pairs[:, 1].mean():.4f}"],
        ["difference", f"{mean:+.4f} ({mean - margin:+.4f} to {mean + margin:+.4f})"],
        ["splits better, equal, worse", f"{counts[0]}, {counts[1]}, {counts[2]}"],
    ]
    print(format_table([f"iris, {options.splits} splits", "test accuracy, mean"], rows))
    write_results(
        "iris", {"machine": describe_machine(), "accuracies": pairs.tolist(), "difference": mean, "margin": margin}
    )


if __name__ == "__main__":
    main()
