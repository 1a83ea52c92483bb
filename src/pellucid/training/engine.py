"""The one training loop: any task, any models, any source of batches."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import torch
from torch import Generator, Tensor, nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from pellucid.errors import RunError
from pellucid.runs import Best, EpochRow
from pellucid.tasks import Batch, Phase, Task
from pellucid.training.batches import BatchSource, num_batches, split_evenly
from pellucid.training.optimizers import OptimizerSettings, build_optimizer, l1_penalty, update
from pellucid.training.progress import Position, Progress, Silence
from pellucid.training.randomness import epoch_order, forked_randomness, seed_for, seed_globally
from pellucid.training.schedule import Schedule

SECONDS_BETWEEN_REPORTS = 0.25
VALIDATION_BATCH = 512


@dataclass(frozen=True)
class EngineSettings:
    """The choices of the loop itself.

    Attributes:
        epochs: passes over the training examples.
        batch_size: most examples per step.
        optimizer: the rule of every phase.
        schedule: the learning rate at each step.
        patience: epochs without a better monitor before it stops; 0 for never.
        seed: of the order, of dropout and of the tasks' own randomness.
        precision: dtype of the forward pass's matrix products.
    """

    epochs: int
    batch_size: int
    optimizer: OptimizerSettings
    schedule: Schedule
    patience: int = 0
    seed: int = 0
    precision: torch.dtype = torch.float32


@dataclass
class Standing:
    """Where a training stands between two epochs; with the weights and the optimizers, all there is to resume."""

    epoch: int = 0
    best: Best | None = None
    top: float | None = None  # the highest (or lowest) value of the monitor so far
    training_seconds: float = 0.0


@dataclass
class Engine:
    """Trains the models of a task, epoch by epoch.

    Attributes:
        task: what is learned.
        models: by name, on the device; changed in place.
        train: the training examples.
        val: the validation examples; None or empty: the training loss chooses the best epoch.
        settings: the choices of the loop.
        device: where the models are.
        progress: who watches.
        on_first_step: called once after the first optimizer step.
    """

    task: Task
    models: Mapping[str, nn.Module]
    train: BatchSource
    val: BatchSource | None
    settings: EngineSettings
    device: torch.device
    progress: Progress = field(default_factory=Silence)
    on_first_step: Callable[[], None] | None = None

    def __post_init__(self) -> None:
        self.standing = Standing()
        self.optimizers: dict[str, Optimizer] = {
            phase.name: build_optimizer([self.models[name] for name in phase.models], self.settings.optimizer)
            for phase in self.task.phases
        }
        self._generator = Generator(device=self.device)

    @property
    def is_done(self) -> bool:
        """Whether the last epoch was trained, or patience is at its end."""
        epoch, best = self.standing.epoch, self.standing.best
        waited = epoch - best.epoch if best else 0
        return epoch >= self.settings.epochs or 0 < self.settings.patience <= waited

    def run_epoch(self) -> tuple[EpochRow, bool]:
        """Train one epoch, validate, and return its row and whether it is the best so far.

        Raises:
            RunError: the loss is not a finite number any more.
        """
        epoch, started = self.standing.epoch + 1, time.perf_counter()
        with forked_randomness(self.device):
            train = self._train_epoch(epoch)
        trained = time.perf_counter()
        validated = self.validate(self.val) if self.val is not None and len(self.val) else {}
        seconds = time.perf_counter() - started
        row: EpochRow = {"epoch": epoch}
        row |= {f"train_{name}": value for name, value in train.items()} | {
            f"val_{name}": value for name, value in validated.items()
        }
        row["learning_rate"] = self.settings.schedule.at(
            epoch * num_batches(len(self.train), self.settings.batch_size) - 1
        )
        row["examples_per_second"] = len(self.train) / (trained - started)
        row["seconds"] = seconds
        judged = self.val if self.val is not None and validated else self.train
        is_best = self._judge(epoch, validated or train, len(judged))
        self.standing.epoch = epoch
        self.standing.training_seconds += seconds
        self.progress.ended_epoch(row, num_epochs=self.settings.epochs, is_best=is_best)
        return row, is_best

    def _train_epoch(self, epoch: int) -> dict[str, float]:
        for model in self.models.values():
            model.train()
        order = epoch_order(len(self.train), seed=self.settings.seed, epoch=epoch)
        steps = num_batches(len(order), self.settings.batch_size)
        sums: dict[str, Tensor] = {}
        seen, started, reported = 0, time.perf_counter(), 0.0
        for index, places in enumerate(split_evenly(order, self.settings.batch_size)):
            batch = self.train.batch(places, epoch=epoch)
            for name, value in self.step(batch, (epoch - 1) * steps + index).items():
                sums[name] = sums[name] + value if name in sums else value
            seen += len(batch)
            now = time.perf_counter()
            if now - reported >= SECONDS_BETWEEN_REPORTS or index == steps - 1:
                reported = now
                mean_loss = float(sums["loss"]) / seen
                self._check_finite(mean_loss, epoch, index + 1)
                pace = seen / (now - started)
                left = (len(order) - seen + len(order) * (self.settings.epochs - epoch)) / pace
                self.progress.stepped(Position(epoch, self.settings.epochs, index + 1, steps, mean_loss, pace, left))
        return {name: float(value) / seen for name, value in sums.items()}

    def step(self, batch: Batch, step: int) -> dict[str, Tensor]:
        """Do every phase of one step on one batch and return the sums of its running metrics.

        Args:
            batch: N examples.
            step: counted from 0 over the whole training: it gives the learning rate and the randomness.
        """
        sums: dict[str, Tensor] = {}
        for number, phase in enumerate(self.task.phases):
            seed = seed_for(self.settings.seed, "step", step, number)
            seed_globally(seed, self.device)
            self._generator.manual_seed(seed)
            sums |= self._phase_step(batch, phase, self.settings.schedule.at(step))
        if step == 0 and self.on_first_step is not None:
            self.on_first_step()
        return sums

    def _phase_step(self, batch: Batch, phase: Phase, learning_rate: float) -> Mapping[str, Tensor]:
        settings, optimizer = self.settings.optimizer, self.optimizers[phase.name]
        held = [self.models[name] for name in phase.models]
        low = self.settings.precision is not torch.float32
        with torch.autocast(self.device.type, dtype=self.settings.precision, enabled=low):
            loss = self.task.loss(self.models, batch, phase=phase.name, generator=self._generator)
        value = loss.value + settings.l1 * l1_penalty(held) if settings.l1 else loss.value
        # Every model's gradient is cleared, not only the held ones': a phase's loss reaches the others, too.
        for model in self.models.values():
            model.zero_grad(set_to_none=True)
        value.backward()  # type: ignore[no-untyped-call]
        if settings.clip is not None:
            clip_grad_norm_([parameter for model in held for parameter in model.parameters()], settings.clip)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate
        update(optimizer)
        return loss.sums

    @torch.no_grad()
    def validate(self, source: BatchSource) -> dict[str, float]:
        """Return the mean of each of the task's metrics over a source, in float32 and evaluation mode."""
        for model in self.models.values():
            model.eval()
        sums: dict[str, float] = {}
        for places in split_evenly(torch.arange(len(source)), VALIDATION_BATCH):
            for name, value in self.task.measure(self.models, source.batch(places, epoch=None)).items():
                sums[name] = sums.get(name, 0.0) + float(value)
        return {name: value / len(source) for name, value in sums.items()}

    def _judge(self, epoch: int, metrics: Mapping[str, float], num_examples: int) -> bool:
        """Return whether an epoch is the best so far: by the monitor, and among equals by the loss.

        On a few dozen validation examples the highest accuracy is a stroke of luck, often in an early epoch; the loss
        sees how sure the answers were and is far steadier. So it decides between epochs that are within the
        monitor's noise of the highest value.
        """
        monitor, standing = self.task.monitor, self.standing
        value, loss = metrics[monitor.name], metrics["loss"]
        sign = 1 if monitor.higher_is_better else -1
        best = standing.best
        top = value if standing.top is None else sign * max(sign * value, sign * standing.top)
        lowest = sign * top - monitor.noise(top, num_examples)
        standing.top = top
        is_best = sign * value >= lowest and (
            best is None or sign * best.value < lowest or (loss, -sign * value) < (best.loss, -sign * best.value)
        )
        if is_best:
            standing.best = Best(epoch=epoch, metric=monitor.name, value=value, loss=loss)
        return is_best

    def _check_finite(self, loss: float, epoch: int, step: int) -> None:
        if not math.isfinite(loss):
            raise RunError(
                f"The loss became {loss} in epoch {epoch}, step {step}: the training diverged.",
                fix="Lower --lr, add --warmup or --clip 1, or use --precision float32.",
            )
