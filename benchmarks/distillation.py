"""Distillation: does a small network gain by learning from a large one's answers? Measured on a part of Fashion-MNIST.

    python benchmarks/distillation.py             # 3,000 training pictures, 5 seeds
    python benchmarks/distillation.py --choose    # temperature and alpha on validation instead

One teacher (`cnn`) and each student learn from the same pictures; the student alone and the student with the teacher
begin with the same weights, seed by seed. Validation chose temperature and alpha; what is shown is the test part.
"""

from __future__ import annotations

import argparse
import tempfile
from typing import Any

import numpy as np
from measuring import describe_machine, format_table, write_results

import pellucid
from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.evaluation import compare_paired

STUDENTS = ("mlp", "lenet5")
TEMPERATURES, ALPHAS = (2.0, 4.0, 8.0), (0.5, 0.9)


def part_of_fashion(num_train: int) -> Dataset:
    """Return training pictures drawn with seed 0, 2,000 of the rest for validation, and the published test part."""
    data = load_dataset("fashion-mnist")
    order = np.random.default_rng(0).permutation(data.splits["train"])
    kept = np.concatenate([order[: num_train + 2000], data.splits["test"]])
    pictures = np.stack([data.inputs.pixels(int(index)) for index in kept])  # type: ignore[attr-defined]
    places = np.arange(len(kept))
    splits: Any = {
        "train": places[:num_train],
        "val": places[num_train : num_train + 2000],
        "test": places[num_train + 2000 :],
    }
    labels = [data.target.classes[label] for label in data.targets[kept]]  # type: ignore[attr-defined]
    return dataset_from_arrays(pictures, labels, name="fashion-part", splits=splits)


def right_answers(run: pellucid.Run, data: Dataset, split: Any) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return for each example of a split whether the run is right."""
    indices = data.splits[split]
    answer = run.predictor.answer(run.predictor.split_outputs(data, indices))
    return np.asarray(answer.as_targets == data.targets[indices])


def choose(data: Dataset, teacher: pellucid.Run, runs: str) -> None:
    """Print validation accuracy for every temperature and alpha, two seeds each."""
    for student in STUDENTS:
        for temperature in TEMPERATURES:
            for alpha in ALPHAS:
                values = [
                    float(right_answers(
                        pellucid.train(
                            data, model=student, seed=seed, teacher=str(teacher.path), temperature=temperature,
                            alpha=alpha, runs_dir=runs,
                        ), data, "val").mean())
                    for seed in (10, 11)
                ]  # fmt: skip
                print(f"{student} T={temperature:g} alpha={alpha:g}: {np.mean(values):.4f}", flush=True)


def measure(data: Dataset, teacher: pellucid.Run, runs: str, seeds: int) -> dict[str, Any]:
    """Return the test accuracies of every student, alone and taught, with the paired difference over seeds."""
    results: dict[str, Any] = {"teacher": float(right_answers(teacher, data, "test").mean()), "students": {}}
    for student in STUDENTS:
        alone: list[Any] = []
        taught: list[Any] = []
        for seed in range(seeds):
            common: dict[str, Any] = {"model": student, "seed": seed, "runs_dir": runs}
            alone.append(right_answers(pellucid.train(data, **common), data, "test"))
            taught.append(right_answers(pellucid.train(data, teacher=str(teacher.path), **common), data, "test"))
        differences = [float(b.mean() - a.mean()) for a, b in zip(alone, taught, strict=True)]
        first = compare_paired(alone[0], taught[0], a="alone", b="taught")
        results["students"][student] = {
            "alone": [float(right.mean()) for right in alone],
            "taught": [float(right.mean()) for right in taught],
            "differences": differences,
            "first_seed_paired": first.summary,
        }
        print(student, results["students"][student], flush=True)
    return results


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--train", type=int, default=3000, help="training pictures")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--choose", action="store_true", help="temperature and alpha on validation")
    arguments = parser.parse_args()
    data = part_of_fashion(arguments.train)
    with tempfile.TemporaryDirectory() as runs:
        teacher = pellucid.train(data, model="cnn", runs_dir=runs)
        print(f"teacher: val {right_answers(teacher, data, 'val').mean():.4f}", flush=True)
        if arguments.choose:
            choose(data, teacher, runs)
            return
        results = measure(data, teacher, runs, arguments.seeds)
    rows = [
        [
            student,
            f"{np.mean(found['alone']):.4f}",
            f"{np.mean(found['taught']):.4f}",
            f"{np.mean(found['differences']):+.4f} ({min(found['differences']):+.4f} to "
            f"{max(found['differences']):+.4f})",
        ]
        for student, found in results["students"].items()
    ]
    print(f"\nTeacher cnn: {results['teacher']:.4f} on 10,000 test pictures\n")
    print(format_table(("student", "alone", "taught", "difference, least to most over seeds"), rows))
    write_results("distillation", {"machine": describe_machine(), "train": arguments.train, **results})


if __name__ == "__main__":
    main()
