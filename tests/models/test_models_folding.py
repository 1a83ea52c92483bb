from __future__ import annotations

import torch

from pellucid.models import LayerBlock, ModelSummary, Repeated, find_model, fold, rows_of, summarise_model, table_rows


def summary_of(name: str) -> ModelSummary:
    entry = find_model(name)
    with torch.device("meta"):
        return summarise_model(entry.build(*entry.example, entry.defaults), entry.example[0], name=name)


def test_a_resnet_folds_into_its_stages() -> None:
    layers = summary_of("tv:resnet50").layers
    parts = fold(layers)
    stages = [part for part in parts if isinstance(part, LayerBlock)]
    assert [stage.path for stage in stages] == ["layer1", "layer2", "layer3", "layer4"]
    repeated = [inner for stage in stages for inner in stage.parts if isinstance(inner, Repeated)]
    assert [len(one.blocks) for one in repeated] == [2, 3, 5, 2]
    assert [row for part in parts for row in rows_of(part)] == list(range(len(layers)))


def test_dense_blocks_fold_although_they_widen() -> None:
    repeated = [
        len(inner.blocks)
        for part in fold(summary_of("tv:densenet121").layers)
        if isinstance(part, LayerBlock)
        for inner in part.parts
        if isinstance(inner, LayerBlock)
        for deep in inner.parts
        if isinstance(deep, Repeated)
        for inner in [deep]
    ]
    assert repeated == [6, 12, 24, 16]


def test_the_folded_table_has_the_totals_of_the_whole_one() -> None:
    for name in ("tv:resnet50", "timm:vit_tiny_patch16_224", "lenet5"):
        summary = summary_of(name)
        folded, whole = table_rows(summary), table_rows(summary, whole=True)
        assert len(whole) == len(summary.layers)
        assert sum(row.parameters for row in folded) == summary.parameters
        assert sum(row.multiply_adds for row in folded) == summary.multiply_adds
        assert len(folded) < len(whole) or name == "lenet5"


def test_blocks_are_named_from_the_first_to_the_last() -> None:
    (more,) = [row for row in table_rows(summary_of("timm:vit_tiny_patch16_224")) if row.num_folded]
    assert more.name == "blocks.1 to 11"
    assert more.num_folded == 11
