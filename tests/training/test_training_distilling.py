"""Learning from a trained run's answers: the loss against its definition, what is written down, what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import pellucid
from pellucid import api
from pellucid.data import Dataset, dataset_from_arrays, load_dataset
from pellucid.errors import RecipeError, RunError
from pellucid.runs import EpochRow, RunFolder, RunRecord
from pellucid.tasks import Batch
from pellucid.training import NullProgress
from pellucid.training.distances import soft_losses
from pellucid.training.distilling import TeacherAnswers, open_teacher
from pellucid.training.teachers import weights_checksum

STUDENT: dict[str, Any] = {"model": "mlp", "hidden": (8,), "epochs": 3, "augment": "none"}


class StopsIn(NullProgress):
    def __init__(self, epoch: int) -> None:
        self.epoch = epoch

    def ended_epoch(self, row: EpochRow, *, num_epochs: int, is_best: bool) -> None:
        if row["epoch"] == self.epoch:
            raise KeyboardInterrupt


def corners(*, seed: int = 0, classes: tuple[str, ...] = ("left", "middle", "right")) -> Dataset:
    """Make 90 small grey pictures whose brightness tells their class."""
    generator = np.random.default_rng(seed)
    targets = np.arange(90) % len(classes)
    pixels = generator.integers(0, 90, (90, 8, 8)) + 60 * targets[:, None, None]
    return dataset_from_arrays(pixels.astype(np.uint8), targets, classes=classes, name="corners")


@pytest.fixture(scope="module")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> pellucid.Run:
    """Return a trained run to learn from; not to be written to."""
    where = tmp_path_factory.mktemp("teacher")
    return pellucid.train(corners(), model="cnn", epochs=3, augment="none", runs_dir=where)


# --- the loss ---


def test_soft_loss_is_the_divergence_of_softened_probabilities_times_the_squared_temperature() -> None:
    generator = torch.Generator().manual_seed(0)
    outputs, said = (torch.randn(5, 4, generator=generator, dtype=torch.float64) for _ in range(2))
    p, q = torch.softmax(said / 3, 1), torch.softmax(outputs / 3, 1)
    expected = 9 * (p * (p.log() - q.log())).sum(1)
    torch.testing.assert_close(soft_losses(outputs, said, temperature=3.0), expected)
    assert torch.equal(soft_losses(said, said, temperature=3.0), torch.zeros(5, dtype=torch.float64))


def test_at_high_temperature_the_gradient_is_the_difference_of_the_logits() -> None:
    """Equation 4 of Hinton et al. (2015): (z - v) / (N T^2) of centred logits, here times T^2."""
    generator = torch.Generator().manual_seed(0)
    z, v = (torch.randn(1, 6, generator=generator, dtype=torch.float64) for _ in range(2))
    z, v = (z - z.mean()).requires_grad_(), v - v.mean()
    soft_losses(z, v, temperature=1e4).sum().backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(z.grad, ((z - v) / 6).detach(), rtol=1e-3, atol=1e-5)


def test_one_logit_of_two_classes_means_what_two_logits_mean() -> None:
    generator = torch.Generator().manual_seed(0)
    outputs, said = (torch.randn(7, 1, generator=generator) for _ in range(2))
    pairs = [torch.cat([torch.zeros_like(one), one], dim=1) for one in (outputs, said)]
    torch.testing.assert_close(
        soft_losses(outputs, said, temperature=2.0), soft_losses(pairs[0], pairs[1], temperature=2.0)
    )


def test_of_several_labels_each_is_a_question_of_its_own() -> None:
    generator = torch.Generator().manual_seed(0)
    outputs, said = (torch.randn(7, 3, generator=generator) for _ in range(2))
    each = [soft_losses(outputs[:, [k]], said[:, [k]], temperature=2.0) for k in range(3)]
    torch.testing.assert_close(soft_losses(outputs, said, temperature=2.0, labels=True), torch.stack(each).mean(0))


# --- the teacher's answers ---


def opened_teacher(student: pellucid.Run) -> tuple[RunRecord, nn.Module]:
    assert student.record.teacher is not None
    return open_teacher(student.record.teacher)


def test_without_augmentation_the_teacher_answers_as_its_run_does(teacher: pellucid.Run, tmp_path: Path) -> None:
    data = corners()
    student = pellucid.train(data, teacher=str(teacher.path), imgsz=12, runs_dir=tmp_path, **STUDENT)
    answers = TeacherAnswers(student.record, *opened_teacher(student), data)
    ids = data.splits["train"][[5, 0, 17]]
    batch = Batch(torch.zeros(3, 1, 12, 12), torch.zeros(3, dtype=torch.int64), torch.from_numpy(ids))
    expected = teacher.predictor.split_outputs(data, ids).raw
    torch.testing.assert_close(answers.of(batch), torch.as_tensor(expected), rtol=1e-5, atol=1e-5)


def test_of_augmented_pictures_it_sees_the_same_view_in_its_own_terms(teacher: pellucid.Run, tmp_path: Path) -> None:
    data = corners()
    choices = {**STUDENT, "augment": "light", "colour": "rgb"}
    student = pellucid.train(data, teacher=str(teacher.path), runs_dir=tmp_path, **choices)
    answers = TeacherAnswers(student.record, *opened_teacher(student), data)
    assert not answers.once
    ids = data.splits["train"][:4]
    own, its = (torch.stack([run.predictor.example(data, int(one))[0] for one in ids]) for run in (student, teacher))
    batch = Batch(own, torch.zeros(4, dtype=torch.int64), torch.from_numpy(ids))
    with torch.no_grad():
        torch.testing.assert_close(answers.of(batch), teacher.predictor.model(its), rtol=1e-3, atol=1e-3)


# --- a run that learns from another ---


def test_the_teacher_is_written_down_and_said(teacher: pellucid.Run, tmp_path: Path) -> None:
    run = pellucid.train(corners(), teacher=str(teacher.path), runs_dir=tmp_path, **STUDENT)
    noted = run.record.teacher
    assert noted is not None
    assert (noted.name, noted.model, len(noted.sha256)) == ("corners-cnn", "cnn", 64)
    assert (run.record.recipe.distillation.temperature, run.record.recipe.distillation.alpha) == (4.0, 0.5)
    (said,) = [decision for decision in run.record.decisions if decision.name == "teacher"]
    assert "50 %" in said.reason


def test_where_the_teacher_counts_nothing_training_is_as_without_it(teacher: pellucid.Run, tmp_path: Path) -> None:
    alone = pellucid.train(corners(), runs_dir=tmp_path, **STUDENT)
    beside = pellucid.train(corners(), teacher=str(teacher.path), alpha=0.0, runs_dir=tmp_path, **STUDENT)
    for key in ("train_loss", "val_loss", "val_accuracy"):
        assert [row[key] for row in alone.history] == pytest.approx([row[key] for row in beside.history], rel=1e-4)


def test_a_student_that_hears_the_teacher_alone_comes_to_answer_like_it(teacher: pellucid.Run, tmp_path: Path) -> None:
    data = corners()
    choices = {**STUDENT, "epochs": 36, "alpha": 1.0}
    run = pellucid.train(data, teacher=str(teacher.path), runs_dir=tmp_path, **choices)
    assert run.history[-1]["train_loss"] < 0.2 * run.history[0]["train_loss"]


def test_resuming_and_reproducing_learn_from_the_same_teacher_bit_for_bit(
    teacher: pellucid.Run, tmp_path: Path
) -> None:
    choices = {**STUDENT, "teacher": str(teacher.path), "augment": "light"}
    whole = pellucid.train(corners(), runs_dir=tmp_path / "whole", **choices)
    with pytest.raises(KeyboardInterrupt):
        pellucid.train(corners(), runs_dir=tmp_path / "cut", progress=StopsIn(2), **choices)
    (folder,) = (tmp_path / "cut").iterdir()
    resumed = api.resume(folder, data=corners())
    weights = [(run.path / "checkpoints" / "best.safetensors").read_bytes() for run in (whole, resumed)]
    assert weights[0] == weights[1]
    assert whole.reproduce().equal


def test_a_teacher_that_changed_is_noticed(teacher: pellucid.Run, tmp_path: Path) -> None:
    import shutil

    moved = Path(shutil.copytree(teacher.path, tmp_path / "teacher"))
    run = pellucid.train(corners(), teacher=str(moved), runs_dir=tmp_path / "runs", **STUDENT)
    weights = moved / "checkpoints" / "best.safetensors"
    weights.write_bytes(weights.read_bytes()[:-4] + b"\0\0\0\1")
    with pytest.raises(RunError, match="changed: the sha256"):
        run.reproduce()


def test_numbers_are_learned_from_a_teacher_too(tmp_path: Path) -> None:
    data = load_dataset("diabetes")
    big = pellucid.train(data, model="mlp", epochs=5, runs_dir=tmp_path)
    small = pellucid.train(data, model="linear", epochs=5, teacher=str(big.path), alpha=1.0, runs_dir=tmp_path)
    alone = pellucid.train(data, model="linear", epochs=5, runs_dir=tmp_path)
    rows = data.splits["train"]

    def distance(run: pellucid.Run) -> float:
        values = [each.predictor.answer(each.predictor.split_outputs(data, rows)).as_targets for each in (run, big)]
        return float(np.square(values[0] - values[1]).mean())

    assert distance(small) < distance(alone)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"teacher": "absent"}, RunError, "no run at"),
        ({"teacher": None, "alpha": 0.5}, RecipeError, "--alpha is about a teacher"),
        ({"teacher": None, "temperature": 2.0}, RecipeError, "--temperature is about a teacher"),
        ({"model": "perceptron", "hidden": None}, RecipeError, "right and wrong alone"),
        ({"alpha": 1.5}, RecipeError, "alpha"),
    ],
)
def test_choices_that_do_not_fit_are_refused(
    change: dict[str, Any], error: type[Exception], message: str, teacher: pellucid.Run, tmp_path: Path
) -> None:
    with pytest.raises(error, match=message):
        pellucid.train(corners(), runs_dir=tmp_path / "runs", **{**STUDENT, "teacher": str(teacher.path), **change})
    assert not (tmp_path / "runs").exists()


def test_a_teacher_of_other_classes_is_refused(teacher: pellucid.Run, tmp_path: Path) -> None:
    other = corners(classes=("down", "middle", "up"))
    with pytest.raises(
        RunError, match="answers with the classes left, middle, right, and here it is about the classes"
    ):
        pellucid.train(other, teacher=str(teacher.path), runs_dir=tmp_path, **STUDENT)


def test_a_teacher_that_saw_what_is_kept_for_validation_is_refused(tmp_path: Path) -> None:
    first = pellucid.train(load_dataset("iris", seed=0), model="linear", epochs=1, runs_dir=tmp_path)
    with pytest.raises(RunError, match="other splits of the same data"):
        pellucid.train(
            load_dataset("iris", seed=1), model="linear", epochs=1, teacher=str(first.path), runs_dir=tmp_path
        )


def test_of_other_data_it_is_said(teacher: pellucid.Run, tmp_path: Path) -> None:
    run = pellucid.train(corners(seed=1), teacher=str(teacher.path), runs_dir=tmp_path, **STUDENT)
    (said,) = [decision for decision in run.record.decisions if decision.name == "teacher"]
    assert "learned from other data (corners)" in said.reason


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_teacher_whose_weights_are_no_file_is_not_waited_for(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    folder.checkpoints.mkdir()
    with pytest.raises(RunError, match="no trained weights yet"):
        weights_checksum(folder)
    os.mkfifo(folder.checkpoints / "best.safetensors")
    with pytest.raises(RunError, match="no file but a pipe"):
        weights_checksum(folder)
