"""What is happening, in sentences, in the language that is active. One table a kind of incident.

No sentence ever says that there is no danger: a distance that grew is said as a distance, a place that is not known
as "position unknown since". A crossing is a crossing; what it means is a magistrate's word (BAR-28).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from egide.web.console import guidance
from egide.web.console.cases import Case, Party
from egide.web.console.models import Incident, IncidentKind, IncidentLevel, IncidentStatus
from egide.web.console.wording import clock, distance, interval, metres
from egide.web.outbox.words import PLATFORM
from egide.web.registry.models import DeviceKind


@dataclass(frozen=True, slots=True)
class Words:
    """What one incident says: `word` names the risk, `what` fits a row of the list, `sentence` tells it whole."""

    word: str
    what: str
    sentence: str


def words(case: Case, now_ms: int) -> Words:
    """The words of an incident at one moment (milliseconds)."""
    word, what, parts = TABLE[case.incident.kind](case, now_ms)
    if case.incident.status == IncidentStatus.CLOSED:
        return Words(_("Closed"), what, _("Closed. ") + " ".join(parts))
    parts += _held(case)
    if case.incident.unverified:
        parts.append(_("The device could not prove its identity: treat the call as real."))
    if case.incident.repeats:
        n = case.incident.repeats
        parts.append(ngettext("Repeated %(n)s time.", "Repeated %(n)s times.", n) % {"n": n})
    return Words(word, what, " ".join(parts))


def role_word(role: str) -> str:
    """What a party is called on screens."""
    return {"protected": _("protected person"), "wearer": _("wearer")}[role]


def shape(incident: Incident) -> str:
    """The drawn shape of a risk (ui.md): each is told apart in grey."""
    if incident.status == IncidentStatus.CLOSED:
        return "closed"
    if incident.kind == IncidentKind.PROXIMITY:
        return {"alert": "alert", "pre_alert": "pre_alert", "clear": "regained"}.get(incident.level, "unknown")
    kinds = {"sos": "sos", "request_for_help": "help", "possible_approach": "possible", "technical": "technical"}
    return kinds[incident.kind]


Told = tuple[str, str, list[str]]


def _sos(case: Case, now_ms: int) -> Told:
    at = clock(_said_ms(case.incident))
    if case.first.data.get("by_hand"):
        parts = [_("SOS: opened by hand at %(time)s, the person telephones.") % {"time": at}]
        what = _("telephone call")
    elif case.is_tgd:
        parts = [_("SOS: the alarm key of the phone was pressed at %(time)s.") % {"time": at}]
        what = _("serious danger phone")
    elif case.is_pilot:
        parts = [_("SOS: the button of a pilot phone was held at %(time)s. It is a pilot, not a TGD.") % {"time": at}]
        what = _("pilot phone, not a TGD")
    else:
        parts = [_("SOS: the protected person pressed the alarm key at %(time)s.") % {"time": at}]
        what = _("alarm key of the box")
    party = case.subject or case.party("protected")
    if party is not None:
        parts.append(_place(case, party, now_ms))
    if (near := _distance(case, now_ms)) is not None:
        parts.append(_("The wearer is at %(distance)s.") % {"distance": near})
    return _("SOS"), what, parts


def title(case: Case) -> str:
    """What its procedure is called. A pilot's that opened under a TGD's, before it had its own, is not called a TGD's."""
    if case.incident.kind == IncidentKind.SOS and case.is_pilot:
        return _("Alarm of a pilot phone (not a TGD)")
    return guidance.said(case.table.title)


def _help(case: Case, now_ms: int) -> Told:
    at = clock(_said_ms(case.incident))
    if case.first.data.get("signal") == "fall":
        parts = [_("A fall was signalled at %(time)s.") % {"time": at}]
        what = _("fall")
    elif case.subject is not None and case.subject.role == "wearer":
        parts = [_("The wearer has been asking for help since %(time)s.") % {"time": at}]
        what = _("the wearer asks to be called")
    else:
        parts = [_("Help has been asked for since %(time)s.") % {"time": at}]
        what = _("asks to be called")
    if case.subject is not None:
        parts.append(_place(case, case.subject, now_ms))
    return _("Call for help"), what, parts


