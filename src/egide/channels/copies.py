"""A copy of a request for intervention, made at the moment it is sent: JSON, CAP or a mail with a reference only.

What is known of the request is read by `facts`; the builders are pure. No copy names a person. A position stands only
in what goes to police or gendarmerie; the inbox holds the rest, behind a sign-in.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from typing import Any

from psycopg import Connection

from egide.channels import cap, mail, webhook
from egide.channels.outbox import Claim
from egide.channels.position import UNKNOWN_RADIUS_M, Place, alarm_position

SENDER = "egide"
PRESSED = ("sos", "request_for_help")  # alarms that count how often a key was pressed

# Which message of a thread is which: by the kind of the intent.
MSG_TYPES = {
    "police.requested": cap.MsgType.ALERT,
    "police.updated": cap.MsgType.UPDATE,
    "police.cancelled": cap.MsgType.CANCEL,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What a copy may say. Nobody is named."""

    request: str
    reference: str
    unit: str
    called_at: datetime
    status: str
    territory: str
    alarm: str
    level: str
    presses: int
    open: bool
    position: Place | None
    inbox: str


@dataclass(frozen=True, slots=True)
class Post:
    """A body to post, and its type."""

    body: bytes
    content_type: str


_REQUEST = """
SELECT r.public_id::text, r.reference, r.unit, r.called_at, r.status, coalesce(a.name, r.unit), i.kind,
    i.level, i.repeats, i.status = 'open'
FROM police_request r LEFT JOIN police_area a ON a.id = r.area_id LEFT JOIN console_incident i ON i.id = r.incident_id
WHERE r.public_id = %s::uuid
"""


class Gone(LookupError):  # noqa: N818 - reads as what it is
    """The request a copy speaks of is not there."""


def facts(connection: Connection[Any], claimed: Claim, public_url: str) -> Facts:
    """What is known now, for this destination. Raises Gone."""
    row = connection.execute(_REQUEST, [claimed.data.get("request")]).fetchone()
    if row is None:
        raise Gone
    asked = claimed.kind in ("police.requested", "police.updated")
    place = alarm_position(connection, claimed.incident, claimed.agency_kind) if asked else None
    inbox = f"{public_url.rstrip('/')}/police/requests/{row[0]}" if public_url else ""
    request, reference, unit, called_at, status, territory, alarm, level, repeats, is_open = row
    presses = repeats + 1 if alarm in PRESSED else 0
    return Facts(
        request, reference, unit, called_at, status, territory, alarm or "", level or "", presses, bool(is_open), place,
        inbox,
    )  # fmt: skip


def as_webhook(claimed: Claim, told: Facts) -> Post:
    """The signed webhook's body."""
    at = told.position
    data = {
        "request": told.request,
        "reference": told.reference,
        "unit": told.unit,
        "called_at": told.called_at.isoformat(timespec="seconds"),
        "status": told.status,
        "territory": told.territory,
        "alarm": told.alarm,
        "level": told.level,
        "presses": told.presses,
        "open": told.open,
        "position": None
        if at is None
        else {"lat": round(at.lat, 6), "lon": round(at.lon, 6), "accuracy_m": at.accuracy_m, "at_ms": at.at_ms},
        "inbox": told.inbox,
    }
    return Post(webhook.event(claimed.kind, claimed.created_at, data), webhook.JSON_TYPE)


def as_cap(claimed: Claim, told: Facts) -> Post:
    """The CAP message. Raises ValueError where the standard allows none."""
    at = told.position
    circle = None if at is None else cap.Circle(at.lat, at.lon, at.accuracy_m or UNKNOWN_RADIUS_M)
    before = [(number, datetime.fromisoformat(sent)) for number, sent in claimed.data.get("before", [])]
    notice = cap.Notice(
        identifier=claimed.public_id, sender=SENDER, sent=claimed.created_at, msg_type=MSG_TYPES[claimed.kind],
        reference=told.reference, territory=told.territory, web=told.inbox, before=before, circle=circle,
        said=(("alarm", told.alarm), ("level", told.level), ("presses", str(told.presses or "")),
              ("open", "yes" if told.open else "no")),
    )  # fmt: skip
    return Post(cap.build(notice), cap.CONTENT_TYPE)


def as_mail(claimed: Claim, told: Facts, sender: str) -> EmailMessage:
    """The mail: a reference and where to sign in."""
    what = {
        "police.requested": "Demande d’intervention",
        "police.updated": "Demande d’intervention, suite",
        "police.cancelled": "Demande d’intervention annulée",
    }[claimed.kind]
    lines = [f"{what}, référence {told.reference}.", "Copie de l’appel déjà passé à votre unité."]
    if told.inbox:
        lines.append(told.inbox)
    subject = f"Égide : {told.reference}"
    return mail.build(claimed.address, sender, subject, lines, claimed.public_id, claimed.created_at)
