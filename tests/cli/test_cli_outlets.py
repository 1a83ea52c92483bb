"""Where words leave: any encoding takes them, and a reader who has left ends no work."""

from __future__ import annotations

import errno
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pellucid.cli.outlets import Outlet, guarded_outlets, nobody_reads
from pellucid.cli.output import console, print_json, say, say_in_place, say_lines


class Broken(io.TextIOWrapper):
    """A stream whose writes fail in one way."""

    def __init__(self, number: int) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8")
        self._number = number

    def write(self, text: str) -> int:
        raise OSError(self._number, os.strerror(self._number))


def stream(encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\n")


def written(made: io.TextIOWrapper) -> str:
    made.flush()
    data = made.buffer
    assert isinstance(data, io.BytesIO)
    return data.getvalue().decode(made.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "cp437", "utf-16", "utf-8"])
def test_every_encoding_takes_every_word(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", made := stream(encoding))
    with guarded_outlets():
        say("日本 \udcff \x1b[0m")
        say_lines("a\n日")
        print("− 日", flush=True)  # what a library prints
        console().print("[red]日[/red]")
    lines = written(made).splitlines()
    has = encoding.startswith("utf")
    letter = "日" if has else "\\u65e5"
    assert lines[0] == f"{letter}{'本' if has else chr(92) + 'u672c'} \\xff \\x1b[0m"
    assert lines[1:3] == ["a", letter]
    assert lines[3].endswith(letter)
    assert lines[4] == f"[red]{letter}[/red]"


@pytest.mark.parametrize("number", [errno.EPIPE, errno.EBADF, errno.EIO, errno.ECONNRESET])
def test_a_reader_who_has_left_is_no_error(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(number))
    with guarded_outlets():
        assert not nobody_reads()
        say("one")
        say("two")
        print_json({"three": 3})
        console().print("four")
        assert nobody_reads()
        assert not sys.stdout.isatty()


def test_a_full_disk_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", Broken(errno.ENOSPC))
    with guarded_outlets(), pytest.raises(OSError, match="No space"):
        say("one")


@pytest.mark.parametrize("absent", ["stdout", "stderr"])
def test_a_stream_that_is_absent_takes_words_to_nowhere(absent: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, absent, None)
    with guarded_outlets():
        say("out")
        say("err", err=True)
        say_in_place("here")
        console(stderr=True).print("x")
        assert not getattr(sys, absent).isatty()
        with pytest.raises(io.UnsupportedOperation):
            getattr(sys, absent).fileno()
    assert getattr(sys, absent) is None


def test_a_stream_that_somebody_closed_takes_words_to_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", made := stream("utf-8"))
    made.close()
    with guarded_outlets():
        say("one")
        assert not sys.stdout.isatty()


def test_nothing_waits_in_a_broken_pipe_for_the_end_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    made = os.fdopen(writing, "w", encoding="utf-8")
    outlet = Outlet(made)
    outlet.write("x" * 100_000)
    outlet.flush()
    assert outlet.is_gone
    made.flush()  # as Python does at its end
    made.close()


COMMAND = [sys.executable, "-c", "from pellucid.cli import main; main()"]


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="the shell's words for closed streams")
@pytest.mark.parametrize(
    ("words", "way", "code"),
    [
        (["train", "iris", "--model", "linear", "--epochs", "2"], ">&-", 0),
        (["train", "iris", "--model", "linear", "--epochs", "2"], "2>&- >&-", 0),
        (["train", "iris", "--model", "linear", "--epochs", "2"], "| head -1; exit ${PIPESTATUS[0]}", 0),
        (["train", "nothing"], "2>&-", 2),
        (["--help"], "| true; exit ${PIPESTATUS[0]}", 0),
        (["models", "--json"], "<&- | head -c 1 >/dev/null; exit ${PIPESTATUS[0]}", 0),
    ],
)
def test_closed_streams_and_pipes_end_no_command(words: list[str], way: str, code: int, tmp_path: Path) -> None:
    ended = subprocess.run(
        ["bash", "-c", f'"$@" {way}', "bash", *COMMAND, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (ended.returncode, "Traceback" in ended.stderr) == (code, False)
    if words[:2] == ["train", "iris"]:
        assert '"status": "finished"' in (tmp_path / "runs" / "iris-linear" / "run.json").read_text()
