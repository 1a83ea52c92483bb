"""DICOM pictures, where the extra is installed: checked against pydicom's own functions and by hand."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from pellucid.decoding import decode_picture
from pellucid.errors import DecodingError

pydicom = pytest.importorskip("pydicom")


def _dicom(stored: NDArray[Any], *, photometric: str = "MONOCHROME2", bits: int = 12, **tags: Any) -> bytes:
    """Return a DICOM file of one grey picture, or of several frames [frames, H, W]."""
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
    data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = "1.2.3.4"
    data.Rows, data.Columns = stored.shape[-2:] if photometric != "RGB" else stored.shape[:2]
    data.SamplesPerPixel = 3 if photometric == "RGB" else 1
    data.PhotometricInterpretation = photometric
    data.BitsAllocated, data.BitsStored, data.HighBit = stored.dtype.itemsize * 8, bits, bits - 1
    data.PixelRepresentation = int(stored.dtype.kind == "i")
    if photometric == "RGB":
        data.PlanarConfiguration = 0
    elif stored.ndim == 3:
        data.NumberOfFrames = len(stored)
    data.PixelData = stored.tobytes()
    for name, value in tags.items():
        setattr(data, name, value)
    buffer = io.BytesIO()
    pydicom.dcmwrite(buffer, data, enforce_file_format=True)
    return buffer.getvalue()


def test_without_a_window_the_whole_storable_range_is_kept() -> None:
    picture = decode_picture(_dicom(np.array([[0, 1024, 4095]], np.uint16)))
    assert picture.pixels.dtype == np.uint16
    np.testing.assert_array_equal(picture.pixels, [[0, round(1024 * 65535 / 4095), 65535]])
    assert (picture.format, picture.mode, picture.window) == ("DICOM", "MONOCHROME2", None)


def test_rescale_and_window_are_applied_as_pydicom_applies_them() -> None:
    stored = np.array([[0, 900, 1000, 1024, 1064, 1100, 1300, 4095]], np.uint16)
    data = _dicom(stored, RescaleSlope=1, RescaleIntercept=-1024, WindowCenter=40, WindowWidth=400)
    picture = decode_picture(data)
    assert picture.window == (40.0, 400.0)
    header = pydicom.dcmread(io.BytesIO(data))
    shown = pydicom.pixels.apply_voi_lut(pydicom.pixels.apply_modality_lut(stored, header), header)
    low, high = -1024.0, 4095.0 - 1024.0  # the range that pydicom spreads the window over
    np.testing.assert_allclose(picture.pixels, (shown - low) / (high - low) * 65535, atol=1)
    assert picture.pixels[0, 0] == 0
    assert picture.pixels[0, -1] == 65535


def test_the_first_of_several_windows_is_taken() -> None:
    data = _dicom(np.array([[0, 4095]], np.uint16), WindowCenter=[2048, 100], WindowWidth=[4096, 10])
    assert decode_picture(data).window == (2048.0, 4096.0)


def test_monochrome1_is_inverted() -> None:
    picture = decode_picture(_dicom(np.array([[0, 4095]], np.uint16), photometric="MONOCHROME1"))
    np.testing.assert_array_equal(picture.pixels, [[65535, 0]])


def test_signed_values_keep_their_order() -> None:
    picture = decode_picture(_dicom(np.array([[-2048, 0, 2047]], np.int16)))
    np.testing.assert_array_equal(picture.pixels, [[0, round(2048 * 65535 / 4095), 65535]])


def test_a_table_of_values_of_interest_is_applied() -> None:
    table = pydicom.Dataset()
    table.LUTDescriptor = [4, 0, 8]
    table.LUTData = np.array([255, 200, 100, 0], np.uint16).tobytes()
    table["LUTDescriptor"].VR = table["LUTDescriptor"].VR
    data = _dicom(np.array([[0, 1, 2, 3]], np.uint16), VOILUTSequence=[table])
    np.testing.assert_array_equal(decode_picture(data).pixels, np.array([[255, 200, 100, 0]]) * 257)


def test_the_first_of_several_frames_is_taken_and_told() -> None:
    picture = decode_picture(_dicom(np.array([[[1, 2]], [[3, 4]]], np.uint8), bits=8))
    np.testing.assert_array_equal(picture.pixels, [[257, 514]])
    assert picture.several_frames


def test_colour_stays_colour() -> None:
    values = np.arange(12, dtype=np.uint8).reshape(2, 2, 3)
    picture = decode_picture(_dicom(values, photometric="RGB", bits=8))
    np.testing.assert_array_equal(picture.pixels, values)


def test_dicom_without_pixels_or_cut_off_is_a_decoding_error() -> None:
    data = _dicom(np.zeros((8, 8), np.uint16))
    with pytest.raises(DecodingError):
        decode_picture(data[:-20])
    with pytest.raises(DecodingError, match="without a picture"):
        decode_picture(data[: data.index(b"\xe0\x7f\x10\x00")])
