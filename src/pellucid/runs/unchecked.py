"""Which of "unsure" and "unknown" a run cannot say, and why: its answers are then "unchecked", and never "ok"."""

from __future__ import annotations

from pellucid.runs.answerable import ANSWERABLE
from pellucid.runs.record import Answering, RunRecord

SHOWN_BEGINS = "Answers with a probability"
"""How the note of a threshold begins that was shown to keep errors few: also of one that no answer falls below."""
_FEW = "too few to say: "


def why_unchecked(record: RunRecord) -> tuple[str, ...]:
    """Return a sentence for each of "unsure" and "unknown" that a run cannot say; () where it can say both.

    Of numbers neither is ever said, so nothing is missing there; of several labels at once only "unknown" is.

    Args:
        record: of the run, of whatever age.
    """
    can, answering = ANSWERABLE[record.dataset.target.kind], record.answering
    if not can.unknown and not can.unsure:
        return ()
    if answering is None:
        few = not record.dataset.num_examples.get("val", 0)
        why = "there are no validation examples" if few else "the run is not measured yet"
        return (f'"unsure" and "unknown" are off: {why}.',)
    said = []
    if can.unknown and answering.unknown_above is None:
        said.append(
            f'"unknown" is off: {_clause(answering.unknown_note)}. '
            "What is unlike everything in training is answered like anything else."
        )
    if can.unsure and not _judges_unsure(answering):
        said.append(f'"unsure" is off: {_clause(answering.unsure_note)}.')
    return tuple(said)


def _judges_unsure(answering: Answering) -> bool:
    return answering.unsure_below is not None or answering.unsure_note.startswith(SHOWN_BEGINS)


def _clause(note: str) -> str:
    """Return a note as the second half of a sentence."""
    note = note.strip().rstrip(".") or "it was not fitted"
    note = note[:1].lower() + note[1:]
    return f"only {note.removeprefix(_FEW)}" if note.startswith(_FEW) else note
