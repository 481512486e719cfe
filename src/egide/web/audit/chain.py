"""What is hashed, and how one entry hangs on the one before. Pure: no database, no clock.

The same form is written by `egide_audit_canonical` in PostgreSQL (migration 0002); whoever verifies uses this one, so
that a changed function in the database cannot vouch for itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

GENESIS = bytes(32)  # what the first entry hangs on
FIELDS = (
    *("action", "actor", "agency", "at", "case", "event", "groups", "object_id", "object_kind"),
    *("parent", "role", "rule", "seq", "text_hash"),
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value - _EPOCH) // timedelta(microseconds=1)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    if value is None or isinstance(value, int | str | list):
        return value
    return str(value)


def canonical(entry: Mapping[str, Any]) -> bytes:
    """The bytes of an entry: JSON as in RFC 8785, with every name of `FIELDS` and no other.

    Times are microseconds since 1970, bytes are hexadecimal, an absent value is null.
    """
    row = {name: _plain(entry[name]) for name in FIELDS}
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def link(previous: bytes, entry: Mapping[str, Any]) -> bytes:
    """The hash of an entry that follows the one with hash `previous`."""
    return hashlib.sha256(previous + canonical(entry)).digest()


def around_number(previous: bytes, entry: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """What is hashed before and after the entry's number: `link` of the entry under any number, without writing it anew."""
    # A quotation mark inside of a word is escaped, so the name of the field is there once.
    before, name, after = canonical({**entry, "seq": 0}).partition(b'"seq":')
    return previous + before + name, after.removeprefix(b"0")


def sealed_text(salt: bytes, text: str) -> bytes:
    """What the chain keeps of personal words: sha256 of salt and text. Without the salt nobody can try words out."""
    return hashlib.sha256(salt + text.encode()).digest()
