"""What a decode gives: the pixels, and what the file said about them."""

from __future__ import annotations

from dataclasses import dataclass

from pellucid.decoding.modes import Pixels


@dataclass(frozen=True)
class Picture:
    """A decoded picture and what its file said."""

    pixels: Pixels
    """(H, W) or (H, W, 3), upright; uint8, uint16, or (H, W) float32 of values as they stand in the file."""
    format: str
    """Pillow's name of the file format, e.g. "JPEG"; "DICOM" and "HEIC" for those two."""
    mode: str
    """Pillow's name of the mode in the file, e.g. "L", "CMYK", "I;16"; of DICOM its photometric interpretation."""
    orientation: int = 1
    """EXIF orientation that was applied, 1 for none."""
    see_through: bool = False
    """Whether any of it was transparent, and lies over white now."""
    several_frames: bool = False
    """Whether the file holds more frames or pages than the first one, which was taken."""
    narrowed: bool = False
    """Whether it has 16 bits per channel of colour, of which the high 8 were kept."""
    wide: bool = False
    """Whether the file holds floats, signed or 32-bit integers."""
    window: tuple[float, float] | None = None
    """(centre, width) that the file asks to be shown with, and that was applied; DICOM only."""
