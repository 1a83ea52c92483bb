from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from torch import Tensor, nn

import pellucid
from pellucid.api import write_drawing, write_summary_page
from pellucid.errors import ModelError
from pellucid.kinds import Form
from pellucid.models import LayerSummary, ModelSummary, find_model, summarise_model
from pellucid.report import draw_network, standalone_svg, summary_html
from pellucid.report.drawing.stages import kinds_of, stages_of


def summary_of(name: str) -> ModelSummary:
    entry = find_model(name)
    if entry.library == "pellucid":
        return summarise_model(entry.build(*entry.example, entry.defaults), entry.example[0], name=name)
    with torch.device("meta"):
        return summarise_model(entry.build(*entry.example, entry.defaults), entry.example[0], name=name)


def drawn(summary: ModelSummary) -> ElementTree.Element:
    drawing = draw_network(
        summary.name, summary.layers, summary.input_shape, weights=summary.weights, biases=summary.biases
    )
    assert drawing is not None
    for _, picture in drawing.blocks:
        ElementTree.fromstring(picture)
    return ElementTree.fromstring(drawing.whole)


def words_of(picture: ElementTree.Element) -> list[str]:
    return [element.text or "" for element in picture.iter("text")]


def test_lenet5_is_drawn_as_in_the_textbooks() -> None:
    picture = drawn(summary_of("lenet5"))
    words = words_of(picture)
    sizes = ["28 × 28 × 1", "28 × 28 × 6", "14 × 14 × 6", "10 × 10 × 16", "5 × 5 × 16", "400", "120", "84", "10"]
    assert [word for word in words if word in sizes] == sizes
    windows = [path for path in picture.iter("path") if path.attrib.get("class") == "window"]
    assert len(windows) == 4  # two convolutions and two poolings slide
    # All ten outputs are circles; of the larger layers eight each, with dots between.
    assert len([c for c in picture.iter("circle") if c.attrib["class"] == "neuron"]) == 8 + 8 + 8 + 10


@pytest.mark.parametrize(
    ("name", "stages", "repeats"),
    [
        ("tv:resnet50", 9, [3, 4, 6, 3]),
        ("resnet20", 7, [3, 3, 3]),
        ("tv:densenet121", 15, [6, 12, 24, 16]),
        ("timm:vit_tiny_patch16_224", 6, [12]),
        ("tv:googlenet", 13, [2, 5, 2]),
        ("timm:convnext_atto", 11, [2, 2, 6, 2]),
    ],
)
def test_blocks_fold_so_that_a_deep_network_fits_a_page(name: str, stages: int, repeats: list[int]) -> None:
    summary = summary_of(name)
    found = stages_of(summary.layers, summary.input_shape)
    assert len(found) == stages
    assert [stage.repeats for stage in found if stage.repeats] == repeats
    # Every layer is in one stage and in one alone.
    rows = [row for stage in found for row in stage.rows if row >= 0]
    assert sorted(rows) == list(range(len(summary.layers)))
    width = float(drawn(summary).attrib["viewBox"].split()[2])
    assert width < 2300


def test_residual_ways_are_arrows_and_plain_networks_have_none() -> None:
    def arrows(name: str) -> int:
        return sum(path.attrib.get("class") == "skip-way" for path in drawn(summary_of(name)).iter("path"))

    assert arrows("resnet20") == 3
    assert arrows("plain20") == 0
    assert arrows("timm:vit_tiny_patch16_224") == 1


def test_the_inside_of_a_residual_block_has_its_sum_and_the_way_around() -> None:
    summary = summary_of("tv:resnet50")
    kinds = kinds_of(summary.layers)
    assert [(kind.path, len(kind.places)) for kind in kinds] == [("layer1.0", 4), ("layer1.1", 12)]
    drawing = draw_network("r", summary.layers, summary.input_shape)
    assert drawing is not None
    projected, plain = (ElementTree.fromstring(picture) for _, picture in drawing.blocks)
    assert words_of(plain).count("+") == words_of(projected).count("+") == 1
    assert words_of(plain).count("1 × 1 conv") == 2
    assert words_of(projected).count("1 × 1 conv") == 3
    assert sum(path.attrib.get("class") == "skip-way" for path in plain.iter("path")) == 1


def test_tokens_and_steps_are_bars_and_a_recurrent_layer_has_a_loop() -> None:
    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(28, 64, batch_first=True)
            self.fc = nn.Linear(64, 10)

        def forward(self, inputs: Tensor) -> Tensor:
            steps, _ = self.lstm(inputs)
            answered: Tensor = self.fc(steps[:, -1])
            return answered

    picture = drawn(summarise_model(Reader(), Form(shape=(28, 28))))
    assert {"28 × 28", "28 × 64", "10"} <= set(words_of(picture))
    assert sum(path.attrib.get("class") == "skip-way" for path in picture.iter("path")) == 1
    assert any(rect.attrib["class"] == "face token" for rect in picture.iter("rect"))


