"""Which size, which channels and which resize policy: data, model and flags reconciled, each with its reason."""

from __future__ import annotations

from typing import Literal

from pellucid.errors import ModelError, RecipeError
from pellucid.kinds import ImageInput, Wishes
from pellucid.preprocessing.framing import ResizePolicy
from pellucid.records import Decision
from pellucid.words import percent

SMALL_SIDE = 96
"""Side that larger pictures get when neither flag nor model says otherwise: two cores train on it in minutes."""
MAX_SIDE = 8192
_BEARABLE_LOSS = 0.20
# Borrowed weights saw the middle of photos, filled to the edge. Frozen on validation of ants and bees and of five
# flowers, three seeds each, a crop beats bars: log loss 0.143 against 0.174 and 0.394 against 0.473.
_BEARABLE_LOSS_BORROWED = 0.50
_SAME_SHAPE = 0.02


def resolve_size(
    pictures: ImageInput, wishes: Wishes, *, imgsz: int | None, model: str
) -> tuple[tuple[int, int], Decision]:
    """Return (height, width) and why.

    Raises:
        RecipeError: the flag is no size.
        ModelError: the model cannot take the size the flag asks for.
    """
    if imgsz is not None:
        _check_flag(imgsz, wishes, model)
        return (imgsz, imgsz), _size_decision((imgsz, imgsz), "asked for by --imgsz")
    typical = min(pictures.median_size)
    found = f"the pictures have {_by(pictures.median_size)} pixels" + ("" if _one_size(pictures) else " (median)")
    if wishes.sizes:
        side = min(wishes.sizes, key=lambda size: (abs(size - typical), size))
        which = "takes only this size" if len(wishes.sizes) == 1 else f"takes {_or(wishes.sizes)}; this is nearest"
        return (side, side), _size_decision((side, side), f"{model} {which}: {found}", flag=len(wishes.sizes) > 1)
    if wishes.default_size is not None:
        side = _acceptable(wishes.default_size, wishes)
        reason = f"{model} was designed for it; {found}"
        if side > 2 * typical:
            reason += "; a smaller --imgsz is quicker"
        return (side, side), _size_decision((side, side), reason)
    size, reason = _own_policy(pictures, found)
    allowed = (_acceptable(size[0], wishes), _acceptable(size[1], wishes))
    if allowed != size:
        reason = f"{model} needs {_needs(wishes)}; {found}"
    return allowed, _size_decision(allowed, reason)


def resolve_channels(
    pictures: ImageInput, wishes: Wishes, *, colour: Literal["grey", "rgb"] | None, model: str
) -> tuple[Literal[1, 3], Decision]:
    """Return 1 (grey) or 3 (RGB) and why.

    Raises:
        ModelError: the model cannot take what the flag asks for.
    """
    takes: set[int] = set(wishes.channels)
    if colour is not None:
        channels: Literal[1, 3] = 1 if colour == "grey" else 3
        if channels not in takes:
            raise ModelError(
                f"{model} cannot take {colour} pictures.",
                expected=f"{_or(sorted(takes))} channels.",
                fix="Leave --colour out, or choose another model (--model).",
            )
        return channels, _colour_decision(channels, "asked for by --colour")
    channels = pictures.channels
    if channels in takes:
        reason = "no picture has colours" if channels == 1 else "the pictures have colours"
        other = (3 if channels == 1 else 1) in takes
        return channels, _colour_decision(channels, reason + (" (--colour)" if other else ""))
    if channels == 1:
        return 3, _colour_decision(3, f"{model} takes three channels: grey is repeated")
    return 1, _colour_decision(1, f"{model} takes one channel: colours are turned to grey")


