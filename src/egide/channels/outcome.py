"""What came of trying to send: four words. Only `uncertain` needs a person, because trying again could say a thing twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Result(StrEnum):
    """`unreachable` and `refused`: the far side does not have it, so it is tried again. `uncertain`: nobody knows."""

    DELIVERED = "delivered"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNCERTAIN = "uncertain"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt; `code` is the far side's number, never its words."""

    result: Result
    code: int | None = None
