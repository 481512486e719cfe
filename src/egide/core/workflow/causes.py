"""Which incident does a conclusion or a signal belong to, and how urgent is it? One open incident per cause.

Two tables answer: `SIGNALS` for what a device says, `EVENTS` for what the kernel concludes. A cause either opens an
incident (or rings again in the open one) or only adds a line to it. Nothing here closes an incident: people do.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from egide.core.observations import SignalKind
from egide.core.proximity import state as s

# Lower is more urgent; the list of the room is ordered by it.
SOS_URGENCY = 10
ALERT_URGENCY = 20
PRE_ALERT_URGENCY = 30
GRAVE_TECHNICAL_URGENCY = 40
POSSIBLE_URGENCY = 40
TECHNICAL_URGENCY = 50

WEARER_KINDS = frozenset({"bar_bracelet"})


@dataclass(frozen=True, slots=True)
class Cause:
    """What an incident is opened for, or what is added to it.

    `key` names the cause: at most one incident with it is open. `opens` false: only a line in the open one, if there is
    one. `level` is None where the level does not change. `counts` true: a repeat is counted on the incident.
    """

    key: str
    kind: str
    urgency: int
    event: str
    opens: bool = True
    counts: bool = False
    level: str | None = None
    measure: int | None = None
    device: int | None = None
    person: int | None = None
    unverified: bool = False
    device_kind: str = ""  # of the device that spoke: whose SOS it is
    data: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignalRow:
    """How one kind of signal is taken: the kind of incident and its urgency; `opens` false where it only informs."""

    kind: str
    urgency: int
    opens: bool = True


# What a signal means from the protected person's side. Everything a device can say has a row: nothing is dropped.
SIGNALS: dict[SignalKind, SignalRow] = {
    SignalKind.SOS: SignalRow("sos", SOS_URGENCY),
    SignalKind.FALL: SignalRow("request_for_help", ALERT_URGENCY),
    SignalKind.TAMPER: SignalRow("technical", GRAVE_TECHNICAL_URGENCY),
    SignalKind.STRAP: SignalRow("technical", GRAVE_TECHNICAL_URGENCY),
    SignalKind.CASE: SignalRow("technical", GRAVE_TECHNICAL_URGENCY),
    SignalKind.JAMMING: SignalRow("technical", GRAVE_TECHNICAL_URGENCY),
    SignalKind.SHUTDOWN: SignalRow("technical", TECHNICAL_URGENCY),
    SignalKind.LOW_BATTERY: SignalRow("technical", TECHNICAL_URGENCY),
    SignalKind.POWER_CUT: SignalRow("technical", TECHNICAL_URGENCY, opens=False),
    SignalKind.POWER_RESTORED: SignalRow("technical", TECHNICAL_URGENCY, opens=False),
    SignalKind.CONNECTION_LOST: SignalRow("technical", TECHNICAL_URGENCY),
    SignalKind.OTHER_ALARM: SignalRow("technical", GRAVE_TECHNICAL_URGENCY),
}

# A key pressed on the wearer's bracelet is a request for help of its own kind, not the protected person's SOS.
WEARER_SIGNALS: dict[SignalKind, SignalRow] = {
    SignalKind.SOS: SignalRow("request_for_help", PRE_ALERT_URGENCY),
}

# A signal that speaks of the same thing as another belongs to its incident.
SAME_MATTER: dict[SignalKind, str] = {
    SignalKind.POWER_CUT: "battery",
    SignalKind.POWER_RESTORED: "battery",
    SignalKind.LOW_BATTERY: "battery",
}


def of_signal(
    signal: SignalKind, device: int, device_kind: str, person: int | None, status: str, word: str, unverified: bool
) -> Cause:
    """The cause a signal belongs to. An SOS is an SOS whatever is known of the device (TGD-29; design, rule 2)."""
    wearer = device_kind in WEARER_KINDS
    row = WEARER_SIGNALS.get(signal, SIGNALS[signal]) if wearer else SIGNALS[signal]
    name = signal.name.lower()
    matter = SAME_MATTER.get(signal, name if row.kind == "technical" else row.kind)
    data: dict[str, Any] = {"signal": name}
    if word:
        data["word"] = word
    if status not in ("issued", ""):
        data["device_status"] = status
    return Cause(
        key=f"{matter}:{device}",
        kind=row.kind,
        urgency=row.urgency,
        event="signal",
        opens=row.opens,
        counts=True,
        device=device,
        person=person,
        unverified=unverified,
        device_kind=device_kind,
        data=data,
    )


@dataclass(frozen=True, slots=True)
class EventRow:
    """How one kind of conclusion is taken. `matter` names the cause, of the measure or of the device."""

    matter: str
    kind: str
    urgency: int
    of_device: bool
    opens: bool


EVENTS: dict[int, EventRow] = {
    s.SILENCE: EventRow("silence", "technical", TECHNICAL_URGENCY, of_device=True, opens=True),
    s.HEARD_AGAIN: EventRow("silence", "technical", TECHNICAL_URGENCY, of_device=True, opens=False),
    s.POSITION_LOST: EventRow("position", "technical", TECHNICAL_URGENCY, of_device=True, opens=True),
    s.POSITION_FOUND: EventRow("position", "technical", TECHNICAL_URGENCY, of_device=True, opens=False),
    s.POSITION_STUCK: EventRow("stuck", "technical", TECHNICAL_URGENCY, of_device=True, opens=True),
    s.POSITION_MOVES: EventRow("stuck", "technical", TECHNICAL_URGENCY, of_device=True, opens=False),
    s.CLOCK_CORRECTED: EventRow("clock", "technical", TECHNICAL_URGENCY, of_device=True, opens=True),
    s.CLOCK_RIGHT: EventRow("clock", "technical", TECHNICAL_URGENCY, of_device=True, opens=False),
    s.POSSIBLE_APPROACH: EventRow("possible", "possible_approach", POSSIBLE_URGENCY, of_device=False, opens=True),
    s.POSSIBLE_ENDED: EventRow("possible", "possible_approach", POSSIBLE_URGENCY, of_device=False, opens=False),
    s.HELD: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.BELIEVED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    # What an order means beyond two distances (BAR-18), and its changes in the middle of an incident.
    s.PRESENCE_ALLOWED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.PRESENCE_ALLOWED_ENDED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.EXCLUSION_ENTERED: EventRow("exclusion", "technical", ALERT_URGENCY, of_device=False, opens=True),
    s.EXCLUSION_LEFT: EventRow("exclusion", "technical", ALERT_URGENCY, of_device=False, opens=False),
    s.POSSIBLE_SEARCH: EventRow("search", "technical", GRAVE_TECHNICAL_URGENCY, of_device=False, opens=True),
    s.WATCH_SUSPENDED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.WATCH_RESUMED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.WATCH_ENDED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
    s.ORDER_CHANGED: EventRow("proximity", "proximity", PRE_ALERT_URGENCY, of_device=False, opens=False),
}


def of_event(
    kind: int,
    level_from: int,
    level_to: int,
    measure: int,
    device: int | None,
    person: int | None,
    data: dict[str, Any],
) -> Cause:
    """The cause a conclusion of the kernel belongs to.

    A higher level opens the incident of the approach or rings again in it (one incident per approach); a lower one
    adds a line; so does the first known level when it is clear: an incident that was open when a device was exchanged, or
    the state rebuilt, must not hold its old level for ever. Crossing is a fact, never a breach: that word is the magistrate's (BAR-27, BAR-28).
    """
    if kind == s.LEVEL:
        return Cause(
            key=f"proximity:{measure}",
            kind="proximity",
            urgency=ALERT_URGENCY if level_to == s.ALERT else PRE_ALERT_URGENCY,
            event="level",
            opens=level_to > max(level_from, s.CLEAR),
            level=s.LEVEL_NAMES[level_to],
            measure=measure,
            person=person,
            data=data,
        )
    row = EVENTS[kind]
    subject = device if row.of_device else measure
    return Cause(
        key=f"{row.matter}:{subject}",
        kind=row.kind,
        urgency=row.urgency,
        event=s.KIND_NAMES[kind],
        opens=row.opens,
        measure=measure,
        device=device if row.of_device else None,
        person=person,
        data=data,
    )


def of_unreadable_change(seq: int, why: str) -> Cause:
    """A change of the file that monitoring could not read: what held before still holds, and the technician must look."""
    return Cause(
        key=f"control:{seq}",
        kind="technical",
        urgency=GRAVE_TECHNICAL_URGENCY,
        event="unreadable_change",
        data={"signal": "unreadable_change", "why": why},
    )
