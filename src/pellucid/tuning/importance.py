"""How much each searched choice mattered among the trials."""

from __future__ import annotations

import optuna
from optuna.importance import PedAnovaImportanceEvaluator, get_param_importances

from pellucid.tuning.journal import quiet
from pellucid.tuning.proposing import distributions_of
from pellucid.tuning.records import Importance, SearchRecord, Trial

FEWEST = 12
"""Ended trials below which importances would be noise."""
TOP = 0.25
"""The share of the trials that counts as good."""
METHOD = "PED-ANOVA (Watanabe et al. 2023): what sets the best quarter of the trials apart"


def rank_importance(record: SearchRecord, trials: tuple[Trial, ...]) -> Importance:
    """Return what tells the best quarter of the trials from all of them, as shares of 1, most important first.

    A pruned trial counts, too: those that were trained longer rank higher, then those that scored better, as tpe ranks
    them. So it does not matter that few were trained to their end.

    Args:
        record: of the search.
        trials: of the search, those that are running left aside.
    """
    ended = [trial for trial in trials if trial.score is not None and trial.status in ("finished", "pruned")]
    if len(ended) < FEWEST:
        return Importance(method=METHOD, note=f"too few trials to tell: {len(ended)}, {FEWEST} are needed")
    sign = -1 if record.higher_is_better else 1
    ended.sort(key=lambda trial: (trial.status != "finished", -_length(trial), sign * (trial.score or 0.0)))
    distributions = distributions_of(record.space)
    with quiet():
        study = optuna.create_study(direction="minimize")
        for rank, trial in enumerate(ended):
            kinds = {name: distributions[name] for name in trial.choices}
            study.add_trial(
                optuna.trial.create_trial(params=dict(trial.choices), distributions=kinds, value=float(rank))
            )
        evaluator = PedAnovaImportanceEvaluator(target_quantile=TOP, evaluate_on_local=False)
        found = get_param_importances(study, evaluator=evaluator)
    shares = dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
    caution = f"from {len(ended)} trials: a rough picture" if len(ended) < 4 * len(shares) else ""
    return Importance(shares=shares, method=METHOD, note=caution)


def _length(trial: Trial) -> int:
    """Return how long a pruned trial was found worth going on; all that reached their end are alike."""
    return 0 if trial.status == "finished" else trial.epochs - trial.head_epochs
