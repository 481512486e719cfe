"""What happened, line by line, newest first: conclusions of the core and what colleagues did, in one order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from egide.web.console import guidance
from egide.web.console.cases import Case
from egide.web.console.models import IncidentEvent, Transition
from egide.web.console.phrases import MOVED, TECHNICAL, capital
from egide.web.console.wording import distance
from egide.web.registry.models import Device

BEFORE_MS = 15 * 60_000  # how it came to this belongs to the incident
LINES = 60

LEVELS: dict[str, Callable[[], str]] = {
    "unknown": lambda: _("unknown"),
    "clear": lambda: _("beyond the pre-alert zone"),
    "pre_alert": lambda: _("pre-alert"),
    "alert": lambda: _("alert"),
}

TRANSITIONS: dict[str, Callable[[str], str]] = {
    "jump_held": lambda who: _("%(who)s: impossible movement, awaiting confirmation") % {"who": who},
    "jump_confirmed": lambda who: _("%(who)s: movement confirmed") % {"who": who},
    "silence": lambda who: _("%(who)s: device silent") % {"who": who},
    "heard_again": lambda who: _("%(who)s: device heard again") % {"who": who},
    "position_unknown": lambda who: _("%(who)s: position unknown") % {"who": who},
    "position_known": lambda who: _("%(who)s: position known again") % {"who": who},
    "position_stuck": lambda who: _("%(who)s: the same position for hours") % {"who": who},
    "position_moves": lambda who: _("%(who)s: position moves again") % {"who": who},
    "clock_corrected": lambda who: _("%(who)s: device clock wrong, corrected") % {"who": who},
    "clock_right": lambda who: _("%(who)s: device clock right again") % {"who": who},
    "possible_approach": lambda who: _("Possible approach"),
    "possible_approach_ended": lambda who: _("Possible approach ended: positions known"),
    "presence_allowed": lambda who: _("The order allows the wearer to be there now"),
    "presence_allowed_ended": lambda who: _("The order no longer allows the wearer to be there"),
    "exclusion_entered": lambda who: _("Forbidden place entered by the wearer"),
    "exclusion_left": lambda who: _("Forbidden place left by the wearer"),
    "possible_search": lambda who: _("The edge was tested again and again: possible search for a place"),
    "watch_suspended": lambda who: _("Monitoring suspended by the court’s order"),
    "watch_resumed": lambda who: _("Monitoring goes on by the court’s order"),
    "watch_ended": lambda who: _("The measure has ended"),
    "order_changed": lambda who: _("The court has changed the order"),
}

SIGNALS: dict[str, Callable[[], str]] = {"sos": lambda: _("alarm key pressed")}

CALLED: dict[str, Callable[[], str]] = {"reached": lambda: _("reached"), "no_answer": lambda: _("no answer")}

EVENTS: dict[str, Callable[[dict[str, Any]], str]] = {
    "opened": lambda data: _("Opened by hand: the person telephones") if data.get("by_hand") else _("Incident opened"),
    "let_go": lambda data: _("Free again: rings for all"),
    "taken": lambda data: _("Taken"),
    "taken_over": lambda data: _("Taken over from %(name)s") % {"name": data.get("from", "")},
    "kept": lambda data: _("Taken again"),
    "rings_again": lambda data: _("No progress within the time of this step: rings again for all"),
    "rings_supervisor": lambda data: _("Still ringing: rings for the supervisor too"),
    "workflow_changed": lambda data: _("The alert zone was crossed: the procedure of the alert applies"),
    "intervention_proposed": lambda data: _("An intervention is proposed"),
    "intervention_requested": lambda data: _("Intervention requested"),
    "police_requested": lambda data: (
        _("Police called: %(unit)s, %(person)s, %(reference)s")
        % {"unit": data.get("unit", ""), "person": data.get("person", ""), "reference": data.get("reference", "")}
    ),
    "police_acknowledged": lambda data: _unit(data, _("Request acknowledged by the unit")),
    "police_under_way": lambda data: _unit(data, _("Crew under way")),
    "police_on_the_spot": lambda data: _unit(data, _("Crew on the spot")),
    "police_outcome": lambda data: _unit(data, _("The unit has recorded how it ended")),
    "police_cancelled": lambda data: _unit(data, _("Request cancelled by the room")),
    "intervention_unneeded": lambda data: (
        _("Intervention no longer needed, said to %(told)s: %(text)s")
        % {"told": data.get("told", ""), "text": data.get("text", "")}
    ),
    "police_unacknowledged": lambda data: _("No unit has acknowledged the request yet: call the priority line again"),
    "copy_late": lambda data: _("A copy for the police has not arrived yet: only the call counts"),
    "copy_uncertain": lambda data: _("Nobody knows whether a copy for the police arrived: ask the unit by telephone"),
    "copy_gave_up": lambda data: _("A copy for the police never arrived: tell the unit by telephone"),
    "note": lambda data: _("Note: %(text)s") % {"text": str(data.get("text", ""))},
    "called": lambda data: (
        _("Call to %(device)s: %(outcome)s")
        % {"device": str(data.get("label", "")), "outcome": CALLED.get(str(data.get("outcome")), lambda: "")()}
    ),
    "feed_back": lambda data: _("The link is back"),
    "audit_over": lambda data: _("What was wrong is over"),
    "offered": lambda data: _("Offered to %(name)s") % {"name": data.get("to", "")},
    "offer_withdrawn": lambda data: _("Offer taken back"),
    "offer_declined": lambda data: _("Offer declined"),
    "handed_over": lambda data: _("Handed over by %(name)s") % {"name": data.get("from", "")},
    "shelved": lambda data: (
        _("Put aside for %(minutes)s min: %(text)s")
        % {"minutes": int(data.get("seconds", 0)) // 60, "text": str(data.get("text", ""))}
    ),
    "shelf_over": lambda data: _("No longer put aside: rings again"),
    "closed_by_itself": lambda data: _("The distance was regained: closed by itself"),
    "authority_to_inform": lambda data: (
        _("The authority is to be informed (%(rule)s)") % {"rule": data.get("rule", "")}
        + (f"{_(':')} {data['authority']}" if data.get("authority") else "")
    ),
    "follow_up_failed": lambda data: _("The association’s call of the next day could not be asked for: tell it"),
    "crossing_told": lambda data: (
        _("The file tells the authority of this crossing: %(to)s") % {"to": data.get("to", "")}
    ),
    "crossing_of_no_case": lambda data: _("No case holds this measure: inform the authority yourself"),
    "crossing_failed": lambda data: _("The file could not tell the authority of this crossing: inform it yourself"),
    "test_recorded": lambda data: (
        _("The test is recorded for this phone: it worked")
        if data.get("worked")
        else _("The test is recorded for this phone: it did not work, repair or exchange it")
    ),
    "test_of_no_case": lambda data: _("No case holds this phone: the test is recorded nowhere but here"),
    "test_failed_to_record": lambda data: _("The test could not be recorded in the file: tell the association"),
    "closed": lambda data: _("Closed: %(reason)s") % {"reason": _reason(data)},
    "repeated": lambda data: (
        _("Rung again by hand: the person telephones")
        if data.get("by_hand")
        else _("Said again: %(what)s") % {"what": _signal(data)}
    ),
    "signal": lambda data: capital(_signal(data)),
    "monitoring_resumed": lambda data: _("Monitoring resumed after a gap: the incident rings again"),
}


def timeline(case: Case, most: int = LINES, *, closed_devices: frozenset[int] = frozenset()) -> list[dict[str, Any]]:
    """Lines of {at_ms, text, by}, newest first. A conclusion that is also an event stands once.

    `closed_devices`: a call to one of them names none, for its reader is barred from the case (RQ-08).
    """
    unnamed = set(Device.objects.filter(pk__in=closed_devices).values_list("identifier", flat=True))
    lines: list[tuple[int, int, dict[str, Any]]] = []
    told: set[tuple[int, int, int]] = set()
    if case.measure is not None:
        since = case.incident.stream_time_ms - BEFORE_MS
        rows = Transition.objects.filter(measure_id=case.measure.pk, stream_time_ms__gt=since)
        if case.incident.closed_at is not None:
            rows = rows.filter(stream_time_ms__lte=int(case.incident.closed_at.timestamp() * 1000))
        for row in rows.order_by("-stream_time_ms", "-id")[:most]:
            told.add((row.frame_seq, row.idx, row.ordinal))
            lines.append((row.stream_time_ms, row.pk, {"text": _transition(row), "by": ""}))
    events = IncidentEvent.objects.filter(incident_id=case.incident.pk).select_related("actor").order_by("-id")
    for event in events[:most]:
        key = (event.frame_seq, event.idx, event.ordinal)
        if event.kind not in EVENTS and key in told:
            continue
        by = event.actor.shown_name if event.actor is not None else ""
        at = event.data.get("stream_time_ms") if isinstance(event.data, dict) else None
        at = at if isinstance(at, int) else int(event.at.timestamp() * 1000)
        if event.kind == "called" and event.data.get("device") in unnamed:
            event.data["label"] = "—"
        lines.append((at, event.pk, {"text": event_words(event, case), "by": by}))
    lines.sort(key=lambda line: line[:2], reverse=True)
    return [{"at_ms": at} | line for at, _pk, line in lines[:most]]


def _transition(row: Transition) -> str:
    if row.kind == "level":
        text = _level(row)
    elif row.kind in TRANSITIONS:
        text = TRANSITIONS[row.kind](_role(row.detail))
    else:
        text = row.kind
    if row.distance_cm is not None and row.lower_cm is not None and row.upper_cm is not None:
        said = distance(row.distance_cm / 100, row.lower_cm / 100, row.upper_cm / 100)
        text += _(": %(distance)s") % {"distance": said}
    return text


def _level(row: Transition) -> str:
    to = LEVELS.get(row.level_to, lambda: row.level_to)()
    rising = ("unknown", "clear", "pre_alert", "alert")
    up = row.level_from in rising and row.level_to in rising
    if row.level_to in ("pre_alert", "alert") and up and rising.index(row.level_to) > rising.index(row.level_from):
        text = _("Crossing: %(level)s") % {"level": to}
    else:
        text = _("Level: %(level)s") % {"level": to}
    moved = MOVED[row.moved]() if row.moved in MOVED else ""
    return f"{text} ({moved.rstrip('.').lower()})" if moved and row.level_to != "clear" else text


def _role(detail: Any) -> str:
    party = detail.get("party") if isinstance(detail, dict) else None
    return {"protected": _("Protected person"), "wearer": _("Wearer")}.get(str(party), _("Device"))


def event_words(event: IncidentEvent, case: Case) -> str:
    """One line of the record, said."""
    data = event.data if isinstance(event.data, dict) else {}
    if event.kind == "key":
        return _key(case, data)
    if event.kind == "step":
        return _("By itself: %(step)s") % {"step": guidance.step_title(case.table, data)}
    if event.kind in EVENTS:
        return EVENTS[event.kind](data)
    if event.kind in TRANSITIONS:
        return TRANSITIONS[event.kind](_role(data))
    if event.kind == "level":
        to = str(data.get("to") or data.get("level") or data.get("level_to") or "")
        return _("Level: %(level)s") % {"level": LEVELS[to]() if to in LEVELS else to}
    return capital(TECHNICAL[event.kind]()) if event.kind in TECHNICAL else event.kind


def _unit(data: dict[str, Any], said: str) -> str:
    """What a unit said, with its name where the record knows it."""
    unit = str(data.get("unit") or "")
    return f"{said}{_(':')} {unit}" if unit else said


def _signal(data: dict[str, Any]) -> str:
    """What a device said, by the log's word for it; an alarm without a name by the device's own."""
    name = str(data.get("signal", ""))
    if name in SIGNALS:
        return SIGNALS[name]()
    if name in TECHNICAL:
        return TECHNICAL[name]()
    return str(data.get("word") or "")[:60] or _("technical alarm")


def _key(case: Case, data: dict[str, Any]) -> str:
    """An outcome as it stood on the key, with the words that came with it."""
    says = guidance.key_words(case.table, str(data.get("task")), str(data.get("step")), str(data.get("code")))
    # Unit, name and reference of a call to the police stand in the line of the request itself.
    text = "" if data.get("code") == "police_reached" and case.drill is None else str(data.get("text") or "")
    return f"{says}. {text}" if text else says


def _reason(data: dict[str, Any]) -> str:
    code = str(data.get("reason", ""))
    said = guidance.closing_words("", code)
    text = str(data.get("text") or "")
    return f"{said}. {text}" if text else said
