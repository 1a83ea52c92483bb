"""Every table of data and preprocessing has a row, or a refusal, for each kind."""

from __future__ import annotations

import pytest
from tests.kinds.registering import load_all_rooms

from pellucid.data.kinds import KEEPERS, KINDS_OF_INPUT
from pellucid.kinds import INPUTS, TARGETS, KindTable
from pellucid.preprocessing import PREPROCESSINGS
from pellucid.preprocessing.augmentation.kinds import AUGMENTED_TARGETS, AUGMENTERS
from pellucid.preprocessing.kinds import FITTERS


@pytest.mark.parametrize("table", [*INPUTS.tables, *TARGETS.tables], ids=lambda table: table.subject)
def test_each_kind_has_a_row_or_is_refused(table: KindTable[object]) -> None:
    assert table.missing() == ()


def test_the_tables_of_these_rooms_are_among_them() -> None:
    assert {KINDS_OF_INPUT, KEEPERS, FITTERS, AUGMENTERS} <= set(INPUTS.tables)
    assert AUGMENTED_TARGETS in TARGETS.tables


def test_each_kind_of_input_has_a_preprocessing_under_its_word() -> None:
    assert set(PREPROCESSINGS) == set(INPUTS)


def test_each_row_that_loads_late_is_there() -> None:
    load_all_rooms()
    for kinds in (INPUTS, TARGETS):
        for table in kinds.tables:
            for word in kinds:
                assert table.why_not(word) or table[word] is not None
