"""Documents whose retention is over are destroyed, and the file's data with them (TGD-43, TGD-45): the one job that needs
the law, so it asks the web's code.

Most rounds find nothing and load nothing. What a row says may be old; the day is worked out anew before anything goes.
"""

from __future__ import annotations

import os
from typing import Any

import psycopg

AT_ONCE = 100  # cases a round deals with; the rest comes a minute later

DUE = """
SELECT EXISTS (SELECT FROM documents_document WHERE destroyed_at IS NULL AND retention_until <= now())
    OR EXISTS (SELECT FROM tasks_task WHERE status = 'open' AND kind IN ('erase_file', 'erase_logs') AND due_at <= now())
"""


class NotDestroyed(psycopg.DataError):
    """Something failed on the way: nothing was destroyed in this round, and it is tried again."""


def destroy(connection: psycopg.Connection[Any]) -> int:
    """Destroys and erases what is over; gives how many documents and erasures that were. Raises NotDestroyed."""
    if connection.execute("SELECT to_regclass('documents_document')").fetchone() == (None,):
        return 0  # a database with the log's tables only
    with connection.transaction():
        connection.execute("SELECT set_config('egide.system', 'on', true)")
        due = connection.execute(DUE).fetchone()
    if due != (True,):
        return 0
    import django
    from django.apps import apps
    from django.db import DatabaseError
    from django.db import connection as web

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")
    if not apps.ready:
        django.setup()
    from django.utils import timezone

    from egide.web.cases.services.erasing import erase_due
    from egide.web.documents.retention import destroy_due
    from egide.web.permissions import everything

    try:
        with everything("the platform destroys what is over, in every case"):
            now = timezone.now()
            return len(destroy_due(now, AT_ONCE)) + erase_due(now, AT_ONCE)
    except DatabaseError as error:
        raise NotDestroyed(type(error).__name__) from None  # the class only: a message may quote a row
    finally:
        if not web.in_atomic_block:
            web.close()  # a worker keeps one connection, its own