def test_a_perceptron_shows_every_neuron_weight_and_bias() -> None:
    model = nn.Linear(2, 1)
    with torch.no_grad():
        model.weight[:] = torch.tensor([[0.5, -1.0]])
        model.bias[:] = 2.0
    picture = drawn(summarise_model(model, Form(shape=(2,)), with_weights=True))
    assert {"+0.50", "−1.00", "+2.00"} <= set(words_of(picture))
    lines = [line for line in picture.iter("line") if "weight-line" in line.attrib["class"]]
    assert ["negative" in line.attrib["class"] for line in lines] == [False, True]
    assert float(lines[1].attrib["stroke-width"]) > float(lines[0].attrib["stroke-width"])


def test_hostile_names_are_words_and_nothing_else() -> None:
    attack = '"><script>alert(1)</script>'
    layers = (
        LayerSummary(name=attack, operator=attack, output_shape=(3, 4, 4), parameters=1, multiply_adds=1, inputs=(-1,)),
        LayerSummary(name=attack, operator=attack, output_shape=(5,), parameters=1, multiply_adds=1, inputs=(0,)),
    )
    summary = ModelSummary(
        name=attack, input_shape=(3, 8, 8), layers=layers, parameters=2, trainable=2, multiply_adds=2
    )
    drawing = draw_network(attack, layers, (3, 8, 8))
    assert drawing is not None
    for text in (str(drawing.whole), standalone_svg(drawing.whole), summary_html(summary)):
        assert "<script" not in text
    ElementTree.fromstring(standalone_svg(drawing.whole))


def test_what_changes_no_shape_and_what_is_empty_is_not_drawn() -> None:
    layer = LayerSummary(
        name="norm", operator="LayerNorm", output_shape=(4,), parameters=8, multiply_adds=0, inputs=(-1,)
    )
    assert draw_network("n", (), (4,)) is None
    assert draw_network("n", (layer,), (4,)) is not None


def test_records_of_older_runs_are_drawn_as_a_chain() -> None:
    layers = tuple(
        LayerSummary(name=f"fc{units}", operator="Linear", output_shape=(units,), parameters=1, multiply_adds=1)
        for units in (8, 3)
    )
    drawing = draw_network("old", layers, (4,))
    assert drawing is not None
    assert {"4", "8", "3"} <= set(words_of(ElementTree.fromstring(drawing.whole)))


def test_a_summary_is_a_page_a_fragment_and_a_drawing(tmp_path: Path) -> None:
    summary = pellucid.summary("lenet5")
    page = write_summary_page(summary, tmp_path / "page.html").read_text(encoding="utf-8")
    assert "floor((28 − 5 + 2 × 2)/1) + 1 = 28" in page
    assert "(1 × 5 × 5 + 1) × 6 = 156" in page
    assert "stride 2, start −2" in page
    assert not re.search(r"""(src|href)=["'](?!#|data:)""", page)
    svg = write_drawing(summary, tmp_path / "drawing.svg").read_text(encoding="utf-8")
    assert ElementTree.fromstring(svg).tag.endswith("svg")
    assert "prefers-color-scheme" in svg
    assert "61,706" in summary_html(summary)
    folded = write_summary_page(pellucid.summary("resnet56"), tmp_path / "deep.html").read_text(encoding="utf-8")
    assert "built like stage1.block1" in folded
    with pytest.raises(ModelError, match="nothing to draw"):
        write_drawing(pellucid.summary(nn.Sequential(), input_shape=(4,)), tmp_path / "none.svg")


def test_a_kernel_along_one_axis_is_one_number_and_only_weights_join_all_with_all() -> None:
    class Listener(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv1d(3, 8, 7, padding=3, stride=2)
            self.fc = nn.Linear(8, 8)

        def forward(self, inputs: Tensor) -> Tensor:
            answered: Tensor = self.fc(self.conv(inputs).mean(-1)).clamp(0, 1)
            return answered

    summary = summarise_model(Listener(), Form(shape=(3, 20)))
    assert summary.layers[0].details == "7, stride 2, padding 3"
    picture = drawn(summary)
    assert "conv, kernel 7, / 2" in words_of(picture)
    assert sum(path.attrib.get("class") == "synapses" for path in picture.iter("path")) == 1  # into fc, not into clamp


@pytest.mark.parametrize("count", [8, 11, 12, 13])
def test_no_column_of_neurons_reaches_the_words_below_it(count: int) -> None:
    picture = drawn(summarise_model(nn.Linear(count, 2), Form(shape=(count,))))
    size = next(one for one in picture.iter("text") if one.text == str(count))
    lowest = max(float(one.attrib["cy"]) + float(one.attrib["r"]) for one in picture.iter("circle"))
    assert lowest < float(size.attrib["y"]) - 10
