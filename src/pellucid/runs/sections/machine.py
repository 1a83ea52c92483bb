"""The machine: what computes, how exactly, and what is kept and written on the way."""

from __future__ import annotations

from typing import Literal

from pellucid.runs.sections.base import RecipeSection, choice
from pellucid.typed_numbers import LARGEST


class MachineChoices(RecipeSection):
    """Where a training runs; but for the seed and the precision nothing here changes what is learned."""

    seed: int = choice("Machine", "Seed of everything random.", default=0, ge=0, le=LARGEST)
    device: str | None = choice("Machine", "cpu, cuda, cuda:1 or mps; the quickest there is.")
    precision: Literal["float32", "bfloat16"] | None = choice(
        "Machine", "Arithmetic of training; answers are always float32."
    )
    cache: Literal["memory", "disk"] | None = choice(
        "Machine", "Where prepared pictures are read from; memory while there is enough of it."
    )
    health: bool = choice(
        "Machine",
        "Look at gradients, activations and updates of every layer now and then, for 'pellucid health'.",
        default=True,
    )
    tensorboard: bool = choice(
        "Machine", "Also write TensorBoard event files, into the run's folder tensorboard/.", default=False
    )
    threads: int | None = choice(
        "Learning", "Threads to compute with; chosen by what the machine has free, epoch by epoch.", ge=1, le=1024
    )
    workers: int | None = choice(
        "Machine", "Threads that read pictures; the result does not depend on it.", "-j", ge=0, le=65536
    )
