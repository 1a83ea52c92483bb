"""HEIC pictures, as telephones write them, through the optional package pi-heif, in a process of their own.

libheif below pi-heif can be crashed by some damaged files (benchmarks/fuzz_decoder.py finds about one in 20,000 mutated
ones), and a crash would take the whole training with it. So another process decodes, and its death is one unreadable
picture. It speaks JSON and plain bytes, and ends with this one.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import os
import subprocess
import sys
import threading
from typing import IO, Any

import numpy as np

from pellucid.decoding.limits import room_for
from pellucid.decoding.modes import is_see_through, to_pixels
from pellucid.decoding.picture import Picture
from pellucid.errors import DecodingError, MissingExtraError

_PATIENCE_SECONDS = 30.0
_LENGTH_BYTES = 8
_COMMAND = "from pellucid.decoding.heic import answer_all; answer_all()"


def decode_heic(data: bytes) -> Picture:
    """Decode the first picture of a HEIC file. Its own rotation is applied by the reader; EXIF's does not count there.

    pi-heif is pillow-heif without the encoder, whose licence (GPL) is not a permissive one.

    Raises:
        DecodingError: pi-heif is not installed, or the picture is damaged or too large.
    """
    if importlib.util.find_spec("pi_heif") is None:
        missing = MissingExtraError("pi-heif", extra="heic", feature="Reading a HEIC picture")
        raise DecodingError(f"it is a HEIC picture. {missing}")
    head, body = _decoder.ask(data)
    if "error" in head:
        raise DecodingError(head["error"])
    return Picture(
        pixels=np.frombuffer(bytearray(body), np.uint8).reshape(head["shape"]),
        format="HEIC",
        mode=head["mode"],
        see_through=head["see_through"],
        several_frames=head["several_frames"],
    )


class _Decoder:
    """The process that decodes, begun when first needed, and anew after it died or was forked away from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._owner = 0
        atexit.register(self.stop)

    def ask(self, data: bytes) -> tuple[dict[str, Any], bytes]:
        """Return the answer about one file; that the process died, or was silent for too long, is one, too."""
        with self._lock:
            process = self._running()
            alarm = threading.Timer(_PATIENCE_SECONDS, process.kill)
            alarm.start()
            try:
                assert process.stdin is not None
                assert process.stdout is not None
                _send(process.stdin, data)
                head = json.loads(_receive(process.stdout))
                return head, b"" if "error" in head else _receive(process.stdout)
            except (OSError, EOFError, ValueError):
                self.stop()
                return {
                    "error": "the file is damaged (it crashed the decoder, which runs in a process of its own)."
                }, b""
            finally:
                alarm.cancel()

    def stop(self) -> None:
        """End the process, if it is this one's."""
        process, self._process = self._process, None
        if process is not None and self._owner == os.getpid():
            process.kill()
            process.communicate()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._owner != os.getpid():
            pipe = subprocess.PIPE
            places = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
            command = [sys.executable, "-c", _COMMAND]
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=places)
            self._owner = os.getpid()
        return self._process


def answer_all() -> None:
    """Decode what comes in on standard input until it ends: what the other process runs."""
    source, answers = sys.stdin.buffer, sys.stdout.buffer
    while True:
        try:
            data = _receive(source)
        except EOFError:
            return
        try:
            head, body = _decode_here(data)
        except DecodingError as problem:
            head, body = {"error": str(problem)}, b""
        except MemoryError:
            head, body = {"error": "it does not fit into memory."}, b""
        except Exception as problem:  # on damaged bytes the reader may raise anything
            head, body = {"error": f"the file is damaged ({str(problem).strip().rstrip('.')})."}, b""
        _send(answers, json.dumps(head).encode())
        if "error" not in head:
            _send(answers, body)


def _decode_here(data: bytes) -> tuple[dict[str, Any], bytes]:
    import pi_heif

    file = pi_heif.open_heif(data)
    with room_for(*file.size):
        image = file.to_pillow()
        pixels = to_pixels(image)
        head = {
            "shape": pixels.shape,
            "mode": image.mode,
            "see_through": is_see_through(image),
            "several_frames": len(file) > 1,
        }
        return head, pixels.tobytes()


def _send(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(_LENGTH_BYTES, "little"))
    pipe.write(data)
    pipe.flush()


def _receive(pipe: IO[bytes]) -> bytes:
    """Return the next message.

    Raises:
        EOFError: the other side is gone.
    """
    head = pipe.read(_LENGTH_BYTES)
    length = int.from_bytes(head, "little")
    data = pipe.read(length) if len(head) == _LENGTH_BYTES else b""
    if len(head) != _LENGTH_BYTES or len(data) != length:
        raise EOFError
    return data


_decoder = _Decoder()
