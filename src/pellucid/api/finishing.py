"""What follows a training: how the run answers, its measure on val, and its report."""

from __future__ import annotations

from pellucid.doing import doing
from pellucid.evaluation.measuring import measure_after_training
from pellucid.prediction import OpenedRun
from pellucid.report.run_report import write_run_report


def finish(opened: OpenedRun) -> None:
    """Fit how the run answers, measure it on val, and write its report; where several trained, the first does.

    Only for who owns the run. What a process that was killed in here has done already is done again, and comes out the
    same; not before all of it is done does the record say that the run is measured.

    Args:
        opened: trained to its end.
    """
    from pellucid.training import these_processes

    if not these_processes().is_first:
        return
    opened.folder.refuse_links()
    measure_after_training(opened)
    with doing("writing the report"):
        write_run_report(opened, is_measured=True)
    opened.folder.write_record(opened.record.model_copy(update={"measured": True}))
