"""How far answers are off, drawn: numbers against the right ones, and forecasts against what came."""

from __future__ import annotations

from markupsafe import Markup

from pellucid.evaluation import Evaluation
from pellucid.report.charts import Series, forecast_chart, histogram, line_chart, scatter
from pellucid.report.wording import decimal
from pellucid.words import counted


def forecast_drawings(evaluation: Evaluation) -> tuple[tuple[str, Markup], ...]:
    """Return forecasts from some origins, the worst among them, and the error by step ahead."""
    drawn = []
    for one in evaluation.forecasts:
        worst = " (the worst)" if one.is_worst else ""
        bands = [one.bands[level] for level in sorted(one.bands, key=int, reverse=True) if level != "50"]
        label = (
            f"Forecast after {one.name}: what was seen, the median with bands of 80 and 95 percent, and what came; off "
            f"by {one.mae:.4g} on the mean"
        )
        chart = forecast_chart(one.seen, one.truth, one.median, bands, label=label)
        drawn.append((f"After {one.name}: off by {decimal(one.mae)}{worst}", chart))
    rows = evaluation.output_rows if evaluation.forecasts else ()
    if len(rows) > 1:
        steps = [float(place) for place in range(1, len(rows) + 1)]
        values = [row.metrics["mae"].value for row in rows]
        curve = line_chart(
            [Series("mean absolute error", values, "val")],
            epochs=steps,
            label="Mean absolute error by step ahead",
            across_title="steps ahead",
        )
        drawn.append(("Error by step ahead", curve))
        covered = [row.metrics["coverage_80"].value for row in rows]
        share = line_chart(
            [Series("covered by the 80 % band", covered, "val"), Series("80 %", [0.8] * len(rows), "rate")],
            epochs=steps,
            label="Share of values within the 80 percent band by step ahead",
            is_share=True,
            across_title="steps ahead",
        )
        drawn.append(("Covered by step ahead", share))
    return (*drawn, *_left_over_drawing(evaluation))


def _left_over_drawing(evaluation: Evaluation) -> tuple[tuple[str, Markup], ...]:
    """Return how errors one step ahead correlate with those before them."""
    left = evaluation.left_over
    if left is None or len(left.correlations) < 2:
        return ()
    border, count = 1.96 / left.n**0.5, len(left.correlations)
    chart = line_chart(
        [
            Series("correlation", left.correlations, "val"),
            Series("chance, 95 %", [border] * count, "rate"),
            Series("", [-border] * count, "rate"),
        ],
        epochs=[float(lag) for lag in range(1, count + 1)],
        label=f"Correlation of an error one step ahead with those up to {count} steps before; where nothing is left, "
        f"19 of 20 lie within plus and minus {border:.2f}",
        across_title="steps before",
    )
    return (("What errors one step ahead follow from", chart),)


def error_drawings(evaluation: Evaluation) -> tuple[tuple[str, Markup], ...]:
    """Return how far single answers are off, as titles and drawings; () where no one number is answered."""
    residuals = evaluation.residuals
    if residuals is None or not residuals.targets:
        return ()
    errors = [predicted - target for target, predicted in zip(residuals.targets, residuals.predicted, strict=True)]
    shown = counted(len(errors), "point") + (
        "" if len(errors) == residuals.total else f" drawn from {residuals.total:,}"
    )
    return (
        (
            "Predicted against true",
            scatter(
                residuals.targets,
                residuals.predicted,
                x_title="true",
                y_title="predicted",
                ideal="diagonal",
                label=f"Predicted against true values, {shown}; on the dashed line they agree",
            ),
        ),
        (
            "Errors against predictions",
            scatter(
                residuals.predicted,
                errors,
                x_title="predicted",
                y_title="predicted − true",
                ideal="zero",
                label=f"Errors against predicted values, {shown}; on the dashed line the error is 0",
            ),
        ),
        (
            "How often which error",
            histogram(errors, title="predicted − true", label=f"Histogram of the errors, {shown}", mark=0.0),
        ),
    )
