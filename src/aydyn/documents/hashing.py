"""An uploaded file that is only hashed: its bytes pass through and are kept nowhere, neither on disk nor in memory."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class HashedFile(UploadedFile[Any]):
    """What is left of a file that was hashed: its digest and its length."""

    def __init__(self, field_name: str, digest: str, size: int) -> None:
        super().__init__(None, "hashed", None, size, None)
        self.field_name = field_name
        self.sha256 = digest


class HashingHandler(FileUploadHandler):
    """Hashes what comes. Set it before anything reads the body of the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.digest = sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:  # noqa: ARG002  # Django's signature
        """Hash a piece; returning nothing keeps it from any other handler."""
        self.digest.update(raw_data)
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        """The file has ended."""
        return HashedFile(self.field_name or "", self.digest.hexdigest(), file_size)
