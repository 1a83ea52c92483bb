"""First steps with their default models: a line, gates, and figures of points with half of them for testing."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from measuring import describe_machine, format_table, write_results

import pellucid

FIGURES = ("circles", "gaussians", "moons", "spiral", "xor-cloud", "gaussians-3", "spiral-3", "activity")
GATES = (("and", "perceptron"), ("or", "perceptron"), ("xor", "perceptron"), ("xor", "mlp"))
ROWS = {"a": [0, 0, 1, 1], "b": [0, 1, 0, 1]}


def figure(name: str, seed: int, folder: Path) -> float:
    """Return the test accuracy of the default model, with a seed of its own for weights and order."""
    run = pellucid.train(name, seed=seed, runs_dir=folder)
    accuracy: float = run.evaluate("test", reason="benchmark", baselines=False).metrics["accuracy"].value
    return accuracy


def gate(name: str, model: str, seed: int, folder: Path) -> tuple[int, int]:
    """Return how many of the four rows are answered rightly, and after how many epochs the training ended."""
    run = pellucid.train(name, model=model, seed=seed, runs_dir=folder)
    dataset = run.dataset
    right = sum(
        one.label == dataset.target.answers[int(target)]
        for one, target in zip(run.predict(ROWS), dataset.targets[:], strict=True)
    )
    return right, len(run.history)


def main() -> None:
    """Measure, print tables, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=list(FIGURES))
    options = parser.parse_args()
    seeds = range(options.seeds)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        lines = [pellucid.train("line", seed=seed, runs_dir=folder) for seed in seeds]
        answers = [float(run.predict({"x": 10})[0].value or 0) for run in lines]
        gates = {f"{name}, {model}": [gate(name, model, seed, folder) for seed in seeds] for name, model in GATES}
        scores = {name: [figure(name, seed, folder) for seed in seeds] for name in options.only}
    print(format_table(["line", "answer for 10"], [[str(seed), f"{answers[seed]:.4f}"] for seed in seeds]))
    rows = [
        [name, ", ".join(f"{right} of 4" for right, _ in found), ", ".join(str(epochs) for _, epochs in found)]
        for name, found in gates.items()
    ]
    print(format_table(["gate, model", "right", "epochs"], rows))
    rows = [[name, f"{np.mean(found):.4f}", f"{min(found):.4f}"] for name, found in scores.items()]
    print(format_table([f"figure, {len(seeds)} seeds", "test accuracy, mean", "lowest"], rows))
    print(f"{lines[0].formula}")
    write_results("playground", {"machine": describe_machine(), "line": answers, "gates": gates, "figures": scores})


if __name__ == "__main__":
    main()
