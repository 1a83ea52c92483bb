"""How quickly pictures come to the network: torchvision's ImageFolder and DataLoader, and Pellucid, on ants and bees.

The same 203 JPEG files (and one GIF, which ImageFolder passes over), the same size (224 x 224), the same batches of 32,
no augmentation, float32 tensors normalised in the end; nothing is trained. Each side runs in a process of its own, in
turn, imports not counted, the files in the system's memory beforehand.

- *First epoch*: from the path to the last batch. Pellucid's also hashes every file, looks for equal pictures, measures
  mean and deviation, and keeps what it prepared in its cache, which is empty at the start.
- *Later epochs*: the median.
- *Next process*: the same again, with the cache that the first process left.

The peer gets two workers that stay alive between epochs, and is measured with two filters: bilinear, torchvision's own
choice, which looks at 4 pixels for each new one when it enlarges, and bicubic, Pellucid's, which looks at 16 and takes
half as long again. Processor seconds (of all threads and workers, to the end of the first epoch) tell the work apart
from what else a machine does.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from measuring import describe_machine, format_table, median, time_process, write_results

from pellucid.store import data_directory

SIZE, BATCH, MEAN, STD = 224, 32, (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


def peer_epochs(folder: Path, epochs: int, *, bicubic: bool) -> Iterator[tuple[float, int]]:
    """Yield (seconds, pictures) of each epoch with torchvision."""
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    started = time.perf_counter()
    steps = [
        transforms.Resize(
            SIZE, transforms.InterpolationMode.BICUBIC if bicubic else transforms.InterpolationMode.BILINEAR
        ),
        transforms.CenterCrop(SIZE),
        transforms.ToTensor(),
        transforms.Normalize(MEAN, STD),
    ]
    pictures = datasets.ImageFolder(str(folder), transforms.Compose(steps))
    loader = DataLoader(pictures, BATCH, shuffle=True, num_workers=2, persistent_workers=True)
    for _ in range(epochs):
        seen = sum(len(targets) for _, targets in loader)
        yield time.perf_counter() - started, seen
        started = time.perf_counter()


def our_epochs(folder: Path, epochs: int, workers: int) -> Iterator[tuple[float, int]]:
    """Yield (seconds, pictures) of each epoch with what `pellucid train` uses."""
    import numpy as np
    import torch

    from pellucid.data import load_dataset
    from pellucid.kinds import Wishes
    from pellucid.preprocessing import fit_preprocessing
    from pellucid.preprocessing.canvases import open_canvases
    from pellucid.preprocessing.image import ImagePreprocessing
    from pellucid.training.batches import each_batch
    from pellucid.training.kinds.image_batches import ImageBatches
    from pellucid.training.randomness import epoch_order

    started = time.perf_counter()
    dataset = load_dataset(folder)
    preprocessing, _ = fit_preprocessing(dataset, Wishes(kinds=("image",)), imgsz=SIZE, resize="crop")
    assert isinstance(preprocessing, ImagePreprocessing)
    indices = np.arange(len(dataset))
    batches = ImageBatches(
        canvases=open_canvases(dataset.inputs, preprocessing, indices, workers=workers),  # type: ignore[arg-type]
        targets=torch.from_numpy(dataset.targets[indices]),
        ids=torch.from_numpy(indices),
        preprocessing=preprocessing,
        augmentation=None,
        seed=0,
        device=torch.device("cpu"),
    )
    for epoch in range(1, epochs + 1):
        order = epoch_order(len(batches), seed=0, epoch=epoch)
        seen = sum(len(batch) for batch in each_batch(batches, order, BATCH, epoch=epoch))
        yield time.perf_counter() - started, seen
        started = time.perf_counter()


def measure_one(who: str, folder: Path, epochs: int, workers: int) -> None:
    """Measure one side in this process and print JSON."""
    import torch  # so that it is not counted

    torch.zeros(1)
    if who != "ours":
        import torchvision.datasets

        torchvision.datasets  # noqa: B018
    if who != "ours":
        source = peer_epochs(folder, epochs, bicubic=who == "bicubic")
    else:
        source = our_epochs(folder, epochs, workers)
    before = os.times()
    found = [next(source)]
    after = os.times()
    processor = sum(after[:2]) - sum(before[:2]) + (_of_children() if who != "ours" else 0.0)
    found += list(source)
    if who == "ours":
        from pellucid.store import find_cache

        find_cache().settle()
    seconds = [seconds for seconds, _ in found]
    print(json.dumps({"seconds": seconds, "processor": processor, "pictures": found[0][1]}))


def _of_children() -> float:
    """Return the processor seconds that the loader's workers, which still run, have used."""
    ticks = 0
    for child in multiprocessing.active_children():
        fields = Path(f"/proc/{child.pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _row(name: str, bilinear: float, bicubic: float, ours: float) -> list[str]:
    return [name, *(f"{peer:.3f} ({peer / ours:.2f}x)" for peer in (bilinear, bicubic)), f"{ours:.3f}"]


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description="Seconds per epoch of loading alone, beside torchvision.")
    parser.add_argument("--data", type=Path, default=data_directory() / "hymenoptera" / "train")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--one", choices=("peer", "bicubic", "ours"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        measure_one(options.one, options.data, options.epochs, options.workers)
        return
    for path in options.data.rglob("*.*"):
        path.read_bytes()
    results: dict[str, list[dict[str, Any]]] = {"peer": [], "bicubic": [], "ours": [], "again": []}
    words = [sys.executable, __file__, "--data", str(options.data), "--epochs", str(options.epochs)]
    words += ["--workers", str(options.workers)]
    for _ in range(options.runs):
        with tempfile.TemporaryDirectory() as cache:
            for name in results:
                who = "ours" if name == "again" else name
                _, printed = time_process(
                    [*words, "--one", who], PELLUCID_CACHE=cache, PYTHONPATH=os.pathsep.join(sys.path)
                )
                results[name].append(json.loads(printed.strip().splitlines()[-1]))
    first = {name: median([run["seconds"][0] for run in runs]) for name, runs in results.items()}
    later = {name: median([each for run in runs for each in run["seconds"][1:]]) for name, runs in results.items()}
    work = {name: median([run["processor"] for run in runs]) for name, runs in results.items()}
    counts = {name: runs[0]["pictures"] for name, runs in results.items()}
    rows = [
        ["pictures", str(counts["peer"]), str(counts["bicubic"]), str(counts["ours"])],
        _row("first epoch, s", first["peer"], first["bicubic"], first["ours"]),
        _row("first epoch, processor s", work["peer"], work["bicubic"], work["ours"]),
        _row("later epochs, s", later["peer"], later["bicubic"], later["ours"]),
        _row("first epoch of the next process, s", first["peer"], first["bicubic"], first["again"]),
    ]
    machine = describe_machine()
    print(format_table(["ants and bees, 224 x 224", "torchvision, bilinear", "torchvision, bicubic", "Pellucid"], rows))
    print(f"\nMedians of {options.runs} processes each. {machine}")
    write_results("loading", {"machine": machine, "results": results, "first": first, "later": later, "work": work})


if __name__ == "__main__":
    main()
