"""Raw SQL as the web's role, in somebody's name: the second wall by itself, after the actor was named as a request names one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

from egide.web.accounts.models import User
from egide.web.agencies.models import Membership
from egide.web.cases.models import Case
from egide.web.permissions.database import name_actor
from tests.web.as_application import the_application


@contextmanager
def somebody(user: User | None, membership: Membership | None = None) -> Iterator[Any]:
    """A cursor of egide_app with a user named under the seal, as a request does; None: nobody is named."""
    with the_application(), connection.cursor() as cursor:
        name_actor(None if user is None else user.pk, None if membership is None else membership.pk)
        yield cursor


def sees(user: User | None, case: Case, membership: Membership | None = None) -> bool:
    """Is the case's row there for this user?"""
    with somebody(user, membership) as cursor:
        cursor.execute("SELECT count(*) FROM cases_case WHERE id = %s", [case.pk])
        (count,) = cursor.fetchone()
        cursor.execute("SELECT egide_sees_case(%s)", [case.pk])
        assert cursor.fetchone() == (count == 1,)
        return count == 1


def rows(user: User | None, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a query answers to this user."""
    with somebody(user) as cursor:
        cursor.execute(query, values)
        answer: list[tuple[Any, ...]] = cursor.fetchall()
        return answer
