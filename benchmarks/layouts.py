"""A thousand layouts of folders of pictures, drawn at random with the truth known: how many are read rightly?

python benchmarks/layouts.py [--seeds 1000] [--first 0]

Drawn are all combinations of: no, two or three splits in nine spellings, one of them perhaps flat and unlabelled; stray
pictures and other files; class folders, or a table beside with paths, names or stems in a column of seven names, in
the folder itself or in a sister folder; parts; one level more; masks; an archive around it. A layout counts as read
rightly when just the labelled pictures are there, each with its label, and the splits that were named are kept; a
refusal counts as not read. Prints what was read wrongly, and ends with 1 where that was done without a line that names
the other reading.
"""

from __future__ import annotations

import argparse
import io
import os
import random
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from pellucid.data import Dataset, load_dataset
from pellucid.errors import PellucidError
from pellucid.kinds import ClassTarget

SPELLINGS = (
    ("train", "val", "test"),
    ("Train", "Val", "Test"),
    ("training", "validation", "testing"),
    ("train_images", "val_images", "test_images"),
    ("training_set", "validation_set", "test_set"),
    ("seg_train", "seg_val", "seg_test"),
    ("TRAIN", "VALID", "TEST"),
    ("trainset", "valset", "testset"),
    ("pets-train", "pets-val", "pets-test"),
)
COLUMNS = ("path", "file_name", "image", "image_id", "id", "Image Index", "ID_code")
LABEL_COLUMNS = ("label", "class", "dx", "breed", "category", "target", "diagnosis")
CLASSES = (("cat", "dog"), ("ant", "bee", "wasp"), ("0", "1", "2"), ("Normal", "Pneumonia"), ("c0", "c1", "c2", "c3"))
SPLIT_NAMES = ("train", "val", "test")


@dataclass
class Layout:
    """A folder of files, and what is right about it.

    Attributes:
        words: what was drawn.
        files: the bytes of each file by its relative path.
        labels: of each picture that has one, by its relative path.
        splits: of each picture whose split is named.
        empty: folders without anything.
    """

    words: list[str] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    empty: list[str] = field(default_factory=list)


def draw(seed: int) -> Layout:
    """Draw a layout; the same seed, the same one."""
    dice = random.Random(seed)
    layout = Layout()
    by_table = dice.random() < 0.5
    splits = dice.choice((0, 2, 3))
    spelling = dice.choice(SPELLINGS)
    names = {0: [""], 2: [spelling[0], spelling[dice.choice((1, 2))]], 3: list(spelling)}[splits]
    flat = names[-1] if splits and not by_table and dice.random() < 0.4 else None
    parts = dice.random() < 0.25 and not splits
    masks = dice.choice(("", "", "", "folder", "ending"))
    classes = dice.choice(CLASSES)
    folders = not by_table or dice.random() < 0.25
    layout.words += [
        f"{splits} splits {'/'.join(names)}" if splits else "no splits",
        "table" if by_table else "folders",
    ]
    layout.words += [
        word for word, drawn in (("flat " + str(flat), flat), ("parts", parts), (f"masks by {masks}", masks)) if drawn
    ]
    number = 0
    for split in names:
        for label in classes:
            for _ in range(dice.randint(4, 7) if split in names[:1] else 3):
                part = f"part_{number % 2 + 1}" if parts else ""
                base = (
                    ("images" if masks == "folder" else "")
                    if not (by_table and not folders)
                    else ("images" if masks == "folder" or not (splits or parts) else "")
                )
                stem = f"img_{number:04d}"
                place = _join(split, part, base, label if folders and split != flat else "")
                _picture(layout, _join(place, f"{stem}.png"), number)
                if split != flat:
                    layout.labels[_join(place, f"{stem}.png")] = label
                    if splits:
                        layout.splits[_join(place, f"{stem}.png")] = _role(split, spelling)
                if masks == "folder":
                    _picture(layout, _join(place.replace("images", "masks", 1), f"{stem}.png"), 0, mask=True)
                elif masks == "ending":
                    _picture(layout, _join(place, f"{stem}_mask.png"), 0, mask=True)
                number += 1
    if by_table:
        _write_table(layout, dice)
    _strays(layout, dice, names[0])
    if dice.random() < 0.3:
        _deepen(layout, dice.choice(("dataset", "data", "PetImages", "archive")))
        layout.words.append("one level more")
    return layout


def _role(split: str, spelling: tuple[str, str, str]) -> str:
    return SPLIT_NAMES[spelling.index(split)]


def _join(*parts: str) -> str:
    return "/".join(part for part in parts if part)


def _picture(layout: Layout, name: str, number: int, *, mask: bool = False) -> None:
    dice = np.random.default_rng(number)
    pixels = np.kron(dice.integers(0, 2, (2, 2)), np.ones((4, 4))) * 255 if mask else dice.integers(0, 256, (8, 8, 3))
    file = io.BytesIO()
    Image.fromarray(pixels.astype(np.uint8)).save(file, "PNG")
    layout.files[name] = file.getvalue()


