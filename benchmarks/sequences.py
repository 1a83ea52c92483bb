"""Texts that answer texts: reverse and dates with each network, by length, and years that training never saw.

python benchmarks/sequences.py --runs /tmp/sequences
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import pellucid
from pellucid.data import TextInputs
from pellucid.data.assemble import finish
from pellucid.data.choose_splits import SplitChoice
from pellucid.data.generated_pairs import FIRST_YEAR, LAST_YEAR, PAIRS, PROPOSALS, written_dates
from pellucid.data.text_pairs import raw_of_pairs
from pellucid.evaluation import compare_paired
from pellucid.evaluation.proportions import share_metric
from pellucid.training import NullProgress

LONG = 12
"""Letters from above which a text is long."""
UNSEEN = {"a year of each decade": range(1974, 2070, 10), "a whole decade": range(2020, 2030)}
"""Years that training never sees. The second is harder: no text in training begins with 202."""
TRANSFORMER = "transformer"
"""What the other network is called here; those of `seq2seq` go by their attention."""


def right_of(run: pellucid.Run, texts: list[str], answers: list[str]) -> NDArray[np.bool_]:
    """Return [N] whether a run writes each answer."""
    said = run.predict(texts)
    return np.array(
        [one.said(number=str, share=str)[0] == answer for one, answer in zip(said, answers, strict=True)], np.bool_
    )


def measure(data: str, network: str, seed: int, runs: Path, epochs: int | None) -> NDArray[np.bool_]:
    """Train on a bundled set, and print how many test answers are right, in all and of long texts."""
    started = time.process_time()
    run = pellucid.train(
        data,
        runs_dir=runs,
        name=f"{data}-{network}-{seed}",
        seed=seed,
        progress=NullProgress(),
        epochs=epochs,
        model="transformer-seq2seq" if network == TRANSFORMER else "seq2seq",
        attention=None if network == TRANSFORMER else network,
    )
    dataset, places = run.dataset, run.dataset.splits["test"]
    texts = TextInputs.of(dataset.inputs).texts(places)
    right = right_of(run, texts, [str(dataset.target.say(dataset.targets[place])) for place in places])
    long = np.array([len(text) > LONG for text in texts])
    seconds = time.process_time() - started
    print(
        f"{data:8} {network:11} seed {seed}: exact match {share_metric(right)}, "
        f"beyond {LONG} letters {share_metric(right[long])}, {seconds:.0f} s of processor time",
        flush=True,
    )
    return np.asarray(right[long], np.bool_)


def measure_unseen(words: str, unseen: range, seed: int, runs: Path, epochs: int | None) -> None:
    """Train on dates without some years, and print how many dates of these years are right."""
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    every = written_dates(PAIRS + PAIRS // 5, years)
    kept = [pair for pair in every if int(pair[1][:4]) not in unseen]
    held = [pair for pair in every if int(pair[1][:4]) in unseen]
    raw = replace(raw_of_pairs(kept, "dates", name="dates-without-years"), proposals=PROPOSALS)
    dataset = finish(raw, choice=SplitChoice())
    run = pellucid.train(
        dataset, runs_dir=runs, name=f"unseen-{unseen.start}-{seed}", seed=seed, progress=NullProgress(), epochs=epochs
    )
    right = right_of(run, [text for text, _ in held], [answer for _, answer in held])
    print(f"dates of {words}, never seen, seed {seed}: exact match {share_metric(right)}", flush=True)


def main() -> None:
    """Train and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=Path, required=True, help="where runs are written")
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=None)
    parser.add_argument("--data", nargs="+", default=["reverse", "dates"])
    parser.add_argument("--networks", nargs="+", default=["dot", "bahdanau", "none", TRANSFORMER])
    chosen = parser.parse_args()
    for seed in range(chosen.seeds):
        for data in chosen.data:
            right = {one: measure(data, one, seed, chosen.runs, chosen.epochs) for one in chosen.networks}
            for name in (one for one in chosen.networks if one != "none" and "none" in right):
                print(compare_paired(right["none"], right[name], a="none", b=name).summary, flush=True)
        if "dates" in chosen.data:
            for words, unseen in UNSEEN.items():
                measure_unseen(words, unseen, seed, chosen.runs, chosen.epochs)


if __name__ == "__main__":
    main()
