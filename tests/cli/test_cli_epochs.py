"""The table of epochs: all of a short training, some of a long one, and always the first, the last and the best."""

from __future__ import annotations

import time

import pytest

from pellucid.cli.epochs import EpochTable
from pellucid.cli.progress import Lines, found_line, pace_line, spent_words
from pellucid.cli.working import GENERAL, SILENT_SECONDS, Log, in_words
from pellucid.data import Finding
from pellucid.doing import Work
from pellucid.training import Pass, Position


def _train(num_epochs: int, *, best: set[int], trained: int | None = None, all_rows: bool = False) -> list[str]:
    """Return the printed rows as "epoch mark"."""
    said: list[str] = []
    table = EpochTable(said.append, all_rows=all_rows)
    for epoch in range(1, (trained or num_epochs) + 1):
        row = {"epoch": epoch, "train_loss": 1.0, "examples_per_second": 10.0, "seconds": 1.0}
        table.add(row, num_epochs=num_epochs, is_best=epoch in best)
    table.close()
    rows = [line.split() for line in said[3:] if "/" in line]
    return [" ".join([row[0].split("/")[0], *row[4:]]) for row in rows]


def test_every_epoch_of_a_short_training_is_printed() -> None:
    assert _train(30, best={1}) == ["1 best", *map(str, range(2, 31))]


@pytest.mark.parametrize("num_epochs", [31, 60, 100, 198, 1_000, 12_345])
def test_a_long_training_has_at_most_twenty_four_rows(num_epochs: int) -> None:
    rows = _train(num_epochs, best=set(range(1, num_epochs - 3)))
    assert 12 <= len(rows) <= 24
    assert rows[0] == "1 best"
    assert rows[-1] == f"{num_epochs - 4} best"
    assert str(num_epochs) in {row.split()[0] for row in rows}


def test_a_better_epoch_between_two_rows_is_named_once_and_printed_at_the_end() -> None:
    rows = _train(40, best={1, 3})
    assert rows[:4] == ["1 best", "2", "4 (best: 3)", "6"]
    assert rows[-2:] == ["40", "3 best"]


def test_why_a_row_stands_behind_the_last_epoch_is_said() -> None:
    said: list[str] = []
    table = EpochTable(said.append)
    for epoch in range(1, 41):
        row = {"epoch": epoch, "train_loss": 1.0, "examples_per_second": 10.0, "seconds": 1.0}
        table.add(row, num_epochs=40, is_best=epoch in (1, 3))
    table.close()
    assert said[-2] == "Epoch 3 was best; its weights are the ones that answer:"
    assert said[-1].split()[0] == "3/40"


def test_the_last_epoch_is_printed_where_training_ends_early() -> None:
    assert _train(200, best={1}, trained=33) == ["1 best", "10", "20", "30", "33"]


def test_all_are_printed_where_they_are_asked_for() -> None:
    assert len(_train(100, best={1}, all_rows=True)) == 100


def test_a_row_fits_eighty_letters_with_all_that_it_may_say() -> None:
    said: list[str] = []
    table = EpochTable(said.append)
    row = {
        "epoch": 15, "train_loss": 1.0576, "val_loss": 10.8747, "train_accuracy": 0.4571, "val_accuracy": 0.7333,
        "val_balanced_accuracy": 0.5, "examples_per_second": 123_456.0, "seconds": 1234.5,
    }  # fmt: skip
    table.add(row, num_epochs=74, is_best=False)
    table.add(row | {"epoch": 17}, num_epochs=74, is_best=True)
    del row["val_balanced_accuracy"]
    table.add(row | {"epoch": 20}, num_epochs=74, is_best=False)
    table.add(row | {"epoch": 24}, num_epochs=74, is_best=True)
    assert said[-2:] == [
        "20/74  1.0576 10.8747 0.4571 0.7333 -0.2762    123,456  1234.5  (best: 17)",
        "24/74  1.0576 10.8747 0.4571 0.7333 -0.2762    123,456  1234.5  best",
    ]
    assert max(map(len, said)) <= 80
    assert said[1:4] == [
        "           loss         accuracy",
        "epoch   train     val  train    val balanced examples/s seconds",
        "15/74  1.0576 10.8747 0.4571 0.7333   0.5000    123,456  1234.5",
    ]


def test_a_loss_of_nothing_beside_wrong_answers_is_explained_once() -> None:
    said: list[str] = []
    table = EpochTable(said.append)
    row = {"epoch": 1, "train_loss": 0.0, "train_accuracy": 0.5, "examples_per_second": 4.0, "seconds": 1.0}
    table.add(row, num_epochs=2, is_best=True)
    table.close()
    table.close()
    assert [line for line in said if line.startswith("A loss of 0 beside wrong answers")] == said[-1:]


# --- how long it takes ---


def _position(epoch: int, step: int, *, left: float, num_epochs: int = 7, head_epochs: int = 0) -> Position:
    return Position(epoch, num_epochs, step, 100, 1.0, 50.0, left, head_epochs)


