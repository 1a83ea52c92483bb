"""The engine knows no task: an autoencoder, an alternating GAN and next-token prediction train as rows of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Generator, Tensor, nn
from torch.nn import functional

from pellucid.tasks import Answer, AnswerStep, Batch, ClassAnswer, Loss, Monitor, Phase, ValuesAnswer
from pellucid.training import Engine, EngineSettings, OptimizerSettings, Schedule
from pellucid.training.batches import TensorBatches, num_batches

CPU = torch.device("cpu")


def make_engine(
    task: object, models: dict[str, nn.Module], inputs: Tensor, targets: Tensor, *, epochs: int, lr: float
) -> Engine:
    source = TensorBatches(inputs, targets, torch.arange(len(inputs)), CPU)
    steps = num_batches(len(inputs), 32)
    settings = EngineSettings(
        epochs=epochs,
        batch_size=32,
        optimizer=OptimizerSettings("adam"),
        schedule=Schedule("constant", lr, num_steps=epochs * steps, steps_per_epoch=steps),
    )
    return Engine(task, models, source, source, settings, CPU)  # type: ignore[arg-type]


def run_all(engine: Engine) -> list[dict[str, float]]:
    rows = []
    while engine.why_done is None:
        rows.append(engine.run_epoch()[0])
    return rows


@dataclass(frozen=True)
class Autoencoder:
    """The target is the input itself; two models share one phase."""

    name: str = "autoencoder"
    loss_words: str = "squared error"
    phases: tuple[Phase, ...] = (Phase("all", ("encoder", "decoder")),)
    monitor: Monitor = Monitor("loss", higher_is_better=False)
    output_width: int = 8

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        value = functional.mse_loss(models["decoder"](models["encoder"](batch.inputs)), batch.inputs)
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        return {
            "loss": functional.mse_loss(models["decoder"](models["encoder"](batch.inputs)), batch.inputs) * len(batch)
        }

    def answer(self, outputs: Tensor) -> Answer:
        return ValuesAnswer(outputs.numpy())

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class AlternatingGan:
    """Two phases on every batch, each with its own optimizer (Goodfellow et al. 2014, algorithm 1, non-saturating)."""

    name: str = "gan"
    loss_words: str = "distance of the means"
    phases: tuple[Phase, ...] = (Phase("discriminator", ("discriminator",)), Phase("generator", ("generator",)))
    monitor: Monitor = Monitor("loss", higher_is_better=False)
    output_width: int = 1

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        noise = torch.randn(len(batch), 2, generator=generator)
        fake = models["generator"](noise)
        ones, zeros = torch.ones(len(batch), 1), torch.zeros(len(batch), 1)
        if phase == "discriminator":
            on_real = functional.binary_cross_entropy_with_logits(models["discriminator"](batch.inputs), ones)
            on_fake = functional.binary_cross_entropy_with_logits(models["discriminator"](fake.detach()), zeros)
            value = on_real + on_fake
            return Loss(value, {"loss": value.detach() * len(batch)})
        value = functional.binary_cross_entropy_with_logits(models["discriminator"](fake), ones)
        return Loss(value, {"generator_loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        fake = models["generator"](torch.randn(1000, 2, generator=Generator().manual_seed(1)))
        return {"loss": (fake.mean() - batch.inputs.mean()).abs() * len(batch), "mean": fake.mean() * len(batch)}

    def answer(self, outputs: Tensor) -> Answer:
        return ValuesAnswer(outputs.numpy())

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return ()


@dataclass(frozen=True)
class NextToken:
    """A target per position of a text; the loss is a mean over positions."""

    name: str = "next-token"
    loss_words: str = "cross-entropy"
    phases: tuple[Phase, ...] = (Phase("all", ("model",)),)
    monitor: Monitor = Monitor("accuracy", higher_is_better=True)
    output_width: int = 4

    def loss(self, models: Mapping[str, nn.Module], batch: Batch, *, phase: str, generator: Generator) -> Loss:
        logits = models["model"](batch.inputs)
        value = functional.cross_entropy(logits.flatten(0, 1), batch.targets.flatten())
        return Loss(value, {"loss": value.detach() * len(batch)})

    def measure(self, models: Mapping[str, nn.Module], batch: Batch) -> Mapping[str, Tensor]:
        logits = models["model"](batch.inputs)
        right = (logits.argmax(-1) == batch.targets).float().mean(dim=1).sum()
        return {
            "loss": functional.cross_entropy(logits.flatten(0, 1), batch.targets.flatten()) * len(batch),
            "accuracy": right,
        }

    def answer(self, outputs: Tensor) -> Answer:
        shares = outputs.softmax(-1)
        return ClassAnswer(shares.numpy(), shares.argmax(-1).numpy())

    def answer_steps(self, outputs: Tensor) -> tuple[AnswerStep, ...]:
        return (AnswerStep("softmax", "softmax", outputs.softmax(-1)),)


class TinyLanguageModel(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(4, 16)
        self.recur = nn.GRU(16, 32, batch_first=True)
        self.head = nn.Linear(32, 4)

    def forward(self, tokens: Tensor) -> Tensor:
        hidden, _ = self.recur(self.embed(tokens))
        logits: Tensor = self.head(hidden)
        return logits


def test_autoencoder_compresses_data_of_two_dimensions_through_two_units() -> None:
    torch.manual_seed(0)
    plane = torch.randn(256, 2) @ torch.randn(2, 8)
    models: dict[str, nn.Module] = {"encoder": nn.Linear(8, 2), "decoder": nn.Linear(2, 8)}
    rows = run_all(make_engine(Autoencoder(), models, plane, plane, epochs=40, lr=0.02))
    assert rows[-1]["val_loss"] < 0.01 * float(plane.var()), "two units hold a plane exactly"


def test_gan_with_two_alternating_phases_learns_where_the_data_lie() -> None:
    torch.manual_seed(0)
    real = 3 + 0.5 * torch.randn(512, 1)
    models: dict[str, nn.Module] = {
        "generator": nn.Sequential(nn.Linear(2, 16), nn.ReLU(), nn.Linear(16, 1)),
        "discriminator": nn.Sequential(nn.Linear(1, 16), nn.LeakyReLU(0.2), nn.Linear(16, 1)),
    }
    rows = run_all(make_engine(AlternatingGan(), models, real, torch.zeros(512), epochs=30, lr=0.003))
    assert abs(rows[0]["val_mean"] - 3) > 1.0, "it starts far away"
    assert min(abs(row["val_mean"] - 3) for row in rows[-5:]) < 0.5
    assert {"train_loss", "train_generator_loss"} <= set(rows[0])


def test_a_phase_changes_only_the_models_that_it_holds() -> None:
    torch.manual_seed(0)
    real = torch.randn(32, 1)
    models: dict[str, nn.Module] = {"generator": nn.Linear(2, 1), "discriminator": nn.Linear(1, 1)}
    engine = make_engine(AlternatingGan(), models, real, torch.zeros(32), epochs=1, lr=0.1)
    before = {name: model.state_dict()["weight"].clone() for name, model in models.items()}
    batch = engine.train.batch(torch.arange(32), epoch=1)
    engine.phase_step(batch, AlternatingGan().phases[0], 0.1, seed=0)
    assert not torch.equal(models["discriminator"].state_dict()["weight"], before["discriminator"])
    assert torch.equal(models["generator"].state_dict()["weight"], before["generator"])


def test_next_token_prediction_learns_a_repeating_text() -> None:
    torch.manual_seed(0)
    text = torch.tensor([0, 1, 2, 3, 3, 1] * 40)
    windows = text.unfold(0, 13, 1)
    rows = run_all(
        make_engine(NextToken(), {"model": TinyLanguageModel()}, windows[:, :-1], windows[:, 1:], epochs=12, lr=0.01)
    )
    # After a "1" comes 2 or 0, after a "3" comes 3 or 1: only the very first position cannot be told.
    assert rows[-1]["val_accuracy"] > 0.95
