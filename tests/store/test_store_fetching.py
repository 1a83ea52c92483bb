"""`fetch` against a server on this machine: checksums, interruptions, servers that misbehave."""

from __future__ import annotations

import hashlib
import http.server
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pellucid.cli import main
from pellucid.errors import DataError
from pellucid.store import SOURCES, Remote, data_directory, fetch, plan_fetch
from pellucid.store.sources import Source

BODY = bytes(range(256)) * 4000


@dataclass
class Server:
    """What the server gives, and what it was asked for."""

    address: str = ""
    body: bytes = BODY
    ranges: bool = True
    stop_after: int | None = None
    """Bytes after which the connection is cut."""
    asked: list[str | None] = field(default_factory=list)
    """The Range header of each request."""


@pytest.fixture
def server() -> Iterator[Server]:
    state = Server()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = self.headers.get("Range")
            state.asked.append(wanted)
            start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and state.ranges else 0
            if self.path == "/gone":
                self.send_error(404)
                return
            if start and start >= len(state.body):
                self.send_error(416)
                return
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(state.body) - 1}/{len(state.body)}")
            self.send_header("Content-Length", str(len(state.body) - start))
            self.end_headers()
            end = len(state.body) if state.stop_after is None else start + state.stop_after
            self.wfile.write(state.body[start:end])

        def log_message(self, format: str, *values: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        state.address = f"http://127.0.0.1:{web.server_port}"
        yield state
        web.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    _offer(server, monkeypatch)


def _offer(
    server: Server, monkeypatch: pytest.MonkeyPatch, *, path: str = "/toy.bin", size: int | None = len(BODY)
) -> None:
    remote = Remote(f"{server.address}{path}", "toy.bin", size, "sha256", hashlib.sha256(BODY).hexdigest())
    monkeypatch.setitem(SOURCES, "toy", Source("a toy", "none", (remote,)))


def _file() -> Path:
    return data_directory() / "toy" / "toy.bin"


def test_file_comes_whole_and_under_its_name() -> None:
    seen: list[int] = []
    files = fetch("toy", watch=lambda remote, have, total: seen.append(have))
    assert [file.state for file in files] == ["fetched"]
    assert _file().read_bytes() == BODY
    assert seen == sorted(seen)
    assert seen[-1] == len(BODY)
    assert [path.name for path in _file().parent.iterdir()] == ["toy.bin"]


def test_what_is_there_is_not_asked_for_again(server: Server) -> None:
    fetch("toy")
    assert [file.state for file in fetch("toy")] == ["there"]
    assert len(server.asked) == 1


def test_looking_first_uses_no_network(server: Server) -> None:
    (plan,) = plan_fetch("toy")
    assert (plan.state, plan.size, plan.url) == ("absent", len(BODY), f"{server.address}/toy.bin")
    assert server.asked == []


@pytest.mark.parametrize("size", [len(BODY), None])
def test_interrupted_download_goes_on_where_it_stopped(
    server: Server, size: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _offer(server, monkeypatch, size=size)
    server.stop_after = 300_000
    with pytest.raises(DataError, match=r"connection ended after 300,000 of 1,024,000 bytes.*goes on from there"):
        fetch("toy")
    assert not _file().exists()
    (plan,) = plan_fetch("toy")
    assert (plan.state, plan.had) == ("partial", 300_000)
    server.stop_after = None
    fetch("toy")
    assert server.asked == [None, "bytes=300000-"]
    assert _file().read_bytes() == BODY


def test_server_without_ranges_is_asked_for_all_of_it(server: Server) -> None:
    server.stop_after = 300_000
    with pytest.raises(DataError):
        fetch("toy")
    server.stop_after, server.ranges = None, False
    fetch("toy")
    assert _file().read_bytes() == BODY


def test_download_that_was_cut_before_its_renaming_needs_no_network(server: Server) -> None:
    _file().parent.mkdir(parents=True)
    (_file().parent / ".toy.bin.partial").write_bytes(BODY)
    fetch("toy")
    assert server.asked == []
    assert _file().read_bytes() == BODY


def test_partial_of_unknown_size_that_is_whole_is_recognised(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _offer(server, monkeypatch, size=None)
    _file().parent.mkdir(parents=True)
    (_file().parent / ".toy.bin.partial").write_bytes(BODY)
    fetch("toy")
    assert _file().read_bytes() == BODY


@pytest.mark.parametrize("body", [BODY[:-1] + b"x", BODY + b"more", b"<html>sign in</html>"])
def test_other_content_is_thrown_away(server: Server, body: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    _offer(server, monkeypatch, size=None)
    server.body = body
    with pytest.raises(DataError, match="not the published file: its sha256 is"):
        fetch("toy")
    assert list(_file().parent.iterdir()) == []


def test_damaged_partial_is_thrown_away_and_the_next_try_works(server: Server) -> None:
    _file().parent.mkdir(parents=True)
    (_file().parent / ".toy.bin.partial").write_bytes(b"x" * 1000)
    with pytest.raises(DataError, match="not the published file"):
        fetch("toy")
    fetch("toy")
    assert _file().read_bytes() == BODY


def test_other_file_of_the_same_name_is_never_overwritten(server: Server) -> None:
    _file().parent.mkdir(parents=True)
    _file().write_bytes(b"mine")
    with pytest.raises(DataError, match=r"is there, but is not the published file.*Move it away"):
        fetch("toy")
    assert _file().read_bytes() == b"mine"
    assert server.asked == []


def test_missing_page_and_absent_server_are_errors(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _offer(server, monkeypatch, path="/gone")
    with pytest.raises(DataError, match=r"cannot be downloaded \(404 Not Found\)"):
        fetch("toy")
    remote = Remote("http://127.0.0.1:9/x", "toy.bin", 1, "sha256", "00")
    monkeypatch.setitem(SOURCES, "toy", Source("a toy", "none", (remote,)))
    with pytest.raises(DataError, match=r"cannot be downloaded.*Try again"):
        fetch("toy")


def test_disk_without_room_is_said_before_the_download(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    _offer(server, monkeypatch, size=1 << 60)
    with pytest.raises(DataError, match=r"needs 1,152,921,504,606,846,976 bytes more.*Make room"):
        fetch("toy")
    assert server.asked == []


def test_place_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "file"))
    with pytest.raises(DataError, match="PELLUCID_DATA chooses another"):
        fetch("toy")


def test_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(DataError, match=r"Did you mean 'mnist'\?"):
        plan_fetch("minst")


def test_command_says_what_it_downloads_before_it_does(server: Server, capsys: pytest.CaptureFixture[str]) -> None:
    main(["fetch", "toy"])
    said = capsys.readouterr().out
    assert f"{server.address}/toy.bin (1,024,000 bytes)" in said
    assert said.index("1,024,000 bytes") < said.index("Downloading to") < said.index("pellucid train toy")
    main(["fetch", "toy"])
    assert "is here and whole" in capsys.readouterr().out


def test_list_names_every_set(capsys: pytest.CaptureFixture[str]) -> None:
    main(["fetch"])
    said = capsys.readouterr().out
    assert all(name in said for name in SOURCES)


def test_every_source_has_a_checksum_of_its_algorithm() -> None:
    lengths = {"sha256": 64, "md5": 32}
    for source in SOURCES.values():
        for remote in source.files:
            assert len(remote.checksum) == lengths[remote.algorithm]
            assert int(remote.checksum, 16) >= 0
            assert "/" not in remote.file
