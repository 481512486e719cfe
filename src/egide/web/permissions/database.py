"""The second wall, seen from Python: who is named to PostgreSQL, and when does a service look past the wall?

Row-level security answers by two settings that end with the transaction: `egide.user` (and `egide.membership`, the one
acted as) and `egide.system`. Nothing else in the web sets them. Naming somebody never grants: the policies ask the
tables what this user may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

APPLICATION = "egide_app"  # the role the web acts as; it owns nothing


def name_actor(user: int | None, membership: int | None = None) -> None:
    """Tells PostgreSQL who acts until the end of this transaction; None: nobody, who sees no case."""
    assert connection.in_atomic_block, "an actor is named for one transaction"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('egide.user', %s, true), set_config('egide.membership', %s, true),"
            " set_config('egide.system', '', true)",
            ["" if user is None else str(user), "" if membership is None else str(membership)],
        )


@contextmanager
def everything(why: str) -> Iterator[None]:
    """Looks past the second wall inside the block: for what no single actor may see, such as who is barred.

    `why` is for the reader of the code: a test lists every caller. What is found must not reach a page, except through
    a `Lens`.
    """
    assert why
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('egide.system', true)")
        before = cursor.fetchone()[0] or ""
        cursor.execute("SELECT set_config('egide.system', 'on', true)")
        yield
        # Not after an exception: the rollback has put it back.
        cursor.execute("SELECT set_config('egide.system', %s, true)", [before])
