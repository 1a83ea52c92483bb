"""Which file formats count as pictures, and what a file that is none of them looks like."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from importlib import import_module

from PIL import Image

# Pillow's other plugins are left out on purpose: EPS runs Ghostscript, WMF needs Windows, and the rest are not pictures
# that anyone learns from. A stranger's file must never start another program.
FORMATS: tuple[str, ...] = (
    "JPEG",
    "PNG",
    "GIF",
    "BMP",
    "DIB",
    "TIFF",
    "WEBP",
    "PPM",
    "TGA",
    "ICO",
    "JPEG2000",
    "AVIF",
    "PCX",
)
"""Pillow's names of the formats that are read; JPEG includes MPO, the stereo pictures of some cameras."""

_SUFFIXES: dict[str, tuple[str, ...]] = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif", "mpo"),
    "PNG": ("png", "apng"),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "TIFF": ("tif", "tiff"),
    "WEBP": ("webp",),
    "AVIF": ("avif",),
    "PPM": ("ppm", "pgm", "pbm", "pnm"),
    "TGA": ("tga",),
    "ICO": ("ico",),
    "JPEG2000": ("jp2", "j2k", "jpx"),
    "PCX": ("pcx",),
    "DICOM": ("dcm", "dicom"),
    "HEIC": ("heic", "heif", "hif"),
}

IMAGE_SUFFIXES: frozenset[str] = frozenset(f".{ending}" for endings in _SUFFIXES.values() for ending in endings)
"""File endings, lower case with the dot, that are taken for pictures."""

_FORMAT_OF = {f".{ending}": name for name, endings in _SUFFIXES.items() for ending in endings}
_SAME_FORMAT = {"MPO": "JPEG", "DIB": "BMP"}
_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_AVIF_BRANDS = frozenset({b"avif", b"avis"})


_PLUGIN_NAMES = {"DIB": "Bmp", "BMP": "Bmp", "WEBP": "WebP", "JPEG2000": "Jpeg2K"}


@cache
def readable_formats() -> tuple[str, ...]:
    """Return those of `FORMATS` that the installed Pillow knows: older ones come without AVIF."""
    for name in FORMATS:  # and not Image.init(), which imports thirty plugins that nobody asked for
        with suppress(ImportError):
            import_module(f"PIL.{_PLUGIN_NAMES.get(name, name.capitalize())}ImagePlugin")
    return tuple(name for name in FORMATS if name in Image.OPEN)


def expected_format(suffix: str, found: str) -> str | None:
    """Return the format that a file's ending promises when the file is of another one, else None.

    Args:
        suffix: lower case, with the dot.
        found: the format that the bytes have, as `Picture.format` says it.
    """
    promised = _FORMAT_OF.get(suffix)
    return None if promised is None or promised == _SAME_FORMAT.get(found, found) else promised


def special_format(data: bytes) -> str | None:
    """Return "DICOM" or "HEIC" for bytes that Pillow does not read but an extra does, else None."""
    if data[128:132] == b"DICM":
        return "DICOM"
    if data[4:8] == b"ftyp":
        end = min(int.from_bytes(data[:4], "big"), 256)
        brands = {data[8:12], *(data[place : place + 4] for place in range(16, end, 4))}
        if brands & _HEIC_BRANDS and not brands & _AVIF_BRANDS:
            return "HEIC"
    return None


def describe_foreign_bytes(data: bytes) -> str:
    """Say in a few words what bytes that are no known picture look like, with the way out where there is one."""
    head = data[:512]
    text = head.lstrip().lower()
    if head.startswith(b"version https://git-lfs"):
        return "it is a pointer left by Git LFS (fetch the real file with: git lfs pull)"
    if text.startswith((b"<!doctype html", b"<html", b"<head")):
        return "it is a web page, not a picture"
    if text.startswith((b"<svg", b"<?xml")):
        return "it is a drawing or text in XML, not a picture of pixels"
    if head.startswith(b"%PDF"):
        return "it is a PDF document, not a picture"
    if head.startswith(b"PK\x03\x04"):
        return "it is a ZIP archive, not a picture"
    if not head.strip(b"\0"):
        return "it holds only zeros"
    return "it is not in a picture format that is known here"
