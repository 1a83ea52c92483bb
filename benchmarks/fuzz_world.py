"""The honest things that `fuzz.py` changes, and the commands that look at them."""

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
from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Look:
    """A command that looks at something.

    Attributes:
        words: of it; {world} stands for the folder of all that is honest.
        same: whether its answer must stay what it was, or be refused or said.
        writes: the beginnings of names in the case's folder that it may write.
        often: how often it is taken, beside the others.
        may_last: whether what was changed may ask for more work than there is time for.
    """

    words: tuple[str, ...]
    same: bool = False
    writes: tuple[str, ...] = ()
    often: int = 10
    may_last: bool = False


@dataclass(frozen=True)
class Subject:
    """Something that is changed.

    Attributes:
        name: of it, and of its folder among the honest ones.
        kind: how it is changed: json, lines, yaml, data or places.
        files: patterns of what is changed, below its folder.
        looks: the commands that look at it.
        often: how often it is taken, beside the others.
        variables: of the environment; {case} stands for the folder of the case.
    """

    name: str
    kind: str
    files: tuple[str, ...]
    looks: tuple[Look, ...]
    often: int
    variables: dict[str, str] = field(default_factory=dict)


def _look(words: str, **options: object) -> Look:
    return Look(tuple(words.split()), **options)  # type: ignore[arg-type]


PREDICT = _look("predict run {world}/new/new.png --json", same=True, often=30)
EVALUATE = _look("evaluate run --split val --no-baselines --json", same=True, writes=("run",), often=12)
RUNS = _look("runs --runs-dir . --json", often=8)
SHOWN = (
    _look("watch run --json", often=8),
    _look("health run --json", often=8),
    _look("report run", writes=("run",), often=12),
    RUNS,
    _look("runs --runs-dir .", often=3),
    _look("compare run {world}/run/run --json", often=2),
)
KEPT = (
    _look("report run", writes=("run",), often=10),
    _look("evaluate run --split val --no-baselines --json", writes=("run",), often=4),
    _look("explain run --mistakes 1 --no-checks --neighbours 0 --json", often=2),
    RUNS,
)
OPENED = (
    _look("summary run --json", often=4),
    _look("explain run {world}/new/new.png --no-checks --neighbours 2 --json", often=4),
    _look("explain run 0 --no-checks --neighbours 0 --report --out page.html", writes=("run", "page.html"), often=2),
    _look("trace run {world}/new/new.png --json", often=4),
    _look("features run filters --json", often=2),
    _look("landscape run --size 3 --json", often=1),
    _look("train --resume run --json", writes=("run",), often=3),
    _look("train {world}/pictures --teacher run --epochs 1 --model linear --name new", writes=("runs",), often=2),
    _look(
        "train {world}/table.csv --recipe run --epochs 1 --model linear --name new",
        writes=("runs",),
        often=1,
        may_last=True,
    ),
)
RESUME = _look("train --resume half --json", same=True, writes=("half",), often=20)
ROWS = (
    _look("predict rows {world}/new.csv --json", same=True, often=20),
    _look("evaluate rows --split val --no-baselines --json", same=True, writes=("rows",), often=4),
    _look("report rows", writes=("rows",), often=4),
    _look("trace rows 0 --json", often=2),
)
SEARCH = (
    _look("runs --runs-dir . --json", often=10),
    _look("tune --resume search --trials 3 --repeats 0 --json", writes=("search",), often=10, may_last=True),
    _look("tune --resume search --trials 3 --repeats 1 --json", writes=("search",), often=8, may_last=True),
    _look("summary search/trials/trial-0000 --json", often=1),
)
STORE = (
    _look("weights list --json", often=10),
    _look("weights list", often=3),
    _look("weights verify", often=4),
    _look("weights bundle --out made.zip", writes=("made.zip",), often=2),
    _look("weights remove tv:squeezenet1_1", writes=("store/weights",), often=2),
)
ADD = (_look("weights add bundle.zip", writes=("store",)),)
CACHED = (
    _look("inspect {world}/photos.zip --json", same=True, writes=("cache",)),
    _look("evaluate run --split val --no-baselines --json", same=True, writes=("run", "cache")),
)
RECIPE = "--epochs 1 --model linear --name new"
_LOOKED_AT = ("inspect {} --json", "inspect {} --json", "predict {{world}}/run/run {} --json")


def _data(name: str, *words: str) -> tuple[Look, ...]:
    return tuple(_look(text.format(name), often=5) for text in words or _LOOKED_AT)


