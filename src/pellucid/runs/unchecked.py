"""What a run's answers lack, and why: those that can be called neither "unsure" nor "unknown", bands that are rough."""

from __future__ import annotations

from pellucid.runs.answerable import ANSWERABLE
from pellucid.runs.record import Answering, RunRecord

SHOWN_BEGINS = "Answers with a probability"
"""How the note of a threshold begins that was shown to keep errors few: also of one that no answer falls below."""
_FEW = "too few to say: "
FEWEST_WINDOWS = 5.0
"""Windows without overlap below which bands are called rough: one miss more moves a band's share by 20 points."""


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
        # Older records may lack the split altogether.
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


def why_rough(answering: Answering | None) -> tuple[str, ...]:
    """Return the sentence that says that the bands are rough, as a tuple; () where they are not, or there are none."""
    windows = None if answering is None else answering.bands_windows
    if windows is None or windows >= FEWEST_WINDOWS:
        return ()
    return (
        f"The bands are rough: how wide they have to be was measured on the validation split, which holds only "
        f"{windows:.1f} forecasts that do not overlap. A longer series, a larger --val or a shorter --horizon makes "
        "them surer.",
    )


def _judges_unsure(answering: Answering) -> bool:
    return answering.unsure_below is not None or answering.unsure_note.startswith(SHOWN_BEGINS)


def _clause(note: str) -> str:
    """Return a note as the second half of a sentence."""
    note = note.strip().rstrip(".") or "it was not fitted"
    note = note[:1].lower() + note[1:]
    return f"only {note.removeprefix(_FEW)}" if note.startswith(_FEW) else note
