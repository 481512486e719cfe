"""What a PDF holds: its text as a reader sees it, and everything a curious one could dig out of it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject


def reader(body: bytes) -> PdfReader:
    """The PDF, opened."""
    return PdfReader(io.BytesIO(body), strict=True)


@cache
def text(body: bytes) -> str:
    """The text of all pages, every run of spaces one space."""
    pages = "\n".join(page.extract_text() for page in reader(body).pages)
    return re.sub(r"\s+", " ", pages.replace("\u200b", ""))


def solid(body: bytes) -> str:
    """The text of all pages without any space: a word broken at the end of a line is whole again."""
    return re.sub(r"[\s\u200b]+", "", text(body))


@cache
def everything(body: bytes) -> str:
    """Text, metadata, every string of every object, every stream unpacked, and the raw file, in the encodings PDFs use."""
    opened = reader(body)
    parts = [solid(body), *(str(value) for value in (opened.metadata or {}).values())]
    raw = [body]
    for value in _all_values(opened):
        if isinstance(value, bytes):
            raw.append(value)
        else:
            parts.append(value)
    for blob in raw:
        parts += [blob.decode(encoding, errors="ignore") for encoding in ("utf-8", "latin-1", "utf-16-be")]
    return "\n".join(parts)


def everything_but_streams(body: bytes) -> list[str]:
    """Every key and every string of every object."""
    return [value for value in _all_values(reader(body)) if isinstance(value, str)]


def _all_values(opened: PdfReader) -> Iterator[str | bytes]:
    for number in range(1, len(opened.xref_objStm) + sum(len(x) for x in opened.xref.values()) + 1):
        yield from _values(opened.get_object(IndirectObject(number, 0, opened)))


def _values(item: Any) -> Iterator[str | bytes]:
    if isinstance(item, StreamObject):
        yield item.get_data()
    if isinstance(item, DictionaryObject):
        for key, value in item.items():
            yield str(key)
            yield from _values(value)
    elif isinstance(item, ArrayObject):
        for value in item:
            yield from _values(value)
    elif isinstance(item, bytes):
        yield item
    elif isinstance(item, str):
        yield str(item)


def tags(body: bytes) -> list[str]:
    """The structure tree as a screen reader walks it: the tags, in order."""
    root: Any = reader(body).trailer["/Root"]
    found: list[str] = []

    def walk(node: Any) -> None:
        node = node.get_object()
        if isinstance(node, ArrayObject):
            for child in node:
                walk(child)
        elif isinstance(node, DictionaryObject):
            if "/S" in node:
                found.append(str(node["/S"]))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"]["/K"])
    return found