def _proximity(case: Case, now_ms: int) -> Told:
    level = case.incident.level
    near = _distance(case, now_ms)
    said = near or _("distance unknown")
    if level == IncidentLevel.ALERT:
        word, opening = _("Alert"), _("Alert: distance %(distance)s.")
    elif level == IncidentLevel.PRE_ALERT:
        word, opening = _("Pre-alert"), _("Pre-alert: distance %(distance)s.")
    else:
        word, opening = _("Distance regained"), _("Beyond the pre-alert zone again: distance %(distance)s.")
    if near is None:
        opening = {
            IncidentLevel.ALERT: _("Alert: distance unknown."),
            IncidentLevel.PRE_ALERT: _("Pre-alert: distance unknown."),
        }.get(IncidentLevel(level), _("Beyond the pre-alert zone at the last known distance."))
    parts = [opening % {"distance": said}]
    apart = case.apart(now_ms)
    if apart is not None and apart.guessed:
        parts.append(_("Accuracy unknown for at least one position."))
    if level in (IncidentLevel.ALERT, IncidentLevel.PRE_ALERT) and (moved := _moved(case, now_ms)):
        parts.append(moved)
    parts += _unseen(case, now_ms)
    return word, _row_distance(case, now_ms), parts


def _possible(case: Case, now_ms: int) -> Told:
    if case.latest.kind == "possible_approach_ended":
        parts = [_("The approach that was possible is over: both positions were known at %(time)s.")]
        parts[0] %= {"time": clock(_line_ms(case))}
        return _("Possible approach"), _row_distance(case, now_ms), parts + _unseen(case, now_ms)
    parts = [_("Possible approach: the wearer could be inside the alert zone.")]
    if case.last is not None and case.last.lower_cm is not None and case.last.upper_cm is not None:
        span = interval(case.last.lower_cm / 100, case.last.upper_cm / 100)
        parts.append(_("Last estimate: distance %(interval)s.") % {"interval": span})
    parts += _unseen(case, now_ms)
    return _("Possible approach"), _row_distance(case, now_ms), parts


def _technical(case: Case, now_ms: int) -> Told:
    fact = str(case.first.data.get("signal") or case.incident.cause.partition(":")[0])
    what = TECHNICAL[fact]() if fact in TECHNICAL else _("technical alarm")
    party = case.subject
    whose = f"{capital(role_word(party.role))}{_(':')} " if party is not None else ""
    told = what if whose else capital(what)
    parts = [_("%(what)s since %(time)s.") % {"what": f"{whose}{told}", "time": clock(_said_ms(case.incident))}]
    device_word = str(case.first.data.get("word") or "")
    if device_word and fact not in TECHNICAL:
        parts.append(_("The device calls it “%(word)s”.") % {"word": device_word[:60]})
    if case.latest.kind in OVER:
        parts.append(OVER[case.latest.kind]() % {"time": clock(_line_ms(case))})
    parts += _unseen(case, now_ms)
    return _("Technical"), what, parts


TABLE: dict[str, Callable[[Case, int], Told]] = {
    IncidentKind.SOS: _sos,
    IncidentKind.REQUEST_FOR_HELP: _help,
    IncidentKind.PROXIMITY: _proximity,
    IncidentKind.POSSIBLE_APPROACH: _possible,
    IncidentKind.TECHNICAL: _technical,
}

# What a technical incident is about, by the word the log uses for it.
TECHNICAL: dict[str, Callable[[], str]] = {
    "tamper": lambda: _("device being tampered with"),
    "strap": lambda: _("strap open or cut"),
    "case": lambda: _("device case open"),
    "low_battery": lambda: _("battery low"),
    "power_cut": lambda: _("power cut"),
    "power_restored": lambda: _("power restored"),
    "shutdown": lambda: _("device being switched off"),
    "fall": lambda: _("fall"),
    "connection_lost": lambda: _("connection lost"),
    "jamming": lambda: _("radio jamming"),
    "silence": lambda: _("device silent"),
    "position": lambda: _("position unknown"),
    "battery": lambda: _("battery low"),
    "stuck": lambda: _("the same position for hours: is the device worn?"),
    "clock": lambda: _("device clock wrong, its times are corrected"),
    "feed": lambda: _("link with the devices down"),
    "feed_down": lambda: _("link with the devices down"),
    "phone_test": lambda: _("phone test due (15 days)"),
    "exclusion": lambda: _("forbidden place entered by the wearer"),
    "search": lambda: _("possible search for where the protected person is"),
    "unreadable_change": lambda: _("a change of the file that monitoring could not read"),
    "dead_letter": lambda: _("a message nobody can read was set aside"),
    "log_changed": lambda: _("the record of messages is not the one that was read: monitoring has stopped"),
    **PLATFORM,
}

# What the log says when a technical matter ends by itself. The incident stays open: people close it.
OVER: dict[str, Callable[[], str]] = {
    "heard_again": lambda: _("Device heard again at %(time)s."),
    "position_known": lambda: _("Position known again at %(time)s."),
    "position_moves": lambda: _("Position moves again since %(time)s."),
    "clock_right": lambda: _("Device clock right again at %(time)s."),
    "feed_back": lambda: _("The link is back since %(time)s: messages that came late are being read."),
    "exclusion_left": lambda: _("The wearer left the forbidden place at %(time)s."),
}

