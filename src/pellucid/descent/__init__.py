"""Gradient descent that one can see: a small exact problem comes in, the paths of optimizers and boundaries go out.

Problems of one and two parameters, whose whole loss surface can be drawn; and problems of two inputs, whose plane can
be followed through a network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pellucid.late import late_names

if TYPE_CHECKING:
    from pellucid.descent.paths import OPTIMIZERS, default_rate, descend, descend_at_rates
    from pellucid.descent.plane import PLANES, REACH, Plane, Snapshot, Stage, carry_plane
    from pellucid.descent.problems import PROBLEMS, Problem, problem_of
    from pellucid.descent.records import Descent, Path

__all__ = [
    "OPTIMIZERS",
    "PLANES",
    "PROBLEMS",
    "REACH",
    "Descent",
    "Path",
    "Plane",
    "Problem",
    "Snapshot",
    "Stage",
    "carry_plane",
    "default_rate",
    "descend",
    "descend_at_rates",
    "problem_of",
]

__getattr__ = late_names(
    __name__,
    {
        "Descent": "records",
        "OPTIMIZERS": "paths",
        "PLANES": "plane",
        "PROBLEMS": "problems",
        "Path": "records",
        "Plane": "plane",
        "Problem": "problems",
        "REACH": "plane",
        "Snapshot": "plane",
        "Stage": "plane",
        "carry_plane": "plane",
        "default_rate": "paths",
        "descend": "paths",
        "descend_at_rates": "paths",
        "problem_of": "problems",
    },
)
