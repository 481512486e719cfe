"""Under pytest rows are laid by the tables' owner; this makes every request act as the web's role, as in service."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.http import HttpRequest, HttpResponse
from psycopg.pq import TransactionStatus


@contextmanager
def the_application() -> Iterator[None]:
    """Inside, this connection is egide_app: what the role may not do, nor see, fails or is not there."""
    with connection.cursor() as cursor:
        cursor.execute("SET ROLE egide_app")
    try:
        yield
    finally:
        if connection.connection.info.transaction_status != TransactionStatus.INERROR:  # else the rollback does it
            with connection.cursor() as cursor:
                cursor.execute("RESET ROLE")


class AsApplication:
    """The first middleware under pytest."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """One request."""
        with the_application():
            return self._get_response(request)


class QuickArgon2(Argon2PasswordHasher):
    """The hasher of the service without its cost: hundreds of sign-ins are tested. What others have made stays as it is."""

    time_cost = 1
    memory_cost = 64  # KiB
    parallelism = 1

    def must_update(self, encoded: str) -> bool:
        """Never: the demo's passwords were made at full cost."""
        return False
