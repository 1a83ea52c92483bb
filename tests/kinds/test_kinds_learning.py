"""Tasks, training, runs and searches have a row for every kind, and refuse one without in words."""

from __future__ import annotations

import pytest

from pellucid.errors import RecipeError
from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.runs.answerable import ANSWERABLE
from pellucid.tasks import LEARNED_AS
from pellucid.training.distances import DISTANCES
from pellucid.training.kinds import INPUT_HABITS, TARGET_HABITS
from pellucid.training.loading import BATCHES
from pellucid.training.views import VIEWS
from pellucid.tuning.repeats import MERITS
from pellucid.tuning.widths import WIDTHS

OF_INPUTS = (BATCHES, INPUT_HABITS, VIEWS, WIDTHS)
OF_TARGETS = (ANSWERABLE, DISTANCES, LEARNED_AS, MERITS, TARGET_HABITS)


@pytest.mark.parametrize("table", [*OF_INPUTS, *OF_TARGETS], ids=lambda table: table.subject)
def test_each_kind_has_a_row_and_another_is_refused(table: KindTable[object]) -> None:
    assert table in (*INPUTS.tables, *TARGETS.tables)
    assert table.missing() == ()
    with pytest.raises(RecipeError, match="'tune' there is no"):
        table["tune"]


def test_the_rows_of_a_table_are_learned_from_at_another_pace_than_pictures() -> None:
    pictures, rows = (INPUT_HABITS[word].pace("mlp") for word in ("image", "table"))
    assert pictures.epochs(100) < rows.epochs(100)
    assert (pictures.least_epochs(10_000), rows.least_epochs(10_000)) == (4, 60)
