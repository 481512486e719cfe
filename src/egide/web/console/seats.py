"""Who is on shift, at which console, and can it be heard? A page says so with every beat; silence for a while is absence.

It records what a page and a person said, and draws no conclusion; the auditor and the wall read it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from egide.web.accounts.models import OPERATOR, User
from egide.web.console.models import Seat

SUPERVISOR = "supervisor"  # a group beside that of the operators

GONE_S = 40  # a page beats every ten seconds; hidden tabs are slowed down to once a minute at worst
HIDDEN_S = 90


def sit(user: User, public_id: UUID | None, *, heard: bool, audible: bool) -> Seat:
    """The console of a page: begun with "I hear it", kept alive by its beats. A number of somebody else's is a new one."""
    row = Seat.objects.filter(public_id=public_id, user=user, ended_at=None).first() if public_id else None
    if row is None:
        row = Seat.objects.create(user=user)
    values: dict[str, Any] = {"seen_at": Now(), "audible": audible}
    if heard:
        values["heard_at"] = Now()
    Seat.objects.filter(pk=row.pk).update(**values)
    row.refresh_from_db()
    return row


def leave(user: User, public_id: UUID) -> None:
    """The shift at this console is over."""
    Seat.objects.filter(public_id=public_id, user=user, ended_at=None).update(ended_at=Now(), audible=False)


def present() -> list[Seat]:
    """The consoles that are there now, the newest of each person first."""
    since = timezone.now() - timedelta(seconds=HIDDEN_S)
    rows = Seat.objects.filter(ended_at=None, seen_at__gt=since).select_related("user")
    return list(rows.order_by("user_id", "-seen_at"))


def others_hear(seat: Seat) -> bool:
    """Can another console of the room be heard, at which no supervisor sits?"""
    rows = Seat.objects.exclude(pk=seat.pk).exclude(user__groups__name=SUPERVISOR)
    since = timezone.now() - timedelta(seconds=HIDDEN_S)
    return rows.filter(ended_at=None, audible=True, heard_at__isnull=False, seen_at__gt=since).exists()


def heard_by() -> frozenset[int]:
    """Who sits at a console that can be heard, and rings there from the first moment: no supervisor."""
    rows = Seat.objects.exclude(user__groups__name=SUPERVISOR).filter(user__groups__name=OPERATOR, user__is_active=True)
    since = timezone.now() - timedelta(seconds=HIDDEN_S)
    there = rows.filter(ended_at=None, audible=True, heard_at__isnull=False, seen_at__gt=since)
    return frozenset(there.values_list("user_id", flat=True))


def colleagues(user: User) -> list[User]:
    """Who else is an operator."""
    others = User.objects.filter(Q(groups__name=OPERATOR), is_active=True).exclude(pk=user.pk).distinct()
    return list(others.order_by("last_name", "first_name", "pk"))


def on_shift(colleagues: Iterable[User]) -> list[dict[str, Any]]:
    """Colleagues as a screen offers them: those on shift first and marked."""
    there = {seat.user_id: seat.audible and seat.heard_at is not None for seat in present()}
    rows = [
        {"login": u.get_username(), "name": u.shown_name, "on_shift": u.pk in there, "audible": there.get(u.pk, False)}
        for u in colleagues
    ]
    return sorted(rows, key=lambda row: not row["on_shift"])
