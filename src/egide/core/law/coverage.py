"""Which rules and constants work in Égide, which wait for a screen, which are left out and why?

The table is declared, and a test checks it: every id has one row, every function exists, every test it names exists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from egide.core.law.data.coverage_bar import COVERAGE_BAR
from egide.core.law.data.coverage_orders import COVERAGE_CONSTANTS, COVERAGE_ORDERS
from egide.core.law.data.coverage_row import Coverage, CoverageRow
from egide.core.law.data.coverage_screens import SCREEN_OF
from egide.core.law.data.coverage_tgd import COVERAGE_TGD
from egide.core.law.model import UnknownRuleError

__all__ = ["COVERAGE", "Coverage", "CoverageRow", "as_json", "coverage_of", "totals"]


def _on_its_screen(row: CoverageRow) -> CoverageRow:
    """A rule that waited for a screen and has one works; the page, its function and its test join the row."""
    screen = SCREEN_OF.get(row.id)
    if screen is None:
        return row
    return replace(
        row,
        status=Coverage.IMPLEMENTED,
        where=tuple(dict.fromkeys((*row.where, screen.where))),
        tests=tuple(dict.fromkeys((*row.tests, screen.test))),
        screen=screen.page,
    )


COVERAGE: tuple[CoverageRow, ...] = tuple(
    _on_its_screen(row) for row in (*COVERAGE_TGD, *COVERAGE_ORDERS, *COVERAGE_BAR, *COVERAGE_CONSTANTS)
)

_BY_ID = {row.id: row for row in COVERAGE}


def coverage_of(rule_id: str) -> CoverageRow:
    """The row of a rule or constant. Raises UnknownRuleError."""
    try:
        return _BY_ID[rule_id]
    except KeyError:
        raise UnknownRuleError(f"there is no rule or constant {rule_id}") from None


def totals(rows: Iterable[CoverageRow] = COVERAGE) -> dict[Coverage, int]:
    """How many rows have each status, in the order of the statuses."""
    counted = Counter(row.status for row in rows)
    return {status: counted[status] for status in Coverage}


def as_json(row: CoverageRow) -> dict[str, object]:
    """A row for a machine."""
    return {
        "id": row.id,
        "status": row.status.value,
        "note": row.note,
        "screen": row.screen,
        "where": list(row.where),
        "tests": list(row.tests),
    }
