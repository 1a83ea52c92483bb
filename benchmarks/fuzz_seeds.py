"""The honest files that `fuzz_decoder.py` damages: small pictures of every format and mode that is read."""

from __future__ import annotations

import base64
import importlib.util
import io
from typing import Any

import numpy as np
from PIL import Image

from pellucid.decoding.formats import readable_formats

_MODES = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "L", "P", "RGBA", "LA", "1", "I;16"),
    "GIF": ("P", "L"),
    "BMP": ("RGB", "L", "P", "1"),
    "TIFF": ("RGB", "L", "P", "RGBA", "1", "CMYK", "LAB", "I;16", "F"),
    "WEBP": ("RGB", "RGBA"),
    "PPM": ("RGB", "L", "1"),
    "TGA": ("RGB", "L", "P", "RGBA"),
    "ICO": ("RGBA",),
    "JPEG2000": ("RGB", "L", "RGBA"),
    "AVIF": ("RGB", "RGBA"),
    "PCX": ("RGB", "L", "P"),
}

# 24 x 16 pixels, encoded once by libheif with x265: no encoder is among the packages that Pellucid uses.
_HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "ADRpbG9jAAAAAERAAAIAAQAAAAAB4QABAAAAAAAAAL4AAgAAAAACnwABAAAAAAAAACQAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAA"
    "AAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/GlwcnAAAADcaXBjbwAAAHVodmNDAQNwAAAA"
    "kAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQApQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq"
    "rprm4CGgwIAAAAyAAAADAIRiAAEABkQBwXPBiQAAABNjb2xybmNseAABAA0ABoAAAAAUaXNwZQAAAAAAAABAAAAAQAAAAChjbGFw"
    "AAAAGAAAAAEAAAAQAAAAAf///9gAAAAC////0AAAAAIAAAAQcGl4aQAAAAADCAgIAAAAGGlwbWEAAAAAAAAAAQABBYECAwWEAAAA"
    "GmlyZWYAAAAAAAAADmNkc2MAAgABAAEAAADqbWRhdAAAALooAa8GMh9JktBdQ4ib4h///4VHsvaK7qdIgk1F/tszazm4jaL+2v4k"
    "H1QfeZ+DsuPOQuA3u5+keW09idg2zpbFYnfjkVQNbe+93QL7Ng9ZiSXEQvbASRgE8hV75OS84I1/x5CWA+xBGeorOAo/L+SBBMG7"
    "Te9DA7/ExHAxJvkuhiftdewc//0ee1GofB0EJuKlY/pLF32+S6GLkRsBE3HLdobkfQYkbHj/189342AO3N6ac1SZwR5jemAAAAAG"
    "RXhpZgAATU0AKgAAAAgAAQESAAMAAAABAAEAAAAAAAA="
)


def honest_files() -> list[bytes]:
    """Return the files, always the same ones in the same order for one set of installed packages."""
    random = np.random.default_rng(7)
    files = []
    for kind in readable_formats():
        for mode in _MODES.get(kind, ()):
            for options in _options(kind):
                files.append(_saved(_picture(random, mode), kind, **options))
    for kind in ("GIF", "TIFF", "WEBP", "PNG"):
        frames = [_picture(random, "RGB") for _ in range(3)]
        files.append(_saved(frames[0], kind, save_all=True, append_images=frames[1:]))
    files.extend(_turned(random, orientation) for orientation in range(1, 9))
    if importlib.util.find_spec("pi_heif") is not None:
        files.extend([_HEIC] * 3)
    if importlib.util.find_spec("pydicom") is not None:
        files.extend(_dicoms(random))
    return files


def _options(kind: str) -> list[dict[str, Any]]:
    if kind == "TIFF":
        return [{}, {"compression": "tiff_lzw"}, {"compression": "tiff_adobe_deflate"}, {"compression": "packbits"}]
    if kind == "JPEG":
        return [{}, {"progressive": True}, {"quality": 30, "subsampling": 2}]
    if kind == "WEBP":
        return [{}, {"lossless": True}]
    return [{}]


def _picture(random: np.random.Generator, mode: str) -> Image.Image:
    if mode == "I;16":
        return Image.fromarray(random.integers(0, 65536, (24, 31), dtype=np.uint16))
    if mode == "F":
        return Image.fromarray(random.random((24, 31), dtype=np.float32))
    plain = Image.fromarray(random.integers(0, 256, (24, 31, 3), dtype=np.uint8))
    if mode == "LAB":
        return Image.merge("LAB", plain.split())
    return plain.convert("L").convert("LA") if mode == "LA" else plain.convert(mode)


def _turned(random: np.random.Generator, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return _saved(_picture(random, "RGB"), "JPEG", exif=exif)


def _saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    try:
        image.save(buffer, kind, **options)
    except (OSError, ValueError, KeyError):  # a compression that this mode does not have
        buffer = io.BytesIO()
        image.save(buffer, kind)
    return buffer.getvalue()


def _dicoms(random: np.random.Generator) -> list[bytes]:
    import pydicom

    files = []
    for signed, frames, window in ((False, 1, True), (True, 1, False), (False, 3, False)):
        data = pydicom.Dataset()
        data.file_meta = pydicom.dataset.FileMetaDataset()
        data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
        data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = pydicom.uid.SecondaryCaptureImageStorage
        data.SOPInstanceUID = data.file_meta.MediaStorageSOPInstanceUID = pydicom.uid.UID("1.2.3.4")
        data.Rows, data.Columns, data.SamplesPerPixel = 24, 31, 1
        data.PhotometricInterpretation = "MONOCHROME1" if signed else "MONOCHROME2"
        data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 12, 11, int(signed)
        if frames > 1:
            data.NumberOfFrames = frames
        if window:
            data.RescaleSlope, data.RescaleIntercept, data.WindowCenter, data.WindowWidth = 1, -1024, 40, 400
        data.PixelData = random.integers(0, 2048, (frames, 24, 31), dtype=np.uint16).tobytes()
        buffer = io.BytesIO()
        pydicom.dcmwrite(buffer, data, enforce_file_format=True)
        files.append(buffer.getvalue())
    return files
