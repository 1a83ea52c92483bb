"""The guard that keeps every other test off the network works itself."""

from __future__ import annotations

import socket
import urllib.request

import pytest


def test_reaching_for_another_machine_is_an_error() -> None:
    with socket.socket() as plain, pytest.raises(AssertionError, match=r"connect to .*192\.0\.2\.1"):
        plain.connect(("192.0.2.1", 80))
    with pytest.raises(AssertionError, match=r"look up example\.org"):
        socket.getaddrinfo("example.org", 80)
    with pytest.raises(AssertionError, match=r"look up example\.org"):
        urllib.request.urlopen("http://example.org/", timeout=1)


def test_this_machine_can_be_reached() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert client.getpeername() == server.getsockname()
