"""What an audit finds, planted by hand; and that it finds nothing in sets without faults."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.auditing import Audit, AuditFinding, audit_dataset, audit_manifest
from pellucid.auditing.kinds.odd_pictures import unlike
from pellucid.data import dataset_from_arrays, dataset_from_table, dataset_from_texts, load_dataset
from pellucid.kinds import SplitName
from pellucid.printed import text_of

SPLITS: dict[SplitName, NDArray[np.int64]] = {
    "train": np.arange(0, 300),
    "val": np.arange(300, 400),
    "test": np.arange(400, 500),
}


def _photos(count: int = 500) -> NDArray[np.uint8]:
    """Return pictures of waves with noise, [N, 24, 24]."""
    generator = np.random.default_rng(0)
    y, x = np.mgrid[:24, :24] / 24
    waves = [np.sin(generator.uniform(7, 12) * x + generator.uniform(7, 12) * y + number) for number in range(count)]
    noise = generator.normal(0, 12, (count, 24, 24))
    return np.clip(128 + 80 * np.stack(waves) + noise, 0, 255).astype(np.uint8)


def _audit(pixels: NDArray[np.uint8], labels: NDArray[Any] | None = None, **how: Any) -> Audit:
    labels = np.arange(len(pixels)) % 2 if labels is None else labels
    return audit_dataset(dataset_from_arrays(pixels, labels, name="planted", allow_leaks=True, **how))


def _found(audit: Audit, kind: str) -> AuditFinding:
    return next(one for one in audit.findings if one.kind == kind)


def test_a_set_without_faults_has_no_findings() -> None:
    audit = _audit(_photos(), splits=SPLITS)
    assert audit.findings == ()
    assert not audit.is_grave
    assert "nothing was found that is wrong" in text_of(audit)


def test_copies_across_splits_are_high_above_one_percent_and_their_train_copies_go() -> None:
    pixels, labels = _photos(), np.arange(500) % 2
    pixels[400:403] = pixels[0:3]
    pixels[300] = pixels[3]
    labels[[400, 401, 402, 300]] = labels[[0, 1, 2, 3]]
    audit = _audit(pixels, labels, splits=SPLITS)
    test, val = (one for one in audit.findings if one.kind == "leak")
    assert (test.of, test.count, test.severity) == ("test", 3, "high")
    assert (val.of, val.count, val.severity) == ("val", 1, "medium")
    assert test.share == pytest.approx(0.03)
    assert [[one.fix for one in members] for members in test.sets] == [["", "exclude"]] * 3
    assert audit.is_grave
    assert "e.g. example 400 = example 0" in text_of(audit)


def test_equal_pictures_with_other_labels_are_told_apart_from_repeats() -> None:
    pixels, labels = _photos(), np.arange(500) % 2
    pixels[11], pixels[22] = pixels[10], pixels[20]
    audit = _audit(pixels, labels, splits=SPLITS)
    other = _found(audit, "other-label")
    assert (other.severity, other.count) == ("high", 1)
    assert {one.name for one in other.sets[0]} == {"example 10", "example 11"}
    assert _found(audit, "repeat").count == 2
    assert not other.certain


def test_groups_in_several_splits_are_high() -> None:
    groups = np.arange(500)
    groups[450] = groups[7]
    audit = _audit(_photos(), splits=SPLITS, groups=groups)
    found = _found(audit, "straddling-groups")
    assert (found.severity, found.count) == ("high", 1)
    assert [one.split for one in found.sets[0]] == ["train", "test"]


@pytest.mark.parametrize(
    ("kind", "spoil"),
    [
        ("dark", lambda picture: (picture * 0.1).astype(np.uint8)),
        ("pale", lambda picture: (128 + (picture.astype(float) - 128) * 0.08).astype(np.uint8)),
        ("pale", lambda picture: (200 + picture * 0.06).astype(np.uint8)),
        ("empty", lambda picture: np.full_like(picture, 90)),
    ],
)
def test_spoiled_pictures_are_found_among_their_own_and_nothing_else(kind: str, spoil: Any) -> None:
    pixels = _photos()
    for index in (50, 150, 250, 350, 450):
        pixels[index] = spoil(pixels[index])
    found = _found(_audit(pixels, splits=SPLITS), kind)
    named = {members[0].name for members in found.sets}
    assert named == {f"example {index}" for index in (50, 150, 250, 350, 450)}


def test_what_most_are_like_is_no_finding() -> None:
    dark = (_photos() * 0.1).astype(np.uint8)
    assert not [one for one in _audit(dark, splits=SPLITS).findings if one.kind in ("dark", "pale")]


def test_far_is_meant_on_both_sides_where_both_are_asked_for() -> None:
    values = np.r_[np.full(200, 1.0), 5.0, 0.2]
    assert np.flatnonzero(unlike(values, sides=(-1, 1))).tolist() == [200, 201]
    assert np.flatnonzero(unlike(values, sides=(-1,))).tolist() == [201]


def test_rows_of_few_values_are_said_to_repeat_by_nature() -> None:
    few = np.random.default_rng(0).integers(0, 4, 500).astype(float)
    audit = audit_dataset(
        dataset_from_table({"few": few}, np.arange(500) % 2, name="few", splits=SPLITS, allow_leaks=True)
    )
    assert not audit.is_grave
    assert all(one.severity == "info" for one in audit.findings if one.kind == "leak")
    assert audit.not_looked_at


def test_texts_are_compared_letter_by_letter() -> None:
    texts = [f"this is text {number}" for number in range(500)]
    texts[400:404] = texts[:4]
    labels = np.arange(500) % 2
    audit = audit_dataset(dataset_from_texts(texts, labels, name="texts", splits=SPLITS, allow_leaks=True))
    assert (_found(audit, "leak").count, _found(audit, "leak").severity) == (4, "high")


def test_the_certain_fixes_mend_what_was_found_and_undecided_ones_are_comments(tmp_path: Path) -> None:
    pixels, labels = _photos(), np.arange(500) % 2
    pixels[400:403] = pixels[0:3]
    labels[[400, 401, 402]] = labels[[0, 1, 2]]
    pixels[22] = pixels[20]
    arrays = {"train": slice(0, 300), "val": slice(300, 400), "test": slice(400, 500)}
    path = tmp_path / "set.npz"
    saved: dict[str, Any] = {f"{name}_images": pixels[part] for name, part in arrays.items()}
    saved |= {f"{name}_labels": labels[part] for name, part in arrays.items()}
    np.savez(path, **saved)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    audit = audit_dataset(load_dataset(path, allow_leaks=True))
    manifest = tmp_path / "fixes.csv"
    manifest.write_text(audit_manifest(audit, manifest, when="2026-01-01"))
    assert manifest.read_text().splitlines()[0].endswith("; source set.npz")
    assert [line.split(",")[2] for line in manifest.read_text().splitlines()[2:]] == ["exclude"] * 4
    assert manifest.read_text().splitlines()[-1].startswith("# picture 22,")
    mended = audit_dataset(load_dataset(manifest, allow_leaks=True))
    assert mended.n == 497
    assert [one.kind for one in mended.findings] == ["repeat"]
    assert hashlib.sha256(path.read_bytes()).hexdigest() == before


def test_a_line_that_keeps_silences_its_finding(tmp_path: Path) -> None:
    pixels = _photos()
    pixels[250] = 90
    np.savez(tmp_path / "set.npz", images=pixels, labels=np.arange(500) % 2)
    assert [one.kind for one in audit_dataset(load_dataset(tmp_path / "set.npz")).findings] == ["empty"]
    text = "# pellucid fixes 1\nname,content,action,value,why,by,when\npicture 250,,keep,,,,\n"
    audit = audit_dataset(load_dataset(tmp_path / "set.npz", fixes=text))
    assert (audit.findings, audit.kept) == ((), 1)
