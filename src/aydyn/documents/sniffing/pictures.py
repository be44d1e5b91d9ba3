"""Pictures are drawn anew from their pixels: nothing else of the file survives.

So EXIF with the place and the phone, XMP, comments, thumbnails, colour profiles, and whatever was hidden behind the last
pixel are gone, and a picture that is also an archive or a page is a picture only. The orientation that EXIF told is
applied first. Size is judged from the header, before any pixel is unpacked.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from aydyn.documents.bounds import MAX_PIXELS, MAX_SIDE
from aydyn.documents.errors import Damaged, Unsafe

# How each kind is written; no option here carries anything of the old file over.
_FORMATS: dict[str, tuple[str, dict[str, Any]]] = {
    "jpeg": ("JPEG", {"quality": 90, "subsampling": "4:2:0", "progressive": False}),
    "png": ("PNG", {"compress_level": 6}),
    "webp": ("WEBP", {"quality": 90, "method": 2}),
}
_MODES = {
    "jpeg": frozenset({"L", "RGB"}),
    "png": frozenset({"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}),
    "webp": frozenset({"RGB", "RGBA"}),
}
_FAULTS = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError)
"""What Pillow is known to raise on files that somebody broke on purpose."""


def redraw(path: Path, code: str, into: Path) -> None:
    """Write the picture anew. Raises Unsafe (too large, moving) or Damaged."""
    name, options = _FORMATS[code]
    try:
        with Image.open(path, formats=[name]) as picture:
            _check(picture, code)
            picture.load()
            clean = _pixels(ImageOps.exif_transpose(picture), code)
        clean.save(into, format=name, **options)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise too_large() from None
    except _FAULTS:
        raise Damaged from None


def _check(picture: Image.Image, code: str) -> None:
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise too_large()
    # A JPEG may hold further pictures too: phones put a preview or a brighter copy behind; the first one is the photo.
    if code != "jpeg" and getattr(picture, "n_frames", 1) > 1:
        raise Unsafe(_("Moving pictures are not taken."), _("Send a photo, or a picture of one moment of it."))


def _pixels(picture: Image.Image, code: str) -> Image.Image:
    """A copy that has pixels and palette, and none of the file's other information."""
    if picture.mode not in _MODES[code]:
        transparent = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
        picture = picture.convert("RGBA" if transparent and code != "jpeg" else "RGB")
    elif picture.mode == "P" and "transparency" in picture.info:
        picture = picture.convert("RGBA")
    bare = picture.copy()
    bare.info = {}
    return bare


def too_large() -> Unsafe:
    """The refusal of a picture with too many pixels."""
    return Unsafe(
        _("This picture has too many pixels."), _("Set your camera or scanner to a lower resolution (300 dpi will do).")
    )
