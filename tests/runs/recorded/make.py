"""Make the data of the recorded runs: sixty small pictures and sixty rows, each with four kinds of target."""

import csv
from pathlib import Path

import numpy as np
from PIL import Image

HERE = Path(__file__).parent
NUMBER = 60


def write(path: Path, header: list[str], rows: list[list[object]]) -> None:
    """Write a table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def main() -> None:
    """Draw and write."""
    draws = np.random.default_rng(0)
    x, y = draws.uniform(0, 1, NUMBER), draws.uniform(0, 1, NUMBER)
    kinds = np.where(x + y > 1.1, "warm", np.where(x > y, "cool", "plain"))
    pairs = list(zip(x, y, strict=True))
    tags = ["|".join(tag for tag, has in (("left", a > 0.5), ("high", b > 0.5)) if has) for a, b in pairs]
    targets = {
        "class": (["kind"], [[kind] for kind in kinds]),
        "labels": (["tags"], [[tag] for tag in tags]),
        "value": (["sum"], [[f"{a + b:.4f}"] for a, b in pairs]),
        "values": (["sum", "gap"], [[f"{a + b:.4f}", f"{a - b:.4f}"] for a, b in pairs]),
    }
    (HERE / "pictures" / "images").mkdir(parents=True, exist_ok=True)
    for index in range(NUMBER):
        pixels = np.zeros((8, 8, 3))
        pixels[:, :4, 0], pixels[:4, :, 1] = x[index], y[index]
        pixels = pixels * 200 + draws.uniform(0, 50, pixels.shape)
        Image.fromarray(pixels.astype(np.uint8)).save(HERE / "pictures" / "images" / f"{index:02}.png")
    for name, (header, cells) in targets.items():
        inputs = [[f"{a:.4f}", f"{b:.4f}", "red" if a > 0.3 else "blue"] for a, b in pairs]
        write(
            HERE / "rows" / f"{name}.csv",
            ["x", "y", "colour", *header],
            [[*a, *b] for a, b in zip(inputs, cells, strict=True)],
        )
        files = [[f"images/{index:02}.png"] for index in range(NUMBER)]
        write(
            HERE / "pictures" / f"{name}.csv", ["file", *header], [[*a, *b] for a, b in zip(files, cells, strict=True)]
        )


if __name__ == "__main__":
    main()
