"""What happens inside a block: its layers as boxes, its sums as circles, and every way between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from markupsafe import Markup

from pellucid.models import LayerSummary, inputs_of
from pellucid.report.charts.lettering import text_width
from pellucid.report.charts.svg import drawing, element, text
from pellucid.report.drawing.glyphs import arc, arrow
from pellucid.report.drawing.stages import MINOR, BlockKind
from pellucid.report.drawing.words import layer_words

GAP, MARGIN, HIGH, LINE, BETWEEN = 30.0, 16.0, 50.0, 15.0, 26.0
HEAD, NOTE = 12.5, 12.0
"""Sizes of a box's first line and of those below it."""
MOST_NODES = 24
SIGNS = {"add": "+", "Add": "+", "sub": "−", "mul": "×"}


@dataclass
class _Node:
    """A box or a circle: its rows, what it reads, and where it stands."""

    lines: list[str]
    before: list[int]
    sign: str = ""
    rows: list[int] = field(default_factory=list)
    depth: int = 0
    lane: float = 0.0
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0

    @property
    def height(self) -> float:
        """Of its box or circle."""
        return 28.0 if self.sign else max(HIGH, LINE * len(self.lines) + 12)


def block_drawing(layers: Sequence[LayerSummary], kind: BlockKind, *, label: str) -> Markup | None:
    """Return the inside of a block from left to right, or None where it has too many parts to be read.

    Args:
        layers: of the network.
        kind: the block.
        label: what the drawing shows, for those who do not see it.
    """
    nodes = _nodes(layers, kind)
    if not 3 <= len(nodes) <= MOST_NODES:
        return None
    _place(nodes)
    low, high = min(node.y - node.height / 2 for node in nodes), max(node.y + node.height / 2 for node in nodes)
    ways = [(source, number) for number, node in enumerate(nodes) for source in node.before]
    over = [way for way in ways if _goes_over(nodes, way)]
    up = 22.0 + 14.0 * _layers_of_arcs(over) if over else 0.0
    shift = MARGIN + up - low
    parts: list[Markup] = []
    for source, number in ways:
        parts.append(
            _way(nodes[source], nodes[number], nodes, is_over=(source, number) in over, shift=shift, over=over)
        )
    for node in nodes:
        parts.append(_drawn(node, shift))
    width = max(node.x + node.width for node in nodes) + MARGIN + 26
    last = nodes[-1]
    parts.append(arrow(last.x + last.width, last.x + last.width + 24, last.y + shift))
    return drawing(
        *parts,
        width=width,
        height=high + shift + MARGIN,
        label=label,
        class_="network inside",
        is_fixed=True,
    )


def _nodes(layers: Sequence[LayerSummary], kind: BlockKind) -> list[_Node]:
    """Return the boxes: what comes in, and each layer with the norms and activations that follow it alone."""
    rows, (low, high) = kind.rows, kind.num_inputs
    come_in = "input" if high == 1 else f"{low} inputs" if low == high else f"{low} to {high} inputs"
    nodes = [_Node([come_in], [])]
    node_of: dict[int, int] = {}
    readers: dict[int, int] = {}
    for row in rows:
        for source in inputs_of(layers, row):
            readers[source] = readers.get(source, 0) + 1
    for row in rows:
        layer = layers[row]
        sources = list(dict.fromkeys(node_of.get(source, 0) for source in inputs_of(layers, row)))
        words = layer_words(layer)
        only = inputs_of(layers, row)[0] if len(inputs_of(layers, row)) == 1 else None
        is_said = layer.operator in MINOR and len(sources) == 1
        if not words:
            node_of[row] = sources[0]
            continue
        if is_said and sources[0] != 0 and only is not None and readers[only] == 1 and len(nodes[sources[0]].lines) < 5:
            nodes[sources[0]].lines.append(words)
            nodes[sources[0]].rows.append(row)
            node_of[row] = sources[0]
            continue
        is_sum = layer.operator in SIGNS and len(sources) > 1
        lines = [SIGNS[layer.operator]] if is_sum else [words]
        if not is_sum and layer.multiply_adds:
            channels = layer.output_shape[0] if len(layer.output_shape) == 3 else layer.output_shape[-1]
            lines.append(f"to {channels:,}" if "attention" not in words else "")
        if lines[0].endswith("depthwise conv") or "depthwise conv," in lines[0]:
            lines = [lines[0].replace("depthwise ", ""), "depthwise", *lines[1:]]
        node_of[row] = len(nodes)
        nodes.append(
            _Node([one for one in lines if one], sources, SIGNS.get(layer.operator, "") if is_sum else "", [row])
        )
    return nodes


