"""What the default small network reaches on PneumoniaMNIST (28 x 28, MedMNIST's own splits), beside the published bar.

MedMNIST's ResNet-18 at 28 pixels has a test AUC of 0.944 (J. Yang et al. 2023, Scientific Data 10, table 3). The test
split is opened once per run, after the training; nothing is tuned on it.
"""

from __future__ import annotations

import argparse
import tempfile

import pellucid
from pellucid.store import data_directory

BAR = 0.944


def main() -> None:
    """Print a line per seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--model", default=None, help="the default where left out")
    arguments = parser.parse_args()
    data = pellucid.load_dataset(data_directory() / "pneumoniamnist" / "pneumoniamnist.npz")
    for seed in range(arguments.seeds):
        with tempfile.TemporaryDirectory() as place:
            run = pellucid.train(data, model=arguments.model, seed=seed, runs_dir=place)
            val = run.evaluations[-1].metrics["roc_auc"]
            test = run.evaluate("test", reason="benchmark", baselines=False).metrics
            model, timings = run.record.model, run.record.timings
        print(
            f"seed {seed}: {model.name}, {model.num_parameters:,} parameters, {timings.training_seconds:.0f} s: "
            f"val AUC {val}, test AUC {test['roc_auc']}, accuracy {test['accuracy']}; bar {BAR}",
            flush=True,
        )


if __name__ == "__main__":
    main()
