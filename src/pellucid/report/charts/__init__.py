"""Charts as inline SVG: numbers come in, `Markup` that is safe in a page goes out.

Colours are CSS custom properties of the page, so that one drawing serves light and dark. What a colour tells, a dash, a
marker or a word tells, too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.report.charts.attribution_checks import deletion_chart, randomisation_chart
    from pellucid.report.charts.clouds import CloudPoint, cloud, thumbnail_map
    from pellucid.report.charts.contours import contour_map
    from pellucid.report.charts.curves import Series, line_chart
    from pellucid.report.charts.forecasts import forecast_chart
    from pellucid.report.charts.ground import (
        Side,
        class_areas,
        class_curves,
        class_key,
        unit_curves,
        value_areas,
        value_curves,
    )
    from pellucid.report.charts.heatmap import confusion_heatmap
    from pellucid.report.charts.histograms import histogram
    from pellucid.report.charts.intervals import IntervalRow, interval_chart
    from pellucid.report.charts.lines_of_filters import filter_lines
    from pellucid.report.charts.panels import Panel, PanelLine, Zone, series_panels
    from pellucid.report.charts.planes import boundary_map, carried_plane
    from pellucid.report.charts.range_test import range_test_chart
    from pellucid.report.charts.reliability import reliability_diagram
    from pellucid.report.charts.scatters import scatter
    from pellucid.report.charts.surface import surface_drawing
    from pellucid.report.charts.tokens import coloured_tokens
    from pellucid.report.charts.unrolled import unrolled_chart
    from pellucid.report.charts.walks import Walk, loss_lines, walk_curve, walk_map

__all__ = [
    "CloudPoint",
    "IntervalRow",
    "Panel",
    "PanelLine",
    "Series",
    "Side",
    "Walk",
    "Zone",
    "boundary_map",
    "carried_plane",
    "class_areas",
    "class_curves",
    "class_key",
    "cloud",
    "coloured_tokens",
    "confusion_heatmap",
    "contour_map",
    "deletion_chart",
    "filter_lines",
    "forecast_chart",
    "histogram",
    "interval_chart",
    "line_chart",
    "loss_lines",
    "randomisation_chart",
    "range_test_chart",
    "reliability_diagram",
    "scatter",
    "series_panels",
    "surface_drawing",
    "thumbnail_map",
    "unit_curves",
    "unrolled_chart",
    "value_areas",
    "value_curves",
    "walk_curve",
    "walk_map",
]

__getattr__ = late_names(
    __name__,
    {
        "CloudPoint": "clouds",
        "IntervalRow": "intervals",
        "Panel": "panels",
        "Zone": "panels",
        "PanelLine": "panels",
        "Series": "curves",
        "Side": "ground",
        "Walk": "walks",
        "boundary_map": "planes",
        "carried_plane": "planes",
        "class_areas": "ground",
        "class_curves": "ground",
        "class_key": "ground",
        "cloud": "clouds",
        "coloured_tokens": "tokens",
        "confusion_heatmap": "heatmap",
        "contour_map": "contours",
        "deletion_chart": "attribution_checks",
        "filter_lines": "lines_of_filters",
        "forecast_chart": "forecasts",
        "histogram": "histograms",
        "interval_chart": "intervals",
        "line_chart": "curves",
        "loss_lines": "walks",
        "randomisation_chart": "attribution_checks",
        "range_test_chart": "range_test",
        "reliability_diagram": "reliability",
        "scatter": "scatters",
        "series_panels": "panels",
        "surface_drawing": "surface",
        "thumbnail_map": "clouds",
        "unit_curves": "ground",
        "unrolled_chart": "unrolled",
        "value_areas": "ground",
        "value_curves": "ground",
        "walk_curve": "walks",
        "walk_map": "walks",
    },
)
