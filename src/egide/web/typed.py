"""What an address or a form says as a number or a day; None for whatever is none.

Nobody's typing may end a page in an error: `int` and the calendar raise for much that looks like a number or a day.
"""

from __future__ import annotations

from datetime import date

LONGEST = 17  # digits: what PostgreSQL counts in takes as many
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(9998, 12, 31)  # a day before and after each is a day too


def number(text: str, longest: int = LONGEST) -> int | None:
    """A whole number from 0 on, of at most so many digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= longest else None


def day(text: str) -> date | None:
    """A day as a form sends it (2026-11-22), with one before it and one after."""
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if FIRST_DAY <= found <= LAST_DAY else None