MOVING_MS = 30_000

HAD_MOVED: dict[str, Callable[[], str]] = {
    "wearer": lambda: _("At %(time)s the wearer was coming closer."),
    "protected": lambda: _("At %(time)s the protected person was coming closer."),
    "both": lambda: _("At %(time)s both were coming closer."),
}
MOVED: dict[str, Callable[[], str]] = {
    "wearer": lambda: _("The wearer is coming closer."),
    "protected": lambda: _("The protected person is coming closer."),
    "both": lambda: _("Both are coming closer."),
}


def _moves(case: Case, now_ms: int) -> bool:
    """Was the movement seen just now? Later it is told with its time: people turn round."""
    return case.last is not None and case.last.moved in MOVED and now_ms - case.last.stream_time_ms <= MOVING_MS


def _moved(case: Case, now_ms: int) -> str:
    if case.last is None or case.last.moved not in MOVED:
        return ""
    table = MOVED if _moves(case, now_ms) else HAD_MOVED
    return table[case.last.moved]() % {"time": clock(case.last.stream_time_ms)}


def _said_ms(incident: Incident) -> int:
    """The device's own time of what it said, ours where it gave none or runs ahead."""
    if incident.device_time_ms is None or incident.device_time_ms < 0:
        return incident.stream_time_ms
    return min(incident.device_time_ms, incident.stream_time_ms)


def _line_ms(case: Case) -> int:
    """When the log's last line in the incident was said, by the log's clock."""
    at = case.latest.data.get("stream_time_ms")
    return at if isinstance(at, int) else case.incident.stream_time_ms


def _distance(case: Case, now_ms: int) -> str | None:
    apart = case.apart(now_ms)
    if apart is None:
        return None
    return distance(apart.distance_m, apart.lower_m, apart.upper_m)


def _row_distance(case: Case, now_ms: int) -> str:
    """A row's few words: the distance and who closes it, or that it is not known."""
    apart = case.apart(now_ms)
    if apart is None:
        return _("distance unknown")
    said = metres(apart.distance_m)
    if case.incident.level != IncidentLevel.CLEAR and _moves(case, now_ms):
        return _("%(distance)s, closing") % {"distance": said}
    return said


def position_words(party: Party, now_ms: int) -> str:
    """How a position is called: known with its accuracy, or unknown since when."""
    if party.seen is None:
        return _("position unknown")
    if not party.seen.is_fresh(now_ms):
        return _("position unknown since %(time)s") % {"time": clock(party.seen.at_ms)}
    if party.seen.accuracy_cm is None:
        return _("position known, accuracy unknown")
    return _("position known within %(accuracy)s") % {"accuracy": metres(party.seen.accuracy_cm / 100)}


def held_words(party: Party) -> str:
    """Says that a later fix is not believed yet; empty when none is held."""
    return _("an improbable position awaits confirmation") if party.seen is not None and party.seen.held else ""


def _held(case: Case) -> list[str]:
    """One sentence for each party of whom a later, improbable fix awaits confirmation."""
    return [
        _("%(who)s: %(what)s.") % {"who": capital(role_word(party.role)), "what": said}
        for party in case.parties
        if (said := held_words(party))
    ]


def _place(case: Case, party: Party, now_ms: int) -> str:
    """One sentence about where somebody is who called."""
    if case.is_tgd and party.seen is None and not party.device.geolocation_consent:
        return _("No position: geolocation was not agreed to.")
    return _("%(position)s.") % {"position": capital(position_words(party, now_ms))}


def _unseen(case: Case, now_ms: int) -> list[str]:
    """One sentence for each party whose place is not known. Outside its alarm a TGD has none to know (TGD-30)."""
    told: list[str] = []
    for party in case.parties:
        if party.device.kind == DeviceKind.TGD:
            continue
        if party.seen is not None and party.seen.is_fresh(now_ms):
            continue
        if party.seen is None:
            sentence = {"protected": _("Protected person: position unknown."), "wearer": _("Wearer: position unknown.")}
            told.append(sentence[party.role])
        else:
            sentence = {
                "protected": _("Protected person: position unknown since %(time)s."),
                "wearer": _("Wearer: position unknown since %(time)s."),
            }
            told.append(sentence[party.role] % {"time": clock(party.seen.at_ms)})
    return told


def capital(text: str) -> str:
    """The text with a capital at its beginning, the rest as it is."""
    return text[:1].upper() + text[1:]
