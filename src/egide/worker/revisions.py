"""A bracelet that rings too much is said to whoever may ask for a revision (BAR-35): the file knows whom, so it asks the web's code.

It looks once an hour at days that were counted, opens a task once, and changes no distance.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg

COUNTED = "SELECT EXISTS (SELECT FROM measures_burden WHERE day > (now() AT TIME ZONE 'Europe/Paris')::date - 14)"


class NotProposed(psycopg.DataError):
    """Something failed on the way: what was not proposed in this round is in the next."""


def propose(connection: psycopg.Connection[Any]) -> int:
    """Opens what is to be proposed; gives how many tasks that were. Raises NotProposed."""
    if connection.execute("SELECT to_regclass('measures_burden')").fetchone() == (None,):
        return 0  # a database with the log's tables only
    if connection.execute(COUNTED).fetchone() != (True,):
        return 0
    import django
    from django.apps import apps
    from django.db import DatabaseError
    from django.db import connection as web

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")
    if not apps.ready:
        django.setup()
    from django.utils import timezone

    from egide.web.cases.services.burdens import propose_due

    try:
        return propose_due(timezone.now())
    except DatabaseError as error:
        raise NotProposed(type(error).__name__) from None  # the class only: a message may quote a row
    finally:
        if not web.in_atomic_block:
            web.close()  # a worker keeps one connection, its own
