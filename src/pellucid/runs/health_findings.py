"""What is wrong with a training, said of its health records in plain English."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median

from pellucid.runs.health import EpochHealth, Health, HealthFinding, LayerHealth
from pellucid.words import percent

APART = 1e3
"""How many times larger or smaller the gradient may be at the first layer than at the last. A sigmoid's slope is up to
1/4, so five of them in a row shrink it this much."""
DEAD_SHARE = 0.4
"""CS231n, "Neural Networks 1": "as much as 40% of your network can be dead" where the learning rate is too high."""
SATURATED_SHARE = 0.5
IDLE_SHARE = 0.5
LEAST_SPREAD = 0.5
WON, LOOKS = 0.99, 3
"""Of real and drawn pictures together, which share is told apart, and at how many looks in a row."""
FASTEST, SLOWEST = 1e-1, 1e-5
"""A hundred times above and below the 1e-3 that CS231n, "Neural Networks 3", gives for updates over weights."""
_NOTHING = 1e-30
"""Stands for an update of zero where logarithms are taken."""
MOVING = 0.5
"""Update ratios are judged where the learning rate is at least this share of its highest: schedules end near zero."""

VANISHING = "Pascanu, Mikolov & Bengio 2013, section 2; Glorot & Bengio 2010, figures 6 and 7; the factor is ours"
EXPLODING = "Pascanu, Mikolov & Bengio 2013, section 2 and 3.2; the factor is ours"
DYING = 'CS231n notes, "Neural Networks Part 1", ReLU; Lu et al. 2019, "Dying ReLU and Initialization"'
SATURATION = "Glorot & Bengio 2010, section 3; the share is ours"
COLLAPSE = "Burda et al. 2016, section 5.2 (units whose mean never moves by more than 0.01); the share is ours"
ALIKE = "Salimans et al. 2016, section 3.2 (a generator that always emits the same point); the share is ours"
WINNING = "Arjovsky & Bottou 2017, section 2 (a perfect discriminator gives no gradient); the share is ours"
RATIO = 'CS231n notes, "Neural Networks Part 3", ratio of weights to updates: about 1e-3; the factor of 100 is ours'


def judge(
    epochs: Sequence[EpochHealth], *, learning_rate: float | None = None, status: str = "finished", note: str = ""
) -> Health:
    """Return the records with what is wrong in them.

    Args:
        epochs: oldest first.
        learning_rate: the highest of the training's schedule; None for the highest that was seen.
        status: of the run.
        note: the run's, which says so when it diverged.
    """
    found = [*_diverged(status, note)]
    if epochs:
        dead, top = [*_dead(epochs[-1])], learning_rate or max(epoch.learning_rate for epoch in epochs)
        # Where a whole layer is dead no gradient comes back through it: that is said once.
        is_cut = any((layer.dead or 0.0) > 0.99 for layer in epochs[-1].layers)
        found += [
            *dead,
            *([] if is_cut else _gradients(epochs)),
            *_saturated(epochs[-1]),
            *_collapsed(epochs[-1]),
            *_drawn(epochs),
        ]
        found += _pace(epochs, top)
    return Health(epochs=tuple(epochs), findings=tuple(found))


def _diverged(status: str, note: str) -> Iterable[HealthFinding]:
    if status == "failed" and "diverged" in note:
        yield HealthFinding(
            kind="diverged",
            sentence=f"The loss stopped being a number: {note.split('.')[0].split(' Lower')[0]}.",
            advice="lower --lr (to a tenth), add --warmup 1 or --clip 1; --lr auto finds a rate by trying.",
            source="no threshold: a loss that is not finite",
        )


def _gradients(epochs: Sequence[EpochHealth]) -> Iterable[HealthFinding]:
    """Compare the gradient at the first layer with that at the last, in the middle one of all records."""
    ratios: list[float] = []
    names: tuple[str, str] = ("", "")
    for epoch in epochs:
        layers = [layer for layer in epoch.layers if layer.weight_rms is not None and layer.output_gradient is not None]
        if len(layers) >= 2 and _sound(layers[0].output_gradient) and _sound(layers[-1].output_gradient):
            first, last = layers[0], layers[-1]
            names = (first.name, last.name)
            ratios.append(float(first.output_gradient or 0.0) / float(last.output_gradient or 1.0))
    if not ratios:
        return
    # The middle look: at the first, weights are still random, and at the last, gradients may be gone because all is
    # learned.
    ratio = median(ratios)
    if ratio * APART < 1:
        said = f"{1 / ratio:,.0f} times smaller" if ratio > 0 else "zero, and so smaller"
        yield HealthFinding(
            kind="vanishing",
            sentence=f"The gradients vanish: at {names[0]} they are {said} than at {names[1]}, "
            "so the first layers hardly learn.",
            advice="ReLU instead of sigmoid or tanh, batch or layer normalisation, residual connections, fewer layers, "
            "or an initialisation made for the activation (--init he for ReLU, glorot for tanh).",
            source=VANISHING,
            layers=names,
        )
    elif ratio > APART:
        yield HealthFinding(
            kind="exploding",
            sentence=f"The gradients explode: at {names[0]} they are {ratio:,.0f} times larger than at {names[1]}.",
            advice="--clip 1, a smaller --lr, smaller initial weights, batch or layer normalisation.",
            source=EXPLODING,
            layers=names,
        )


def _dead(epoch: EpochHealth) -> Iterable[HealthFinding]:
    layers = [layer for layer in epoch.layers if layer.dead is not None and layer.dead > DEAD_SHARE]
    if layers:
        worst = max(layers, key=lambda layer: layer.dead or 0.0)
        yield HealthFinding(
            kind="dead",
            sentence=f"{_share(worst.dead)} of the units of {worst.name} are dead: zero for all {epoch.examples} "
            f"examples that were looked at{_also(layers, worst)}. Through a dead ReLU no gradient flows.",
            advice="a smaller --lr (a tenth), --warmup 1, batch normalisation before the ReLU; "
            "a leaky ReLU or GELU cannot die.",
            source=DYING,
            layers=tuple(layer.name for layer in layers),
        )


def _saturated(epoch: EpochHealth) -> Iterable[HealthFinding]:
    layers = [layer for layer in epoch.layers if layer.saturated is not None and layer.saturated > SATURATED_SHARE]
    if layers:
        worst = max(layers, key=lambda layer: layer.saturated or 0.0)
        yield HealthFinding(
            kind="saturated",
            sentence=f"{_share(worst.saturated)} of the values of {worst.name} lie where its curve is flat"
            f"{_also(layers, worst)}: hardly any gradient comes through.",
            advice="a smaller --lr, smaller initial weights (--init glorot), normalised inputs, batch normalisation, "
            "or ReLU.",
            source=SATURATION,
            layers=tuple(layer.name for layer in layers),
        )


def _collapsed(epoch: EpochHealth) -> Iterable[HealthFinding]:
    if epoch.idle is not None and epoch.idle > IDLE_SHARE:
        yield HealthFinding(
            kind="collapsed",
            sentence=f"{_share(epoch.idle)} of the numbers of the code tell nothing of a picture: their KL term is "
            "below 0.01 nats. The posterior has collapsed there.",
            advice="a smaller --beta, fewer numbers (--latent), or a longer training.",
            source=COLLAPSE,
        )


def _drawn(epochs: Sequence[EpochHealth]) -> Iterable[HealthFinding]:
    """Say where all drawn pictures are alike, and where the discriminator has won."""
    last = epochs[-1]
    if last.epoch and last.spread is not None and last.spread < LEAST_SPREAD:
        yield HealthFinding(
            kind="collapsed",
            sentence=f"Drawn pictures are alike: two of them are {_share(last.spread)} as far apart as two real ones.",
            advice="a smaller --lr, more epochs, or another --seed; pellucid evaluate RUN --judge CLASSIFIER tells "
            "which classes are missing.",
            source=ALIKE,
        )
    looks = [epoch.told_apart for epoch in epochs[-LOOKS:] if epoch.epoch and epoch.told_apart is not None]
    if len(looks) == LOOKS and min(looks) > WON:
        yield HealthFinding(
            kind="one-sided",
            sentence=f"The discriminator has won: it told {_share(min(looks))} or more of real and drawn pictures "
            f"apart at the last {LOOKS} looks, and the generator learns hardly anything from it any more.",
            advice="a smaller --lr, a larger --width, or more pictures.",
            source=WINNING,
        )


def _pace(epochs: Sequence[EpochHealth], top: float) -> Iterable[HealthFinding]:
    # What starts from zero, as a new head does, has hardly a size yet that its first updates could be a part of.
    zero = {layer.name for layer in epochs[0].layers if layer.weight_rms == 0}
    looks = [
        [
            max(layer.update_ratio, _NOTHING)
            for layer in epoch.layers
            if layer.update_ratio is not None and math.isfinite(layer.update_ratio)
            if epoch.epoch > 1 or layer.name not in zero
        ]
        for epoch in epochs
        if epoch.learning_rate >= MOVING * top > 0
    ]
    paces = [_middle(look) for look in looks if look]
    if not paces:
        return
    # What has arrived does not move any more: only what never moved at any look is too slow.
    ratio, fastest = _middle([ratio for look in looks for ratio in look]), max(paces)
    if ratio > FASTEST:
        yield HealthFinding(
            kind="too-fast",
            sentence=f"A step changes the weights by {_share(ratio)} of their size, where about 0.1 % is usual: "
            "they are thrown about.",
            advice="a smaller --lr (a tenth), --warmup 1, or --lr auto, which finds a rate by trying.",
            source=RATIO,
        )
    elif fastest < SLOWEST:
        yield HealthFinding(
            kind="too-slow",
            sentence=f"A step changes the weights by {fastest:.0e} of their size, where about 1e-3 is usual: "
            "they hardly move.",
            advice="a larger --lr (ten times), or --lr auto, which finds a rate by trying.",
            source=RATIO,
        )


def _middle(ratios: Sequence[float]) -> float:
    """Return the median on a logarithmic scale: between 0.5 at first and 1e-8 at last lies 7e-5, and not 0.25."""
    return math.exp(median(map(math.log, ratios)))


def _sound(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _share(value: float | None) -> str:
    return percent(value or 0.0)


def _also(layers: Sequence[LayerHealth], worst: LayerHealth) -> str:
    others = [layer.name for layer in layers if layer is not worst]
    return f" (also many of {', '.join(others[:5])}{' and others' if len(others) > 5 else ''})" if others else ""
