"""A request for intervention as a Common Alerting Protocol 1.2 message: Alert, Update, Cancel. Restricted, always.

Pure: what it is told, in the order and the words of the standard. It names nobody: the reference and the territory are
what a dispatcher needs to open the inbox; a position stands in it only where the caller gives one (TGD-42).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from xml.etree.ElementTree import Element, SubElement, tostring

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
CONTENT_TYPE = "application/cap+xml"
RESTRICTION = "police and gendarmerie units called to this alarm"
_FORBIDDEN = re.compile(r"[\s,<&]")


class MsgType(StrEnum):
    """What the message is to the ones before it."""

    ALERT = "Alert"
    UPDATE = "Update"
    CANCEL = "Cancel"


@dataclass(frozen=True, slots=True)
class Circle:
    """A place and its 95 % radius. Degrees and metres."""

    lat: float
    lon: float
    radius_m: float


@dataclass(frozen=True, slots=True)
class Notice:
    """What a message says. `before`: identifier and time of each earlier message of the thread, the oldest first."""

    identifier: str
    sender: str
    sent: datetime
    msg_type: MsgType
    reference: str
    territory: str
    web: str = ""
    before: Sequence[tuple[str, datetime]] = ()
    circle: Circle | None = None
    exercise: bool = False
    said: Sequence[tuple[str, str]] = ()  # further parameters: what of the alarm an update may change


# Severity and urgency say how fast a unit is needed, not what a court will find.
_EVENT = {"fr": "Demande d’intervention", "en": "Request for intervention"}
_HEADLINE = {
    MsgType.ALERT: ("Demande d’intervention, copie de l’appel", "Request for intervention, copy of the call"),
    MsgType.UPDATE: ("Demande d’intervention, suite", "Request for intervention, update"),
    MsgType.CANCEL: ("Demande d’intervention annulée", "Request for intervention cancelled"),
}


def build(notice: Notice) -> bytes:
    """The XML, UTF-8. Raises ValueError where the standard allows no such message."""
    for text in (notice.identifier, notice.sender, *(identifier for identifier, _ in notice.before)):
        if not text or _FORBIDDEN.search(text):
            raise ValueError("an identifier and a sender hold no blank, comma, < or &")
    if notice.msg_type is not MsgType.ALERT and not notice.before:
        raise ValueError(f"{notice.msg_type} must name what it changes")
    alert = Element("alert", xmlns=NAMESPACE)
    _add(alert, "identifier", notice.identifier)
    _add(alert, "sender", notice.sender)
    _add(alert, "sent", cap_time(notice.sent))
    _add(alert, "status", "Exercise" if notice.exercise else "Actual")
    _add(alert, "msgType", notice.msg_type)
    _add(alert, "scope", "Restricted")
    _add(alert, "restriction", RESTRICTION)
    if notice.before:
        _add(alert, "references", " ".join(f"{notice.sender},{i},{cap_time(at)}" for i, at in notice.before))
    for language, index in (("fr-FR", 0), ("en-GB", 1)):
        info = SubElement(alert, "info")
        _add(info, "language", language)
        _add(info, "category", "Safety")
        _add(info, "event", _EVENT[language[:2]])
        _add(info, "urgency", "Past" if notice.msg_type is MsgType.CANCEL else "Immediate")
        _add(info, "severity", "Unknown" if notice.msg_type is MsgType.CANCEL else "Severe")
        _add(info, "certainty", "Unknown")
        _add(info, "senderName", "Égide")
        _add(info, "headline", _HEADLINE[notice.msg_type][index])
        if notice.web:
            _add(info, "web", notice.web)
        for name, value in (("reference", notice.reference), *notice.said):
            if value:
                parameter = SubElement(info, "parameter")
                _add(parameter, "valueName", name)
                _add(parameter, "value", value)
        area = SubElement(info, "area")
        _add(area, "areaDesc", notice.territory)
        if notice.circle is not None:
            at = notice.circle
            _add(area, "circle", f"{at.lat:.5f},{at.lon:.5f} {at.radius_m / 1000:.3f}")
    body: bytes = tostring(alert, encoding="utf-8", xml_declaration=True)
    return body


def cap_time(moment: datetime) -> str:
    """A time as CAP writes it: whole seconds, the offset in figures, never Z. Raises ValueError without a zone."""
    if moment.tzinfo is None:
        raise ValueError("a time of CAP has an offset")
    text = moment.isoformat(timespec="seconds")
    return text[:-6] + "-00:00" if text.endswith("+00:00") else text


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Without the control characters that no XML may hold."""
    return "".join(c for c in text if c in "\t\n\r" or (ord(c) >= 0x20 and c not in "\ufffe\uffff"))
