"""What is no plain file is never waited for, what is too large is not read, and every failure has words."""

from __future__ import annotations

import os
import socket
import struct
import tokenize
from pathlib import Path

import pytest

from pellucid.errors import DataError, PellucidError, RunError
from pellucid.files import check_plain, guarded, load_tensors, open_plain, read_plain, reason_of

NO_FILE = "no file but a pipe, a socket or a device"

posix = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")


def fault(reason: str) -> DataError:
    return DataError(f"It is damaged ({reason}).")


@posix
def test_a_pipe_or_a_link_to_one_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    for name in ("pipe", "link"):
        with pytest.raises(OSError, match=NO_FILE):
            open_plain(tmp_path / name)
        with pytest.raises(OSError, match=NO_FILE):
            check_plain(tmp_path / name)


@posix
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty", "/dev/urandom"])
def test_a_device_is_refused_at_once(device: str, tmp_path: Path) -> None:
    if not os.path.exists(device):
        pytest.skip("there is none here")
    (tmp_path / "link").symlink_to(device)
    for path in (Path(device), tmp_path / "link"):
        with pytest.raises(OSError, match=NO_FILE):
            read_plain(path, most=100)


@posix
def test_a_socket_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have a hundred letters only
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("here")
        with pytest.raises(OSError, match=NO_FILE):
            read_plain("here", most=100)


def test_folders_circles_and_impossible_names_are_errors_of_the_system_with_words(tmp_path: Path) -> None:
    (tmp_path / "me").symlink_to("me")
    (tmp_path / "gone").symlink_to("nowhere")
    for path, words in (
        (tmp_path, "Is a directory"),
        (tmp_path / "me", "Too many levels of symbolic links"),
        (tmp_path / "gone", "No such file or directory"),
        (tmp_path / ("x" * 300), "File name too long"),
        (tmp_path / "a\0b", "no file can be called so"),
    ):
        with pytest.raises(OSError, match=words) as caught:
            read_plain(path, most=100)
        assert reason_of(caught.value) == words


def test_a_link_to_a_plain_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"bytes")
    (tmp_path / "link").symlink_to("real")
    assert read_plain(tmp_path / "link", most=5) == b"bytes"
    assert check_plain(tmp_path / "link") == 5


def test_a_file_larger_than_the_most_is_not_read_not_even_one_of_holes(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.truncate(3 << 40)
    with pytest.raises(OSError, match=r"too large \(3,072\.0 GiB; at most 1 GiB are read\)"):
        read_plain(tmp_path / "huge", most=1 << 30)
    (tmp_path / "five").write_bytes(b"12345")
    with pytest.raises(OSError, match="at most 4 bytes"):
        read_plain(tmp_path / "five", most=4)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no files of the kernel's own here")
def test_a_file_that_says_it_is_empty_and_is_not_is_bounded_too() -> None:
    assert Path("/proc/self/status").stat().st_size == 0
    with pytest.raises(OSError, match="too large"):
        read_plain("/proc/self/status", most=10)


@pytest.mark.parametrize(
    ("problem", "words"),
    [
        (RecursionError("maximum recursion depth exceeded"), "nested too deeply"),
        (MemoryError(), "more memory than there is"),
        (OverflowError("int too large to convert"), "int too large"),
        (tokenize.TokenError("EOF in multi-line statement"), "EOF in multi-line"),
        (struct.error("unpack requires 4 bytes"), "unpack requires"),
        (EOFError(), "EOFError"),
        (KeyError("format"), "'format'"),
        (AttributeError("'NoneType' object has no attribute 'x'\nsecond line"), "no attribute 'x'"),
        (OSError(5, "Input/output error", "some/file"), "Input/output error"),
    ],
)
def test_whatever_foreign_bytes_raise_becomes_words(problem: Exception, words: str) -> None:
    with pytest.raises(DataError, match=words), guarded(fault):
        raise problem


def test_a_panic_of_rust_becomes_words_and_a_wish_to_stop_does_not() -> None:
    panic = type("PanicException", (BaseException,), {})
    with pytest.raises(DataError, match="index out of bounds"), guarded(fault):
        raise panic("index out of bounds")
    with pytest.raises(KeyboardInterrupt), guarded(fault):
        raise KeyboardInterrupt


def test_our_own_exceptions_pass_as_they_are() -> None:
    with pytest.raises(RunError, match="mine"), guarded(fault):
        raise RunError("mine")


def test_a_reason_is_one_line_of_bounded_length() -> None:
    assert reason_of(ValueError("\n\n first  line.\nsecond")) == "first line"
    assert len(reason_of(ValueError("x" * 1_000_000))) == 200


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        (1 << 60).to_bytes(8, "little") + b"{}",
        b"\x02\0\0\0\0\0\0\0[]",
        b"\x04\0\0\0\0\0\0\0" + b"[[[[",
    ],
    ids=["empty", "size", "huge head", "list", "cut off"],
)
def test_damaged_safetensors_are_a_fault_in_words(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.safetensors").write_bytes(content)
    with pytest.raises(RunError, match=r"Cannot read the weights '.*x\.safetensors': "):
        load_tensors(tmp_path / "x.safetensors", framework="np", error=RunError, what="the weights")


@posix
def test_safetensors_that_are_a_pipe_or_a_folder_are_a_fault_in_words(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, words in ((tmp_path / "pipe", NO_FILE), (tmp_path, "Is a directory"), (tmp_path / "no", "No such file")):
        with pytest.raises(PellucidError, match=words):
            load_tensors(path, framework="np", error=RunError)
