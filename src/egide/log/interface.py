"""What can the log of a cell do, whatever engine is behind it? Append a frame, read on, say its head, wait.

Order of commit is order of sequence, sequence numbers have no gaps, and appending the same (source, counter)
twice changes nothing. A reader that knows a sequence number can therefore skip nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple, Protocol
from uuid import UUID


class LogFrame(NamedTuple):
    """One frame as it stands in the log. `hash` is sha256(hash of the frame before || body)."""

    seq: int
    source: str
    counter: int
    hash: bytes
    body: bytes


class Head(NamedTuple):
    """The end of a log. Another `incarnation` is another log under the same name (a restore, a mistake)."""

    incarnation: UUID
    seq: int
    hash: bytes


class Log(Protocol):
    """The log of one cell."""

    def append(self, source: str, counter: int | None, body: bytes) -> int:
        """Appends a frame and answers its sequence number once it is durable. A repeat of the source's last
        counter answers the number it has already. Counter None: the source never retries."""

    def read(self, after_seq: int, limit: int, most_bytes: int = ...) -> list[LogFrame]:
        """At most `limit` frames after `after_seq`, in order; no more once they hold `most_bytes`, but always one."""

    def head(self) -> Head:
        """Where the log ends now."""

    def wait(self, timeout: float) -> bool:
        """Waits until something may have been appended, at most `timeout` seconds. True: look now. A hint
        only: whoever must not miss a frame reads after a False too."""


class ChainBroken(ValueError):  # noqa: N818 - reads as what it is
    """Frames that do not follow one another. The text names the first sequence number that is wrong."""


def verify_chain(previous_hash: bytes, frames: Sequence[LogFrame]) -> bytes:
    """Checks that `frames` follow one another, and the frame of `previous_hash`; answers the last hash.

    Raises ChainBroken: something was changed, lost or put in between.
    """
    expected = frames[0].seq if frames else 0
    for frame in frames:
        if frame.seq != expected:
            raise ChainBroken(f"Frame {expected} is missing: the next one found is {frame.seq}.")
        if hashlib.sha256(previous_hash + frame.body).digest() != frame.hash:
            raise ChainBroken(f"Frame {frame.seq} does not follow the one before it: its hash is another.")
        previous_hash, expected = frame.hash, expected + 1
    return previous_hash
