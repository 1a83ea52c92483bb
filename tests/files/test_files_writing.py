"""Nothing is written through a link, over a device, or outside the folder that was named."""

from __future__ import annotations

import os
import secrets
import socket
from pathlib import Path

import pytest

from pellucid.errors import PellucidError, WritingError
from pellucid.files import check_target, expand, file_stem, refuse_links, write_atomically, write_text

posix = pytest.mark.skipif(os.name != "posix", reason="links, pipes and devices of POSIX")


@posix
def test_a_link_planted_under_the_partial_name_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    inside = tmp_path / "run"
    inside.mkdir()
    monkeypatch.setattr(secrets, "token_hex", lambda count: "foreseen")
    (inside / ".run.json.foreseen.partial").symlink_to(victim)
    with pytest.raises(FileExistsError, match=r"run\.json"):
        write_text(inside / "run.json", "ours")
    assert victim.read_text() == "untouched"
    assert not (inside / "run.json").exists()


def test_partial_names_cannot_be_foreseen(tmp_path: Path) -> None:
    seen: list[str] = []
    for _ in range(2):
        write_atomically(tmp_path / "x", lambda beside: seen.append(beside.name))
    assert seen[0] != seen[1]
    assert all(str(os.getpid()) != name.split(".")[2] and len(name.split(".")[2]) == 16 for name in seen)


@posix
def test_links_folders_pipes_sockets_and_devices_are_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plain").write_text("old")
    (tmp_path / "link").symlink_to("plain")
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "null").symlink_to("/dev/null")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    kinds = {"link": "a link", "dangling": "a link", "null": "a link", "folder": "a folder", "pipe": "a pipe"}
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("socket")
        for name, kind in {**kinds, "socket": "a pipe, a socket"}.items():
            before = os.lstat(name)
            with pytest.raises(WritingError, match=f"{name}' is {kind}"):
                write_text(Path(name), "new")
            assert os.lstat(name).st_ino == before.st_ino
    assert (tmp_path / "plain").read_text() == "old"
    assert not (tmp_path / "nowhere").exists()
    assert not list(tmp_path.glob(".*"))


@posix
@pytest.mark.parametrize("device", ["/dev/null", "/dev/stdout", "/dev/stderr", "/dev/fd/1", "/dev/zero"])
def test_devices_and_what_leads_to_the_terminal_are_no_targets(device: str) -> None:
    if not os.path.lexists(device):
        pytest.skip("there is none here")
    with pytest.raises(WritingError, match="nothing is written there"):
        check_target(Path(device))


def test_a_place_that_cannot_be_is_said_before_anything_is_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path, words in (
        (tmp_path / "no" / "page.html", "The folder of .* does not exist"),
        (tmp_path / ("x" * 300), "File name too long.*Choose another name"),
        (tmp_path / "a\0b", "no file can be called so"),
        (tmp_path / "file" / "page.html", "Not a directory"),
    ):
        with pytest.raises(WritingError, match=words):
            write_text(path, "new")


@pytest.mark.parametrize("name", ["x" * 255, "x" * 250 + ".html", "ü" * 127, "大" * 83])
def test_the_longest_names_there_can_be_are_written(tmp_path: Path, name: str) -> None:
    write_text(tmp_path / name, "text")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_failing_write_names_the_file_that_a_user_knows(tmp_path: Path) -> None:
    def write(beside: Path) -> None:
        raise PermissionError(13, "Permission denied", str(beside))

    with pytest.raises(PermissionError) as caught:
        write_atomically(tmp_path / "run.json", write)
    assert caught.value.filename == str(tmp_path / "run.json")


@posix
def test_a_place_that_is_a_link_is_refused_and_one_that_is_missing_is_not(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    refuse_links([tmp_path / "real", tmp_path / "missing"])
    for target in ("real", "nowhere", "me"):
        (tmp_path / "me").unlink(missing_ok=True)
        (tmp_path / "me").symlink_to(target)
        with pytest.raises(WritingError, match="me' is a link"):
            refuse_links([tmp_path / "real", tmp_path / "me"])


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("digits-cnn", "digits-cnn"),
        ("größe 7", "größe 7"),
        ("../victim/owned", "-victim-owned"),
        ("/etc/passwd", "-etc-passwd"),
        ("..", "unnamed"),
        ("", "unnamed"),
        (".hidden", "hidden"),
        ("a\\b:c\0d\ne\x1b[2J", "a-b-c-d-e-[2J"),
        ("x" * 300, "x" * 100),
        ("大" * 100, "大" * 33),
        ("p\udcff", "p"),
    ],
)
def test_a_strangers_name_becomes_a_part_of_a_name_here(text: str, stem: str) -> None:
    assert file_stem(text) == stem


def test_home_folders_that_nobody_knows_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert expand("~/x", what="The path") == tmp_path / "x"
    assert expand("a~b/~c", what="The path") == Path("a~b/~c")
    for text in ("~nosuchuser", "~nosuchuser/x", "~no such user/x"):
        with pytest.raises(PellucidError, match=f"PELLUCID_CACHE is '{text}', and this machine knows no home folder"):
            expand(text, what="PELLUCID_CACHE")
