"""The health of a training: per layer what flows through it and how it moves, and what of it is wrong."""

from __future__ import annotations

from pellucid.records import Record

HEALTH_VERSION = 1


class LayerHealth(Record):
    """One layer or activation on a few training examples, in evaluation mode."""

    name: str
    """Its path in the network; an activation within a module has its operator behind the path."""
    operator: str
    """e.g. "Conv2d", or for an activation "relu"."""
    output_mean: float
    output_std: float
    """Of all values that it gave."""
    weight_rms: float | None = None
    """Root mean square of its kernels and matrices; None of an activation."""
    gradient_rms: float | None = None
    """Of the loss's gradient at them; None where they are frozen."""
    update_ratio: float | None = None
    """Norm of the last step's update over the norm of the weights; None before the first step."""
    output_gradient: float | None = None
    """Norm of the loss's gradient at what it gave, per example."""
    dead: float | None = None
    """Of a ReLU: share of its units that give zero for every example, everywhere."""
    saturated: float | None = None
    """Of a sigmoid or tanh: share of values where its slope is below 5 % of its steepest."""


class EpochHealth(Record):
    """All layers after one epoch: a line of health.jsonl."""

    schema_version: int = HEALTH_VERSION
    epoch: int
    """0: before the first step."""
    examples: int
    """How many training examples were looked at: the same ones each time."""
    loss: float
    """On them."""
    learning_rate: float
    """Of the last step."""
    layers: tuple[LayerHealth, ...]
    """In the order of the forward pass."""
    idle: float | None = None
    """Of a variational encoder: share of the numbers of its code whose KL term is below 0.01 nats."""
    spread: float | None = None
    """Of a network that draws: mean distance of two drawn pictures over that of two real ones."""
    told_apart: float | None = None
    """Share of real and drawn pictures that the discriminator takes for what they are."""


class HealthFinding(Record):
    """Something that is wrong with a training."""

    kind: str
    """diverged, vanishing, exploding, dead, saturated, collapsed, one-sided, too-fast or too-slow."""
    sentence: str
    """What was seen, with its numbers."""
    advice: str
    """What usually helps."""
    source: str
    """Where the threshold comes from."""
    layers: tuple[str, ...] = ()


class Health(Record):
    """The health of one training."""

    epochs: tuple[EpochHealth, ...]
    findings: tuple[HealthFinding, ...]
