"""Tensors from files against what they are for: each fault is found, and what is meant is let through."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from pellucid.models import Wanted, tensor_faults, wanted_of

INF, NAN = float("inf"), float("nan")


@pytest.mark.parametrize(
    ("tensor", "fault"),
    [
        (torch.zeros(2, 3), None),
        (torch.zeros(2, 3, dtype=torch.float64), None),
        (torch.zeros(2, 3, dtype=torch.bfloat16), None),
        (torch.zeros(3, 2), "another shape"),
        (torch.zeros(6), "another shape"),
        (torch.zeros(()), "another shape (w is a single number, not 2 x 3)"),
        (torch.zeros(0, 3), "another shape"),
        (torch.zeros(2, 3, dtype=torch.int64), "another kind of number (w is int64)"),
        (torch.zeros(2, 3, dtype=torch.bool), "another kind of number"),
        (torch.zeros(2, 3, dtype=torch.complex64), "another kind of number"),
        (torch.full((2, 3), NAN), "NaN or infinite"),
        (torch.tensor([[0.0, 0, 0], [0, 0, -INF]]), "NaN or infinite"),
        (torch.full((2, 3), 1e300, dtype=torch.float64), "NaN or infinite"),  # infinite in float32
        (torch.full((2, 3), NAN).to(torch.float8_e5m2), "NaN or infinite"),
    ],
    ids=str,
)
def test_each_fault_of_a_tensor_is_said(tensor: Tensor, fault: str | None) -> None:
    faults = tensor_faults({"w": tensor}, {"w": Wanted((2, 3))})
    assert (fault or "") in "; ".join(faults)
    assert bool(faults) == (fault is not None)


def test_missing_and_unknown_names_are_listed_but_not_all_of_many() -> None:
    faults = tensor_faults({f"x{number}": torch.zeros(1) for number in range(9)}, {"w": Wanted((1,))})
    assert faults == ["1 missing (w)", "9 unknown (x0, x1, x2, x3, ...)"]
    assert tensor_faults({}, {"w": Wanted((1,), optional=True)}) == []


def test_ranges_and_whole_numbers_are_held() -> None:
    step = Wanted((), least=1.0, whole=True)
    for value, is_right in ((1.0, True), (7.0, True), (0.0, False), (-3.0, False), (1.5, False), (NAN, False)):
        assert (tensor_faults({"step": torch.tensor(value)}, {"step": step}) == []) == is_right, value


def test_a_mask_of_minus_infinity_is_meant_and_other_infinities_are_not() -> None:
    class Masked(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.register_buffer("mask", torch.triu(torch.full((3, 3), -INF), 1))

    wanted = wanted_of(Masked())
    assert tensor_faults({"mask": torch.triu(torch.full((3, 3), -INF), 1)}, wanted) == []
    for wrong in (torch.triu(torch.full((3, 3), INF), 1), torch.full((3, 3), -INF), torch.full((3, 3), NAN)):
        assert tensor_faults({"mask": wrong}, wanted) == ["1 with NaN or infinite numbers (mask)"]


def test_variances_are_not_negative() -> None:
    norm = nn.BatchNorm1d(3)
    state = dict(norm.state_dict())
    assert tensor_faults(state, wanted_of(norm)) == []
    assert tensor_faults(state | {"running_var": torch.tensor([1.0, -1, 1])}, wanted_of(norm)) == [
        "1 with numbers that cannot be (running_var)"
    ]
