"""Language models on Tiny Shakespeare: models that count, nanoGPT's CPU budget, and the default recipe.

The n-grams are scored character by character over the whole last tenth of the text, which is nanoGPT's own split. The
transformer on nanoGPT's budget (4 layers, 4 heads, 128 wide, windows of 64, batches of 12, 2,000 steps, no dropout) is
measured on the same tenth; nanoGPT's README has 1.88 for it, on 20 sampled batches. Beside the speed of the training
stands that of a plain loop, the network, batches and steps of which are the same.
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


def plain_loop(tokens: np.ndarray, *, steps: int) -> float:
    """Return tokens per second of the bare loop of nanoGPT: random windows, forward, backward, AdamW."""
    vocabulary = int(tokens.max()) + 1
    options = ModelOptions(causal=True, embedding=128, layers=4, heads=4, dropout=0.0)
    form = Form(shape=(BLOCK,), dtype="int64", vocabulary=vocabulary)
    model = build_model("transformer", form=form, outputs=BLOCK * vocabulary, options=options, seed=0)
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3, betas=(0.9, 0.99), weight_decay=0.1)
    text = torch.from_numpy(tokens[: int(0.9 * len(tokens))])
    draws = torch.Generator().manual_seed(0)
    started = 0.0
    for step in range(steps + 10):
        if step == 10:
            started = time.perf_counter()
        starts = torch.randint(len(text) - BLOCK - 1, (int(BUDGET["batch"]),), generator=draws)
        inputs = torch.stack([text[start : start + BLOCK] for start in starts])
        wanted = torch.stack([text[start + 1 : start + BLOCK + 1] for start in starts])
        logits = model(inputs).reshape(-1, vocabulary)
        optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(logits, wanted.flatten()).backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    return steps * inputs.numel() / (time.perf_counter() - started)


def train(folder: Path, *, block: int, val: float, test: float, **choices: Any) -> tuple[float, float, float]:
    """Return (nats per character on val, minutes, tokens per second) of a training."""
    dataset = pellucid.load_dataset("shakespeare", block=block, val=val, test=test)
    run = pellucid.train(dataset, runs_dir=folder, **choices)
    last = run.history[-1]
    seconds = sum(row["seconds"] for row in run.history)
    evaluation = next(one for one in run.evaluations if one.split == "val")
    return evaluation.headline_metric.value, seconds / 60, last["examples_per_second"] * block


def main() -> None:
    """Measure, print tables, write the numbers."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--full", action="store_true", help="also train the default recipe (some ten minutes)")
    options = parser.parse_args()
    tokens = whole_text()
    counted = count_models(tokens)
    rows = [[name, f"{value:.4f}", f"{value / np.log(2):.3f}"] for name, value in counted.items()]
    print(format_table(["last tenth", "nats", "bits per character"], rows))
    results: dict[str, Any] = {"machine": describe_machine(), "counted": counted}
    with tempfile.TemporaryDirectory() as place:
        budget = train(Path(place), block=BLOCK, val=0.1, test=0.0, model="transformer", **BUDGET)
        plain = plain_loop(tokens, steps=200)
        trained = [
            ["nanoGPT's CPU budget", *(f"{value:.4g}" for value in budget)],
            ["a plain loop", "", "", f"{plain:.0f}"],
        ]
        results |= {"budget": budget, "plain_tokens_per_second": plain}
        if options.full:
            for model in ("transformer", "lstm"):
                made = train(Path(place), block=128, val=0.1, test=0.1, model=model)
                trained.append([f"{model}, default recipe", *(f"{value:.4g}" for value in made)])
                results[model] = made
    print(format_table(["trained", "nats on val", "minutes", "tokens per second"], trained))
    write_results("language", results)


if __name__ == "__main__":
    main()
