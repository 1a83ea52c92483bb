"""An evaluation in a terminal: what several rows share is said once, and nothing is said of what is not there."""

from __future__ import annotations

from pellucid.evaluation import Baseline, Evaluation, Metric, PairedComparison, comparison_sentences

FEW = "too few to say: 42 origins in a row"


def _beside(name: str, value: float, *, p_value: float | None = None) -> Baseline:
    is_shown = p_value is not None and p_value < 0.05
    versus = PairedComparison(
        a=name,
        b="the model",
        metric="mae",
        n=42,
        a_value=value,
        b_value=13.47,
        difference=Metric(value=13.47 - value, note="" if is_shown else FEW),
        p_value=p_value,
        test="moving blocks",
        verdict="b" if is_shown else "none",
        summary=f"What is said of {name}.",
    )
    return Baseline(name=name, description="", metric_name="mae", metric=Metric(value=value, note=FEW), versus=versus)


def _evaluation(metrics: dict[str, Metric], *beside: Baseline) -> Evaluation:
    return Evaluation(
        split="val", n=42, task="forecast", metrics=metrics, headline="mae", baselines=beside, notes=(), seconds=0.0
    )


def test_what_is_too_little_to_tell_several_methods_apart_is_said_once() -> None:
    metrics = {"mae": Metric(value=13.4742, note=FEW), "rmse": Metric(value=17.2, note=FEW), "mase": Metric(value=1.1)}
    said = str(_evaluation(metrics, _beside("naive", 22.9), _beside("drift", 23.0), _beside("Holt-Winters", 9.2)))
    assert said.count(FEW) == 2
    assert f"  No intervals for mae, rmse and the methods beside it ({FEW})." in said
    assert f"  No difference from naive, drift and Holt-Winters is shown ({FEW})." in said
    assert "  mae   13.4742\n" in said
    assert "What is said of" not in said
    assert "In brackets" not in said


def test_what_can_be_told_is_told_of_each_method() -> None:
    beside = [_beside("naive", 22.9, p_value=0.01), _beside("drift", 23.0)]
    assert comparison_sentences(beside) == ["What is said of naive.", "What is said of drift."]
    assert comparison_sentences([*beside, _beside("mean", 30.0)]) == [
        "What is said of naive.",
        f"No difference from drift and mean is shown ({FEW}).",
    ]


def test_brackets_are_explained_where_there_are_some() -> None:
    said = str(_evaluation({"mae": Metric(value=1.0, low=0.5, high=1.5, method="bootstrap")}))
    assert "  In brackets: 95 % intervals." in said
