"""What units react to, in words and as a table, as it stands beside maps, patches and pictures that excite."""

from __future__ import annotations

from collections.abc import Sequence

from pellucid.features import Selectivity, UnitSelectivity
from pellucid.report.wording import decimal, near_one, percent
from pellucid.runs import ExhibitTable
from pellucid.words import counted

SELECTIVITY_NOTE = (
    "AUC, the area under the ROC curve, says how well a unit tells its class from all others: take one example of the "
    "class and one of another; how often is the unit's largest value the higher one in the first? 0.5 is chance, 1 is "
    "always. The class was chosen on one half of the examples and the AUC measured on the other, so that choosing does "
    "not flatter it. Where its interval holds 0.5, it says perhaps. Difference: between the means of the two groups, "
    "in standard deviations (SD). Above zero: the share of examples in which the unit is active at all."
)
TOO_FEW = "too few examples to say what it reacts to"
RANK_NOTE = (
    "How closely a unit follows the target: Spearman's rank correlation of its value with it, chosen on one half of "
    "the examples and measured on the other."
)


def selectivity_words(one: UnitSelectivity, measure: str) -> str:
    """Return what a unit reacts to, with the measure."""
    if not one.reacts_to:
        return f"unit {one.unit}: " + ("its value never changes" if one.is_constant else TOO_FEW)
    if one.value is None:
        return f"unit {one.unit} reacts to {one.reacts_to}, too few examples to say how well"
    show, chance, name = (near_one, 0.5, "AUC") if measure == "auc" else (decimal, 0.0, "rank correlation")
    perhaps = "" if one.is_sure(chance) else "perhaps "
    return f"unit {one.unit} reacts {perhaps}to {one.reacts_to}, {name} {show(one.value)}"


def selectivity_table(units: Sequence[UnitSelectivity], selectivity: Selectivity) -> ExhibitTable:
    """Return the chosen units with their numbers."""
    is_area = selectivity.measure == "auc"
    show = near_one if is_area else decimal
    header = (
        "Unit",
        "Reacts to",
        "AUC" if is_area else "Rank correlation",
        "95 % interval",
        "Difference",
        "Above zero",
    )
    rows = tuple(
        (
            str(one.unit),
            one.reacts_to or ("nothing: never changes" if one.is_constant else "too few examples"),
            "–" if one.value is None else show(one.value),
            "–" if one.low is None or one.high is None else f"{show(one.low)} to {show(one.high)}",
            "–" if one.difference is None else f"{one.difference:+.2f} SD",
            percent(one.fires),
        )
        for one in units
    )
    words = f"{counted(selectivity.n, 'example')} of {selectivity.split}"
    return ExhibitTable(header=header, rows=rows, caption=f"What the units react to, on {words}")


def selectivity_note(selectivity: Selectivity) -> str:
    """Return what the measure means."""
    return SELECTIVITY_NOTE if selectivity.measure == "auc" else RANK_NOTE
