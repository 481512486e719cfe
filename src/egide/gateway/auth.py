"""Which key came with a message, and is it the device's? Keys are compared by hash and in constant time.

It decides nothing about what an unverified message may still do; see `app.py` for the SOS that rings unverified.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable

from egide.gateway.registry import Device


def bearer(header: bytes) -> str | None:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = header.partition(b" ")
    return token.strip().decode("utf-8", "replace") if scheme.lower() == b"bearer" else None


def basic(header: bytes) -> tuple[str, str] | None:
    """User and password of `Authorization: Basic …`."""
    scheme, _, token = header.partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        user, colon, password = base64.b64decode(token.strip(), validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return None
    return (user.decode("utf-8", "replace"), password.decode("utf-8", "replace")) if colon else None


def hash_of(key: str) -> bytes:
    """What the registry keeps of a key. Keys are long and random, so one round of SHA-256 is enough."""
    return hashlib.sha256(key.encode("utf-8", "surrogateescape")).digest()


def is_key_of(device: Device, keys: Iterable[str]) -> bool:
    """True if one of `keys` is the device's own."""
    found = False
    for key in keys:
        found |= bool(key) and hmac.compare_digest(hash_of(key), device.key_hash)
    return found
