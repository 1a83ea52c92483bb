"""The run folder: one place for a run's record, history, checkpoints, evaluations and report."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from pellucid.errors import RecipeError, RunError, did_you_mean
from pellucid.runs.atomic import PARTIAL, write_text
from pellucid.runs.exhibit import Exhibit
from pellucid.runs.health import HEALTH_VERSION, EpochHealth
from pellucid.runs.history import EpochRow, read_row
from pellucid.runs.openings import add_opening, last_opening, list_openings
from pellucid.runs.ownership import Doing, Owner, owned, owner_of
from pellucid.runs.record import SCHEMA_VERSION, RunRecord

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

    @classmethod
    def create(cls, parent: Path, name: str) -> RunFolder:
        """Make a new folder `parent/name`, or `name-2`, `name-3`, ... when that is taken; nothing is overwritten.

        Raises:
            RecipeError: `name` is not the name of a folder.
            RunError: `parent` cannot be written.
        """
        if name in ("", ".", "..") or any(sign in name for sign in "/\\\0"):
            raise RecipeError(
                f"'{name}' cannot be the name of a run.",
                expected="A folder's name, without slashes.",
                fix="--runs-dir says where run folders are made.",
            )
        for number in range(1, 1_000_000):
            folder = cls(parent / (name if number == 1 else f"{name}-{number}"))
            try:
                folder.path.mkdir(parents=True)
            except FileExistsError:
                continue
            except OSError as problem:
                raise RunError(
                    f"Cannot make the run folder '{folder.path}': {problem.strerror}.",
                    fix="Choose another place with --runs-dir.",
                ) from None
            folder.checkpoints.mkdir()
            folder.evaluations.mkdir()
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
        folder = cls(Path(path))
        if not folder.path.is_dir():
            near = (
                [p.name for p in folder.path.parent.glob("*/") if (p / "run.json").exists()]
                if folder.path.parent.is_dir()
                else []
            )
            raise RunError(
                f"There is no run at '{path}'.{did_you_mean(folder.path.name, near)}",
                fix="'pellucid runs' lists the runs there are.",
            )
        if not (folder.path / "run.json").is_file():
            raise RunError(
                f"'{path}' is not a run: it has no run.json.", fix="'pellucid runs' lists the runs there are."
            )
        return folder

    def sweep(self) -> None:
        """Remove what a killed process had half written beside the files; only for who owns the run."""
        for path in self.path.rglob(f".*{PARTIAL}"):
            path.unlink(missing_ok=True)
        for path in self.checkpoints.glob(".tmp*"):
            if _LEFT_BY_SAFETENSORS.fullmatch(path.name) and not path.is_dir():
                path.unlink(missing_ok=True)

    def discard_empty(self) -> None:
        """Take away the folder of a run that never got a record, unless something else lies in it."""
        if not (self.path / "run.json").exists():
            self.sweep()
            for place in (self.checkpoints, self.evaluations, self.path):
                with suppress(OSError):
                    place.rmdir()

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
        if record.status != "running" or record.measured is None:
            return False
        owner = self.owner()
        if owner is not None and owner.doing != "evaluated":
            return False
        return self.read_record().status == "running"  # it may have ended between the two looks

    def status_now(self, record: RunRecord) -> str:
        """Return a record's status in a word or two, as it stands: "killed", too, and "finished, not measured"."""
        if self.is_abandoned(record):
            return "killed"
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
        write_text(self.path / "run.json", json.dumps(record.to_dict(), indent=2, ensure_ascii=False) + "\n")

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
        """Add one epoch to metrics.jsonl, and write results.csv anew."""
        self._write_history([*self.history(), row])

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
        return [read_row(row, source=str(path)) for row in _read_lines(path)]

    def append_health(self, look: EpochHealth) -> None:
        """Add one look at the training's health to health.jsonl."""
        self._write_health([*self.health(), look])

    def health(self) -> list[EpochHealth]:
        """Return the looks at the training's health so far, oldest first.

        Raises:
            RunError: the file is damaged, or of a version that this Pellucid does not know.
        """
        path = self.path / "health.jsonl"
        rows = _read_lines(path)
        for row in rows:
            version = row.get("schema_version") if isinstance(row, dict) else None
            if version != HEALTH_VERSION:
                raise RunError(
                    f"'{path}' is of schema version {version}; this Pellucid reads version {HEALTH_VERSION}.",
                    fix="Install the Pellucid that wrote it, or a newer one.",
                )
        return [EpochHealth.from_dict(row, source=str(path), error=RunError) for row in rows]

    def _write_health(self, looks: list[EpochHealth]) -> None:
        write_text(self.path / "health.jsonl", "".join(json.dumps(look.to_dict()) + "\n" for look in looks))

    def _write_history(self, rows: list[EpochRow]) -> None:
        write_text(self.path / "metrics.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
        if rows:
            table = io.StringIO()
            writer = csv.DictWriter(
                table, fieldnames=list(rows[-1]), lineterminator="\n", restval="", extrasaction="ignore"
            )
            writer.writeheader()
            writer.writerows(rows)
            write_text(self.path / "results.csv", table.getvalue())

    # --- evaluations ---

    def write_evaluation(self, split: str, data_of: Callable[[int], dict[str, Any]]) -> Path:
        """Add one opening of a split; its number is in the file's name, and no opening is ever overwritten.

        Args:
            split: that was opened.
            data_of: gives what is written for the opening's number, counted from 1; asked again when another process
                took that number meanwhile.
        """
        return add_opening(
            self.evaluations,
            split,
            lambda number: json.dumps(data_of(number), indent=1, ensure_ascii=False) + "\n",
        )

    def num_openings(self, split: str) -> int:
        """Return how often a split was opened by an evaluation: the number of the last one."""
        return last_opening(self.evaluations, split)

    def read_evaluations(self) -> list[dict[str, Any]]:
        """Return every evaluation so far, by split and number.

        Raises:
            RunError: one is damaged.
        """
        return [read_json(path) for _, _, path in list_openings(self.evaluations) if path.stat().st_size]

    # --- exhibits ---

    def write_exhibit(self, exhibit: Exhibit) -> Path:
        """Keep what was looked at for the report; another of the same name is replaced."""
        self.exhibits.mkdir(exist_ok=True)
        path = self.exhibits / f"{exhibit.name}.json"
        write_text(path, json.dumps(exhibit.to_dict(), ensure_ascii=False) + "\n")
        return path

    def read_exhibits(self) -> list[Exhibit]:
        """Return what was looked at and kept, in the order of its names.

        Raises:
            RunError: one is damaged.
        """
        paths = sorted(self.exhibits.glob("[a-z0-9]*.json"))
        return [Exhibit.from_dict(read_json(path), source=str(path), error=RunError) for path in paths]


def _read_lines(path: Path) -> list[Any]:
    """Return what each line of a file of JSON holds; nothing where there is no file."""
    if not path.exists():
        return []
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    except (OSError, ValueError, RecursionError):
        raise RunError(f"'{path}' is damaged.", expected="One JSON object per line.") from None


def read_json(path: Path) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        RunError: the file is missing, unreadable or not a JSON object.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as problem:
        raise RunError(f"Cannot read '{path}': {problem}.") from None
    if not isinstance(data, dict):
        raise RunError(f"'{path}' is damaged.", expected="A JSON object.")
    return data


def list_runs(parent: Path) -> list[RunFolder]:
    """Return the runs directly under `parent`, newest first."""
    folders = [RunFolder(path.parent) for path in parent.glob("*/run.json")]
    return sorted(folders, key=lambda folder: (folder.path / "run.json").stat().st_mtime, reverse=True)
