"""An embedding as an exhibit: a mark or a picture per example, and how far its neighbourhoods can be believed."""

from __future__ import annotations

from pellucid.features import Embedding
from pellucid.report.charts import CloudPoint, cloud, thumbnail_map
from pellucid.report.embedding import embed
from pellucid.report.exhibit_names import exhibit_name
from pellucid.report.feature_tiles import picture_tile
from pellucid.report.wording import percent, split_examples
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted

MOST_PICTURES = 600
"""Pictures that are tried for a place on the map: more would not fit, and make the page heavy."""
MOST_MISTAKES = 30
TSNE_NOTE = (
    "t-SNE keeps neighbourhoods and nothing else: distances between groups, their sizes and their shapes on this map "
    "say nothing about the layer (Wattenberg, Viégas and Johnson, How to Use t-SNE Effectively, Distill 2016)."
)
PCA_NOTE = (
    "PCA shows the two directions in which the layer's numbers vary most, undistorted. Examples that differ in other "
    "directions lie on top of one another here."
)


def embedding_exhibit(embedding: Embedding, *, command: str = "") -> Exhibit:
    """Return the map with marks, the map with pictures, and the mistakes as a table."""
    points = [_point(embedding, place) for place in range(embedding.n)]
    method = {"pca": "PCA", "tsne": "t-SNE"}[embedding.method]
    label = f"{method} of {embedding.layer}: {counted(embedding.n, 'example')} of {embedding.split}"
    figures = [
        Figure.from_svg(
            cloud(points, names=embedding.classes, label=label, many=embedding.n > 400),
            alt=label,
            caption="Each mark is an example; pointing at it tells its name.",
        )
    ]
    if embedding.pictures is not None:
        caption = "As many pictures as fit; wrong answers come first, in a thick broken frame."
        drawn = thumbnail_map(_with_pictures(embedding, points), label=f"{label}, as pictures")
        figures.append(Figure.from_svg(drawn, alt=f"{label}, as pictures", caption=caption))
    wrong = [place for place in range(embedding.n) if embedding.wrong[place]]
    tables = (_mistakes(embedding, wrong),) if wrong else ()
    share = (
        f"All {split_examples(embedding.n, embedding.split)}"
        if embedding.n == embedding.num_split
        else f"{embedding.n:,} of the {split_examples(embedding.num_split, embedding.split)}, chosen by seed "
        f"{embedding.seed}"
    )
    where = "what the last layer reads" if embedding.layer == "features" else f"the layer {embedding.layer}"
    return Exhibit(
        name=exhibit_name(embedding.method, embedding.layer, embedding.split),
        title=f"Where the layer “{embedding.layer}” puts the examples ({method})",
        paragraphs=(
            f"{share}, placed by {where} ({counted(embedding.num_features, 'number')} each) and brought to two "
            f"dimensions by {method}."
            + (f" {counted(len(wrong), 'answer')} {'is' if len(wrong) == 1 else 'are'} wrong." if wrong else ""),
            _agreement_words(embedding),
        ),
        figures=tuple(figures),
        tables=tables,
        notes=(_method_note(embedding),),
        command=command,
    )


def _agreement_words(embedding: Embedding) -> str:
    found = embedding.agreement
    kept = f"Of the neighbours in the layer {percent(found.kept)} are still neighbours on the map."
    if found.measure == "explained variance":
        return (
            f"How far the map can be believed: {kept} In the layer the mean of an example's {found.k} nearest "
            f"neighbours explains {percent(found.in_layer)} of the variance of the target; on the map "
            f"{percent(found.on_map)}."
        )
    near = f"an example's {found.k} nearest neighbours"
    if found.measure == "same class":
        shared = f"In the layer {percent(found.in_layer)} of {near} have its class"
    else:
        shared = f"In the layer {near} share {percent(found.in_layer)} of its labels (Jaccard index)"
    return (
        f"How far the map can be believed: {kept} {shared}; on the map {percent(found.on_map)}; by chance it would be "
        f"{percent(found.by_chance)}."
    )


def _method_note(embedding: Embedding) -> str:
    if embedding.explained is None:
        return f"{TSNE_NOTE} It starts from the PCA; seed {embedding.seed}."
    first, second = embedding.explained
    return f"{PCA_NOTE} They hold {percent(first)} and {percent(second)} of the variance."


def _point(embedding: Embedding, place: int) -> CloudPoint:
    x, y = embedding.positions[place].tolist()
    words = f"{embedding.names[place]}: {embedding.targets[place]}"
    answer = embedding.answers[place]
    if answer != embedding.targets[place]:
        words += f", answered {answer}"
    return CloudPoint(x, y, int(embedding.groups[place]), bool(embedding.wrong[place]), words)


def _with_pictures(embedding: Embedding, points: list[CloudPoint]) -> list[CloudPoint]:
    assert embedding.pictures is not None
    chosen = sorted(range(len(points)), key=lambda place: not points[place].wrong)[:MOST_PICTURES]
    return [
        CloudPoint(**{**vars(points[place]), "picture": embed(picture_tile(embedding.pictures[place]), longest=56).uri})
        for place in chosen
    ]


def _mistakes(embedding: Embedding, wrong: list[int]) -> ExhibitTable:
    rows = tuple(
        (embedding.names[place], embedding.targets[place], embedding.answers[place]) for place in wrong[:MOST_MISTAKES]
    )
    more = f", the first {MOST_MISTAKES} of {len(wrong)}" if len(wrong) > MOST_MISTAKES else ""
    return ExhibitTable(
        header=("Example", "Is", "Answered"), rows=rows, caption=f"Wrong answers on the map{more}", numeric=False
    )
