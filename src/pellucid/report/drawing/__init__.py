"""Drawings of networks as inline SVG: the whole from left to right, and the inside of each kind of block.

A summary's layers come in, `Markup` that is safe in a page goes out. Few stages are drawn instead of many layers:
blocks that repeat are one, norms and activations are said beside the layer before them.
"""

from __future__ import annotations

from pellucid.report.drawing.blocks import block_drawing
from pellucid.report.drawing.network import NetworkDrawing, draw_network
from pellucid.report.drawing.overview import overview
from pellucid.report.drawing.standalone import standalone_svg

__all__ = ["NetworkDrawing", "block_drawing", "draw_network", "overview", "standalone_svg"]
