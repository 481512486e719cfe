"""Where does a file go that somebody sends with a form? Into memory, up to the most that is taken; never onto a disk."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from egide.web.people.picture import MOST_BYTES


class InMemory(FileUploadHandler):
    """Keeps no more of a file than may be taken, and says how large it was: the form tells whoever sent it."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """One file begins."""
        super().new_file(*args, **kwargs)
        self._kept = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """A piece of it. What goes beyond the most is let go of."""
        self._kept.write(raw_data[: max(0, MOST_BYTES - start)])
        return None

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The file, as a form takes it."""
        self._kept.seek(0)
        return InMemoryUploadedFile(
            self._kept, self.field_name, str(self.file_name), self.content_type, file_size, self.charset,
            self.content_type_extra,
        )  # fmt: skip
