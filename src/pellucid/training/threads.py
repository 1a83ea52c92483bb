"""With how many threads a training computes: what suits the network and the machine now, written down and replayed.

Sums are split among threads, so their number is part of a result's bits. It changes between epochs only, and each
change is kept in run.json before the epoch begins: `--resume` and `reproduce` compute with as many as then.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from pellucid.machine import STARTED, CpuTimes, busy_others, cores, free_cores, now
from pellucid.records import Decision
from pellucid.runs import RunRecord, ThreadsFrom
from pellucid.training.engine import Engine
from pellucid.training.probe import copy_of, endless_batches
from pellucid.training.randomness import forked_randomness
from pellucid.words import counted

AHEAD = 0
"""The "epoch" of what is computed before the first one."""
_AS_QUICK = 1.0
"""One thread is chosen for a network whose steps take it at most so many times as long as all threads take."""
_QUICK_STEP = 0.1
"""Seconds of a step up to which it is tried; slower steps are worth all free cores."""
_TRIALS, _TRIAL_SECONDS = 6, 0.15
_SLOWED = 0.6
"""Share of the best speed so far below which one thread is tried, where the system does not tell of others."""

_STANDS = 1.0
"""Seconds for which a choice stands at least: epochs of a few rows take less, and need no choice each."""

# A module's own and not an engine's: each trial of a search has an engine of its own.
_small: dict[tuple[object, ...], bool] = {}
"""What trying found out in this process, by network, batch and number of threads: a search trains many alike."""


class Threads:
    """Chooses the number of threads before each epoch, and sets it.

    Args:
        engine: that trains.
        record: of the run; what it knows already is computed with again.
        replay: whether nothing else counts: a run that is repeated.
    """

    def __init__(self, engine: Engine, record: RunRecord, *, replay: bool = False) -> None:
        self.engine, self.known, self.replay = engine, record.thread_choices, replay
        self.fixed = record.recipe.machine.threads or _fixed_by_environment()
        self.most = torch.get_num_threads()
        self._then = record.threads
        self._key = (
            record.model.name,
            record.model.input_shape,
            record.recipe.batches.batch,
            record.model.num_parameters,
        )
        self._resumed = any(choice.epoch > AHEAD for choice in self.known)
        self._mark: CpuTimes = STARTED
        self._speeds: list[float] = []
        self._is_chosen = False

    def before(self, epoch: int) -> ThreadsFrom | None:
        """Set the threads of an epoch, or of what comes `AHEAD`; return a choice that is new, to be kept first."""
        told = [choice for choice in self.known if choice.epoch <= epoch]
        is_told = bool(told) and (self.replay or self._resumed or told[-1].epoch == epoch)
        if self.replay and not told:
            return None
        if is_told:
            self._resumed = self._resumed and epoch == AHEAD  # only the first epoch after a stop was chosen before it
            torch.set_num_threads(told[-1].threads)
            return None
        if self._is_chosen and now().wall - self._mark.wall < _STANDS:
            return None
        self._is_chosen = epoch > AHEAD
        if not told and self._then is not None and self.engine.state.epoch > 0:
            # Older records name one number for the whole run; its first epochs were computed with it, so the others
            # must be, too.
            threads, reason = self._then, "as it was begun, by an older version"
        else:
            threads, reason = self._choose(epoch)
        torch.set_num_threads(threads)
        # A moment tells little, the one before the first epoch too: then it is looked back further, not less.
        if epoch > AHEAD and busy_others(self._mark) is not None:
            self._mark = now()
        if told and told[-1].threads == threads:
            return None
        choice = ThreadsFrom(epoch=epoch, threads=threads, reason=reason)
        self.known = (*self.known, choice)
        return choice

    def after(self, examples_per_second: float) -> None:
        """Hear how quick an epoch was."""
        self._speeds.append(examples_per_second)

    def _choose(self, epoch: int) -> tuple[int, str]:
        if self.fixed is not None:
            return self.fixed, "as asked for (--threads or OMP_NUM_THREADS)"
        if (
            not self.engine.is_stepwise
            or self.engine.device.type != "cpu"
            # Processes of one training would take each other for others on the machine.
            or self.engine.processes.count > 1
            or self.most == 1
        ):
            return self.most, "what torch chooses"
        others = busy_others(self._mark)
        free = min(self.most, free_cores(self._mark))
        # Where the system does not tell of others, a fallen speed is the only sign of them.
        is_slowed = others is None and bool(self._speeds) and self._speeds[-1] < _SLOWED * max(self._speeds)
        if free < self.most:
            return free, f"others keep {others or 0:.1f} of {counted(cores(), 'core')} busy; --threads N fixes it"
        if epoch > AHEAD and self._is_small(again=is_slowed):
            return 1, f"as quick as {self.most} for a network of this size; --threads N chooses otherwise"
        return free, "all cores are free; --threads N chooses otherwise"

    def _is_small(self, *, again: bool) -> bool:
        """Tell whether one thread is as quick; what was found holds until the speed falls: no going to and fro."""
        key = (*self._key, self.most)
        if key not in _small or (again and not _small[key]):
            _small[key] = one_is_as_quick(self.engine, self.most)
        return _small[key]


def describe(choice: ThreadsFrom) -> Decision:
    """Return a choice as it is said."""
    when = f" from epoch {choice.epoch} on" if choice.epoch > 1 else ""
    return Decision(name="threads", value=f"{choice.threads}{when}", reason=choice.reason)


def one_is_as_quick(engine: Engine, most: int) -> bool:
    """Try some steps on a copy with one thread and with `most`, in turn: is one as quick, or nearly?

    The engine is left as it was, and so is the number of threads. Where a step takes more than 0.1 s it is not tried
    further: such networks are worth all cores.
    """
    probe, before = copy_of(engine), torch.get_num_threads()
    seconds: dict[int, list[float]] = {1: [], most: []}
    started = time.perf_counter()
    try:
        with forked_randomness(engine.device):
            # In turn, so that what else goes on on the machine meets both alike.
            for trial, batch in zip(range(2 * _TRIALS + 2), endless_batches(probe), strict=False):
                threads = (most, 1)[trial % 2]
                torch.set_num_threads(threads)
                begun = time.perf_counter()
                probe.step(batch, trial)
                taken = time.perf_counter() - begun
                if trial >= 2:  # the first of each makes buffers and plans
                    seconds[threads].append(taken)
                elif threads == most and taken > _QUICK_STEP:
                    return False
                if trial > 4 and time.perf_counter() - started > _TRIAL_SECONDS:
                    break
    finally:
        torch.set_num_threads(before)
    # The quickest of each: whatever disturbs a step only makes it slower.
    return min(seconds[1]) <= _AS_QUICK * min(seconds[most])


_held = 0
"""How many blocks are open in which the number of threads is part of a result's bits, and not to be touched."""
_looked = STARTED
"""When others were last looked for."""


