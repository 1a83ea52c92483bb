"""Records as real trainings leave them, made by hand, so that pages can be drawn without a training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.evaluation import (
    Baseline,
    Evaluation,
    Metric,
    Opening,
    evaluate_classification,
    evaluate_regression,
    wilson,
)
from pellucid.kinds import ClassTarget, Column, ImageInput, SplitName, TableInput, ValueTarget
from pellucid.models.entry import ModelOptions
from pellucid.models.layer import LayerSummary
from pellucid.preprocessing import Augmentation, ImagePreprocessing, NumberColumn, TablePreprocessing, TargetScaling
from pellucid.records import Decision
from pellucid.runs import Answering, Best, DatasetRecord, EpochRow, ModelRecord, Recipe, RunRecord, Timings

CREATED = 1_795_000_000.0
DIGITS = tuple("0123456789")


class Maker:
    """Makes records; `names` are class names, split sizes and numbers are fixed."""

    digits = DIGITS
    attack = "<script>alert(1)</script>"

    def layers(self, num_outputs: int) -> tuple[LayerSummary, ...]:
        return (
            LayerSummary(
                name="conv1",
                operator="Conv2d",
                details="5 x 5, padding 2",
                output_shape=(6, 28, 28),
                parameters=156,
                multiply_adds=117_600,
            ),
            LayerSummary(name="act1", operator="ReLU", output_shape=(6, 28, 28), parameters=0, multiply_adds=0),
            LayerSummary(
                name="pool1",
                operator="MaxPool2d",
                details="2 x 2, stride 2",
                output_shape=(6, 14, 14),
                parameters=0,
                multiply_adds=0,
            ),
            LayerSummary(
                name="conv2",
                operator="Conv2d",
                details="5 x 5",
                output_shape=(16, 10, 10),
                parameters=2_416,
                multiply_adds=240_000,
            ),
            LayerSummary(
                name="pool2",
                operator="MaxPool2d",
                details="2 x 2, stride 2",
                output_shape=(16, 5, 5),
                parameters=0,
                multiply_adds=0,
            ),
            LayerSummary(name="flatten", operator="Flatten", output_shape=(400,), parameters=0, multiply_adds=0),
            LayerSummary(name="fc1", operator="Linear", output_shape=(120,), parameters=48_120, multiply_adds=48_000),
            LayerSummary(name="fc2", operator="Linear", output_shape=(84,), parameters=10_164, multiply_adds=10_080),
            LayerSummary(
                name="fc3",
                operator="Linear",
                output_shape=(num_outputs,),
                parameters=85 * num_outputs,
                multiply_adds=84 * num_outputs,
            ),
        )

    def record(self, names: Sequence[str] = DIGITS, **changes: object) -> RunRecord:
        """Return a run on small grey pictures."""
        classes = tuple(names)
        layers = self.layers(len(classes))
        sizes = {"train": 1257, "val": 180, "test": 360}
        counts = {
            split: {name: size // len(classes) + (index * 7) % 5 for index, name in enumerate(classes)}
            for split, size in sizes.items()
        }
        record = RunRecord(
            name="digits-lenet5",
            status="finished",
            status_note="all 20 epochs",
            pellucid_version="0.1.0",
            command="pellucid train digits --model lenet5 --epochs 20",
            task="binary" if len(classes) == 2 else "single-label",
            dataset=DatasetRecord(
                name="digits",
                source="digits",
                options={},
                fingerprint="sha256:" + "3f9a" * 16,
                split_fingerprint="sha256:" + "c41e" * 16,
                input=ImageInput(
                    channels=1, min_size=(8, 8), median_size=(8, 8), max_size=(8, 8), aspect_ratios=(1.0, 1.0, 1.0)
                ),
                target=ClassTarget(classes=classes),
                num_examples=sizes,
                class_counts=counts,
                findings=("12 pictures are equal to another one; they were kept on one side of the split.",),
            ),
            model=ModelRecord(
                name="lenet5",
                custom=False,
                options=ModelOptions(activation="relu"),
                input_shape=(1, 28, 28),
                output_width=1 if len(classes) == 2 else len(classes),
                num_parameters=sum(layer.parameters for layer in layers),
                layers=layers,
            ),
            preprocessing=ImagePreprocessing(
                height=28, width=28, channels=1, resize="stretch", mean=(0.3065,), std=(0.3776,)
            ),
            augmentation=Augmentation(rotation_degrees=10, translation=0.07, scaling=(0.9, 1.1)),
            recipe=Recipe(
                model="lenet5",
                epochs=20,
                batch=32,
                optimizer="adamw",
                lr=0.004,
                schedule="one-cycle",
                device="cpu",
                precision="float32",
            ),
            decisions=(
                Decision(
                    name="split", value="1,257 train, 180 val, 360 test", reason="stratified by class, seed 0 (--seed)"
                ),
                Decision(name="size", value="28 x 28", reason="lenet5 takes 28 or 32, and 28 is nearer to 8 (--imgsz)"),
                Decision(
                    name="augmentation",
                    value="light, no mirroring",
                    reason="a mirrored digit is another one or none (--augment, --mirror)",
                ),
                Decision(name="epochs", value="20", reason="about 250,000 examples seen in all (--epochs)"),
                Decision(name="device", value="cpu", reason="no accelerator was found (--device)"),
            ),
            versions={"python": "3.11.2", "torch": "2.15.0", "numpy": "2.4.0", "pillow": "12.0.0"},
            hardware={"machine": "x86_64", "system": "Linux", "threads": "2"},
            timings=Timings(created=CREATED, first_step=CREATED + 1.4, ended=CREATED + 31.0, training_seconds=27.3),
            best=Best(epoch=18, metric="accuracy", value=0.9889, loss=0.041),
            answering=Answering(
                temperature=1.21, unsure_below=0.62, unsure_note="1 in 20 right answers on val falls below."
            ),
        )
        return record.model_copy(update=changes)

    def history(self, epochs: int = 20) -> list[EpochRow]:
        rows: list[EpochRow] = []
        random = np.random.default_rng(3)
        for epoch in range(1, epochs + 1):
            rest = float(np.exp(-epoch / (0.22 * epochs)))
            noise = float(random.normal(0, 0.004))
            rows.append(
                {
                    "epoch": epoch,
                    "train_loss": 0.03 + 2.1 * rest,
                    "train_accuracy": 0.994 - 0.8 * rest,
                    "val_loss": 0.055 + 1.9 * rest + abs(noise) * 3,
                    "val_accuracy": min(1.0, 0.987 - 0.75 * rest + noise),
                    "learning_rate": 0.004 * float(np.sin(np.pi * epoch / (epochs + 1))),
                    "examples_per_second": 18_000.0 + 100 * epoch,
                    "seconds": 1.36,
                }
            )
        return rows

    def evaluation(
        self,
        names: Sequence[str] = DIGITS,
        *,
        split: SplitName = "test",
        n: int = 360,
        skill: float = 5.0,
        opening: bool = True,
    ) -> Evaluation:
        """Return an evaluation of drawn probabilities; the higher `skill`, the better they are."""
        random = np.random.default_rng(7)
        num_classes = len(names)
        targets = np.arange(n) % num_classes
        logits = random.normal(0, 1.0, (n, num_classes))
        logits[np.arange(n), (targets + 1) % num_classes] += 0.6
        logits[np.arange(n), targets] += skill
        probabilities = np.exp(logits * 1.2)
        probabilities /= probabilities.sum(axis=1, keepdims=True)
        made = evaluate_classification(
            probabilities,
            targets,
            classes=names,
            split=split,
            task="single-label",
            names=[f"test/{i:04d}.png" for i in range(n)],
            indices=np.arange(n),
        )
        made = made.with_baselines(
            [
                self.baseline("nearest neighbour", 0.961, n),
                self.baseline("logistic regression", 0.936, n),
                self.baseline("majority", 0.1, n),
            ]
        )
        if split == "test" and opening:
            made = made.with_opening(
                Opening(reason="asked for on the command line", number=1, when="2026-11-21T01:20:00+00:00")
            )
        return made

    def baseline(self, name: str, value: float, n: int) -> Baseline:
        low, high = wilson(round(value * n), n)
        return Baseline(
            name=name,
            description="simple",
            metric_name="accuracy",
            metric=Metric(value=value, low=low, high=high, method="wilson"),
        )

    def regression_record(self) -> RunRecord:
        names = ("age", "sex", "bmi", "blood_pressure")
        changes = {
            "name": "diabetes-mlp",
            "task": "regression",
            "command": None,
            "dataset": DatasetRecord(
                name="diabetes",
                source="diabetes",
                options={},
                fingerprint="sha256:" + "17" * 32,
                split_fingerprint="sha256:" + "28" * 32,
                input=TableInput(columns=tuple(Column(name=name, kind="number") for name in names)),
                target=ValueTarget(name="disease_progression"),
                num_examples={"train": 309, "val": 44, "test": 89},
                class_counts={},
                findings=(),
            ),
            "model": ModelRecord(
                name="mlp",
                custom=False,
                options=ModelOptions(hidden=(64, 32), activation="relu", dropout=0.1),
                input_shape=(4,),
                output_width=1,
                num_parameters=2_433,
                layers=(
                    LayerSummary(
                        name="layer1", operator="Linear", output_shape=(64,), parameters=320, multiply_adds=256
                    ),
                    LayerSummary(
                        name="layer2", operator="Linear", output_shape=(32,), parameters=2_080, multiply_adds=2_048
                    ),
                    LayerSummary(name="output", operator="Linear", output_shape=(1,), parameters=33, multiply_adds=32),
                ),
            ),
            "preprocessing": TablePreprocessing(
                columns=tuple(NumberColumn(name=name, fill=0.0, mean=0.0, std=1.0) for name in names)
            ),
            "target_scaling": TargetScaling(mean=152.1, std=77.0),
            "augmentation": None,
            "best": Best(epoch=14, metric="loss", value=0.48, loss=0.48),
            "answering": None,
        }
        return self.record().model_copy(update=changes)

    def regression_history(self) -> list[EpochRow]:
        return [
            {
                "epoch": e,
                "train_loss": 0.4 + 0.7 / e,
                "train_mae": 38 + 40 / e,
                "val_loss": 0.46 + 0.6 / e,
                "val_mae": 42 + 36 / e,
                "learning_rate": 0.003,
                "seconds": 0.1,
            }
            for e in range(1, 21)
        ]

    def regression_evaluation(self, split: SplitName = "val", n: int = 89) -> Evaluation:
        random = np.random.default_rng(5)
        targets = random.gamma(4.0, 40.0, n)
        values = 150 + 0.55 * (targets - 150) + random.normal(0, 45, n)
        return evaluate_regression(values, targets, split=split, names=[f"row {i + 1}" for i in range(n)])

    def picture(self, index: int) -> NDArray[np.uint8]:
        """Return a small grey picture that depends on the index."""
        rows, columns = np.mgrid[0:8, 0:8]
        ring = np.hypot(rows - 3.5, columns - 3.5 + (index % 3 - 1))
        return np.asarray(255 * np.exp(-((ring - 2.2) ** 2)), dtype=np.uint8)


@pytest.fixture(scope="session")
def maker() -> Maker:
    return Maker()
