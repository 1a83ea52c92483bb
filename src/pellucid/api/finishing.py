"""What is done with a run and told in its report: its measure on val after a training, and on any split when asked."""

from __future__ import annotations

from pellucid.doing import doing
from pellucid.evaluation import Evaluation, check_split, measure_after_training, measure_split
from pellucid.kinds import SplitName
from pellucid.prediction import OpenedRun
from pellucid.report import keep_own_exhibits, write_run_report
from pellucid.runs import not_measured
from pellucid.training import these_processes


def finish(opened: OpenedRun) -> None:
    """Fit how the run answers, measure it on val, and write its report; where several trained, the first does.

    Only for who owns the run. What a process that was killed in here has done already is done again, and comes out the
    same; not before all of it is done does the record say that the run is measured.

    Args:
        opened: trained to its end.
    """
    if not these_processes().is_first:
        return
    opened.folder.refuse_links()
    measure_after_training(opened)
    with doing("showing what it says"):
        keep_own_exhibits(opened)
    with doing("writing the report"):
        write_run_report(opened, is_measured=True)
    opened.folder.write_record(opened.record.model_copy(update={"measured": True}))


def evaluate_run(
    opened: OpenedRun, split: SplitName, *, reason: str, baselines: bool = True, positive: str | None = None
) -> Evaluation:
    """Measure a run on one split, and write its report; see `Run.evaluate`."""
    folder = opened.folder
    check_split(split)
    if not_measured(folder):
        with folder.owned("measured"):
            if not_measured(folder):  # else another process was quicker
                finish(opened)
    folder.refuse_links()  # before the seal is broken, not after
    with folder.owned("evaluated"):
        evaluation = measure_split(opened, split, reason=reason, baselines=baselines, positive=positive)
        with doing("writing the report"):
            write_run_report(opened)
    return evaluation
