from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from pellucid.cli.main import main
from pellucid.kernels import as_dense, convolve, pool
from pellucid.report import exhibit_html, exhibit_of, write_page


def test_a_page_shows_picture_kernel_result_steps_and_arithmetic(tmp_path: Path) -> None:
    convolved = convolve("18 54 51; 55 121 75; 35 24 204", "1 0 1; 0 1 0; 1 0 1", padding="same")
    last = exhibit_of(pool(convolved, 3), places=[(0, 0)])
    page = write_page([convolved, last], tmp_path / "page.html").read_text()
    assert "cross-correlation, which networks call convolution" in page
    assert "<title>" in page
    assert "429" in page
    assert "Max pooling" in page
    assert "<script>alert" not in page


def test_the_steps_of_a_small_result_are_in_order_and_of_a_large_one_at_its_extremes() -> None:
    small = convolve("1 2 3; 4 5 6; 7 8 9", "1 0; 0 1")
    assert small.steps() == [(0, 0), (0, 1), (1, 0), (1, 1)]
    large = convolve(None, "sobel-x")
    first, second = large.steps()[:2]
    assert large.result[first] == large.result.max()
    assert large.result[second] == large.result.min()


def test_a_step_frames_the_window_and_leaves_later_numbers_empty() -> None:
    convolved = convolve("1 2 3; 4 5 6; 7 8 9", "1 0; 0 1")
    exhibit = exhibit_of(convolved, places=[(0, 1)])
    picture, patch, kernel, result = (one for one in exhibit.figures if one.row.startswith("Step 1:"))
    assert (patch.sign, kernel.sign, result.sign) == ("", "×", "= 8")
    drawings = [ElementTree.fromstring(base64.b64decode(one.data)) for one in (picture, patch, kernel, result)]
    numbers = [[text.text for text in drawn.iter("text")] for drawn in drawings]
    assert numbers[1:] == [["2", "3", "5", "6"], ["1", "0", "0", "1"], ["6", "8"]]  # of the result the first two
    frames = [sum(one.attrib.get("class") == "frame" for one in drawn.iter("rect")) for drawn in drawings]
    assert frames == [1, 0, 0, 1]


def test_the_products_of_a_step_are_folded_away() -> None:
    (table,) = exhibit_of(convolve("1 2 3; 4 5 6; 7 8 9", "1 0; 0 1"), places=[(0, 1)]).tables
    assert table.fold == "The 4 products of row 0, column 1 of the result"
    assert [row[3] for row in table.rows] == ["2", "0", "0", "6", "8"]


def test_colours_are_shown_channel_by_channel_and_added_up() -> None:
    picture = np.random.default_rng(0).integers(0, 256, size=(20, 30, 3), dtype=np.uint8)
    exhibit = exhibit_of(convolve(picture, "edge"))
    captions = " ".join(figure.caption for figure in exhibit.figures)
    for words in ("red channel", "green channel", "blue channel", "channels added up"):
        assert words in captions
    sums = [one.sign for one in exhibit.figures if one.row.startswith("Step 1:")][-1]
    *parts, total = (float(number.replace(",", "").replace("−", "-")) for number in re.findall(r"−?[\d,]+", sums))
    assert sum(parts) == total
    assert "patch in red" in exhibit_html(exhibit)


def test_exhibits_of_pooling_and_of_a_dense_equivalent_are_shown() -> None:
    pooled = exhibit_html(exhibit_of(pool("1 2 0 0; 3 9 0 0; 0 0 5 6; 0 0 8 7", 2)))
    assert "the winner lies at row 1, column 1" in pooled
    assert "channel alone, in grey" not in pooled
    coloured = exhibit_html(exhibit_of(pool(np.arange(48).reshape(4, 4, 3).astype(np.uint8), 2)))
    assert "Drawn below is the red channel alone, in grey." in coloured
    dense = exhibit_html(exhibit_of(as_dense([[1, 2], [3, 4]], (3, 3))))
    assert "55.6" in dense
    assert "output 0, input 0: 1" in dense


def test_the_command_prints_numbers_and_terms_or_json_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    numbers = "18 54 51; 55 121 75; 35 24 204"
    main(["kernel", numbers, "--kernel", "1 0 1; 0 1 0; 1 0 1"])
    printed = capsys.readouterr().out
    assert "cross-correlation, as networks do it" in printed
    assert "total 429" in printed
    assert (tmp_path / "kernel-typed.html").is_file()
    main(["kernel", numbers, "--kernel", "box", "--padding", "same", "--at", "1,1", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert found["arithmetic"][0]["value"] == pytest.approx(637 / 9)
    main(["kernel", numbers, "--pool", "max", "--out", "pooled.html"])
    assert "max pooling" in capsys.readouterr().out
    assert (tmp_path / "pooled.html").is_file()


@pytest.mark.parametrize(
    "words",
    [["--kernel", "sobel"], ["--padding", "half"], ["--at", "4"], ["--at", "99,99"], ["--pool", "min"], ["none.png"]],
)
def test_what_the_command_cannot_do_ends_in_a_message(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["kernel", *words])
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_page_of_padded_pooling_says_what_was_put_around(tmp_path: Path) -> None:
    for kind, words in (("max", "never wins"), ("mean", "count in the mean")):
        pooled = pool("1 2 3; 4 5 6; 7 8 9", 3, kind=kind, stride=2, padding=1)  # type: ignore[arg-type]
        page = write_page([pooled], tmp_path / f"{kind}.html").read_text()
        assert words in page
        assert "inf" not in json.dumps([pooled.to_dict(), pooled.at(0, 0).to_dict()], allow_nan=False)
