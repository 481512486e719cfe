"""Where is somebody signed in, and how does that end? One row beside each of Django's sessions, without addresses.

The session itself is Django's: whoever deletes its row has ended it. Knows no place, only the family of a device.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from egide.web.accounts.models import SignedIn, User

SINCE = "egide.since"  # session key: when this person signed in, in seconds of the epoch
FRESH = "egide.fresh"  # session key: when it was last certain who sits there
SECOND = "egide.second"  # session key: a second factor was given in this session

TOUCH_S = 60.0  # the time of last use is right to the minute
_REMEMBERED = 5000

BROWSERS = (("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)

_touched: dict[str, float] = {}  # when this process last wrote a session's use, by the monotonic clock


@dataclass(frozen=True, slots=True)
class Place:
    """One line of “My sessions”."""

    public_id: UUID
    device: str
    began_at: datetime
    used_at: datetime
    here: bool


def family(user_agent: str) -> str:
    """Browser and system as two words; empty when neither is known. Versions are left out on purpose."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    return " · ".join(part for part in (browser, system) if part)


def began(request: HttpRequest, user: User) -> None:
    """Somebody has just signed in: the session gets its row, its age and its freshness."""
    session = request.session
    if session.session_key is None:
        session.create()
    session.set_expiry(None)  # what was short while nobody was in (`brief`) is a shift from here on
    session[SINCE] = session[FRESH] = time.time()
    key = session.session_key or ""
    device = family(request.headers.get("User-Agent", ""))
    # Signing in twice in one session keeps its key: then the line is the same.
    SignedIn.objects.update_or_create(session_key=key, defaults={"user": user, "device": device})
    _remember(key)
    now = timezone.now()
    Session.objects.filter(expire_date__lt=now).delete()
    SignedIn.objects.filter(user=user, used_at__lt=now - 2 * timedelta(seconds=settings.SESSION_COOKIE_AGE)).delete()


def brief(request: HttpRequest, seconds: int) -> None:
    """A session that holds a challenge for somebody who is not in yet does not stay."""
    if not request.user.is_authenticated:
        request.session.set_expiry(seconds)


def went(request: HttpRequest) -> None:
    """Somebody signs out here."""
    if request.session.session_key is not None:
        SignedIn.objects.filter(session_key=request.session.session_key).delete()


def too_old(request: HttpRequest) -> bool:
    """Has this session outlived a long shift? Use does not lengthen it."""
    since = request.session.get(SINCE)
    return isinstance(since, int | float) and time.time() - since > settings.SESSION_COOKIE_AGE


def touch(session_key: str) -> None:
    """Notes that a session is in use, once a minute at most."""
    if time.monotonic() - _touched.get(session_key, -TOUCH_S) >= TOUCH_S:
        _remember(session_key)
        SignedIn.objects.filter(session_key=session_key).update(used_at=timezone.now())


def _remember(session_key: str) -> None:
    while len(_touched) >= _REMEMBERED:
        del _touched[next(iter(_touched))]
    _touched.pop(session_key, None)  # so that the oldest stands first
    _touched[session_key] = time.monotonic()


def open_places(user: User) -> QuerySet[SignedIn]:
    """Where this user is signed in now, the last used first."""
    live = Session.objects.filter(session_key=OuterRef("session_key"), expire_date__gt=timezone.now())
    return SignedIn.objects.filter(Exists(live), user=user).order_by("-used_at", "-pk")


def places(user: User, here: str | None) -> list[Place]:
    """The lines of “My sessions”; `here` is the key of the session that asks."""
    return [
        Place(row.public_id, row.device, row.began_at, row.used_at, row.session_key == here)
        for row in open_places(user)
    ]


def end(user: User, public_id: UUID) -> bool:
    """Ends one session of this user; False if there is none of that number (any more)."""
    return _end(SignedIn.objects.filter(user=user, public_id=public_id)) > 0


def end_all(user: User, but: str | None = None) -> int:
    """Ends every session of this user except the one named; how many there were."""
    return _end(SignedIn.objects.filter(user=user).exclude(session_key=but or ""))


def follow(before: str | None, request: HttpRequest) -> None:
    """The session has a new key: its row goes with it."""
    SignedIn.objects.filter(session_key=before or "").update(session_key=request.session.session_key)


def _end(rows: QuerySet[SignedIn]) -> int:
    with transaction.atomic():
        keys = list(rows.values_list("session_key", flat=True))
        Session.objects.filter(session_key__in=keys).delete()
        SignedIn.objects.filter(session_key__in=keys).delete()
    return len(keys)
