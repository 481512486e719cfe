"""Signed statements that the chain ended so at that moment: what nobody can write anew who has only the database.

Ed25519. Kept in a table, and worth more outside: copy each line to a place the database's administrators do not reach.
Needs no Django: the worker and `egide audit` use it with a connection of their own.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_KEY_BYTES = 32


class BadKey(ValueError):  # noqa: N818 - reads as what it is
    """The text is no key. The sentence says what to write; it never holds the text."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The chain had `seq` entries, the last with `hash`, at an instant; signed by the key with that id."""

    seq: int
    hash: bytes
    at: datetime
    signature: bytes
    key_id: str

    @property
    def signed(self) -> bytes:
        """The bytes under the signature."""
        body = {"at": self.at.isoformat(), "hash": self.hash.hex(), "seq": self.seq}
        return b"egide audit checkpoint\n" + json.dumps(body, sort_keys=True, separators=(",", ":")).encode()

    def is_signed_by(self, key: Ed25519PublicKey) -> bool:
        """Does the signature fit?"""
        try:
            key.verify(self.signature, self.signed)
        except InvalidSignature:
            return False
        return True

    def line(self) -> str:
        """One line of JSON, to be kept outside."""
        return json.dumps(
            {
                "seq": self.seq,
                "hash": self.hash.hex(),
                "at": self.at.isoformat(),
                "signature": base64.b64encode(self.signature).decode(),
                "key_id": self.key_id,
            }
        )


def from_line(text: str) -> Checkpoint:
    """Reads one line back. ValueError if it is none."""
    row = json.loads(text)
    if not isinstance(row, dict) or set(row) != {"seq", "hash", "at", "signature", "key_id"}:
        raise ValueError("not a checkpoint")
    return Checkpoint(
        seq=int(row["seq"]),
        hash=bytes.fromhex(row["hash"]),
        at=datetime.fromisoformat(row["at"]),
        signature=base64.b64decode(row["signature"], validate=True),
        key_id=str(row["key_id"]),
    )


def private_key(text: str) -> Ed25519PrivateKey:
    """The key of EGIDE_AUDIT_KEY: 32 bytes in base64, or the path of a PEM file. Raises BadKey."""
    raw = _raw(text)
    if raw is not None:
        return Ed25519PrivateKey.from_private_bytes(raw)
    try:
        key = load_pem_private_key(Path(text).expanduser().read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("EGIDE_AUDIT_KEY is no Ed25519 key: write 32 bytes in base64, or the path of a PEM file.")
    return key


def public_key(text: str) -> Ed25519PublicKey:
    """A public key: 32 bytes in base64, or the path of a PEM file. Raises BadKey."""
    raw = _raw(text)
    if raw is not None:
        return Ed25519PublicKey.from_public_bytes(raw)
    try:
        key = load_pem_public_key(Path(text).expanduser().read_bytes())
    except (OSError, ValueError):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("This is no Ed25519 public key: give 32 bytes in base64, or the path of a PEM file.")
    return key


def _raw(text: str) -> bytes | None:
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == _KEY_BYTES else None


def shown(key: Ed25519PublicKey) -> str:
    """A public key in base64, to be handed to whoever verifies."""
    return base64.b64encode(key.public_bytes_raw()).decode()


def key_id(key: Ed25519PublicKey) -> str:
    """A short name of a key."""
    return hashlib.sha256(key.public_bytes_raw()).hexdigest()[:16]


def stored(connection: psycopg.Connection[Any], start: int = 1) -> list[Checkpoint]:
    """The checkpoints of the table at entry `start` and after, oldest first."""
    query = "SELECT seq, hash, at, signature, key_id FROM audit_checkpoint WHERE seq >= %s ORDER BY seq"
    return [_checkpoint(row) for row in connection.execute(query, [start])]


def last_signed(connection: psycopg.Connection[Any], key: Ed25519PublicKey) -> Checkpoint | None:
    """The last checkpoint of the table that this key has truly signed."""
    query = "SELECT seq, hash, at, signature, key_id FROM audit_checkpoint WHERE key_id = %s ORDER BY seq DESC"
    with connection.transaction(), connection.cursor("egide_audit_last") as cursor:
        cursor.itersize = 10
        for row in cursor.execute(query, [key_id(key)]):
            if (one := _checkpoint(row)).is_signed_by(key):
                return one
    return None


def _checkpoint(row: Any) -> Checkpoint:
    seq, hash_, at, signature, name = row
    return Checkpoint(seq, bytes(hash_), at, bytes(signature), name)


def keep_outside(path: Path, one: Checkpoint) -> None:
    """Adds a checkpoint to a file, on disk before this returns. OSError if that cannot be done."""
    with path.open("a", encoding="utf-8") as handle:
        handle.write(f"{one.line()}\n")
        handle.flush()
        os.fsync(handle.fileno())


def sign(connection: psycopg.Connection[Any], key: Ed25519PrivateKey) -> Checkpoint | None:
    """Signs the end of the chain as it is now; None if nothing has happened since the last. Verify it first."""
    row = connection.execute(
        "SELECT seq, hash, now() FROM audit_head h WHERE seq > coalesce((SELECT max(seq) FROM audit_checkpoint), 0)"
    ).fetchone()
    if row is None:
        return None
    unsigned = Checkpoint(row[0], bytes(row[1]), row[2], b"", key_id(key.public_key()))
    made = Checkpoint(unsigned.seq, unsigned.hash, unsigned.at, key.sign(unsigned.signed), unsigned.key_id)
    connection.execute(
        "INSERT INTO audit_checkpoint (seq, hash, at, signature, key_id) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        [made.seq, made.hash, made.at, made.signature, made.key_id],
    )
    return made
