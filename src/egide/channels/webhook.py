"""A signed webhook as Standard Webhooks has it: id, timestamp, HMAC-SHA256. Also how CAP is posted.

The id is the message's and stays the same at every attempt, so that a receiver can tell a repeat. Pure but for `post`.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from egide.channels.outcome import Outcome, Result

TOLERANCE_S = 300
PREFIX = "whsec_"
LOOPBACK = ("localhost", "127.0.0.1", "::1")
JSON_TYPE = "application/json"


class BadSecret(ValueError):  # noqa: N818 - reads as what it is
    """The secret is no `whsec_` and base64 of 24 to 64 bytes."""


def secret_bytes(secret: str) -> bytes:
    """The key in a secret as people write it. Raises BadSecret."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise BadSecret("write whsec_ and base64") from None
    if not 24 <= len(key) <= 64:
        raise BadSecret("the key is 24 to 64 bytes long")
    return key


def sign(secret: str, message_id: str, timestamp_s: int, body: bytes) -> str:
    """The signature of one attempt: `v1,` and base64."""
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp_s, body)
    return "v1," + base64.b64encode(hmac.new(secret_bytes(secret), signed, hashlib.sha256).digest()).decode()


def verify(secret: str, headers: dict[str, str], body: bytes, now_s: int) -> bool:
    """Would a receiver believe this? Any of several signatures may fit; too old or too early a timestamp never does."""
    try:
        timestamp_s = int(headers["webhook-timestamp"])
        wanted = sign(secret, headers["webhook-id"], timestamp_s, body)
        given = headers["webhook-signature"].split()
    except (KeyError, ValueError):
        return False
    fresh = abs(now_s - timestamp_s) <= TOLERANCE_S
    return fresh and any(hmac.compare_digest(one, wanted) for one in given)


def event(kind: str, created_at: datetime, data: dict[str, Any]) -> bytes:
    """The JSON body: type, timestamp, data, in this order; the same for every attempt."""
    payload = {"type": kind, "timestamp": created_at.isoformat(timespec="milliseconds"), "data": data}
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def headers(secret: str, message_id: str, timestamp_s: int, body: bytes, content_type: str) -> dict[str, str]:
    """Everything an attempt says beside its body."""
    return {
        "Content-Type": content_type,
        "User-Agent": "Egide",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp_s),
        "webhook-signature": sign(secret, message_id, timestamp_s, body),
    }


def post(
    url: str, send_headers: dict[str, str], body: bytes, timeout_s: float, context: ssl.SSLContext | None = None
) -> Outcome:
    """Posts once, follows no redirect, and never takes longer than `timeout_s` seconds. HTTPS, except to this machine.

    Until the request was begun nothing can have arrived; after that only an answer says what did.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("https", "http") or not host or (parts.scheme == "http" and host not in LOOPBACK):
        return Outcome(Result.UNREACHABLE)
    line: http.client.HTTPConnection
    if parts.scheme == "https":
        line = http.client.HTTPSConnection(
            host, parts.port, timeout=timeout_s, context=context or ssl.create_default_context()
        )
    else:
        line = http.client.HTTPConnection(host, parts.port, timeout=timeout_s)
    try:
        try:
            line.connect()
        except (OSError, http.client.HTTPException, ValueError):
            return Outcome(Result.UNREACHABLE)
        # A far side that answers one byte at a time would never run into the timeout of the socket.
        watchdog = threading.Timer(timeout_s, _hang_up, [line.sock])
        watchdog.daemon = True
        watchdog.start()
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            line.request("POST", path, body, send_headers)
            code = line.getresponse().status
        except (OSError, http.client.HTTPException, ValueError):
            return Outcome(Result.UNCERTAIN)
        finally:
            watchdog.cancel()
    finally:
        line.close()
    return Outcome(Result.DELIVERED if 200 <= code < 300 else Result.REFUSED, code)


def _hang_up(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
