"""The vectors of tokens as an exhibit: a map of them, and in words which lie nearest to which."""

from __future__ import annotations

from pellucid.features import TokenVectors
from pellucid.report.charts.token_map import PlacedToken, token_map
from pellucid.report.wording import decimal, percent
from pellucid.runs import Exhibit, ExhibitTable, Figure
from pellucid.words import counted, visible_token

_PAIRS, _ROWS = 5, 60
"""Nearest pairs that the words name; tokens in the table."""


def token_vectors_exhibit(found: TokenVectors, *, command: str = "") -> Exhibit:
    """Return the map, the pairs that lie nearest, and each token's nearest ones as a table."""
    shown = [visible_token(token) for token in found.tokens]
    label = f"Map (PCA) of the vectors of {counted(len(shown), 'token')} in {found.layer}"
    points = [
        PlacedToken(float(x), float(y), int(kind), name, f"{name}, {found.names[kind]}; nearest: {_near(found, place)}")
        for place, ((x, y), kind, name) in enumerate(
            zip(found.positions.tolist(), found.kinds.tolist(), shown, strict=True)
        )
    ]
    own, chance = found.kin
    first, second = found.explained
    rows = tuple(
        (shown[place], found.names[found.kinds[place]], _near(found, place)) for place in range(len(shown))[:_ROWS]
    )
    more = f", the {_ROWS} most frequent in training" if len(shown) > _ROWS else ""
    return Exhibit(
        name="token-vectors",
        title="Where the vectors of tokens lie",
        paragraphs=(
            f"Before training the {counted(found.width, 'number')} of each token's vector were drawn by chance. Now "
            f"{percent(own)} of the {counted(len(shown), 'token')} shown have one of their own kind nearest to them "
            f"({_kinds(found)}); by chance it would be {percent(chance)}.",
            f"Nearest of all lie {_pairs(found, shown)}.",
        ),
        figures=(
            Figure.from_svg(
                str(token_map(points, names=found.names, label=label)),
                alt=label,
                caption="Each mark is a token; pointing at it tells those nearest to it.",
                role="main",
            ),
        ),
        tables=(
            ExhibitTable(
                header=("token", "kind", "nearest, with the cosine of the angle"),
                rows=rows,
                caption=f"Nearest tokens{more}",
                numeric=False,
                fold="The nearest tokens of each",
            ),
        ),
        notes=(
            f"The map shows the two directions in which the vectors vary most, {percent(first)} and {percent(second)} "
            "of the variance (PCA): what differs in others lies together here. Near is measured in all "
            f"{found.width} by the angle.",
        ),
        command=command,
    )


def _near(found: TokenVectors, place: int) -> str:
    near = zip(found.nearest[place].tolist(), found.cosines[place].tolist(), strict=True)
    return ", ".join(f"{visible_token(found.tokens[other])} {decimal(cosine, 2)}" for other, cosine in near)


def _pairs(found: TokenVectors, shown: list[str]) -> str:
    order = sorted(range(len(shown)), key=lambda place: -float(found.cosines[place, 0]))
    pairs: dict[frozenset[int], str] = {}
    for place in order:
        other = int(found.nearest[place, 0])
        words = f"“{shown[place]}” and “{shown[other]}” ({decimal(float(found.cosines[place, 0]), 2)})"
        pairs.setdefault(frozenset((place, other)), words)
    return "; ".join(list(pairs.values())[:_PAIRS])


def _kinds(found: TokenVectors) -> str:
    there = sorted(set(found.kinds.tolist()))
    return ", ".join(found.names[kind] for kind in there)
