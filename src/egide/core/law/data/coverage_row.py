"""What one line of the coverage table says. Types only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Coverage(StrEnum):
    """How far a rule has come."""

    IMPLEMENTED = "implemented"
    SCREEN_TO_COME = "screen to come"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One rule or constant: `note` says what there is, what is to come, or why it is left out.

    `where` names functions as `module:name`, `tests` names tests as pytest does, without parameters. `screen`: the address
    of the page on which somebody meets the rule; empty where it needs none (`data.coverage_screens`).
    """

    id: str
    status: Coverage
    note: str
    where: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()
    screen: str = ""


def done(rule_id: str, note: str, *, where: tuple[str, ...], tests: tuple[str, ...]) -> CoverageRow:
    """It works, and needs no screen that is not there."""
    return CoverageRow(rule_id, Coverage.IMPLEMENTED, note, where, tests)


def to_come(rule_id: str, note: str, *, where: tuple[str, ...] = (), tests: tuple[str, ...] = ()) -> CoverageRow:
    """A screen or a document is to come; the function, where the law answers something, is there."""
    return CoverageRow(rule_id, Coverage.SCREEN_TO_COME, note, where, tests)


def left_out(rule_id: str, reason: str) -> CoverageRow:
    """Not in Égide, with the reason."""
    return CoverageRow(rule_id, Coverage.LEFT_OUT, reason)
