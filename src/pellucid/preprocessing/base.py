"""What every fitted preprocessing is: the contract, and the registry."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, SerializeAsAny

from pellucid.kinds import Form, Kind, Kinds

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

    from pellucid.preprocessing.prepared import Prepared


class Preprocessing(Kind):
    """The one fixed way from examples to a network's input; its kind is that of the input it was fitted on.

    On the way lies the prepared form, in which examples are kept: small, and with all done that costs time.
    """

    @property
    def input_shape(self) -> tuple[int, ...]:
        """Shape of one example as the network takes it, without the batch."""
        raise NotImplementedError

    @property
    def form(self) -> Form:
        """One example as the network takes it."""
        return Form(shape=self.input_shape)

    @property
    def prepared_shape(self) -> tuple[int, ...]:
        """Shape of one prepared example, as `prepare_inputs` and `open_inputs` give it (without a margin)."""
        raise NotImplementedError

    @property
    def prepared_dtype(self) -> np.dtype[Any]:
        """Type of a prepared example's numbers."""
        raise NotImplementedError

    @property
    def canvas_size(self) -> tuple[int, int] | None:
        """(H, W) in pixels of the picture that a network sees of one example; None where it sees none."""
        return None

    def to_tensor(self, prepared: NDArray[Any], device: torch.device) -> torch.Tensor:
        """Return prepared examples as the network takes them.

        Args:
            prepared: [N, *prepared_shape] of `prepared_dtype`.
            device: where the tensor goes.

        Returns:
            [N, *input_shape] of the type that `form` says, contiguous.
        """
        raise NotImplementedError

    def lengths(self, prepared: Prepared | NDArray[Any]) -> NDArray[np.int64] | None:
        """Return how many places of each example hold something, where the rest may be cut off; None where all do.

        Args:
            prepared: [N, places, ...]; what is not in memory is not read for this.
        """
        return None

    def completed(self, versions: Mapping[str, str]) -> Self:
        """Return it with all said outright that an older record leaves to the versions of packages that it names.

        Args:
            versions: package to version, as they stand in the run's record.
        """
        return self


PREPROCESSINGS: Kinds[Preprocessing] = Kinds("preprocessing")
PreprocessingSpec = Annotated[Preprocessing, BeforeValidator(PREPROCESSINGS.read), SerializeAsAny()]
"""The type of a record's field that holds any kind of preprocessing."""
