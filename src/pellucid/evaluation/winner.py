"""Whether a simple method answers better than the model: what a reader must know before all else."""

from __future__ import annotations

from pellucid.evaluation.meanings import metric_words
from pellucid.evaluation.records import Baseline, Measured, PairedComparison

_SPOKEN = {
    "random forest": "A random forest",
    "majority class": "Always answering the most frequent class",
    "mean": "Always answering the mean",
    "every label": "Always answering every label",
    "nearest neighbour": "The nearest neighbour",
}
_CONSTANT = frozenset({"majority class", "mean", "every label"})


def say_winner(evaluation: Measured) -> str:
    """Return in words which simple method did better on the same examples, and what to do; "" where none did.

    Where classes are uneven, a method did better if it did in plain or in balanced accuracy, and in neither worse.
    """
    ahead = [one for one in evaluation.baselines if one.versus is not None and _is_ahead(one.versus)]
    if not ahead:
        return ""
    best = max(ahead, key=_lead_of)
    assert best.versus is not None
    who = _SPOKEN.get(best.name, best.name[:1].upper() + best.name[1:])
    scores = ", ".join(_scores(part) for part in _parts(best.versus))
    shown = [part for part in _parts(best.versus) if part.verdict == "a"]
    if not shown and best.name in _CONSTANT:
        return ""  # that nothing is shown to be learned is told by `say_nothing_learned`
    if not shown:
        told = [part.p_value for part in _parts(best.versus) if part.p_value is not None]
        chance = (
            f"That may be chance (p = {min(told):.2f})."
            if told
            else "There are too few examples to tell whether that is chance."
        )
        return f"{who} scored better here: {scores}. {chance}"
    if best.name in _CONSTANT:
        return (
            f"Nothing was learned. {who} does better than the model: {scores}. Look at the target and the inputs first."
        )
    more = ", 'pellucid train DATA --ladder' compares more methods" if evaluation.can_climb else ""
    return (
        f"{who} answers better: {scores}. Use it for these data, or look for what the network lacks: "
        f"'pellucid tune' searches for a better recipe{more}."
    )


def _parts(versus: PairedComparison) -> list[PairedComparison]:
    return [versus, *([versus.plain] if versus.plain is not None else [])]


def _gain(part: PairedComparison) -> float:
    """Return by how much the simple method, a, is better than the model, b."""
    difference = part.a_value - part.b_value
    return -difference if metric_words(part.metric).lower_is_better else difference


def _is_ahead(versus: PairedComparison) -> bool:
    gains = [_gain(part) for part in _parts(versus)]
    if any(part.verdict == "b" for part in _parts(versus)):
        return False
    won = any(part.verdict == "a" for part in _parts(versus))
    return won or (min(gains) >= 0 and max(gains) > 0)


def _lead_of(baseline: Baseline) -> tuple[bool, float]:
    assert baseline.versus is not None
    parts = _parts(baseline.versus)
    return any(part.verdict == "a" for part in parts), sum(_gain(part) for part in parts)


def _scores(part: PairedComparison) -> str:
    return f"{metric_words(part.metric).label} {_number(part.a_value)} against {_number(part.b_value)}"


def _number(value: float) -> str:
    return f"{value:.3f}" if abs(value) < 10 else f"{value:.4g}"
