"""DICOM pictures, as clinics keep them, through the optional package pydicom.

The way from stored values to what a reader would see follows DICOM PS3.3 section C.11: modality (rescale slope and
intercept), then values of interest (a table or a window), then the photometric interpretation.
"""

from __future__ import annotations

import importlib.util
import io
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pellucid.decoding.limits import room_for
from pellucid.decoding.modes import Pixels
from pellucid.decoding.picture import Picture
from pellucid.errors import DecodingError, MissingExtraError

if TYPE_CHECKING:
    from pydicom.dataset import FileDataset

_TOP = 65535.0


def decode_dicom(data: bytes) -> Picture:
    """Decode the first frame of a DICOM file.

    Grey values become uint16 over the window that the file names, else over the whole range that it can store, so that
    one value means the same in every file of a series. MONOCHROME1 (smallest is white) is inverted. Colour becomes
    uint8.

    Raises:
        DecodingError: pydicom is not installed, there are no pixels, they are too large or packed in a way that needs
            another package. Whatever pydicom raises on damaged bytes goes on to the caller.
    """
    if importlib.util.find_spec("pydicom") is None:
        missing = MissingExtraError("pydicom", extra="dicom", feature="Reading a DICOM file")
        raise DecodingError(f"it is a DICOM file. {missing}")
    import pydicom

    header = pydicom.dcmread(io.BytesIO(data))
    if "PixelData" not in header:
        raise DecodingError("it is a DICOM file without a picture in it.")
    with room_for(int(header.Columns), int(header.Rows)):
        stored = _first_frame(header)
        several = int(header.get("NumberOfFrames", 1) or 1) > 1
        photometric = str(header.PhotometricInterpretation)
        if photometric == "PALETTE COLOR":
            from pydicom.pixels.processing import apply_color_lut

            stored = apply_color_lut(stored, header)
        if stored.ndim == 3:
            colour = _to_uint8(stored)
            return Picture(pixels=colour, format="DICOM", mode=photometric, several_frames=several)
        pixels, window = _shown(stored, header, inverted=photometric == "MONOCHROME1")
        return Picture(pixels=pixels, format="DICOM", mode=photometric, several_frames=several, window=window)


def window_linear(values: NDArray[Any], *, centre: float, width: float) -> NDArray[np.float64]:
    """Return values through a linear window, 0..1 (PS3.3 C.11.2.1.2.1).

    Args:
        values: after the rescale, any shape.
        centre: of the window, in the values' unit.
        width: of the window, at least 1.
    """
    if width <= 1:  # the standard's formula divides by width - 1: a width of 1 is a threshold
        return (np.asarray(values, np.float64) > centre - 0.5).astype(np.float64)
    return np.clip((values - (centre - 0.5)) / (width - 1) + 0.5, 0.0, 1.0)


def _first_frame(header: FileDataset) -> NDArray[Any]:
    from pydicom.pixels.utils import pixel_array

    try:
        return np.asarray(pixel_array(header, index=0))
    except RuntimeError as problem:  # pydicom's way to say that no installed package unpacks this transfer syntax
        syntax = header.file_meta.TransferSyntaxUID.name
        raise DecodingError(
            f"its pixels are packed as '{syntax}', which cannot be unpacked here "
            f"({str(problem).splitlines()[0]:.120}).",
            fix="Convert it to an uncompressed DICOM file, or install pylibjpeg, which pydicom then uses.",
        ) from None


def _shown(
    stored: NDArray[Any], header: FileDataset, *, inverted: bool
) -> tuple[NDArray[np.uint16], tuple[float, float] | None]:
    """Return the picture as it is meant to be seen, uint16, and the window that was applied."""
    from pydicom.pixels.processing import apply_modality_lut, apply_voi_lut

    values = np.asarray(apply_modality_lut(stored, header), np.float64)
    window = None
    if header.get("VOILUTSequence"):
        table = header.VOILUTSequence[0].LUTDescriptor
        share = np.asarray(apply_voi_lut(values.astype(np.int64), header), np.float64) / (2.0 ** int(table[2]) - 1)
    elif header.get("WindowWidth") and header.get("WindowCenter") is not None:
        window = (_first(header.WindowCenter), _first(header.WindowWidth))
        share = window_linear(values, centre=window[0], width=window[1])
    else:
        low, high = _storable(header)
        share = (values - low) / (high - low)
    levels = np.rint(np.clip(share, 0.0, 1.0) * _TOP).astype(np.uint16)
    return (np.uint16(_TOP) - levels if inverted else levels), window


def _storable(header: FileDataset) -> tuple[float, float]:
    """Return the smallest and the largest value that the file could hold, after the rescale."""
    bits = int(header.BitsStored)
    low, high = (-(2.0 ** (bits - 1)), 2.0 ** (bits - 1) - 1) if header.PixelRepresentation else (0.0, 2.0**bits - 1)
    table = header.get("ModalityLUTSequence")
    if table:
        return 0.0, 2.0 ** int(table[0].LUTDescriptor[2]) - 1
    slope, intercept = float(header.get("RescaleSlope", 1) or 1), float(header.get("RescaleIntercept", 0) or 0)
    ends = sorted((low * slope + intercept, high * slope + intercept))
    return ends[0], ends[1]


def _first(value: Any) -> float:
    """Return the first of one or several numbers: a file may offer several windows, the first is the usual one."""
    return float(value) if isinstance(value, int | float | str) or not hasattr(value, "__len__") else float(value[0])


def _to_uint8(colour: NDArray[Any]) -> Pixels:
    wide: NDArray[np.uint8] = (colour >> 8 if colour.dtype.itemsize > 1 else colour).astype(np.uint8)
    return wide[..., :3]
