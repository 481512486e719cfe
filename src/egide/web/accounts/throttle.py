"""Has this name or address been guessing? Counts refused sign-ins in the database, so that every process agrees.

A pair of name and address is stopped after few attempts; a name alone or an address alone only after many, so that a
stranger cannot lock a colleague out with a handful of requests. Names nobody: the keys are keyed hashes.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from egide.web.accounts.models import LoginFailure

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
LIMITS = {"pair": 5, "name": 50, "address": 50}


def _keys(request: HttpRequest, username: str) -> dict[str, bytes]:
    address = request.META.get("REMOTE_ADDR", "")
    name = username.strip().casefold()
    parts = {"pair": f"{name}\n{address}", "name": name, "address": address}
    return {kind: salted_hmac(f"egide.login.{kind}", text, algorithm="sha256").digest() for kind, text in parts.items()}


def is_stopped(request: HttpRequest, username: str) -> bool:
    """True when this attempt must be refused without looking at the password."""
    since = timezone.now() - WINDOW
    return any(
        LoginFailure.objects.filter(key=key, at__gt=since).count() >= LIMITS[kind]
        for kind, key in _keys(request, username).items()
    )


def remember_failure(request: HttpRequest, username: str) -> None:
    """Counts one refused attempt, and forgets those older than a day."""
    LoginFailure.objects.bulk_create(LoginFailure(key=key) for key in _keys(request, username).values())
    LoginFailure.objects.filter(at__lt=timezone.now() - KEPT).delete()


def forget(request: HttpRequest, username: str) -> None:
    """After a success: this person at this address starts afresh."""
    LoginFailure.objects.filter(key=_keys(request, username)["pair"]).delete()
