"""Commands before places that may not be written, and what the system refuses, in words."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest

from pellucid.cli.failures import OUT_OF_MEMORY, describe_failure
from pellucid.cli.main import main

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as leaving:
        main(list(words))
    assert leaving.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("Error: ")
    assert "Traceback" not in said
    return said


@pytest.mark.parametrize(
    "command",
    [
        ("descent", "bowl"),
        ("kernel", "--kernel", "blur"),
        ("predict", "run", "x.png"),
        ("explain", "run", "0"),
        ("features", "run", "filters"),
        ("landscape", "run"),
        ("trace", "run", "0"),
    ],
    ids=lambda command: command[0],
)
def test_a_page_over_anything_but_a_plain_file_is_refused_before_the_work(
    command: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "gone").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    before = os.stat("/dev/null").st_rdev
    # Answers that are pictures go to a folder: only the run tells whether its answers are.
    folder = () if command[0] == "predict" else ("folder",)
    for name in ("/dev/null", "/dev/stdout", *folder, "null", "gone", "pipe"):
        assert "nothing is written there" in refused(capsys, *command, "--out", name)
    assert "File name too long" in refused(capsys, *command, "--out", "x" * 300 + ".html")
    assert os.stat("/dev/null").st_rdev == before
    assert not (tmp_path / "nowhere").exists()


def test_a_summary_and_a_bundle_are_not_written_over_a_link_or_a_device(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "null.svg").symlink_to("/dev/null")
    (tmp_path / "null.html").symlink_to("/dev/null")
    for name in ("null.svg", "null.html"):
        assert "is a link" in refused(capsys, "summary", "lenet5", "--out", name)


def test_home_folders_that_nobody_knows_are_a_message_whatever_the_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for words in (
        ("train", "~nosuchuser/x"),
        ("report", "~nosuchuser/r"),
        ("train", "iris", "--recipe", "~nosuchuser/r"),
    ):
        assert "no home folder for '~nosuchuser'" in refused(capsys, *words)
    with monkeypatch.context() as patch:
        patch.setenv("PELLUCID_CACHE", "~nosuchuser")
        assert "PELLUCID_CACHE is '~nosuchuser'" in refused(capsys, "cache")
    with monkeypatch.context() as patch:
        patch.setenv("PELLUCID_DATA", "~nosuchuser/x")
        assert "PELLUCID_DATA is '~nosuchuser/x'" in refused(capsys, "train", "mnist")


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "a"), "'a': No space left on device. The disk may be full"),
        (OSError(errno.EACCES, "Permission denied", "a"), "may not be written or read"),
        (OSError(errno.ENAMETOOLONG, "File name too long", "a"), "Choose a shorter name"),
        (OSError(errno.ELOOP, "Too many levels of symbolic links", "a"), "leads in a circle"),
        (OSError(errno.EISDIR, "Is a directory", "a"), "a folder where a file should be"),
        (OSError(errno.ENOTDIR, "Not a directory", "a"), "a file where a folder should be"),
        (OSError(errno.ENOENT, "No such file or directory", "a"), "moved away"),
        (OSError(errno.EMFILE, "Too many open files", "a"), "ulimit -n"),
        (OSError(errno.EIO, "Input/output error"), "Input/output error. The disk may be full"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), OUT_OF_MEMORY),
        (RuntimeError("can't start new thread"), OUT_OF_MEMORY),
        (ImportError("libtorch.so: failed to map segment from shared object"), OUT_OF_MEMORY),
        (MemoryError(), OUT_OF_MEMORY),
        (OSError("no words"), ""),
        (RuntimeError("a fault of ours"), ""),
        (ImportError("No module named 'x'"), ""),
        (RecursionError("too deep"), ""),
    ],
)
def test_what_the_system_refuses_has_words_of_its_own(problem: BaseException, words: str) -> None:
    said = describe_failure(problem)
    assert words in said
    assert bool(said) == bool(words)


@pytest.mark.parametrize("seconds", [-(2**40), 0, 253_402_300_799, 253_402_300_800, 2**40])
def test_a_cache_with_files_of_any_age_is_shown(
    seconds: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pellucid.store import find_cache

    monkeypatch.setenv("PELLUCID_CACHE", str(tmp_path))
    shelf = {"shelf": "x", "holds": "pixels", "packs": 1, "bytes": 7, "used": float(seconds)}
    status = replace(find_cache().status(), shelves=(shelf,))
    monkeypatch.setattr("pellucid.api.cache_status", lambda: status)
    main(["cache"])
    assert "last used" in capsys.readouterr().out
