"""Which file formats count as pictures, and what a file that is none of them looks like."""

from __future__ import annotations

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

IMAGE_SUFFIXES: frozenset[str] = frozenset(
    f".{ending}"
    for endings in (
        ("jpg", "jpeg", "jpe", "jfif", "mpo", "png", "apng", "gif", "bmp", "dib", "tif", "tiff", "webp", "avif"),
        ("ppm", "pgm", "pbm", "pnm", "tga", "ico", "jp2", "j2k", "jpx", "pcx"),
    )
    for ending in endings
)
"""File endings, lower case with the dot, that are taken for pictures."""


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
    if head[4:8] == b"ftyp" and head[8:12] in (b"heic", b"heix", b"mif1", b"hevc"):
        return "it is a HEIC picture, which cannot be read here (convert it to JPEG or PNG)"
    if head[128:132] == b"DICM":
        return "it is a DICOM file, which cannot be read here (convert it to PNG or TIFF)"
    if head.startswith(b"%PDF"):
        return "it is a PDF document, not a picture"
    if head.startswith(b"PK\x03\x04"):
        return "it is a ZIP archive, not a picture"
    if not head.strip(b"\0"):
        return "it holds only zeros"
    return "it is not in a picture format that is known here"
