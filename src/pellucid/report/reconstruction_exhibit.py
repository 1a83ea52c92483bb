"""A network that gives pictures back, in its report: pairs, the worst, where codes lie, a walk, what a code uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from pellucid.kinds import PictureTarget, SplitName
from pellucid.prediction import OpenedRun
from pellucid.report.charts import CloudPoint, cloud
from pellucid.report.headline import run_place
from pellucid.report.picture_sheets import sheet_of
from pellucid.report.wording import SPLIT_WORDS, decimal, percent, split_examples
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

if TYPE_CHECKING:
    from pellucid.prediction import Codes

SHOWN = 12
STEPS = 9
MOST_CODED = 1_000
"""Pictures whose codes are drawn and measured: the first of the split."""
_UNITS_OPEN = 16


class ReconstructionExhibits:
    """The row of pictures that are given back."""

    def make(self, opened: OpenedRun) -> list[Exhibit]:
        """Return what is shown of a run that is trained and measured."""
        from pellucid.prediction import codes_of

        split = _split(opened)
        indices = opened.dataset.splits[split][:MOST_CODED]
        codes = codes_of(opened.predictor, opened.dataset, indices)
        shown = [_pairs(opened)]
        if codes is not None:
            coded = _Coded(opened, split, indices, codes)
            shown += [coded.map(), coded.walk(), coded.use()]
        return shown


def _split(opened: OpenedRun) -> SplitName:
    return "val" if len(opened.dataset.splits["val"]) else "train"


def _pairs(opened: OpenedRun) -> Exhibit:
    """Return some pictures beside what is given back, and the worst of the split."""
    from pellucid.prediction import given_back, measured_each

    split = _split(opened)
    indices, predictor = opened.dataset.splits[split], opened.predictor
    measured = measured_each(predictor, opened.dataset, indices)
    errors = measured.get("mse", measured["loss"])
    worst = np.argsort(-errors, kind="stable")[:SHOWN]
    spread = np.unique(np.linspace(0, len(indices) - 1, SHOWN).round().astype(np.int64))
    figures, is_noisy = [], "noisy" in measured
    for places, what in ((spread, "pictures from all over the split"), (worst, "the largest errors")):
        chosen = indices[places]
        found = given_back(predictor, opened.dataset, chosen)
        kept = (found.clean, found.seen, found.back)
        rows = [_as_canvases(one) for one in kept if one is not None]
        said = ("picture", "what the network sees", "given back") if is_noisy else ("picture", "given back")
        alt = f"{SPLIT_WORDS[split].capitalize()} pictures, {what}; from the top: {', '.join(said)}"
        names = ", ".join(
            f"{opened.dataset.example_name(int(one))} {errors[place]:.4g}"
            for one, place in zip(chosen, places, strict=True)
        )
        figures.append(sheet_of(rows, alt=alt, caption=f"{what.capitalize()} (mean squared error: {names})."))
    return Exhibit(
        name="picture-pairs",
        title="Pictures and what is given back",
        paragraphs=(
            f"Above each picture of the {SPLIT_WORDS[split]} split, below what the network gives back"
            + (", and between them what it sees: the picture with noise on it." if is_noisy else "."),
        ),
        figures=tuple(figures),
    )


class _Coded:
    """The codes of some pictures of a run."""

    def __init__(self, opened: OpenedRun, split: SplitName, indices: NDArray[np.int64], codes: Codes) -> None:
        self.opened, self.split, self.indices = opened, split, indices
        self.codes, self.kl = codes

    def map(self) -> Exhibit:
        """Return where the codes lie, coloured by class."""
        target, latent = PictureTarget.of(self.opened.dataset.target), self.codes.shape[1]
        classes = self.opened.dataset.targets[self.indices]
        places, told = self._in_two()
        points = [
            CloudPoint(
                float(x),
                float(y),
                int(group) if target.classes else -1,
                False,
                f"{self.opened.dataset.example_name(int(index))}: {target.words(group)}",
            )
            for (x, y), index, group in zip(places, self.indices, classes, strict=True)
        ]
        coloured = ", coloured by what the data call them, which was not learned" if target.classes else ""
        label = f"Codes of {split_examples(len(self.indices), self.split)}{coloured}"
        return Exhibit(
            name="picture-codes",
            title="Where the codes lie",
            paragraphs=(f"{label}. {told}",),
            figures=(
                Figure.from_svg(
                    cloud(points, names=target.classes, label=label, many=len(points) > 400),
                    alt=label,
                    caption=f"Each mark is a picture, by {counted(latent, 'number')} of its code.",
                ),
            ),
        )

    def _in_two(self) -> tuple[NDArray[np.float64], str]:
        """Return [n, 2] places of the codes, and how they came about."""
        codes = self.codes.astype(np.float64)
        if codes.shape[1] == 1:
            return np.concatenate([codes, np.zeros_like(codes)], axis=1), "The code is one number, drawn across."
        if codes.shape[1] == 2:
            return codes, "Across the first number of the code, upwards the second."
        shares, places = _principal(codes)
        return places[
            :, :2
        ], f"Drawn are the two directions in which codes vary most: {percent(shares[:2].sum())} of it."

    def walk(self) -> Exhibit:
        """Return what is given back on the straight way from one picture's code to another's."""
        from pellucid.prediction import decoded

        last = self._other()
        ways = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
        codes = (1 - ways) * self.codes[:1] + ways * self.codes[last : last + 1]
        tiles = _as_canvases(decoded(self.opened.predictor, codes))
        first, other = (self.opened.dataset.example_name(int(self.indices[place])) for place in (0, last))
        alt = f"What is given back on the way from the code of {first} to that of {other}, in {STEPS} steps"
        return Exhibit(
            name="picture-walk",
            title="A walk between two pictures",
            paragraphs=(
                f"{alt}, evenly spaced. Where codes lie close together, the steps between show pictures, too.",
            ),
            figures=(sheet_of([tiles], alt=alt, caption=""),),
        )

    def _other(self) -> int:
        """Return the index of the first picture of another class than the first one's; of no classes the last."""
        classes = self.opened.dataset.targets[self.indices]
        others = np.flatnonzero(classes != classes[0])
        return int(others[0]) if len(others) else len(classes) - 1

    def use(self) -> Exhibit:
        """Return what of the code is used: KL by unit of a variational encoder, else the spectrum of the codes."""
        if self.kl is not None:
            return self._use_of_units(self.kl)
        shares, _ = _principal(self.codes.astype(np.float64))
        needed = int((np.cumsum(shares) < 0.99).sum()) + 1
        rows = tuple(
            (str(number), percent(share, 1), percent(whole, 1))
            for number, (share, whole) in enumerate(zip(shares, np.cumsum(shares), strict=True), start=1)
        )
        fold = "All directions" if len(rows) > _UNITS_OPEN else ""
        return Exhibit(
            name="picture-use",
            title="What of the code is used",
            paragraphs=(
                f"Of {counted(len(rows), 'direction')} in which codes vary, {needed:,} hold 99 % of their variance.",
            ),
            tables=(
                ExhibitTable(header=("direction", "share of variance", "with those before"), rows=rows, fold=fold),
            ),
        )

    def _use_of_units(self, kl: NDArray[np.float64]) -> Exhibit:
        from pellucid.prediction import IDLE

        idle, order = int((kl < IDLE).sum()), np.argsort(-kl, kind="stable")
        told = (
            f"{counted(len(kl) - idle, 'unit')} of {len(kl):,} tell something of a picture, {kl.sum():.4g} nats in all."
        )
        if 2 * idle > len(kl):
            told += (
                f" More than half tell less than {IDLE:g} nats: the posterior has collapsed there. A smaller --beta or "
                "fewer numbers (--latent), let the others carry more."
            )
        rows = tuple((str(int(unit)), decimal(float(kl[unit]), 4)) for unit in order)
        return Exhibit(
            name="picture-use",
            title="What of the code is used",
            paragraphs=(told,),
            tables=(
                ExhibitTable(
                    header=("unit", "KL, in nats"), rows=rows, fold="All units" if len(rows) > _UNITS_OPEN else ""
                ),
            ),
            command=f"pellucid sample {run_place(self.opened.record, self.opened.folder.path / 'report.html')} -n 64",
        )


def _principal(codes: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return [L] shares of variance, the largest first, and [n, L] places along these directions."""
    centred = codes - codes.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred)
    shares = np.maximum(values[::-1], 0)
    return shares / max(float(shares.sum()), 1e-300), centred @ vectors[:, ::-1]


def _as_canvases(levels: NDArray[np.float32]) -> list[NDArray[np.uint8]]:
    from pellucid.prediction import as_canvas

    return [as_canvas(one) for one in levels]
