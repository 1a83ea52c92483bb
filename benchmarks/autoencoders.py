"""Pictures that are given back: errors beside PCA of the same width, noise taken away beside filters, and the ELBO.

python benchmarks/autoencoders.py --runs /tmp/autoencoders --data digits mnist
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import pellucid
from pellucid import Dataset
from pellucid.data import load_dataset
from pellucid.evaluation import Evaluation

LATENT = (2, 8, 32)
NOISE = 0.3
OF_ELBO = 20
"""Numbers of the code of which the ELBO is told, as in papers on MNIST."""


def measure(dataset: Dataset, runs: Path, seed: int, **choices: Any) -> Evaluation:
    """Train by the default recipe, and print what the test split says."""
    began, processor = time.perf_counter(), time.process_time()
    run = pellucid.train(dataset, task="reconstruct", runs_dir=runs, seed=seed, **choices)
    evaluation = run.evaluate("test", reason="benchmark")
    wall, busy = time.perf_counter() - began, time.process_time() - processor
    told = ", ".join(f"{name} {metric}" for name, metric in evaluation.metrics.items())
    print(f"{dataset.name} {choices} seed {seed}: {told}; {wall:.0f} s, {busy:.0f} s of processor time", flush=True)
    for baseline in evaluation.baselines:
        psnr = baseline.metrics["psnr"]
        said = baseline.versus.summary if baseline.versus else ""
        print(f"    {baseline.name}: mse {baseline.metric}, psnr {psnr}. {said}", flush=True)
    return evaluation


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=Path, required=True, help="where run folders are made")
    parser.add_argument("--data", nargs="+", default=["digits", "mnist"])
    parser.add_argument("--parts", nargs="+", default=["width", "noise", "elbo"], choices=("width", "noise", "elbo"))
    parser.add_argument("--latent", nargs="+", type=int, default=list(LATENT))
    parser.add_argument("--models", nargs="+", default=["autoencoder"], help="for width and noise")
    parser.add_argument("--seeds", type=int, default=1)
    asked = parser.parse_args()
    for name in asked.data:
        dataset = load_dataset(name, task="reconstruct")
        for seed in range(asked.seeds):
            for model in asked.models:
                for latent in asked.latent if "width" in asked.parts else ():
                    measure(dataset, asked.runs, seed, model=model, latent=latent)
                if "noise" in asked.parts:
                    measure(dataset, asked.runs, seed, model=model, noise=NOISE)
            if "elbo" in asked.parts:
                measure(dataset, asked.runs, seed, model="vae", latent=OF_ELBO)


if __name__ == "__main__":
    main()