def _place(nodes: list[_Node]) -> None:
    taken: set[tuple[int, float]] = {(0, 0.0)}
    passed: set[int] = set()
    for node in nodes[1:]:
        node.depth = max((nodes[source].depth for source in node.before), default=0) + 1
        deepest = max(node.before, key=lambda source: (nodes[source].depth, -nodes[source].lane), default=0)
        lane = 0.0 if len(node.before) > 1 else nodes[deepest].lane
        if len(node.before) == 1 and deepest in passed:
            lane += 1.0
        while any((depth, lane) in taken for depth in range(nodes[deepest].depth + 1, node.depth + 1)):
            lane += 1.0
        passed.add(deepest)
        node.lane = lane
        taken.add((node.depth, lane))
    _centre(nodes)
    pitch = max(node.height for node in nodes) + BETWEEN
    columns: dict[int, float] = {}
    for node in nodes:
        node.y = node.lane * pitch
        node.width = 28.0 if node.sign else max(_wide(node.lines) + 16, 44.0)
        columns[node.depth] = max(columns.get(node.depth, 0.0), node.width)
    x = MARGIN
    for depth in sorted(columns):
        for node in nodes:
            if node.depth == depth:
                node.x = x + (columns[depth] - node.width) / 2
        x += columns[depth] + GAP


def _wide(lines: Sequence[str]) -> float:
    """Return the width of the widest of a box's lines."""
    return max([text_width(lines[0], HEAD, is_bold=True), *(text_width(line, NOTE) for line in lines[1:])])


def _centre(nodes: list[_Node]) -> None:
    """Put what three or more branches leave, or meet in, at their middle."""
    for number, node in enumerate(nodes):
        meeting = [nodes[source].lane for source in node.before]
        leaving = [other.lane for other in nodes if other.before == [number]]
        lanes = meeting if len(meeting) > 2 else leaving if len(leaving) > 2 else []
        if lanes:
            node.lane = (min(lanes) + max(lanes)) / 2


def _goes_over(nodes: Sequence[_Node], way: tuple[int, int]) -> bool:
    """Tell whether a way passes other boxes of its own lane, and so has to go over them."""
    source, goal = nodes[way[0]], nodes[way[1]]
    return goal.depth > source.depth + 1 and any(
        source.depth < node.depth < goal.depth and node.lane == source.lane for node in nodes
    )


def _layers_of_arcs(over: Sequence[tuple[int, int]]) -> int:
    return 1 + max((_height(way, over) for way in over), default=0)


def _height(way: tuple[int, int], over: Sequence[tuple[int, int]]) -> int:
    """Return how many arcs an arc has to go over."""
    inner = [other for other in over if other != way and way[0] <= other[0] and other[1] <= way[1]]
    return 1 + max(_height(other, over) for other in inner) if inner else 0


def _way(
    source: _Node, goal: _Node, nodes: Sequence[_Node], *, is_over: bool, shift: float, over: Sequence[tuple[int, int]]
) -> Markup:
    x1, y1, x2, y2 = source.x + source.width, source.y + shift, goal.x, goal.y + shift
    if is_over:
        passed = [one for one in nodes if source.depth < one.depth < goal.depth and one.lane == source.lane]
        top = min(one.y - one.height / 2 for one in (source, goal, *passed)) + shift - 14.0
        top -= 14.0 * _height((nodes.index(source), nodes.index(goal)), over)
        half = goal.height / 2
        return arc(
            x1 + 9 if not source.sign else source.x + source.width / 2,
            y1 if not source.sign else y1 - 14,
            x2 + goal.width / 2,
            y2 - half,
            top,
        )
    if abs(y1 - y2) < 1:
        return arrow(x1, x2 - 1, y2)
    if y1 > y2 and goal.sign:  # a branch that ends in a sum comes from below
        middle = goal.x + goal.width / 2
        path = f"M{x1:.1f} {y1:.1f}H{middle - 10:.1f}Q{middle:.1f} {y1:.1f} {middle:.1f} {y1 - 10:.1f}V{y2 + 20:.1f}"
        head = element("path", d=f"M{middle:.1f} {y2 + 15:.1f}l-3.6 6h7.2z", class_="flow-head")
        return element("g", element("path", d=path, class_="flow"), head)
    early = len(goal.before) < 2
    bend = x1 if early else x2 - GAP
    turn = f"C{bend + 16:.1f} {y1:.1f} {bend + 8:.1f} {y2:.1f} {bend + 24:.1f} {y2:.1f}"
    ends = f"M{x1:.1f} {y1:.1f}H{bend:.1f}{turn}H{x2 - 6:.1f}"
    head = element("path", d=f"M{x2 - 1:.1f} {y2:.1f}l-6 -3.6v7.2z", class_="flow-head")
    return element("g", element("path", d=ends, class_="flow"), head)


def _drawn(node: _Node, shift: float) -> Markup:
    y = node.y + shift
    if node.sign:
        middle = node.x + node.width / 2
        circle = element("circle", cx=middle, cy=y, r=14.0, class_="sum")
        # Beside the sum: its sides are taken by what it adds up.
        more = [text(middle + 15, y - 13, ", ".join(node.lines[1:]), class_="note")]
        return element("g", circle, text(middle, y + 6, node.sign, anchor="middle", class_="sum-sign"), *more)
    if not node.before:
        return text(node.x + node.width / 2, y + 4, node.lines[0], anchor="middle", class_="size")
    high = node.height
    box = element("rect", x=node.x, y=y - high / 2, width=node.width, height=high, rx=6, class_="box")
    top = y - LINE / 2 * (len(node.lines) - 1) + 4.2
    words = [
        text(node.x + node.width / 2, top + LINE * place, one, anchor="middle", class_="size" if place == 0 else "note")
        for place, one in enumerate(node.lines)
    ]
    return element("g", box, *words)
