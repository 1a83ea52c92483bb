"""What `fuzz.py` changes, and the commands that look at what was changed."""

from __future__ import annotations

from dataclasses import dataclass, field


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
        kind: how it is changed: json, lines, yaml, data, places, or folders (links in their places).
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
    _look("weights remove tv:squeezenet1_1", writes=("store/weights",), often=6),
)
ADD = (_look("weights add bundle.zip", writes=("store",)),)
REMOVE = (
    _look("weights remove tv:squeezenet1_1", writes=("store/weights",), often=20),
    _look("weights list --json", often=2),
)
CLEAR = _look("cache --clear", writes=("cache",), often=20)
WRITING = (
    _look("report run", writes=("run",)),
    _look("evaluate run --split val --no-baselines --json", same=True, writes=("run",)),
    _look("explain run 0 --no-checks --neighbours 0 --report --out page.html", writes=("run", "page.html"), often=4),
    _look("trace run 0 --report", writes=("run",), often=4),
    _look("train --resume run --json", writes=("run",), often=4),
)
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
    Subject("run", "folders", ("run/**/*",), WRITING, 40),
    Subject("half", "folders", ("half/**/*",), (RESUME,), 15),
    Subject("rows", "json", ("rows/run.json",), ROWS, 70),
    Subject("rows", "data", ("rows/checkpoints/*.safetensors",), ROWS, 30),
    Subject("search", "json", ("search/*.json", "search/*/*/run.json"), SEARCH, 80),
    Subject("search", "lines", ("search/journal.jsonl",), SEARCH, 100),
    Subject("search", "data", ("search/repeats/*/checkpoints/*.safetensors",), SEARCH[2:3], 15),
    Subject("search", "places", ("search/**/*",), SEARCH, 60),
    Subject("search", "folders", ("search/**/*",), SEARCH[1:3], 30),
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
    Subject("store", "folders", ("store/**/*",), REMOVE, 30, {"PELLUCID_DATA": "{case}/store"}),
    Subject("bundle", "data", ("bundle.zip",), ADD, 15, {"PELLUCID_DATA": "{case}/store"}),
    Subject("bundle", "folders", ("store/**/*",), ADD, 15, {"PELLUCID_DATA": "{case}/store"}),
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
        PLACED,
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
    Subject("cache", "folders", ("cache/**/*",), (*CACHED, CLEAR), 50, {"PELLUCID_CACHE": "{case}/cache"}),
    Subject(
        "cache",
        "places",
        ("cache/**/*",),
        (*CACHED, _look("cache", often=2), _look("cache --clear", writes=("cache",), often=6)),
        60,
        {"PELLUCID_CACHE": "{case}/cache"},
    ),
)
