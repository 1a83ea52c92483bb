"""Short probes on a copy, before a training: which learning rate serves, and how long an epoch takes."""

from __future__ import annotations

import copy
import math
import statistics
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import count

from pellucid.runs import RangeTest
from pellucid.tasks import Batch
from pellucid.training.batches import num_batches, split_evenly
from pellucid.training.engine import Engine
from pellucid.training.progress import NullProgress
from pellucid.training.randomness import epoch_order, forked_randomness, seed_for

# At the lowest no network learns, at the highest most explode; 20 steps a decade are enough to see the bend.
LOWEST, HIGHEST, STEPS = 1e-6, 1.0, 120
SMOOTHING = 0.95
QUIET_STEPS = 20
"""Steps at rates up to 1e-5, at which hardly anything is learned: they tell how high the loss is before any learning,
and how much it differs from batch to batch."""
HOPELESS = 4.0
"""The probe ends when the smoothed loss is this many times its lowest value so far."""
MOST_PASSES = 20
"""A probe that would go over the training examples more often than this learns them by heart: its loss then says
nothing of others. With 6 batches or more the rates found served as well as the default ones (cnn, mlp and lenet5 on 96
and more digits); with 2 or 3 the loss of an mlp on digits, and of a cnn on plain colours, fell to the very end."""
LEAST_FALL = 1.0
"""The smoothed loss must fall by more than this many standard deviations of a batch's loss: noise makes half of it."""
LEAST_RISE = 0.1
"""The smoothed loss must rise again by this share of its fall: else its lowest point is only where the probe ends."""
WARM_UP_STEPS, MOST_STEPS, TRIAL_SECONDS = 3, 40, 2.0


def find_learning_rate(engine: Engine, *, otherwise: float) -> RangeTest:
    """Raise the learning rate step by step from tiny to huge on a copy of the models, and watch the loss.

    This is the range test of Smith (2017, section 3.3). A tenth of the rate with the lowest smoothed loss is chosen,
    which on the datasets tried came closer to carefully tuned rates than the rate of the steepest fall, and is less
    noisy. The engine given is left as it was.

    Args:
        engine: the training that is to begin.
        otherwise: the rate that is kept where none was found; the result's `note` then says why.
    """
    passes = STEPS / num_batches(len(engine.train), engine.settings.batch_size)
    if passes > MOST_PASSES:
        what = f"in {STEPS} steps it would see each of the {len(engine.train):,} training examples {passes:.0f} times"
        return RangeTest(rates=(), losses=(), chosen=otherwise, note=f"{what}, and learn them by heart")
    rates, losses, noise = _raise_the_rate(engine)
    note = _why_none(losses, noise)
    # Not among the quiet steps, whose differences are those between batches.
    lowest = min(range(QUIET_STEPS, len(losses)), key=losses.__getitem__, default=0)
    chosen = otherwise if note else float(f"{rates[lowest] / 10:.2g}")
    return RangeTest(rates=tuple(rates), losses=tuple(losses), chosen=chosen, note=note)


def _raise_the_rate(engine: Engine) -> tuple[list[float], list[float], float]:
    """Return the rates tried, the smoothed loss at each, and how much a batch's loss differs from another's."""
    probe = copy_of(engine)
    rates: list[float] = []
    losses: list[float] = []
    quiet: list[float] = []
    average = 0.0
    with forked_randomness(engine.device):
        for step, batch in zip(range(STEPS), endless_batches(probe), strict=False):
            # Evenly in the logarithm: rates differ by factors.
            rate = LOWEST * (HIGHEST / LOWEST) ** (step / (STEPS - 1))
            loss = 0.0
            for number, phase in enumerate(probe.task.phases):
                sums = probe.phase_step(batch, phase, rate, seed=seed_for(engine.settings.seed, "probe", step, number))
                loss += float(sums["loss"]) / len(batch)
            average = SMOOTHING * average + (1 - SMOOTHING) * loss
            # A moving average begins at 0; this takes that back, as Adam does (Kingma & Ba 2015, section 3).
            smoothed = average / (1 - SMOOTHING ** (step + 1))
            # The first few values are of one batch or two: an easy one must not make all others look hopeless.
            seen = losses[QUIET_STEPS - 1 :]
            if not math.isfinite(smoothed) or (seen and smoothed > HOPELESS * min(seen)):
                break
            rates.append(rate)
            losses.append(smoothed)
            quiet += [loss] if step < QUIET_STEPS else []
    return rates, losses, statistics.pstdev(quiet) if quiet else 0.0


def _why_none(losses: Sequence[float], noise: float) -> str:
    """Return why no rate can be read from the curve of a probe, or "" where one can.

    Args:
        losses: the smoothed loss at each rate; fewer than STEPS where the probe ended early, because it exploded.
        noise: standard deviation of a batch's loss before anything was learned.
    """
    if len(losses) <= QUIET_STEPS:
        return "the loss was no finite number from the lowest rates on"
    start, lowest = losses[QUIET_STEPS - 1], min(losses[QUIET_STEPS:])
    if start - lowest <= max(LEAST_FALL * noise, 1e-6 * abs(start)):
        return "the loss fell at no rate by more than it differs from batch to batch"
    if len(losses) == STEPS and losses[-1] - lowest < LEAST_RISE * (start - lowest):
        return f"the loss still fell at the end of the range, at a rate of {HIGHEST:g}"
    return ""


def seconds_per_epoch(engine: Engine) -> float:
    """Return how long an epoch of training and validation will take, from a few steps on a copy."""
    probe = copy_of(engine)
    num_steps = math.ceil(len(probe.train) / probe.settings.batch_size)
    started, done = time.perf_counter(), 0
    with forked_randomness(engine.device):
        # Of an epoch of one step or two so many are tried, too: a single one tells little of the next.
        for step, batch in zip(range(WARM_UP_STEPS + MOST_STEPS), endless_batches(probe), strict=False):
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


def copy_of(engine: Engine) -> Engine:
    """Return an engine whose models are copies in training mode: whatever it tries leaves nothing behind."""
    settings = replace(engine.settings, ema=None)
    models = {name: copy.deepcopy(model) for name, model in engine.models.items()}
    probe = Engine(engine.task, models, engine.train, engine.val, settings, engine.device, NullProgress())
    for model in models.values():
        model.train()
    return probe


def endless_batches(engine: Engine) -> Iterator[Batch]:
    """Yield the batches of one epoch after the other."""
    for epoch in count():
        order = epoch_order(len(engine.train), seed=engine.settings.seed, epoch=epoch)
        for indices in split_evenly(order, engine.settings.batch_size):
            yield engine.train.batch(indices, epoch=epoch)
