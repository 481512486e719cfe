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
Arrays = dict[str, NDArray[Any]]

_HEAD = struct.Struct("<4sII")  # magic, checksum of all that follows, length of the table of columns


class Unreadable(ValueError):  # noqa: N818 - reads as what it is
    """A block that is no snapshot of this version, or was damaged. The text is one sentence."""


def copied(columns: Arrays, over: Arrays) -> Arrays:
    """A copy of some arrays. `over` is an older copy nobody reads any more: its memory is used again where it fits,
    which takes a quarter of the time that fresh memory does."""
    out: Arrays = {}
    for name, array in columns.items():
        old = over.get(name)
        if old is not None and old.shape == array.shape and old.dtype == array.dtype:
            np.copyto(old, array)
            out[name] = old
        else:
            out[name] = array.copy()
    return out


def room_for(columns: Arrays) -> Arrays:
    """Memory for a copy of some arrays, touched already: a system gives memory only when it is written to, and slowly."""
    out: Arrays = {}
    for name, array in columns.items():
        room = np.empty(array.nbytes, np.uint8)
        room.fill(0)
        out[name] = room.view(array.dtype).reshape(array.shape)
    return out


def parts(columns: Arrays) -> list[memoryview]:
    """The block of some arrays by name, in pieces that lie where the arrays do."""
    table = [[name, np.lib.format.dtype_to_descr(a.dtype), list(a.shape)] for name, a in columns.items()]
    head = json.dumps(table, separators=(",", ":")).encode()
    body = [memoryview(head), *(_bytes(a) for a in columns.values() if a.size)]
    checksum = 0
    for part in body:
        checksum = zlib.crc32(part, checksum)
    return [memoryview(_HEAD.pack(MAGIC, checksum, len(head))), *body]


def pack(columns: Arrays) -> bytes:
    """The same in one piece."""
    return b"".join(parts(columns))


def _bytes(array: NDArray[Any]) -> memoryview:
    flat: Any = np.ascontiguousarray(array).reshape(-1).view(np.uint8)
    return memoryview(flat)


def unpack(block: bytes | memoryview) -> Arrays:
    """The arrays of a block, as views of it that nobody can write to. Raises Unreadable."""
    view = memoryview(block)
    if len(view) < _HEAD.size or bytes(view[:4]) != MAGIC:
        raise Unreadable("The snapshot does not begin with EGS2: it was written by another version.")
    _, checksum, length = _HEAD.unpack_from(view)
    if zlib.crc32(view[_HEAD.size :]) != checksum:
        raise Unreadable("The snapshot is not what was written: its checksum is another.")
    at = _HEAD.size + length
    columns: Arrays = {}
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
