"""Has this name or address been guessing? Counts refused sign-ins in the database, so that every process agrees.

A pair of name and address is stopped after few attempts; a name alone or an address alone only after many, so that a
stranger cannot lock a colleague out with a handful of requests. A second factor is stopped by account, wherever the
codes come from: only somebody who has the password gets as far. Names nobody: the keys are keyed hashes.
"""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import salted_hmac

from egide.web.accounts.models import LoginFailure

WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)
LIMITS = {"pair": 5, "name": 50, "address": 50, "factor": 10}


def _keys(request: HttpRequest, username: str) -> dict[str, bytes]:
    address = request.META.get("REMOTE_ADDR", "")
    name = username.strip().casefold()
    parts = {"pair": f"{name}\n{address}", "name": name, "address": address}
    return {kind: _hash(kind, text) for kind, text in parts.items()}


def _factor_keys(request: HttpRequest, user_id: int | None) -> dict[str, bytes]:
    keys = {"address": _hash("address", request.META.get("REMOTE_ADDR", ""))}
    return keys if user_id is None else keys | {"factor": _factor(user_id)}


def _factor(user_id: int) -> bytes:
    return _hash("factor", str(user_id))


def _hash(kind: str, text: str) -> bytes:
    return salted_hmac(f"egide.login.{kind}", text, algorithm="sha256").digest()


def is_stopped(request: HttpRequest, username: str) -> bool:
    """True when this attempt must be refused without looking at the password."""
    return _any_full(_keys(request, username))


def remember_failure(request: HttpRequest, username: str) -> None:
    """Counts one refused attempt, and forgets those older than a day."""
    _count(_keys(request, username))


def factor_is_stopped(request: HttpRequest, user_id: int | None) -> bool:
    """True when a second factor of this user, or any from this address, must be refused unseen."""
    return _any_full(_factor_keys(request, user_id))


def remember_factor_failure(request: HttpRequest, user_id: int | None) -> None:
    """Counts one refused second factor; None: a key that names nobody we know."""
    _count(_factor_keys(request, user_id))


def forget_factor(user_id: int) -> None:
    """After a second factor that was right: this account starts afresh."""
    LoginFailure.objects.filter(key=_factor(user_id)).delete()


def let_in_again(user_id: int, username: str) -> None:
    """An administrator takes the brake off an account: its name and its second factor. Addresses stay counted."""
    name = _hash("name", username.strip().casefold())
    LoginFailure.objects.filter(key__in=[name, _factor(user_id)]).delete()


def _any_full(keys: dict[str, bytes]) -> bool:
    since = timezone.now() - WINDOW
    return any(LoginFailure.objects.filter(key=key, at__gt=since).count() >= LIMITS[kind] for kind, key in keys.items())


def _count(keys: dict[str, bytes]) -> None:
    LoginFailure.objects.bulk_create(LoginFailure(key=key) for key in keys.values())
    LoginFailure.objects.filter(at__lt=timezone.now() - KEPT).delete()


def forget(request: HttpRequest, username: str) -> None:
    """After a success: this person at this address starts afresh."""
    LoginFailure.objects.filter(key=_keys(request, username)["pair"]).delete()
