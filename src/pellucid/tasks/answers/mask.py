"""A class for each pixel of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

from pellucid.tasks.answers.base import Answer, OneKind

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class MaskAnswer(OneKind):
    """A class for each pixel of N pictures.

    Attributes:
        masks: [N, H, W] uint8 numbers of the likeliest classes.
        sure: [N, H, W] float16, the probability of that class.
        num_classes: K.
    """

    kind: ClassVar[str] = "mask"
    masks: NDArray[np.uint8]
    sure: NDArray[np.float16]
    num_classes: int

    def __len__(self) -> int:
        return len(self.masks)

    @property
    def numbers(self) -> NDArray[np.float32]:
        """[N, K]: what share of a canvas's pixels is answered with each class."""
        import numpy as np

        flat = self.masks.reshape(len(self), -1)
        counts = [np.bincount(row, minlength=self.num_classes) for row in flat]
        shares = np.array(counts, np.float64).reshape(len(self), self.num_classes) / max(1, flat.shape[1])
        return shares.astype(np.float32)

    @property
    def as_targets(self) -> NDArray[np.uint8]:
        """[N, H, W] numbers of classes."""
        return self.masks

    @classmethod
    def joined(cls, parts: Sequence[Answer]) -> Self:
        """Join the pictures."""
        import numpy as np

        every = [cls.of(part) for part in parts]
        if len(every) == 1:
            return every[0]
        masks, sure = np.concatenate([one.masks for one in every]), np.concatenate([one.sure for one in every])
        return cls(masks, sure, every[0].num_classes)

    def foremost(self, example: int = 0) -> tuple[int, str]:
        """Return the class of most pixels."""
        return int(self.numbers[example].argmax()), "the class of most pixels"