def test_an_epoch_and_the_whole_are_told_from_the_first_steps_on(capsys: pytest.CaptureFixture[str]) -> None:
    lines = Lines()
    lines.stepped(_position(1, 1, left=9000.0))  # the very first step takes long: it tells little of the others
    lines.stepped(_position(1, 4, left=210.0))  # 1.2 s into the first epoch: too soon to tell
    lines.stepped(_position(1, 5, left=840.0 * (1 - 0.05 / 7)))
    lines.stepped(_position(1, 6, left=800.0))
    assert capsys.readouterr().out == "about 2 min 00 s per epoch, about 14 min 00 s in all\n"


def test_the_whole_takes_no_less_than_its_epochs() -> None:
    assert pace_line(_position(1, 50, left=25.0, num_epochs=1)) == "about 50 s per epoch"
    of_steps = Position(1, 3, 50, 100, 1.0, 50.0, 60.0, epochs_to_come=0.1)  # 110 steps of 100 an epoch: 1.1 epochs
    assert pace_line(of_steps) == "about 1 min 40 s per epoch, about 1 min 50 s in all"
    assert pace_line(_position(3, 50, left=90.0, num_epochs=4)) == "about 1 min 00 s per epoch, 1 min 30 s left"


def test_the_time_left_counts_what_is_measured_behind_each_epoch() -> None:
    # Two and a half epochs of 20 s, and three times 10 s of measuring.
    position = Position(1, 3, 50, 100, 1.0, 50.0, 80.0, measuring_seconds=10.0)
    assert position.seconds_per_epoch == pytest.approx(30.0)
    assert position.seconds_in_epoch == pytest.approx(10.0)
    assert pace_line(position) == "about 30 s per epoch, about 1 min 30 s in all"


def test_a_quick_training_says_nothing_of_its_length(capsys: pytest.CaptureFixture[str]) -> None:
    Lines().stepped(_position(1, 99, left=18.0))
    assert capsys.readouterr().out == ""


def test_a_long_pass_through_a_frozen_backbone_is_told_once_its_pace_is_known(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Lines()
    began = time.perf_counter()
    for seconds, done in ((0.0, 1), (1.0, 2), (3.0, 60), (4.0, 80)):
        monkeypatch.setattr("pellucid.cli.progress.time.perf_counter", lambda seconds=seconds: began + seconds)
        lines.passed(Pass("train", done, 1_000, 45.0))
    said = "features of train: 940 examples pass the frozen backbone, about 45 s\n"
    assert capsys.readouterr().out == said


def test_epochs_of_the_head_alone_do_not_promise_that_the_others_are_as_quick() -> None:
    position = _position(1, 50, left=38.0, num_epochs=30, head_epochs=10)
    assert position.last_epoch == 10
    assert position.seconds_per_epoch == pytest.approx(4.0)
    assert pace_line(position).startswith("about 4 s per epoch of the head alone, 38 s for all 10; later epochs")
    later = _position(11, 50, left=1950.0, num_epochs=30, head_epochs=10)
    assert pace_line(later) == "from now on about 1 min 40 s per epoch, 32 min 30 s for the 20 to come"


def test_the_time_that_is_told_is_that_of_the_whole_command_in_its_parts() -> None:
    spent = {"starting": 0.2, "reading": 12.0, "training": 6.4, "measuring": 98.0}
    assert spent_words(spent) == "1 min 57 s in all (reading 12 s, training 6 s, measuring 1 min 38 s)"


def test_a_log_says_what_is_done_once_that_has_taken_long(capsys: pytest.CaptureFixture[str]) -> None:
    with Log() as log:
        log.hear(Work("measuring on val"))
        began = time.monotonic()
        log.hear(Work("answering", 300, 5_000))  # within the same silence
        for seconds in (1, SILENT_SECONDS + 1, SILENT_SECONDS + 2, 2 * SILENT_SECONDS + 1):
            log.tell(began + seconds)
        log.hear(Work(GENERAL))  # epochs, which have lines of their own
        log.tell(began + 1000)
        log.hear(Work("writing the report"))
        log.tell(began + SILENT_SECONDS / 2)
    assert capsys.readouterr().err == 2 * "answering: 300 of 5,000\n"


def test_work_is_told_in_words() -> None:
    assert in_words(Work("fitting")) == "fitting ..."
    assert in_words(Work("answering", 1_200)) == "answering: 1,200 so far"
    assert in_words(Work("looking", 1_200, 5_000, 12.4)) == "looking: 1,200 of 5,000, 12 s left"


# --- what was found ---


def test_a_finding_is_one_line_with_as_many_examples_as_fit() -> None:
    finding = Finding(kind="leak", message="3 sets of equal pictures.", examples=("a = b", "c" * 40, "d"), count=3)
    assert found_line(finding, 120) == f"found: 3 sets of equal pictures. a = b, {'c' * 40}, d"
    assert found_line(finding, 60) == "found: 3 sets of equal pictures. a = b; and 2 more like it"
    assert found_line(finding, 40) == "found: 3 sets of equal pictures. a = b; and 2 more like it"
