"""Short probes on a copy, before a training: which learning rate serves, and how long an epoch takes."""

from __future__ import annotations

import copy
import math
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from pellucid.errors import RunError
from pellucid.runs.record import RangeTest
from pellucid.tasks import Batch
from pellucid.training.batches import split_evenly
from pellucid.training.engine import Engine
from pellucid.training.progress import Silence
from pellucid.training.randomness import epoch_order, forked_randomness, seed_for

LOWEST, HIGHEST, STEPS = 1e-6, 1.0, 120
SMOOTHING = 0.95
HOPELESS = 4.0
"""The probe ends when the smoothed loss is this many times its lowest value so far."""
WARM_UP_STEPS, MOST_STEPS, TRIAL_SECONDS = 3, 40, 2.0


def find_learning_rate(engine: Engine) -> RangeTest:
    """Raise the learning rate step by step from tiny to huge on a copy of the models, and watch the loss.

    This is the range test of Smith (2017, section 3.3). A tenth of the rate with the lowest smoothed loss is chosen,
    which on the datasets tried came closer to carefully tuned rates than the rate of the steepest fall, and is less
    noisy. The engine given is left as it was.

    Raises:
        RunError: the loss fell at no rate.
    """
    probe = _copy_of(engine)
    rates: list[float] = []
    losses: list[float] = []
    average = 0.0
    with forked_randomness(engine.device):
        for step, batch in zip(range(STEPS), _endless_batches(probe), strict=False):
            rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
            loss = 0.0
            for number, phase in enumerate(probe.task.phases):
                sums = probe.phase_step(batch, phase, rate, seed=seed_for(engine.settings.seed, "probe", step, number))
                loss += float(sums["loss"]) / len(batch)
            average = SMOOTHING * average + (1 - SMOOTHING) * loss
            smoothed = average / (1 - SMOOTHING ** (step + 1))
            if not math.isfinite(smoothed) or (losses and smoothed > HOPELESS * min(losses)):
                break
            rates.append(rate)
            losses.append(smoothed)
    return RangeTest(rates=tuple(rates), losses=tuple(losses), chosen=_choose(rates, losses))


def seconds_per_epoch(engine: Engine) -> float:
    """Return how long an epoch of training and validation will take, from a few steps on a copy."""
    probe = _copy_of(engine)
    num_steps = math.ceil(len(probe.train) / probe.settings.batch_size)
    started, done = time.perf_counter(), 0
    with forked_randomness(engine.device):
        for step, batch in zip(
            range(WARM_UP_STEPS + min(num_steps, MOST_STEPS)), _endless_batches(probe), strict=False
        ):
            if step == WARM_UP_STEPS:
                started = time.perf_counter()
            probe.step(batch, step)
            done = max(0, step + 1 - WARM_UP_STEPS)
            if done and time.perf_counter() - started > TRIAL_SECONDS:
                break
        per_step = (time.perf_counter() - started) / done
        num_val = len(probe.val) if probe.val is not None else 0
    # A forward pass is about a third of a step.
    return per_step * (num_steps + num_val / probe.settings.batch_size / 3)


def _copy_of(engine: Engine) -> Engine:
    settings = replace(engine.settings, ema=None)
    models = {name: copy.deepcopy(model) for name, model in engine.models.items()}
    probe = Engine(engine.task, models, engine.train, engine.val, settings, engine.device, Silence())
    for model in models.values():
        model.train()
    return probe


def _endless_batches(engine: Engine) -> Iterator[Batch]:
    for epoch in count():
        order = epoch_order(len(engine.train), seed=engine.settings.seed, epoch=epoch)
        for places in split_evenly(order, engine.settings.batch_size):
            yield engine.train.batch(places, epoch=epoch)


def _choose(rates: list[float], losses: list[float]) -> float:
    """Return a tenth of the rate where the loss is lowest: the fall is over there, and soon it would rise."""
    lowest = min(range(len(losses)), key=losses.__getitem__, default=0)
    if not losses or losses[lowest] >= losses[0]:
        raise RunError(
            "--lr auto found no learning rate at which the loss falls.",
            fix="Give one, e.g. --lr 0.001, or leave --lr out.",
        )
    return float(f"{rates[lowest] / 10:.2g}")
