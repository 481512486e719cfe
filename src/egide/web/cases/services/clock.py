"""What time is it for an act? The database's own clock, so that two web processes never disagree.

A demo lays down months in a second: it says which instant an act is done at. Nothing else may.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db import connection

from egide.core.law.calendar import utc
from egide.web.audit.trail import current

_SAID: ContextVar[datetime | None] = ContextVar("egide_cases_clock", default=None)


def now() -> datetime:
    """The instant of the act, in UTC: the database's, or the one a demo or a test said."""
    said = _SAID.get()
    if said is not None:
        return said
    if (trail := current()) is not None and trail.began is not None:
        return trail.began  # the same instant for the whole transaction, and told at its beginning
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        row = cursor.fetchone()
    return utc(row[0])


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Acts inside are done at that instant. For the demo and the tests."""
    token = _SAID.set(utc(instant))
    try:
        yield
    finally:
        _SAID.reset(token)
