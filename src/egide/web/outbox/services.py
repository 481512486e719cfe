"""Writing an intent, and deciding about what is uncertain. Sending is the worker's business.

An intent is a row of the caller's transaction: it exists exactly if the act that wants it was committed.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.outbox.models import Destination, Guard, Message, MessageStatus

RING_AFTER_S = 30  # undelivered for so long: the room rings

UNDECIDED = (MessageStatus.UNCERTAIN, MessageStatus.GAVE_UP)


def intend(agency: Agency, kind: str, thread: str, incident_pk: int | None, data: dict[str, Any]) -> list[Message]:
    """One message for every destination of an agency; call it inside the transaction of the act.

    `data` holds references, never a name or a position. What was said before in the same thread is added to it, so
    that a CAP Update or Cancel can name what it changes.
    """
    assert connection.in_atomic_block, "an intent belongs to the transaction of the act that wants it"
    return [
        Message.objects.create(
            destination=destination,
            kind=kind,
            thread=thread,
            incident_id=incident_pk,
            data=data | {"before": _before(destination, thread)},
            due_at=Now() + timedelta(seconds=RING_AFTER_S),
        )
        for destination in Destination.objects.filter(agency=agency, enabled=True).order_by("pk")
    ]


def _before(destination: Destination, thread: str) -> list[list[str]]:
    rows = Message.objects.filter(destination=destination, thread=thread).order_by("pk")
    return [[str(row.public_id), row.created_at.isoformat()] for row in rows]


def undecided() -> list[Message]:
    """What waits for a person's decision, the oldest first."""
    rows = Message.objects.filter(status__in=UNDECIDED).select_related("destination__agency", "incident")
    return list(rows.order_by("pk"))


def send_again(message: Message, fence: int, user: User) -> bool:
    """A person has it sent once more, under the same id. False if it has moved meanwhile: nothing was changed."""
    return _decide(message, fence, user, {"status": MessageStatus.WAITING, "next_at": Now(), "rang_at": None})


def leave(message: Message, fence: int, user: User) -> bool:
    """A person decides that it is not sent any more. False if it has moved meanwhile."""
    return _decide(message, fence, user, {"status": MessageStatus.WITHDRAWN})


def _decide(message: Message, fence: int, user: User, values: dict[str, Any]) -> bool:
    rows = Message.objects.filter(pk=message.pk, fence=fence, status__in=UNDECIDED)
    due = Now() + timedelta(seconds=RING_AFTER_S)
    return bool(rows.update(fence=F("fence") + 1, decided_by=user, decided_at=Now(), due_at=due, **values))


def release(user: User) -> bool:
    """A person lets the outbox work again after a restore; what was under way before stays uncertain, each for itself."""
    with transaction.atomic():
        return bool(Guard.objects.filter(pk=1, held=True).update(held=False, released_by=user))
