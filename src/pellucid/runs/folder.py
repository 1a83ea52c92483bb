"""The run folder: one place for a run's record, history, checkpoints, evaluations and report."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pellucid.errors import RunError, did_you_mean
from pellucid.files import (
    MOST_LINES,
    PARTIAL,
    expand,
    load_json,
    load_json_lines,
    make_folder,
    read_plain,
    refuse_links,
    remove_file,
    remove_folder,
    write_bytes,
    write_text,
)
from pellucid.runs.exhibit import Exhibit
from pellucid.runs.health import HEALTH_VERSION, EpochHealth
from pellucid.runs.history import EpochRow, check_order, read_row
from pellucid.runs.openings import add_opening, keep_numbers, last_opening, list_openings
from pellucid.runs.ownership import Doing, Owner, owned, owner_of
from pellucid.runs.places import entries, newest_first, records_in
from pellucid.runs.progress import NAME as PROGRESS
from pellucid.runs.progress import read_progress
from pellucid.runs.record import SCHEMA_VERSION, RunRecord, check_name

_FILES = ("run.json", "metrics.jsonl", "health.jsonl", "results.csv", PROGRESS)
_LEFT_BY_SAFETENSORS = re.compile(r"\.tmp[A-Za-z0-9]{6}")
"""What safetensors writes into, beside the file it was asked for, before it gives it that name."""


class RunFolder:
    """A run on the disk. All writes are atomic: a kill at any instant leaves it readable."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.checkpoints = path / "checkpoints"
        self.evaluations = path / "evaluations"
        self.exhibits = path / "exhibits"
        self.report = path / "report.html"

    def __repr__(self) -> str:
        return f"RunFolder('{self.path}')"

    @classmethod
    def create(cls, parent: Path, name: str) -> RunFolder:
        """Make a new folder `parent/name`, or `name-2`, `name-3`, ... when that is taken; nothing is overwritten.

        Raises:
            RecipeError: `name` is not the name of a folder.
            RunError: `parent` cannot be written.
        """
        check_name(name)
        for number in range(1, 1_000_000):
            folder = cls(parent / (name if number == 1 else f"{name}-{number}"))
            try:
                # Making the folder is the one act that only one of two processes can succeed in: no look beforehand
                # says as much.
                make_folder(folder.path, within=folder.path, new=True)
            except FileExistsError:
                continue
            except OSError as problem:
                too_long = problem.errno == errno.ENAMETOOLONG
                raise RunError(
                    f"Cannot make the run folder '{folder.path}': {problem.strerror}.",
                    fix="Choose a shorter one with --name." if too_long else "Choose another place with --runs-dir.",
                ) from None
            try:
                for inner in (folder.checkpoints, folder.evaluations):
                    make_folder(inner, within=folder.path, new=True)
            except OSError:
                folder.discard()
                raise
            return folder
        raise RunError(
            f"Every name from '{name}' to '{name}-999999' is taken in '{parent}'.",
            fix="Choose another name with --name.",
        )

    @classmethod
    def open(cls, path: str | Path) -> RunFolder:
        """Open an existing run.

        Raises:
            RunError: there is no run at `path`.
        """
        folder = cls(expand(path, what="The run's path", error=RunError))
        if not os.path.isdir(folder.path):
            # Only folders with a record: a misspelled name is meant as that of a run.
            near = [place.parent.name for place in records_in(folder.path.parent)]
            raise RunError(
                f"There is no run at '{path}'.{did_you_mean(folder.path.name, near)}",
                fix="'pellucid runs' lists the runs there are.",
            )
        if not os.path.exists(folder.path / "run.json"):
            raise RunError(
                f"'{path}' is not a run: it has no run.json.", fix="'pellucid runs' lists the runs there are."
            )
        return folder

    def discard(self) -> None:
        """Remove a run that was made just now and could not be begun; what anything was put into stays."""
        for place in (self.checkpoints, self.evaluations, self.path):
            with suppress(OSError):
                remove_folder(place, within=place.parent)

    def refuse_links(self) -> None:
        """Look whether all that is written into the run lies in it, before anything is.

        Raises:
            WritingError: a folder or a file of the run is a link, as a stranger's may be: what is written there would
                change a place elsewhere.
        """
        refuse_links(self._written())

    def _written(self) -> Iterator[Path]:
        """Yield the places of the run that are written to: its files, its folders, and what is in those."""
        yield from (self.path / name for name in (*_FILES, self.report.name))
        for folder in (self.checkpoints, self.evaluations, self.exhibits, self.path / "tensorboard"):
            yield folder
            yield from entries(folder)

    def sweep(self) -> None:
        """Remove what a killed process had half written, and write down what it had not yet; for who owns the run."""
        self.refuse_links()
        # First: an opening whose number was not written down yet must not lose it with what is swept away.
        keep_numbers(self.evaluations)
        for path in self.path.rglob(f".*{PARTIAL}"):
            remove_file(path, within=self.path, missing_ok=True)
        for path in self.checkpoints.glob(".tmp*"):
            if _LEFT_BY_SAFETENSORS.fullmatch(path.name) and not path.is_dir():
                remove_file(path, within=self.path, missing_ok=True)

    def discard_empty(self) -> None:
        """Take away the folder of a run that never got a record, unless something else lies in it."""
        if not (self.path / "run.json").exists():
            self.sweep()
            self.discard()

    # --- who works on it ---

    @contextmanager
    def owned(self, doing: Doing) -> Iterator[None]:
        """Keep others from working on the run for a `with` block; see `runs.ownership`.

        Raises:
            RunError: somebody else works on it, or the folder may not be written.
        """
        with owned(self.path, doing):
            yield

    def owner(self) -> Owner | None:
        """Return who works on the run now; None for nobody."""
        return owner_of(self.path)

    def is_abandoned(self, record: RunRecord) -> bool:
        """Tell whether a record says "running" although its process is gone; what older versions wrote cannot tell."""
        # Older versions took no lock, so that a missing one says nothing of them.
        if record.status != "running" or record.measured is None:
            return False
        owner = self.owner()
        # Evaluations share a run; that one looks at it does not mean that anybody trains it.
        if owner is not None and owner.doing != "evaluated":
            return False
        return self.read_record().status == "running"  # it may have ended between the two looks

    def status_now(self, record: RunRecord) -> str:
        """Return a record's status in a few words, as it stands: "killed", too, and "finished, not measured"."""
        if self.is_abandoned(record):
            return "killed"
        progress = read_progress(self.path) if record.status == "running" else None
        if progress is not None:
            return f"running, {progress.words}"
        is_open = record.status == "finished" and not self.is_measured(record)
        return "finished, not measured" if is_open else record.status

    def is_measured(self, record: RunRecord) -> bool:
        """Tell whether what follows a training was done: how it answers, its measure on val, its report.

        Records of older versions do not say: there, where the run has a report, and answers as fitted on val.
        """
        if record.measured is not None:
            return record.measured
        answers = record.answering is not None or not record.dataset.num_examples.get("val")
        return answers and self.report.exists()

    # --- the record ---

    def write_record(self, record: RunRecord) -> None:
        """Replace run.json."""
        self.refuse_links()
        self._write("run.json", json.dumps(record.to_dict(), indent=2, ensure_ascii=False) + "\n")

    def read_record(self) -> RunRecord:
        """Read run.json.

        Raises:
            RunError: it is damaged, or of a version that this Pellucid does not know.
        """
        path = self.path / "run.json"
        data = read_json(path)
        version = data.get("schema_version")
        if version != SCHEMA_VERSION:
            raise RunError(
                f"'{path}' is of schema version {version}; this Pellucid reads version {SCHEMA_VERSION}.",
                fix="Install the Pellucid that wrote it, or a newer one.",
            )
        return RunRecord.from_dict(data, source=str(path), error=RunError)

    # --- the history ---

    def append_epoch(self, row: EpochRow) -> None:
        """Add one epoch to metrics.jsonl and results.csv."""
        self._append_line(self.path / "metrics.jsonl", json.dumps(row))
        table, head = self.path / "results.csv", _as_csv(list(row), [])
        # With other columns (validation was switched off, a metric was added) the table is written anew from the
        # history.
        if os.path.lexists(table) and read_plain(table, most=MOST_LINES).startswith(head.encode()):
            self._append_line(table, _as_csv(list(row), [row]).removeprefix(head).rstrip("\n"))
        else:
            self._write_table(self.history())

    def truncate_history(self, num_epochs: int) -> None:
        """Keep the first `num_epochs` epochs: a resumed training repeats what came after its checkpoint."""
        self._write_history([row for row in self.history() if row["epoch"] <= num_epochs])
        looks = self.health()
        if any(look.epoch > num_epochs for look in looks):
            self._write_health([look for look in looks if look.epoch <= num_epochs])

    def history(self) -> list[EpochRow]:
        """Return the epochs so far, oldest first.

        Raises:
            RunError: the file is damaged.
        """
        path = self.path / "metrics.jsonl"
        rows = load_json_lines(path, error=RunError) if os.path.lexists(path) else []
        history = [read_row(row, source=str(path)) for row in rows]
        check_order([row["epoch"] for row in history], source=str(path))
        return history

    def append_health(self, look: EpochHealth) -> None:
        """Add one look at the training's health to health.jsonl."""
        self._append_line(self.path / "health.jsonl", json.dumps(look.to_dict()))

    def health(self) -> list[EpochHealth]:
        """Return the looks at the training's health so far, oldest first.

        Raises:
            RunError: the file is damaged, or of a version that this Pellucid does not know.
        """
        path = self.path / "health.jsonl"
        rows = load_json_lines(path, error=RunError) if os.path.lexists(path) else []
        for row in rows:
            version = row.get("schema_version") if isinstance(row, dict) else None
            if version != HEALTH_VERSION:
                raise RunError(
                    f"'{path}' is of schema version {version}; this Pellucid reads version {HEALTH_VERSION}.",
                    fix="Install the Pellucid that wrote it, or a newer one.",
                )
        check_order([row.get("epoch") for row in rows], source=str(path))  # before the work that a million copies make
        return [EpochHealth.from_dict(row, source=str(path), error=RunError) for row in rows]

    def _write_health(self, looks: list[EpochHealth]) -> None:
        self._write("health.jsonl", "".join(json.dumps(look.to_dict()) + "\n" for look in looks))

    def _write_history(self, rows: list[EpochRow]) -> None:
        self._write("metrics.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        self._write_table(rows)

    def _write_table(self, rows: list[EpochRow]) -> None:
        if rows:
            self._write("results.csv", _as_csv(list(rows[-1]), rows))
        else:
            remove_file(self.path / "results.csv", within=self.path, missing_ok=True)

    def _append_line(self, path: Path, line: str) -> None:
        """Replace a file by itself and one more line; what it holds is not read again, for that may be long."""
        before = read_plain(path, most=MOST_LINES) if os.path.lexists(path) else b""
        before += b"" if before.endswith(b"\n") or not before else b"\n"
        write_bytes(path, before + f"{line}\n".encode(), within=self.path)

    def _write(self, name: str, text: str) -> None:
        write_text(self.path / name, text, within=self.path)

    # --- evaluations ---

    def write_evaluation(self, split: str, data_of: Callable[[int], dict[str, Any]]) -> Path:
        """Add one opening of a split; its number is in the file's name, and no opening is ever overwritten.

        Args:
            split: that was opened.
            data_of: gives what is written for the opening's number, counted from 1; asked again when another process
                took that number meanwhile.
        """
        self.refuse_links()
        return add_opening(
            self.evaluations,
            split,
            lambda number: json.dumps(data_of(number), indent=1, ensure_ascii=False) + "\n",
        )

    def num_openings(self, split: str) -> int:
        """Return how often a split was opened by an evaluation: the number of the last one, deleted or not."""
        return last_opening(self.evaluations, split)

    def last_evaluation(self, split: str) -> Path | None:
        """Return the file of the last opening of a split that is there; None for none."""
        there = [path for name, _, path in list_openings(self.evaluations) if name == split]
        return there[-1] if there else None

    def read_evaluations(self) -> list[dict[str, Any]]:
        """Return every evaluation so far, by split and number.

        Raises:
            RunError: one is damaged.
        """
        # An empty one is a number that was taken by a process which was killed before it wrote.
        return [read_json(path) for _, _, path in list_openings(self.evaluations) if path.stat().st_size]

    # --- exhibits ---

    def write_exhibit(self, exhibit: Exhibit) -> Path:
        """Keep what was looked at for the report; another of the same name is replaced."""
        self.refuse_links()
        make_folder(self.exhibits, within=self.path)
        path = self.exhibits / f"{exhibit.name}.json"
        write_text(path, json.dumps(exhibit.to_dict(), ensure_ascii=False) + "\n", within=self.path)
        return path

    def read_exhibits(self) -> list[Exhibit]:
        """Return what was looked at and kept, in the order of its names.

        Raises:
            RunError: one is damaged.
        """
        # Not hidden files, which are what a killed process had half written.
        paths = sorted(self.exhibits.glob("[a-z0-9]*.json"))
        return [Exhibit.from_dict(read_json(path), source=str(path), error=RunError) for path in paths]


def _as_csv(columns: list[str], rows: list[EpochRow]) -> str:
    table = io.StringIO()
    writer = csv.DictWriter(table, fieldnames=columns, lineterminator="\n", restval="", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return table.getvalue()


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RunError: the file is missing, unreadable or not a JSON object.
    """
    data = load_json(path, error=RunError)
    if not isinstance(data, dict):
        raise RunError(f"'{path}' is damaged.", expected="A JSON object.")
    return data


def list_runs(parent: Path) -> list[RunFolder]:
    """Return the runs directly under `parent`, newest first."""
    return [RunFolder(place.parent) for place in newest_first(records_in(parent))]