def _write_table(layout: Layout, dice: random.Random) -> None:
    how, column, label = dice.choice(("path", "name", "stem")), dice.choice(COLUMNS), dice.choice(LABEL_COLUMNS)
    place = dice.choice(("", "", "labels"))
    if place and how == "path":
        how = "name"
    rows = [f"age,{column},sex,{label}"]
    for name, said in sorted(layout.labels.items()):
        cell = {"path": name, "name": name.rsplit("/", 1)[-1], "stem": Path(name).stem}[how]
        rows.append(f"{dice.randint(20, 80)},{cell},{dice.choice('fm')},{said}")
    layout.files[_join(place, dice.choice(("labels.csv", "metadata.csv", "list.csv")))] = "\n".join(rows).encode()
    layout.words.append(f"{how}s in '{column}', '{label}'{' in a sister folder' if place else ''}")


def _strays(layout: Layout, dice: random.Random, first: str) -> None:
    if dice.random() < 0.3:
        _picture(layout, _join(first, "overview.png") if first else "overview.png", 9000)
        layout.words.append("stray picture")
    for name in dice.sample((".DS_Store", "Thumbs.db", "readme.txt", "notes.md", "classes.txt"), dice.randint(0, 3)):
        layout.files[name] = b"some words of no meaning\n"
    if dice.random() < 0.2:
        layout.empty.append("empty")


def _deepen(layout: Layout, folder: str) -> None:
    layout.files = {f"{folder}/{name}": data for name, data in layout.files.items()}
    layout.labels = {f"{folder}/{name}": label for name, label in layout.labels.items()}
    layout.splits = {f"{folder}/{name}": split for name, split in layout.splits.items()}


def write(layout: Layout, root: Path, *, archive: bool) -> Path:
    """Write a layout as a folder, or as a zip, and return what is to be loaded."""
    if archive:
        path = root.with_suffix(".zip")
        with zipfile.ZipFile(path, "w") as file:
            for name, data in layout.files.items():
                file.writestr(name, data)
        return path
    for name, data in layout.files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    for name in layout.empty:
        (root / name).mkdir(parents=True, exist_ok=True)
    return root


def judge(layout: Layout, dataset: Dataset) -> str:
    """Return what is wrong with how a layout was read; "" for nothing."""
    if not isinstance(dataset.target, ClassTarget):
        return f"the target is {dataset.target}"
    got = {
        dataset.example_name(index): dataset.target.classes[int(dataset.targets[index])]
        for index in range(len(dataset))
    }
    right = _from_the_first_folder_with_anything(layout.labels, got)
    if got != right:
        more, fewer = sorted(got.keys() - right.keys()), sorted(right.keys() - got.keys())
        other = [name for name in got.keys() & right.keys() if got[name] != right[name]]
        return (
            f"classes {dataset.target.classes}; {len(more)} too many {more[:2]}, "
            f"{len(fewer)} too few {fewer[:2]}, {len(other)} labelled otherwise"
        )
    named = _from_the_first_folder_with_anything(layout.splits, got)
    for split in ("val", "test"):
        if split in named.values():
            there = {dataset.example_name(int(index)) for index in dataset.splits[split]}
            if there != {name for name, said in named.items() if said == split}:
                return f"the {split} split is not what the folders say"
    return ""


def _from_the_first_folder_with_anything(right: dict[str, str], got: dict[str, str]) -> dict[str, str]:
    """Return the truth by the names that an archive's only folder, or a table's own folder, leaves of them."""
    if right.keys() & got.keys():
        return right
    return {name.split("/", 1)[-1]: said for name, said in right.items()}


def names_the_rival(dataset: Dataset) -> bool:
    """Tell whether a line says that the place could be read otherwise, and how."""
    lines = [decision.reason for decision in dataset.decisions] + [finding.message for finding in dataset.findings]
    return any("--layout" in line or "To use it instead" in line for line in lines)


def run(seeds: Iterator[int] | range) -> tuple[Counter[str], list[str]]:
    """Draw, write and load layouts; return how often each verdict came, and a line for each that was not right."""
    verdicts: Counter[str] = Counter()
    lines = []
    for seed in seeds:
        layout = draw(seed)
        archive = random.Random(seed + 1_000_000).random() < 0.2
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "mine").mkdir()
            source = write(layout, Path(folder) / "mine", archive=archive)
            try:
                dataset = load_dataset(source)
            except PellucidError as problem:
                verdict, why = "refused", str(problem).replace(folder, "")
            else:
                why = judge(layout, dataset)
                verdict = "right" if not why else "wrong, rival named" if names_the_rival(dataset) else "wrong, silent"
        verdicts[verdict] += 1
        if verdict != "right":
            lines.append(f"{seed}: {verdict}: {', '.join(layout.words)}{', zip' if archive else ''}\n    {why}")
    return verdicts, lines


def main() -> None:
    """Read the flags, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=1000)
    parser.add_argument("--first", type=int, default=0)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as cache:
        os.environ["PELLUCID_CACHE"] = cache
        verdicts, lines = run(range(arguments.first, arguments.first + arguments.seeds))
    print("\n".join(lines))
    print({verdict: count for verdict, count in verdicts.most_common()})
    sys.exit(bool(verdicts["wrong, silent"]))


if __name__ == "__main__":
    main()
