"""The honest things that `fuzz.py` changes, made by the commands themselves."""

from __future__ import annotations

import contextlib
import gzip
import io
import json
import os
import shutil
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

import numpy as np
from fuzz_seeds import honest_files
from PIL import Image

from pellucid.cli import main
from pellucid.kinds import Form
from pellucid.runs import RunFolder

SIDE = 12
MODEL = "tv:squeezenet1_1"


def type_words(words: list[str]) -> tuple[int, str, str]:
    """Run a command in this process; return its exit code and what it said."""
    out, err = io.StringIO(), io.StringIO()
    code: object = 0
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            main(words)
        except SystemExit as leaving:
            code = leaving.code or 0
    return int(str(code)), out.getvalue(), err.getvalue()


def _typed(*words: object) -> None:
    code, _, err = type_words([str(word) for word in words])
    if code:
        raise RuntimeError(f"{words} ended with {code}: {err}")


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = os.getcwd()
    folder.mkdir(parents=True, exist_ok=True)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def make_world(world: Path) -> None:
    """Make everything that is honest, below a folder."""
    os.environ.update(PELLUCID_DATA=str(world / "none"), PELLUCID_CACHE=str(world / "cache" / "cache"))
    for name in ("new", "run", "none"):
        (world / name).mkdir(parents=True, exist_ok=True)
    _make_pictures(world / "photos" / "photos")
    _make_files(world)
    shutil.copy(world / "photos" / "photos" / "cat" / "0.png", world / "new" / "new.png")
    for name in ("photos.zip", "table.csv"):
        shutil.copy(world / "files" / name, world / name)
    (world / "new.csv").write_text("x,y\n3,9\n")
    photos = world / "pictures"
    _make_pictures(photos)
    with _inside(world / "run"):
        _typed(
            "train",
            photos,
            "--model",
            "cnn",
            "--imgsz",
            8,
            "--epochs",
            2,
            "--name",
            "run",
            "--runs-dir",
            ".",
            "--augment",
            "light",
        )
        _typed("evaluate", "run", "--reason", "to be changed")
        _typed("explain", "run", 0, "--no-checks", "--neighbours", 0, "--report", "--out", "page.html")
        _typed("trace", "run", 0, "--report")
        Path("page.html").unlink()
    with _inside(world / "half"):
        _make_half(photos)
    with _inside(world / "rows"):
        _typed(
            "train",
            world / "table.csv",
            "--model",
            "mlp",
            "--hidden",
            4,
            "--epochs",
            2,
            "--name",
            "rows",
            "--runs-dir",
            ".",
        )
    with _inside(world / "search"):
        small = ("--model", "linear", "--epochs", 2, "--repeats", 1, "--name", "search", "--runs-dir", ".")
        _typed("tune", world / "table.csv", "--trials", 3, *small)
        for lock in Path().glob(".*.lock"):
            lock.unlink()
    with _inside(world / "recipe"):
        Path("recipe.yaml").write_text(
            "optimizer: sgd\nlr: 0.1\nbatch: 8\nweight_decay: 0.001\nseed: 3\nhealth: true\n"
        )
        Path("space.yaml").write_text(
            "optimizer: [adamw, sgd]\nlr: {times: [0.1, 5]}\nbatch: [8, 16]\n"
            "weight_decay: {low: 0.0001, high: 0.5, log: true, when: {optimizer: adamw}}\n"
        )
    _make_store(world)
    os.environ["PELLUCID_CACHE"] = str(world / "cache" / "cache")
    _typed("inspect", world / "photos.zip", "--json")
    with _inside(world / "cache"):
        shutil.copytree(world / "run" / "run", "run")
        _typed("evaluate", "run", "--split", "val", "--no-baselines", "--json")
        shutil.rmtree("run")
        shutil.copytree(world / "run" / "run", "run")


def _make_half(photos: Path) -> None:
    """Make a training that was stopped after its first epoch of three."""
    whole = RunFolder.append_epoch

    def stopped(self: RunFolder, row: dict[str, float]) -> None:
        if row["epoch"] > 1:
            raise KeyboardInterrupt
        whole(self, row)

    with patch.object(RunFolder, "append_epoch", stopped):
        words = (
            "train",
            photos,
            "--model",
            "cnn",
            "--imgsz",
            8,
            "--epochs",
            3,
            "--ema",
            0.9,
            "--name",
            "half",
            "--runs-dir",
            ".",
        )
        code, _, err = type_words([str(word) for word in words])
        if code != 130:
            raise RuntimeError(f"the stopped training ended with {code}: {err}")