PLACED = (
    *_data("photos.zip"),
    *_data("set.npz"),
    *_data("table.csv"),
    *_data("idx"),
    *_data(".", "predict {{world}}/rows/rows {} --json"),
)
SUBJECTS = (
    Subject("run", "json", ("run/run.json",), (PREDICT, EVALUATE, *SHOWN, *OPENED), 300),
    Subject("run", "json", ("run/evaluations/*.json", "run/exhibits/*.json"), KEPT, 110),
    Subject("run", "lines", ("run/metrics.jsonl", "run/health.jsonl"), SHOWN[:3], 170),
    Subject("run", "data", ("run/checkpoints/*.safetensors",), (PREDICT, EVALUATE, *OPENED[1:5]), 130),
    Subject("run", "places", ("run/**/*",), (PREDICT, EVALUATE, *SHOWN, *OPENED), 170),
    Subject("half", "data", ("half/checkpoints/*.safetensors",), (RESUME,), 60),
    Subject("half", "lines", ("half/metrics.jsonl", "half/health.jsonl"), (RESUME,), 20),
    Subject("half", "json", ("half/run.json",), (RESUME,), 20),
    Subject("half", "places", ("half/**/*",), (RESUME,), 30),
    Subject("rows", "json", ("rows/run.json",), ROWS, 70),
    Subject("rows", "data", ("rows/checkpoints/*.safetensors",), ROWS, 30),
    Subject("search", "json", ("search/*.json", "search/*/*/run.json"), SEARCH, 80),
    Subject("search", "lines", ("search/journal.jsonl",), SEARCH, 100),
    Subject("search", "data", ("search/repeats/*/checkpoints/*.safetensors",), SEARCH[2:3], 15),
    Subject("search", "places", ("search/**/*",), SEARCH, 60),
    Subject(
        "recipe",
        "yaml",
        ("recipe.yaml",),
        (_look(f"train {{world}}/table.csv --recipe recipe.yaml {RECIPE}", writes=("runs",), may_last=True),),
        70,
    ),
    Subject(
        "recipe",
        "yaml",
        ("space.yaml",),
        (
            _look(
                f"tune {{world}}/table.csv --space space.yaml --trials 1 --repeats 0 {RECIPE}",
                writes=("runs",),
                may_last=True,
            ),
        ),
        60,
    ),
    Subject("store", "json", ("store/weights/*.json",), STORE, 60, {"PELLUCID_DATA": "{case}/store"}),
    Subject("store", "data", ("store/weights/*.safetensors",), STORE[2:4], 10, {"PELLUCID_DATA": "{case}/store"}),
    Subject("store", "places", ("store/**/*",), STORE, 30, {"PELLUCID_DATA": "{case}/store"}),
    Subject("bundle", "data", ("bundle.zip",), ADD, 15, {"PELLUCID_DATA": "{case}/store"}),
    Subject("photos", "data", ("photos/*/*",), _data("photos"), 110),
    Subject(
        "photos",
        "places",
        ("photos/**/*",),
        (*_data("photos"), _look("train photos --model linear --epochs 1 --name new", writes=("runs",), often=1)),
        60,
    ),
    Subject("files", "data", ("photos.zip",), _data("photos.zip"), 70),
    Subject("files", "data", ("photos.tar",), _data("photos.tar"), 40),
    Subject("files", "data", ("photos.tgz",), _data("photos.tgz"), 40),
    Subject("files", "data", ("set.npz",), _data("set.npz"), 70),
    Subject("files", "data", ("set.npy",), _data("set.npy", "predict {{world}}/run/run {} --json"), 50),
    Subject("files", "data", ("photos.parquet",), _data("photos.parquet"), 50),
    Subject(
        "files",
        "data",
        ("table.parquet",),
        _data("table.parquet", "inspect {} --json", "predict {{world}}/rows/rows {} --json"),
        50,
    ),
    Subject(
        "files",
        "data",
        ("table.csv",),
        _data("table.csv", "inspect {} --json", "predict {{world}}/rows/rows {} --json"),
        90,
    ),
    Subject("files", "data", ("photos/list.csv",), _data("photos/list.csv", "inspect {} --json"), 30),
    Subject(
        "files",
        "places",
        ("**/*",),
        (
            *_data("photos.zip"),
            *_data("set.npz"),
            *_data("table.csv"),
            *_data("idx"),
            *_data(".", "predict {{world}}/rows/rows {} --json"),
        ),
        30,
    ),
    Subject("files", "data", ("idx/*",), _data("idx"), 90),
    Subject(
        "cache",
        "data",
        ("cache/**/*",),
        (*CACHED, _look("cache --json", often=2), _look("cache --clear", writes=("cache",), often=2)),
        70,
        {"PELLUCID_CACHE": "{case}/cache"},
    ),
    Subject(
        "cache",
        "places",
        ("cache/**/*",),
        (*CACHED, _look("cache", often=2), _look("cache --clear", writes=("cache",), often=2)),
        60,
        {"PELLUCID_CACHE": "{case}/cache"},
    ),
)


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
    (world / "bundle" / "store").mkdir(parents=True)
    _typed("weights", "bundle", "--out", world / "bundle" / "bundle.zip")
    os.environ["PELLUCID_DATA"] = str(world / "none")
