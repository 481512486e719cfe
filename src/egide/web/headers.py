"""The headers every page carries: what a browser may load, keep and tell. One table, one middleware.

`Referrer-Policy` is `same-origin`, not `no-referrer`: under the latter browsers send `Origin: null` with a form,
and Django's protection against forged requests refuses every sign-in. Either way no other site learns an address.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponseBase

POLICY = {
    "default-src": "'none'",
    "script-src": "'self' 'nonce-{nonce}'",
    "style-src": "'self' 'nonce-{nonce}'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}

FIXED = {
    "Permissions-Policy": "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), interest-cohort=()",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


def content_security_policy(nonce: str) -> str:
    """The policy as one header, with the nonce of this answer."""
    return "; ".join(f"{name} {value.format(nonce=nonce)}" for name, value in POLICY.items())


class SecurityHeaders:
    """Gives the request its nonce and the answer its headers. Works in both of Django's worlds."""

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase | Awaitable[HttpResponseBase]]) -> None:
        self._get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        """One request."""
        request.csp_nonce = secrets.token_urlsafe(16)  # type: ignore[attr-defined]
        response = self._get_response(request)
        if isinstance(response, HttpResponseBase):
            return self._dress(request, response)
        return self._later(request, response)

    async def _later(self, request: HttpRequest, response: Awaitable[HttpResponseBase]) -> HttpResponseBase:
        return self._dress(request, await response)

    def _dress(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        nonce: str = request.csp_nonce  # type: ignore[attr-defined]
        response.headers["Content-Security-Policy"] = content_security_policy(nonce)
        for name, value in FIXED.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Cache-Control", "no-store")
        return response
