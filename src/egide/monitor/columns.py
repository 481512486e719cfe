"""Columns of numbers as one block of bytes and back: how a snapshot of a million pairs is written in a breath.

A header says its version, what columns there are and their checksum; a block that was cut or changed is refused, and
so is one of another version. It knows nothing of what the columns mean.
"""

from __future__ import annotations

import json
import struct
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

MAGIC = b"EGS2"
_HEAD = struct.Struct("<4sII")  # magic, checksum of all that follows, length of the table of columns


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A block that is no snapshot of this version, or was damaged. The text is one sentence."""


def pack(columns: dict[str, NDArray[Any]]) -> bytes:
    """The block of some arrays by name."""
    table = [[name, np.lib.format.dtype_to_descr(a.dtype), list(a.shape)] for name, a in columns.items()]
    head = json.dumps(table, separators=(",", ":")).encode()
    parts = [memoryview(head), *(_bytes(a) for a in columns.values() if a.size)]
    checksum = 0
    for part in parts:
        checksum = zlib.crc32(part, checksum)
    return b"".join([_HEAD.pack(MAGIC, checksum, len(head)), *parts])


def _bytes(array: NDArray[Any]) -> memoryview:
    flat: Any = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return memoryview(flat)


def unpack(block: bytes | memoryview) -> dict[str, NDArray[Any]]:
    """The arrays of a block, as views of it that nobody can write to. Raises Unreadable."""
    view = memoryview(block)
    if len(view) < _HEAD.size or bytes(view[:4]) != MAGIC:
        raise Unreadable("The snapshot does not begin with EGS2: it was written by another version.")
    _, checksum, length = _HEAD.unpack_from(view)
    if zlib.crc32(view[_HEAD.size :]) != checksum:
        raise Unreadable("The snapshot is not what was written: its checksum is another.")
    at = _HEAD.size + length
    columns: dict[str, NDArray[Any]] = {}
    for name, descr, shape in json.loads(bytes(view[_HEAD.size : at])):
        dtype = np.lib.format.descr_to_dtype(_tuples(descr))
        count = int(np.prod(shape))
        columns[name] = np.frombuffer(view, dtype, count, at).reshape(shape)
        at += count * dtype.itemsize
    return columns


def _tuples(descr: Any) -> Any:
    """JSON has no tuples, and a descriptor of records needs them."""
    if isinstance(descr, str):
        return descr
    return [(name, _tuples(kind), *(tuple(part) for part in more)) for name, kind, *more in descr]
