"""Serves stylesheets, scripts, fonts and the basemap from memory, under names that hold a content hash.

Everything is read once through Django's finders when the process starts, so there is no collecting step to forget
and no path to walk out of: a request names a known asset or gets 404. Never serves what a user has uploaded.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]

TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".woff2": "font/woff2",
    ".json": "application/json",
}
COMPRESSIBLE = ("text/", "application/json", "image/svg+xml")
FOREVER = b"public, max-age=31536000, immutable"
ASK_AGAIN = b"no-cache"
# A worker obeys the policy of its own answer, not of the page that starts it.
POLICY = b"default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; font-src 'self'"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: its bytes, the same compressed if that helps, and the name that holds its hash."""

    body: bytes
    packed: bytes | None
    content_type: str
    etag: str
    hashed_name: str


def _asset(name: str, body: bytes) -> Asset:
    digest = hashlib.sha256(body).hexdigest()[:16]
    path = PurePosixPath(name)
    kind = TYPES.get(path.suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    packed = gzip.compress(body, 6, mtime=0) if kind.startswith(COMPRESSIBLE) else None
    if packed is not None and len(packed) > 0.9 * len(body):
        packed = None
    if kind.startswith("text/"):
        kind += "; charset=utf-8"
    hashed = str(path.with_name(f"{path.stem}.{digest}{path.suffix}"))
    return Asset(body, packed, kind, f'"{digest}"', hashed)


@cache
def library() -> dict[str, Asset]:
    """Every asset by its plain name, read from the finders once per process."""
    found: dict[str, Asset] = {}
    for finder in get_finders():
        for name, storage in finder.list(["*.py"]):
            if name not in found:
                with storage.open(name) as file:
                    found[name] = _asset(name, file.read())
    return found


@cache
def _addresses() -> dict[str, tuple[Asset, bytes]]:
    both: dict[str, tuple[Asset, bytes]] = {}
    for name, asset in library().items():
        both[name] = (asset, ASK_AGAIN)
        both[asset.hashed_name] = (asset, FOREVER)
    return both


class HashedStorage(StaticFilesStorage):
    """What `{% static %}` asks: the address with the hash. KeyError names an asset that does not exist."""

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        """The address of an asset by its plain name."""
        assert name is not None
        return f"{settings.STATIC_URL}{library()[name].hashed_name}"


class StaticFiles:
    """An ASGI application in front of Django: answers for assets, passes everything else on."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app
        self._prefix: str = settings.STATIC_URL
        _addresses()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection."""
        if scope["type"] != "http" or not scope["path"].startswith(self._prefix):
            await self._app(scope, receive, send)
            return
        status, headers, body = self._answer(scope)
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})

    def _answer(self, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
        found = _addresses().get(scope["path"][len(self._prefix) :])
        plain = (b"content-type", b"text/plain; charset=utf-8")
        if scope["method"] not in ("GET", "HEAD"):
            return 405, [plain, (b"allow", b"GET, HEAD")], b"Only GET and HEAD.\n"
        if found is None:
            return 404, [plain, (b"cache-control", b"no-store")], b"Not found.\n"
        asset, caching = found
        asked = dict(scope["headers"])
        headers = [
            (b"content-type", asset.content_type.encode()),
            (b"cache-control", caching),
            (b"etag", asset.etag.encode()),
            (b"vary", b"accept-encoding"),
            (b"x-content-type-options", b"nosniff"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"content-security-policy", POLICY),
        ]
        if asked.get(b"if-none-match", b"").decode("latin-1") == asset.etag:
            return 304, headers, b""
        body = asset.body
        if asset.packed is not None and b"gzip" in asked.get(b"accept-encoding", b""):
            body = asset.packed
            headers.append((b"content-encoding", b"gzip"))
        headers.append((b"content-length", str(len(body)).encode()))
        return 200, headers, body
