"""Every write to documents: uploads, binding, issuing, cancelling, erasing, sweeping."""

from __future__ import annotations

from aydyn.documents.actions.erasing import erase, sweep_uploads
from aydyn.documents.actions.issuing import cancel, keep_issued
from aydyn.documents.actions.uploads import bind, discard_upload, drop_unbound, keep_upload
from aydyn.documents.codes import Pointer, new_pointer

__all__ = [
    "Pointer",
    "bind",
    "cancel",
    "discard_upload",
    "drop_unbound",
    "erase",
    "keep_issued",
    "keep_upload",
    "new_pointer",
    "sweep_uploads",
]
