"""Which device is what, who holds it and over which feed does it speak? Columns by the device's number.

A country's devices are millions of small facts: as columns they cost some bytes each and are read back at once. It
knows numbers only, no names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

NOBODY = -1
MOST_DEVICES = 50_000_000  # a number beyond is no number of the registry, and would cost the machine's memory


def number_of(value: Any) -> int | None:
    """A number of the file. Raises ValueError for one no table can hold: it would fail when half of a change is done."""
    number = None if value is None else int(value)
    if number is not None and not 0 <= number < 2**63:
        raise ValueError(f"{number} is no number of the file")
    return number


@dataclass(frozen=True, slots=True)
class Device:
    """What is known of a device; all empty for one nobody told of."""

    kind: str
    status: str
    person: int | None


class Devices:
    """The devices of a cell by their numbers."""

    def __init__(self) -> None:
        self.words: list[str] = [""]  # what kinds and statuses are called
        self.kind: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self.status: NDArray[np.uint8] = np.zeros(1, np.uint8)
        self.person: NDArray[np.int64] = np.full(1, NOBODY, np.int64)
        self.feed: NDArray[np.int32] = np.zeros(1, np.int32)

    def __getitem__(self, number: int) -> Device:
        if not 0 < number < len(self.kind):
            return Device("", "", None)
        person = int(self.person[number])
        words = self.words[self.kind[number]], self.words[self.status[number]]
        return Device(*words, None if person == NOBODY else person)

    def put(self, number: int, kind: str, status: str, person: int | None, feed: int) -> None:
        """Takes what the file says of a device. Raises ValueError for a number no registry gives."""
        if not 0 < number <= MOST_DEVICES or not 0 <= feed <= MOST_DEVICES:
            raise ValueError(f"device {number} of feed {feed}: no registry gives such numbers")
        if number >= len(self.kind):
            self._grow(max(number + 1, 2 * len(self.kind)))
        self.kind[number] = self._word(kind)
        self.status[number] = self._word(status)
        self.person[number] = NOBODY if person is None else person
        self.feed[number] = feed

    def feeds_of(self, devices: NDArray[np.int64]) -> NDArray[np.int32]:
        """The feed of each of some devices, 0 for those that speak themselves or are not known."""
        known = (devices > 0) & (devices < len(self.feed))
        return np.where(known, self.feed[np.where(known, devices, 0)], 0).astype(np.int32)

    def _word(self, word: str) -> int:
        if word not in self.words:
            if len(self.words) > 250:
                raise ValueError("more words for devices than any version knows")
            self.words.append(word)
        return self.words.index(word)

    def _grow(self, size: int) -> None:
        for name, fill in (("kind", 0), ("status", 0), ("person", NOBODY), ("feed", 0)):
            old = getattr(self, name)
            new = np.full(size, fill, old.dtype)
            new[: len(old)] = old
            setattr(self, name, new)

    def dump(self) -> dict[str, NDArray[Any]]:
        """The columns by name; the words go apart."""
        return {f"device_{name}": getattr(self, name) for name in ("kind", "status", "person", "feed")}

    def restore(self, columns: dict[str, NDArray[Any]], words: list[str]) -> None:
        """Becomes what `dump` described."""
        self.words = list(words)
        for name in ("kind", "status", "person", "feed"):
            setattr(self, name, columns[f"device_{name}"].copy())
