"""What holds for every test, no network beyond this machine, and what tests of several rooms stand on."""

from __future__ import annotations

import hashlib
import ipaddress
import itertools
import json
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tests.apart import Starter, starting

if TYPE_CHECKING:
    from pellucid.store import StoredWeights


class NetworkUsedError(AssertionError):
    """A test reached for the network: only `pellucid fetch` may, and its tests have a server on this machine."""


def _is_local(address: Any) -> bool:
    host = address[0] if isinstance(address, tuple) else address
    if not isinstance(address, tuple) or host == "localhost":  # a path of a Unix socket, or this machine by name
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True)
def _no_damage_left() -> Iterator[None]:
    """Forget what a test damaged in its cache: the next command of the process would tell of it."""
    yield
    store = sys.modules.get("pellucid.store")
    if store is not None:
        store.tell_damage()


@pytest.fixture(autouse=True, scope="session")
def _no_network() -> Iterator[None]:
    """Let no socket connect, and no name be looked up, beyond this machine."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if not _is_local(address):
            raise NetworkUsedError(f"connect to {address}")
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        if not _is_local(address):
            raise NetworkUsedError(f"connect to {address}")
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *rest: Any, **options: Any) -> Any:
        if host is not None and not _is_local((host.decode() if isinstance(host, bytes) else host, 0)):
            raise NetworkUsedError(f"look up {host}")
        return look_up(host, *rest, **options)

    patch = pytest.MonkeyPatch()
    patch.setattr(socket.socket, "connect", guarded_connect)
    patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
    patch.setattr(socket, "getaddrinfo", guarded_look_up)
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def _no_waiting_for_the_disk() -> Iterator[None]:
    """Let nothing wait until its bytes are on the disk: what a crash of the machine would leave, no test can see.

    A small training flushes sixty times, and a loaded disk takes a tenth of a second for each. Processes that a test
    starts do wait.
    """
    patch = pytest.MonkeyPatch()
    patch.setattr(os, "fsync", os.fstat)  # which, as it does, fails for what is not open
    yield
    patch.undo()


@pytest.fixture(scope="session")
def _caches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return new paths, one after the other: to look for a free number among thousands would take longer each time."""
    folder = tmp_path_factory.mktemp("caches")
    return (folder / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def own_cache(_caches: Iterator[Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give every test an empty pixel cache of its own; what is being written is done when the test is."""
    folder = next(_caches)
    folder.mkdir()
    monkeypatch.setenv("PELLUCID_CACHE", str(folder))
    yield folder
    from pellucid.store import find_cache

    find_cache().settle()


@pytest.fixture(scope="session")
def start() -> Iterator[Starter]:
    """Start processes that have the package loaded: `start(CODE, word).wait()`, `start.run(PELLUCID, "runs")`."""
    if not hasattr(os, "fork"):
        pytest.skip("processes are forked, which is POSIX's")
    with starting() as starter:
        yield starter


@pytest.fixture
def no_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let no weights of this machine be found: neither in the store nor in a library's cache."""
    for name, folder in {"PELLUCID_DATA": "data", "HF_HUB_CACHE": "hub", "TORCH_HOME": "torch"}.items():
        monkeypatch.setenv(name, str(tmp_path / folder))


@pytest.fixture
def store_weights(no_weights: None, tmp_path: Path) -> Callable[..., StoredWeights]:
    """Return a function that puts a model's random weights, with a card, into a store of the test's own.

    It takes the model's name, and by keyword: the seed of the weights, the size of the picture they are built for, what
    the names of the tensors to leave out begin with, and fields of the card.
    """
    from safetensors.torch import save_file

    from pellucid.kinds import Form
    from pellucid.models import build_model
    from pellucid.store import StoredWeights, WeightsCard, file_sha256

    def store(name: str, *, seed: int = 5, size: int = 32, drop: str = "nothing", **card: object) -> StoredWeights:
        state = build_model(name.partition(".")[0], form=Form(shape=(3, size, size)), outputs=7, seed=seed).state_dict()
        folder = tmp_path / "data" / "weights"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name.replace(':', '-')}.safetensors"
        save_file({key: value for key, value in state.items() if not key.startswith(drop)}, path)
        made = WeightsCard(
            name=name,
            file=path.name,
            bytes=path.stat().st_size,
            sha256=file_sha256(path),
            source="this test",
            licence="MIT",
            mean=(0.5, 0.4, 0.3),
            std=(0.2, 0.2, 0.2),
            input_size=160,
            head=True,
        ).model_copy(update=card)
        path.with_suffix(".json").write_text(json.dumps(made.to_dict()), encoding="utf-8")
        return StoredWeights(made, path, "store")

    return store


_faultless: set[bytes] = set()
"""SHA-256 of the pages that were looked at: most lie in a copy of a run that many tests share."""


@pytest.fixture(autouse=True)
def _pages_for_everybody(request: pytest.FixtureRequest) -> Iterator[None]:
    """Check every page that a test leaves behind: names, headings in order, what scrolls can be reached by Tab."""
    folder: Path | None = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    for path in sorted(folder.rglob("*.html")) if folder else ():
        page = path.read_bytes()
        digest = hashlib.sha256(page).digest()
        if b'name="generator" content="Pellucid' not in page or digest in _faultless:
            continue
        from tests.report.accessibility import faults_of

        assert faults_of(page.decode("utf-8", errors="replace")) == [], path.name
        _faultless.add(digest)