def _make_pictures(folder: Path) -> None:
    generator = np.random.default_rng(3)
    for number in range(20):
        place = folder / ("cat", "dog")[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = generator.integers(0, 200, (SIDE, SIDE, 3), dtype=np.uint8)
        pixels[: SIDE // 2] += np.uint8(50 * (number % 2))
        Image.fromarray(pixels).save(place / f"{number}.png")
    # HEIC is decoded in a process of its own, each of which is started anew: `fuzz_decoder.py` looks at it.
    seeds = [data for data in honest_files() if data[4:8] != b"ftyp"]
    kinds = {b"\xff\xd8": "jpg", b"\x89P": "png", b"GI": "gif", b"BM": "bmp", b"II": "tif", b"RI": "webp"}
    for number, data in enumerate(seeds[:: max(1, len(seeds) // 24)]):
        (folder / ("cat", "dog")[number % 2] / f"x{number}.{kinds.get(data[:2], 'png')}").write_bytes(data)


def _make_files(world: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    files = world / "files"
    pictures = sorted(path for path in (world / "photos" / "photos").rglob("*.png") if not path.name.startswith("x"))
    (files / "photos").mkdir(parents=True)
    named = [(f"{path.parent.name}/{path.name}", path.read_bytes()) for path in pictures]
    with zipfile.ZipFile(files / "photos.zip", "w") as archive:
        for name, data in named:
            archive.writestr(zipfile.ZipInfo(name), data)
    for name, mode in (("photos.tar", "w"), ("photos.tgz", "w:gz")):
        with tarfile.open(files / name, mode) as tar:  # type: ignore[call-overload]
            for inner, data in named:
                info = tarfile.TarInfo(inner)
                info.size = len(data)
                tar.addfile(info, io.BytesIO(data))
    pixels = np.stack([np.asarray(Image.open(path)) for path in pictures])
    labels = np.arange(len(pictures)) % 2
    np.savez(files / "set.npz", images=pixels, labels=labels, classes=np.array(["cat", "dog"]))
    np.save(files / "set.npy", pixels)
    for name, data in named:
        (files / "photos" / name.replace("/", "-")).write_bytes(data)
    lines = [f"{name.replace('/', '-')},{name.split('/')[0]}" for name, _ in named]
    (files / "photos" / "list.csv").write_text("path,label\n" + "\n".join(lines) + "\n")
    rows = [(number, number * number % 17, "ab"[number % 2]) for number in range(40)]
    (files / "table.csv").write_text("x,y,target\n" + "".join(f"{x},{y},{target}\n" for x, y, target in rows))
    columns = dict(zip(("x", "y", "target"), map(list, zip(*rows, strict=True)), strict=True))
    pq.write_table(pa.table(columns), files / "table.parquet")
    images = [{"bytes": data, "path": name} for name, data in named]
    pq.write_table(
        pa.table({"image": images, "label": [name.split("/")[0] for name, _ in named]}), files / "photos.parquet"
    )
    (files / "idx").mkdir()
    grey = pixels[..., 0]
    for split, part in (("train", slice(0, 14)), ("t10k", slice(14, 20))):
        images_, labels_ = grey[part], labels[part].astype(np.uint8)
        head = b"\0\0\x08\x03" + b"".join(int(side).to_bytes(4, "big") for side in images_.shape)
        (files / "idx" / f"{split}-images-idx3-ubyte.gz").write_bytes(gzip.compress(head + images_.tobytes()))
        head = b"\0\0\x08\x01" + len(labels_).to_bytes(4, "big")
        (files / "idx" / f"{split}-labels-idx1-ubyte").write_bytes(head + labels_.tobytes())


def _make_store(world: Path) -> None:
    """Make a store of weights with one model, and a bundle of it, with an empty store beside."""
    from safetensors.torch import save_file

    from pellucid.models import build_model
    from pellucid.store import WeightsCard, file_sha256

    folder = world / "store" / "store" / "weights"
    folder.mkdir(parents=True)
    state = build_model(MODEL, form=Form(shape=(3, 32, 32)), outputs=7, seed=5).state_dict()
    path = folder / f"{MODEL.replace(':', '-')}.safetensors"
    save_file({key: value for key, value in state.items() if not key.startswith("classifier")}, path)
    card = WeightsCard(
        name=MODEL,
        file=path.name,
        bytes=path.stat().st_size,
        sha256=file_sha256(path),
        source="here",
        licence="MIT",
        mean=(0.5, 0.4, 0.3),
        std=(0.2, 0.2, 0.2),
        input_size=160,
        head=False,
    )
    path.with_suffix(".json").write_text(json.dumps(card.to_dict()))
    os.environ["PELLUCID_DATA"] = str(world / "store" / "store")
    (world / "bundle" / "store" / "weights").mkdir(parents=True)
    _typed("weights", "bundle", "--out", world / "bundle" / "bundle.zip")
    os.environ["PELLUCID_DATA"] = str(world / "none")
