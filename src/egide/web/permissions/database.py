"""The second wall, seen from Python: who is named to PostgreSQL, and when does a service look past the wall?

Row-level security answers by settings that end with the transaction: `egide.user` (and `egide.membership`, the one acted
as) and `egide.system`, which count under the seal beside them (egide.web.permissions.seal). Nothing else in the web sets
them. Naming somebody never grants: the policies ask the tables what this user may see.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from egide.web.permissions.seal import CHALLENGE, seal

APPLICATION = "egide_app"  # the role the web acts as; it owns nothing

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SETTINGS = ("egide.user", "egide.membership", "egide.system", "egide.seal")
_READ = "SELECT " + ", ".join(f"coalesce(current_setting('{name}', true), '')" for name in _SETTINGS) + f", {CHALLENGE}"
_SET = "SELECT " + ", ".join(f"set_config('{name}', %s, true)" for name in _SETTINGS)


def name_actor(user: int | None, membership: int | None = None) -> datetime:
    """Tells PostgreSQL who acts until the end of this transaction; None: nobody, who sees no case. Its `now()`, in UTC."""
    assert connection.in_atomic_block, "an actor is named for one transaction"
    said = ("" if user is None else str(user), "" if membership is None else str(membership), "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CHALLENGE}")
        backend, began = cursor.fetchone()
        cursor.execute(_SET, [*said, seal(backend, began, *said)])
    return _EPOCH + timedelta(microseconds=began)


def seal_holds() -> bool:
    """Does this process have the key the database knows? If not, nobody who signs in would see any case."""
    with transaction.atomic(), connection.cursor() as cursor:
        name_actor(None)
        cursor.execute("SELECT egide_sealed()")
        return bool(cursor.fetchone()[0])


@contextmanager
def everything(why: str) -> Iterator[None]:
    """Looks past the second wall inside the block: for what no single actor may see, such as who is barred.

    `why` is for the reader of the code: a test lists every caller. What is found must not reach a page, except through
    a `Lens`.
    """
    assert why
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_READ)
        *before, backend, began = cursor.fetchone()
        user, membership = before[0], before[1]
        cursor.execute(_SET, [user, membership, "on", seal(backend, began, user, membership, "on")])
        yield
        # Not after an exception: the rollback has put it back.
        cursor.execute(_SET, before)
