"""What a document may take from the file: each field once, with the group of `core.access` that it belongs to."""

from __future__ import annotations

from egide.web.documents.fields.gate import Field, NotForThisReaderError, Sources, Take, may_stand

__all__ = ["Field", "NotForThisReaderError", "Sources", "Take", "may_stand"]