@contextmanager
def as_many_threads(record: RunRecord) -> Iterator[None]:
    """Compute with as many threads as a run did at its end, where that is known; afterwards with as many as before.

    Raises:
        RunError: the record names a number of threads that no machine has.
    """
    said = record.threads
    with threads_restored():
        last = record.thread_choices[-1].threads if record.thread_choices else said
        torch.set_num_threads(last or torch.get_num_threads())
        yield


@contextmanager
def threads_restored() -> Iterator[None]:
    """Leave the number of threads to a `with` block that trains, and set it back to what it was afterwards."""
    global _held
    before = torch.get_num_threads()
    _held += 1
    try:
        yield
    finally:
        _held -= 1
        torch.set_num_threads(before)


@contextmanager
def free_threads() -> Iterator[None]:
    """Compute with no more threads than others leave cores, for a `with` block; what a user or a training says wins."""
    global _looked
    before = torch.get_num_threads()
    if before > 1 and not _held and _fixed_by_environment() is None:
        torch.set_num_threads(min(before, free_cores(_looked)))
        if busy_others(_looked) is not None:
            _looked = now()
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _fixed_by_environment() -> int | None:
    said = os.environ.get("OMP_NUM_THREADS", "")
    return torch.get_num_threads() if said.isascii() and said.isdigit() and int(said) > 0 else None
