"""Results come in, what people look at goes out: self-contained HTML pages and fragments for notebooks.

In: a run's record, history and evaluations; an inspection. Out: one page each, that loads nothing from elsewhere.
Names of classes and files are hostile input: everything is escaped. No torch here.
"""

from __future__ import annotations

from pellucid.report.architecture import summary_html, write_summary
from pellucid.report.attribution_exhibit import attribution_exhibit
from pellucid.report.drawing import draw_network, standalone_svg
from pellucid.report.embedding import PictureSource
from pellucid.report.exhibits import exhibit_html, write_exhibits
from pellucid.report.inspection_page import write_inspection
from pellucid.report.kernel_exhibit import convolution_exhibit, dense_exhibit, pooling_exhibit
from pellucid.report.ladder_exhibit import ladder_exhibit
from pellucid.report.learned import learned_exhibit
from pellucid.report.notebook import evaluation_html, register_displays, run_html
from pellucid.report.notebook_progress import NotebookProgress, in_notebook
from pellucid.report.notebook_search import NotebookSearchProgress
from pellucid.report.picture_page import write_picture_inspection
from pellucid.report.plain_tables import plain_table, table_html
from pellucid.report.preview_page import write_preview
from pellucid.report.run_page import write_report
from pellucid.report.search_page import search_html, write_search

__all__ = [
    "NotebookProgress",
    "NotebookSearchProgress",
    "PictureSource",
    "attribution_exhibit",
    "convolution_exhibit",
    "dense_exhibit",
    "draw_network",
    "evaluation_html",
    "exhibit_html",
    "in_notebook",
    "ladder_exhibit",
    "learned_exhibit",
    "plain_table",
    "pooling_exhibit",
    "register_displays",
    "run_html",
    "search_html",
    "standalone_svg",
    "summary_html",
    "table_html",
    "write_exhibits",
    "write_inspection",
    "write_picture_inspection",
    "write_preview",
    "write_report",
    "write_search",
    "write_summary",
]
