"""Weights from where their library publishes them: a server on this machine stands for it."""

from __future__ import annotations

import hashlib
import http.server
import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from pellucid import api
from pellucid.errors import DataError, ModelError
from pellucid.kinds import Form
from pellucid.models import build_model, fetching, find_weights
from pellucid.models.published import Published, published

NAME = "tv:squeezenet1_1"


@pytest.fixture
def body() -> bytes:
    buffer = io.BytesIO()
    torch.save(build_model(NAME, form=Form(shape=(3, 32, 32)), outputs=1000, seed=3).state_dict(), buffer)
    return buffer.getvalue()


@pytest.fixture
def asked(body: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Let the library publish the file on this machine; give the paths that were asked for."""
    monkeypatch.setenv("PELLUCID_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    paths: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            paths.append(self.path)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *values: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as web:
        thread = threading.Thread(target=web.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        address = f"http://127.0.0.1:{web.server_port}/squeezenet.pth"

        def here(name: str) -> list[Published]:
            checksum = hashlib.sha256(body).hexdigest()[:8]
            return [replace(one, url=address, file="squeezenet.pth", checksum=checksum) for one in published(name)]

        monkeypatch.setattr(fetching, "published", here)
        yield paths
        web.shutdown()
        thread.join()


def test_weights_are_fetched_checked_converted_and_kept_once(asked: list[str], tmp_path: Path) -> None:
    (planned,) = api.plan_fetch(NAME)
    assert (planned.state, asked) == ("absent", [])
    (fetched,) = api.fetch(NAME)
    assert fetched.state == "fetched"
    stored = find_weights(NAME)
    assert stored.path == fetched.path
    assert (stored.place, stored.path.suffix) == ("store", ".safetensors")
    assert stored.card.source.startswith("torchvision: SqueezeNet1_1_Weights.IMAGENET1K_V1")
    assert list((tmp_path / "data" / "weights" / "downloads").iterdir()) == []
    assert api.fetch(NAME)[0].state == "there"
    assert asked == ["/squeezenet.pth"]


def test_what_is_not_the_published_file_is_thrown_away(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    known = vars(fetching)["published"]
    monkeypatch.setattr(fetching, "published", lambda name: [replace(one, checksum="0" * 8) for one in known(name)])
    with pytest.raises(DataError, match="not the published file"):
        api.fetch(NAME)
    with pytest.raises(ModelError, match="no pretrained weights"):
        find_weights(NAME)


def test_addresses_and_checksums_are_the_libraries_own() -> None:
    (torchvisions,) = published("tv:squeezenet1_1")
    assert torchvisions.url == "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth"
    assert torchvisions.checksum == "b8a52dc0"
    (timms,) = published("timm:mobilenetv2_100")
    assert (timms.name, timms.checksum, timms.licence) == ("timm:mobilenetv2_100.ra_in1k", "b33bc2c4", "apache-2.0")
    assert published("timm:nothing") == published("tv:nothing") == published("lenet5") == []


def test_a_name_that_is_neither_data_nor_model_is_refused() -> None:
    with pytest.raises(DataError, match="Did you mean 'mnist'"):
        api.plan_fetch("mnst")
    with pytest.raises(ModelError, match="no model 'tv:resnet19'"):
        api.plan_fetch("tv:resnet19")
    with pytest.raises(ModelError, match="one of ours"):
        api.plan_fetch("lenet5")