def resolve_resize(
    pictures: ImageInput, size: tuple[int, int], *, resize: ResizePolicy | None, borrowed: bool = False
) -> tuple[ResizePolicy, Decision]:
    """Return the policy, chosen from the measured proportions, and why.

    Args:
        pictures: what was measured of them.
        size: (height, width) of the canvas.
        resize: asked for; None to choose.
        borrowed: whether the model starts from weights that learned from photos.
    """
    if resize is not None:
        return resize, Decision(name="resize", value=resize, reason="asked for by --resize")
    target = size[1] / size[0]
    narrow, middle, wide = pictures.aspect_ratios
    lost = max(_lost_by_crop(narrow, target), _lost_by_crop(wide, target))
    if lost <= _SAME_SHAPE and _lost_by_crop(middle, target) <= _SAME_SHAPE:
        return "crop", Decision(
            name="resize", value="crop", reason="the pictures have the canvas' shape: nothing is lost (--resize)"
        )
    if lost <= _BEARABLE_LOSS:
        reason = f"cutting out the middle loses at most {percent(lost)} of the area of 95 % of the pictures (--resize)"
        return "crop", Decision(name="resize", value="crop", reason=reason)
    if wide / narrow - 1 <= _SAME_SHAPE:
        reason = (
            f"all pictures have the same width/height, {middle:.2f}: squeezed alike, and nothing cut off (--resize)"
        )
        return "stretch", Decision(name="resize", value="stretch", reason=reason)
    if borrowed and pictures.channels == 3 and lost <= _BEARABLE_LOSS_BORROWED:
        reason = (
            f"the pretrained weights learned from the middle of photos, too; 5 % of the pictures lose {percent(lost)} "
            "or more of their area (--resize pad keeps all, between bars)"
        )
        return "crop", Decision(name="resize", value="crop", reason=reason)
    reason = (
        f"cutting out the middle would cost 5 % of the pictures {percent(lost)} of their area or more; bars cost "
        "nothing (--resize)"
    )
    return "pad", Decision(name="resize", value="pad", reason=reason)


def _own_policy(pictures: ImageInput, found: str) -> tuple[tuple[int, int], str]:
    height, width = pictures.median_size
    if _one_size(pictures) and max(height, width) <= SMALL_SIDE:
        return (height, width), "all pictures have this size"
    side = min(SMALL_SIDE, max(height, width))
    if side == SMALL_SIDE:
        return (side, side), f"small enough to train quickly; {found}; a larger --imgsz shows more detail"
    return (side, side), f"their own size: {found}"


def _check_flag(imgsz: int, wishes: Wishes, model: str) -> None:
    if not 1 <= imgsz <= MAX_SIDE:
        raise RecipeError(f"--imgsz is {imgsz}.", expected=f"1 to {MAX_SIDE} pixels.", fix="Give a size in this range.")
    if wishes.sizes and imgsz not in wishes.sizes:
        nearest = min(wishes.sizes, key=lambda size: (abs(size - imgsz), size))
        raise ModelError(
            f"{model} cannot take {imgsz} x {imgsz} pixels.",
            expected=f"It takes {_or(wishes.sizes)}.",
            fix=f"Use --imgsz {nearest}.",
        )
    if _acceptable(imgsz, wishes) != imgsz:
        raise ModelError(
            f"{model} cannot take {imgsz} x {imgsz} pixels.",
            expected=f"It needs {_needs(wishes)}.",
            fix=f"Use --imgsz {_acceptable(imgsz, wishes)}.",
        )


def _acceptable(side: int, wishes: Wishes) -> int:
    """Return the side nearest to this one that is a multiple of what the model wants, and not too small."""
    multiple = wishes.multiple_of
    least = -(-max(1, wishes.min_size) // multiple) * multiple
    return max(least, (side + multiple // 2) // multiple * multiple)


def _needs(wishes: Wishes) -> str:
    needs = [f"at least {wishes.min_size} pixels"] if wishes.min_size > 1 else []
    needs += [f"a multiple of {wishes.multiple_of}"] if wishes.multiple_of > 1 else []
    return " and ".join(needs)


def _lost_by_crop(proportion: float, target: float) -> float:
    return 1 - min(proportion / target, target / proportion)


def _one_size(pictures: ImageInput) -> bool:
    return pictures.min_size == pictures.max_size


def _size_decision(size: tuple[int, int], reason: str, *, flag: bool = True) -> Decision:
    say = flag and "--imgsz" not in reason
    return Decision(name="imgsz", value=_by(size), reason=reason + (" (--imgsz)" if say else ""))


def _colour_decision(channels: int, reason: str) -> Decision:
    return Decision(name="colour", value="grey" if channels == 1 else "rgb", reason=reason)


def _by(size: tuple[int, int]) -> str:
    return f"{size[0]} x {size[1]}"


def _or(values: tuple[int, ...] | list[int]) -> str:
    return " or ".join(str(value) for value in values)
