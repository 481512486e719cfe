"""The body of one frame of the log: a run of 64-byte records, then a JSON list for the few texts.

Reading copies nothing: the records are a view of the bytes that came from the database. It judges no record;
it only refuses a body that cannot be what a frame is.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from egide.core.messages import MESSAGE, UNKNOWN, Messages

MAGIC = b"EGF1"

_HEADER = struct.Struct("<4sI")

# One record in the order of MESSAGE. The gateway packs each message by itself, so that a number that does
# not fit is the fault of that message and not of the frame.
RECORD = struct.Struct("<BBHiqqqiiiiiiq")
assert RECORD.size == MESSAGE.itemsize


class Damaged(ValueError):  # noqa: N818 - reads as what it is: the frame was damaged
    """A body that is no frame. The text is one sentence that says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A decoded body. `messages` is read-only; `extras[i]` is the text of the record whose `extra` is i."""

    messages: Messages
    extras: list[dict[str, Any]]


def pack(record: Sequence[int]) -> bytes:
    """The 64 bytes of one record tuple (`core.messages.fix_record` and its like). Raises struct.error if a
    number does not fit its field."""
    return RECORD.pack(*record)


def encode(messages: Messages, extras: list[dict[str, Any]]) -> bytes:
    """The body of a frame. `messages` is an array of MESSAGE."""
    return encode_packed(messages.tobytes(), extras)


def encode_packed(records: bytes, extras: list[dict[str, Any]]) -> bytes:
    """The body of a frame whose records are packed already (`pack`, joined)."""
    # ASCII with escapes is UTF-8 too, and survives a lone surrogate that a device sent.
    tail = json.dumps(extras, separators=(",", ":"), allow_nan=False).encode() if extras else b"[]"
    return _HEADER.pack(MAGIC, len(records) // RECORD.size) + records + tail


def decode(body: bytes) -> Frame:
    """The frame of a body. Raises Damaged."""
    if len(body) < _HEADER.size or body[:4] != MAGIC:
        raise Damaged("The body does not begin with EGF1: it is not a frame, or of a later version.")
    count = _HEADER.unpack_from(body)[1]
    end = _HEADER.size + count * RECORD.size
    if len(body) < end:
        raise Damaged(f"The body ends before its {count} records do.")
    messages: Messages = np.frombuffer(body, MESSAGE, count, _HEADER.size)
    extras = _extras(body[end:])
    named = messages["extra"]
    if count and not (int(named.min()) >= UNKNOWN and int(named.max()) < len(extras)):
        raise Damaged(f"A record names a text that the frame's list of {len(extras)} does not have.")
    return Frame(messages, extras)


def _extras(tail: bytes) -> list[dict[str, Any]]:
    if tail == b"[]":
        return []
    try:
        extras = json.loads(tail.decode())
    except (ValueError, RecursionError):
        raise Damaged("The list of texts after the records is not JSON in UTF-8.") from None
    if not isinstance(extras, list) or not all(isinstance(entry, dict) for entry in extras):
        raise Damaged("The texts after the records are not a list of objects.")
    return extras
