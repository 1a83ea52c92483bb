"""Language models on Tiny Shakespeare: models that count, nanoGPT's CPU budget, and the default recipe.

The n-grams are scored character by character over the whole last tenth of the text, which is nanoGPT's own split. The
transformer on nanoGPT's budget (4 layers, 4 heads, 128 wide, windows of 64, batches of 12, 2,000 steps, no dropout) is
measured on the same tenth; nanoGPT's README has 1.88 for it, on 20 sampled batches. Beside the speed of the training
stands that of a plain loop, the network, batches and steps of which are the same, as tokens that were predicted each
second: a window of 64 predicts 63 here, for its first token has nothing before it, and 64 in the plain loop. With
--speed both do short stretches of steps in turn, and processor time is told, which other work disturbs less.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from measuring import describe_machine, format_table, write_results
from torch.nn import functional

import pellucid
from pellucid.data import TextInputs, as_text
from pellucid.kinds import Form
from pellucid.models import ModelOptions, build_model
from pellucid.ngrams import SMOOTHINGS, count_ngrams, smooth
from pellucid.runs import Recipe
from pellucid.training import NullProgress, plan_run
from pellucid.training.batches import each_batch
from pellucid.training.building import build_engine
from pellucid.training.randomness import epoch_order

ORDERS = range(1, 8)
BUDGET = {"batch": 12, "steps": 2000, "dropout": 0.0}
BLOCK = 64


def whole_text() -> np.ndarray:
    """Return the text as numbers of its characters, from 1 on in the order of their code points."""
    dataset = pellucid.load_dataset("shakespeare")
    text = as_text(TextInputs.of(dataset.inputs).characters)
    numbers = {letter: number for number, letter in enumerate(sorted(set(text)), start=1)}
    return np.array([numbers[letter] for letter in text], np.int64)


def count_models(tokens: np.ndarray) -> dict[str, float]:
    """Return nats per character of the last tenth, for each smoothing and order; counted on the first nine."""
    border, vocabulary = int(0.9 * len(tokens)), int(tokens.max()) + 1
    found = {}
    for order in ORDERS:
        counts = count_ngrams([tokens[:border]], order=order, vocabulary=vocabulary)
        for smoothing in SMOOTHINGS:
            smoothed = smooth(counts, smoothing, impossible=(0,))
            found[f"{order}-gram, {smoothing}"] = float(smoothed.surprises(tokens[border:]).mean())
    return found


class PlainLoop:
    """The bare loop of nanoGPT: random windows, forward, backward, clipping, AdamW."""

    def __init__(self, tokens: np.ndarray) -> None:
        self.vocabulary = int(tokens.max()) + 1
        options = ModelOptions(causal=True, embedding=128, layers=4, heads=4, dropout=0.0)
        form = Form(shape=(BLOCK,), dtype="int64", vocabulary=self.vocabulary)
        self.model = build_model("transformer", form=form, outputs=BLOCK * self.vocabulary, options=options, seed=0)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
        self.text = torch.from_numpy(tokens[: int(0.9 * len(tokens))])
        self.draws = torch.Generator().manual_seed(0)

    def step(self) -> None:
        """Learn from one batch."""
        starts = torch.randint(len(self.text) - BLOCK - 1, (int(BUDGET["batch"]),), generator=self.draws)
        inputs = torch.stack([self.text[start : start + BLOCK] for start in starts])
        wanted = torch.stack([self.text[start + 1 : start + BLOCK + 1] for start in starts])
        logits = self.model(inputs).reshape(-1, self.vocabulary)
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(logits, wanted.flatten()).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()

    def tokens_per_second(self, steps: int) -> float:
        """Return tokens that are predicted each second, after ten steps that do not count."""
        for _ in range(10):
            self.step()
        started = time.perf_counter()
        for _ in range(steps):
            self.step()
        return steps * int(BUDGET["batch"]) * BLOCK / (time.perf_counter() - started)


def in_turn(tokens: np.ndarray, *, stretches: int, steps: int) -> dict[str, float]:
    """Return tokens predicted in a second of processor time, of both loops: medians over stretches done in turn."""
    dataset = pellucid.load_dataset("shakespeare", block=BLOCK, val=0.1, test=0.0)
    plan = plan_run(dataset, Recipe(model="transformer", **BUDGET))
    engine = build_engine(plan.record, plan.model, dataset, NullProgress())
    for model in engine.models.values():
        model.train()
    batch = int(BUDGET["batch"])
    order = epoch_order(len(engine.train), seed=0, epoch=1)[: (stretches * steps + 10) * batch]
    batches = enumerate(each_batch(engine.train, order, batch, epoch=1))
    plain = PlainLoop(tokens)

    def own() -> None:
        number, one = next(batches)
        engine.step(one, number)

    loops = {"pellucid": (own, BLOCK - 1), "plain": (plain.step, BLOCK)}
    found: dict[str, list[float]] = {name: [] for name in loops}
    for _ in range(3):
        own()
        plain.step()
    for _ in range(stretches):
        for name, (step, predicted) in loops.items():
            started = time.process_time()
            for _ in range(steps):
                step()
            found[name].append(steps * batch * predicted / (time.process_time() - started))
    return {name: float(np.median(values)) for name, values in found.items()}


def train(folder: Path, *, block: int, val: float, test: float, **choices: Any) -> tuple[float, float, float]:
    """Return (nats per character on val, minutes, tokens per second) of a training."""
    dataset = pellucid.load_dataset("shakespeare", block=block, val=val, test=test)
    run = pellucid.train(dataset, runs_dir=folder, **choices)
    last = run.history[-1]
    seconds = sum(row["seconds"] for row in run.history)
    evaluation = next(one for one in run.evaluations if one.split == "val")
    return evaluation.headline_metric.value, seconds / 60, last["examples_per_second"] * (block - 1)


def main() -> None:
    """Measure, print tables, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also train the default recipe (some ten minutes)")
    parser.add_argument("--speed", action="store_true", help="only the speed of both loops, in turn")
    options = parser.parse_args()
    tokens = whole_text()
    if options.speed:
        rates = in_turn(tokens, stretches=9, steps=8)
        rows = [[name, f"{value:.0f}"] for name, value in rates.items()]
        print(format_table(["loop", "tokens per second of processor time"], rows))
        write_results("language_speed", {"machine": describe_machine(), "rates": rates})
        return
    counted = count_models(tokens)
    rows = [[name, f"{value:.4f}", f"{value / np.log(2):.3f}"] for name, value in counted.items()]
    print(format_table(["last tenth", "nats", "bits per character"], rows))
    results: dict[str, Any] = {"machine": describe_machine(), "counted": counted}
    with tempfile.TemporaryDirectory() as place:
        budget = train(Path(place), block=BLOCK, val=0.1, test=0.0, model="transformer", **BUDGET)
        plain = PlainLoop(tokens).tokens_per_second(200)
        trained = [
            ["nanoGPT's CPU budget", *(f"{value:.4g}" for value in budget)],
            ["a plain loop", "", "", f"{plain:.0f}"],
        ]
        results |= {"budget": budget, "plain_tokens_per_second": plain}
        if options.full:
            for model in ("transformer", "lstm"):
                made = train(Path(place), block=128, val=0.1, test=0.0, model=model)
                trained.append([f"{model}, default recipe", *(f"{value:.4g}" for value in made)])
                results[model] = made
    print(format_table(["trained", "nats on val", "minutes", "tokens per second"], trained))
    write_results("language", results)


if __name__ == "__main__":
    main()
