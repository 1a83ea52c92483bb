"""How long a loss landscape takes: 25 x 25 points of resnet20 and plain20 on 256 pictures of 3 x 32 x 32."""

from __future__ import annotations

import argparse

import torch
from measuring import describe_machine, format_table, write_results

from pellucid.kinds import ClassTarget, Form
from pellucid.landscape import measure_landscape
from pellucid.models import build_model
from pellucid.tasks import Batch, build_task

PICTURES, SIZE = 256, 25


def main() -> None:
    """Measure, print a table, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    generator = torch.Generator().manual_seed(0)
    targets = torch.randint(0, 10, (PICTURES,), generator=generator)
    batch = Batch(torch.randn(PICTURES, 3, 32, 32, generator=generator), targets, torch.arange(PICTURES))
    task = build_task("single-label", ClassTarget(classes=tuple("abcdefghij")))
    rows, numbers = [], {}
    for name in ("resnet20", "plain20"):
        model = build_model(name, form=Form(shape=(3, 32, 32)), outputs=10, seed=0)
        _, _, seconds = measure_landscape(model, task, batch, size=SIZE)
        rows.append([name, f"{SIZE} x {SIZE}", str(PICTURES), f"{seconds:.1f}"])
        numbers[name] = {"seconds": seconds, "points": SIZE * SIZE, "pictures": PICTURES, "threads": options.threads}
    print(f"{format_table(['model', 'points', 'pictures', 'seconds'], rows)}\n\n{describe_machine()}")
    write_results("landscape", {"machine": describe_machine(), "results": numbers})


if __name__ == "__main__":
    main()
