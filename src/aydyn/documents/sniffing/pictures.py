"""Pictures are drawn anew from their pixels: nothing else of the file survives.

So EXIF with the place and the phone, XMP, comments, thumbnails, colour profiles, and whatever was hidden behind the last
pixel are gone, and a picture that is also an archive or a page is a picture only. The orientation that EXIF told is
applied first. Size is judged from the header, before any pixel is unpacked. A WebP becomes a JPEG, or a PNG if it is
transparent: every program opens those.
"""

from __future__ import annotations

import struct
import threading
import zlib
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from aydyn.documents.bounds import MAX_PIXELS, MAX_SIDE
from aydyn.documents.errors import Damaged, Unsafe

_READ_AS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP"}
# How each kind is written; no option here carries anything of the old file over.
_WRITTEN_AS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 90, "subsampling": "4:2:0", "progressive": False}),
    "png": ("PNG", {"compress_level": 4}),
}
_MODES = {
    "jpeg": frozenset({"L", "RGB"}),
    "png": frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}),
}
_one_at_a_time = threading.Lock()
_FAULTS = (
    OSError, SyntaxError, ValueError, EOFError, LookupError, TypeError, AttributeError, ArithmeticError, MemoryError,
    RuntimeError, struct.error, zlib.error,
)  # fmt: skip
"""What Pillow is known to raise on files that somebody broke on purpose."""


def redraw(path: Path, code: str, into: Path) -> str:
    """Write the picture anew; returns the kind that it has then. Raises Unsafe (too large, moving) or Damaged."""
    try:
        with _one_at_a_time, Image.open(path, formats=[_READ_AS[code]]) as picture:
            _check(picture, code)
            picture.load()
            ImageOps.exif_transpose(picture, in_place=True)
            becomes = code if code in _WRITTEN_AS else "png" if picture.has_transparency_data else "jpeg"
            name, options = _WRITTEN_AS[becomes]
            _pixels(picture, becomes).save(into, format=name, **options)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large() from None
    except _FAULTS:
        raise Damaged from None
    return becomes


def _check(picture: Image.Image, code: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise too_large()
    # A JPEG may hold further pictures too: phones put a preview or a brighter copy behind; the first one is the photo.
    if code != "jpeg" and getattr(picture, "n_frames", 1) > 1:
        raise Unsafe(_("Moving pictures are not taken."), _("Send a photo, or a picture of one moment of it."))


def _pixels(picture: Image.Image, code: str) -> Image.Image:
    """The picture in a mode that its kind can have, with pixels and palette and none of the file's other information."""
    if picture.mode not in _MODES[code]:
        picture = picture.convert("RGBA" if picture.has_transparency_data and code != "jpeg" else "RGB")
    elif picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    picture.info = {}  # what a writer takes over unasked: profile, comment, resolution
    return picture


def too_large() -> Unsafe:
    """The refusal of a picture with too many pixels."""
    return Unsafe(
        _("This picture has too many pixels."), _("Set your camera or scanner to a lower resolution (300 dpi will do).")
    )
