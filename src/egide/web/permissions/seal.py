"""What proves to PostgreSQL that it was the web that named an actor, and not a sentence somebody smuggled into a query?

The settings the policies read can be set by any SQL. They count for egide_app only with a seal beside them: an HMAC over
them, the connection and the transaction, under a key that the role cannot read. It holds until the transaction ends.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.db import connections, transaction

_BLOCK = 64  # bytes of a block of SHA-256
_INNER, _OUTER = bytes([0x36] * _BLOCK), bytes([0x5C] * _BLOCK)  # RFC 2104

CHALLENGE = "pg_backend_pid(), (extract(epoch FROM now()) * 1000000)::bigint"


def seal(backend: int, began_us: int, user: str, membership: str, system: str) -> str:
    """The seal of these settings in the transaction that began then (microseconds since 1970) on that connection."""
    said = f"{backend}|{began_us}|{user}|{membership}|{system}"
    return hmac.new(_key(settings.SECRET_KEY), said.encode(), hashlib.sha256).hexdigest()


def keep_keys(using: str = "default") -> None:
    """Tells the database the keys of today (EGIDE_SECRET_KEY and its fallbacks), as their two halves. After `migrate`."""
    connection = connections[using]
    with transaction.atomic(using), connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('egide_seal_key')")
        if cursor.fetchone()[0] is None:
            return  # migrated to before there was a seal
        cursor.execute("DELETE FROM egide_seal_key")
        cursor.executemany("INSERT INTO egide_seal_key (inner_key, outer_key) VALUES (%s, %s)", list(_halves()))


def _halves() -> Iterator[tuple[bytes, bytes]]:
    """For each key what HMAC puts before the message, inside and outside: PostgreSQL has SHA-256 but no HMAC."""
    for secret in dict.fromkeys((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        key = _key(secret).ljust(_BLOCK, b"\0")
        yield (
            bytes(a ^ b for a, b in zip(key, _INNER, strict=True)),
            bytes(a ^ b for a, b in zip(key, _OUTER, strict=True)),
        )


def _key(secret: str) -> bytes:
    return hmac.new(secret.encode(), b"egide.permissions.seal", hashlib.sha256).digest()
