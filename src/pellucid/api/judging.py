"""What a run draws, judged by a classifier: on the way, or kept with the run and told in its report."""

from __future__ import annotations

from typing import Any

from pellucid.api.finishing import finish
from pellucid.clock import time_now
from pellucid.doing import doing
from pellucid.errors import RecipeError
from pellucid.evaluation import Judged, Opening, check_split, judge_drawn
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.report import exhibit_of, write_run_report
from pellucid.runs import not_measured


def judge_run(
    opened: OpenedRun, judge: OpenedRun, split: SplitName, *, reason: str, number: int, seed: int, keep: bool
) -> Judged:
    """Let a classifier judge what a run draws beside pictures of a split; see `Run.judge`."""
    check_split(split)
    if not keep and split != "test":
        return judge_drawn(opened, judge, split=split, number=number, seed=seed)
    folder, record = opened.folder, opened.record
    if not opened.predictor.no_answers:
        raise RecipeError(
            f"'{record.name}' answers inputs, and is measured by its answers.",
            fix="Leave --judge out; pellucid sample RUN --judge CLASSIFIER judges what a network draws.",
        )
    if not_measured(folder):
        with folder.owned("measured"):
            if not_measured(folder):
                finish(opened)
    folder.refuse_links()
    with folder.owned("evaluated"):
        judged = judge_drawn(opened, judge, split=split, number=number, seed=seed)

        def numbered(opening: int) -> dict[str, Any]:
            nonlocal judged
            if split == "test":
                made = Opening(reason=reason, number=opening, when=time_now())
                judged = judged.model_copy(update={"opening": made})
            return judged.as_evaluation(record.task).to_dict()

        folder.write_evaluation(split, numbered)
        folder.write_exhibit(exhibit_of(judged))
        with doing("writing the report"):
            write_run_report(opened)
    return judged
