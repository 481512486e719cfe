"""What was reported, done, said and thought, and when: the timeline of a case and its contacts and interviews.

Facts, statements and opinions are kept apart by shape and word (RQ-87); an approximate date stays as it was said.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from egide.core.law.calendar import paris_day
from egide.web.cases.models import (
    AlarmFollowUp,
    Case,
    CaseEvent,
    Contact,
    FollowUpSummary,
    Interview,
    Report,
    Statement,
)
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.saying import about_when, an_instant, pick
from egide.web.file.words import AGAINST, CHANNELS, NATURES, OUTCOMES, REPORT_CHANNELS, REPORTED_BY, VIOLENCE, named

SHOWN = 60


@dataclass(frozen=True, slots=True)
class Told:
    """Something told, dated. `nature`: fact, said, opinion, report or act; `order`: None sorts last, undated."""

    nature: str
    word: str
    when: str
    text: str
    source: str
    forms: str
    order: date | None


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One line of contacts and interviews."""

    at: str
    who: str
    how: str
    outcome: str
    tone: str
    note: str
    care: str
    next: str
    against: str  # the rules it broke; empty where it broke none
    because: str


@dataclass(frozen=True, slots=True)
class InterviewLine:
    """One interview: its sittings, whether it goes on, under which conditions it was held."""

    number: int
    who: str
    state: str
    conditions: tuple[str, ...]
    is_open: bool
    is_paused: bool
    notes: str


@dataclass(frozen=True, slots=True)
class Log:
    """Contacts, interviews and the calls after an alarm, or the mere existence of them."""

    contacts: tuple[ContactLine, ...]
    interviews: tuple[InterviewLine, ...]
    calls: tuple[Told, ...]
    only_exists: bool


def statements(case: Case, lens: Lens) -> tuple[Told, ...] | None:
    """Facts, statements and opinions, the latest first, undated ones last; None where the reader may not see them."""
    if not lens.may("narrative"):
        return None
    rows = [_statement(row) for row in Statement.objects.filter(case=case).order_by("-pk")]
    dated = sorted((r for r in rows if r.order is not None), key=lambda r: r.order or date.min, reverse=True)
    return (*dated, *(r for r in rows if r.order is None))


def reports(case: Case, lens: Lens, whole: Whole) -> tuple[Told, ...] | None:
    """How the case came in; None where the reader may not see it."""
    if not lens.may("report"):
        return None
    return tuple(_report(row) for row in reversed(whole.reports))


def acts(case: Case, lens: Lens, names: dict[str, str]) -> list[Told]:
    """What was done on the case and by whom, the latest first: only lines whose field group the reader is granted."""
    rows = CaseEvent.objects.filter(case=case).select_related("by", "agency").order_by("-at", "-pk")[:SHOWN]
    seen: dict[str, bool] = {}
    told = []
    for row in rows:
        if row.group not in seen:
            seen[row.group] = lens.may(row.group, "dates")
        if seen[row.group]:
            told.append(_act(row, names))
    return told


def log(lens: Lens, case: Case, whole: Whole) -> Log | None:
    """Contacts, interviews, calls after an alarm (RQ-53, TGD-32); None where the reader may not even know of them."""
    if not lens.may("contacts_log"):
        return Log((), (), (), True) if lens.may("contacts_log", "exists") else None
    contacts = case.contacts.select_related("by", "agency", "via").order_by("-at", "-pk")[:SHOWN]
    interviews = tuple(_interview(i) for i in reversed(whole.interviews))
    return Log(tuple(_contact(c) for c in contacts), interviews, _calls(lens, whole), False)


def _calls(lens: Lens, whole: Whole) -> tuple[Told, ...]:
    """Each call made after one or several alarms, the latest first. When an alarm was is for whoever may know its day."""
    dated = lens.may("alarm_record", "dates")
    answered: dict[datetime, list[AlarmFollowUp]] = {}
    for row in reversed(whole.alarms):
        if row.called_at is not None:
            answered.setdefault(row.called_at, []).append(row)
    return tuple(_call(at, answered[at], dated) for at in sorted(answered, reverse=True))


def _call(at: datetime, rows: list[AlarmFollowUp], dated: bool) -> Told:
    by = rows[0].called_by
    alarms = ", ".join(an_instant(row.at) for row in rows) if dated else ""
    return Told(
        "act", pick("Appel après une alerte", "Call after an alarm"), an_instant(at), rows[0].outcome,
        by.shown_name if by is not None else "", pick(f"alerte : {alarms}", f"alarm: {alarms}") if alarms else "", paris_day(at),
    )  # fmt: skip


def summaries(lens: Lens, whole: Whole) -> tuple[Told, ...] | None:
    """The summaries of the follow-up, the latest first (TGD-32); None where the reader may not see them."""
    if not lens.may("for_decision"):
        return None
    return tuple(_summary(row) for row in reversed(whole.summaries))


def _summary(row: FollowUpSummary) -> Told:
    word = pick("Synthèse de l’accompagnement", "Summary of the follow-up")
    who = f"{row.written_by.shown_name}, {row.agency.name}"
    return Told("report", word, an_instant(row.written_at), row.text, who, "", paris_day(row.written_at))


def _statement(row: Statement) -> Told:
    forms = ", ".join(named(VIOLENCE, form) for form in row.violence_forms)
    when = about_when(row.happened_from, row.happened_until, row.date_words)
    return Told(
        row.nature,
        named(NATURES, row.nature),
        when,
        row.text,
        row.source,
        forms,
        row.happened_until or row.happened_from,
    )


def _report(row: Report) -> Told:
    who, how = named(REPORTED_BY, row.reporter), named(REPORT_CHANNELS, row.channel)
    word = pick(f"Signalement : {who}, {how}", f"Report: {who}, {how}")
    at = an_instant(row.received_at)
    return Told("report", word, at, row.narrative, row.contact_of_reporter, "", paris_day(row.received_at))


def _act(row: CaseEvent, names: dict[str, str]) -> Told:
    by = " · ".join(
        part for part in (row.by.shown_name if row.by else "", row.agency.name if row.agency else "") if part
    )
    return Told("act", names.get(row.act, row.act), an_instant(row.at), "", by, "", paris_day(row.at))


def _contact(row: Contact) -> ContactLine:
    way = pick("appel reçu", "call received") if row.incoming else named(CHANNELS, row.channel)
    tone = {"reached": "yes", "unsafe_to_talk": "no", "wrong_person": "no"}.get(row.outcome, "unknown")
    cares = [pick("numéro masqué", "hidden number")] if row.hidden_number and not row.incoming else []
    if row.message_left and "message_left" not in row.against:
        cares.append(pick("un message a été laissé", "a message was left"))
    if row.agreed_phrase_used:
        cares.append(pick("phrase convenue dite", "agreed phrase used"))
    again = (
        pick(f"à rappeler le {an_instant(row.next_at)}", f"call back on {an_instant(row.next_at)}")
        if row.next_at
        else ""
    )
    who = f"{row.by.shown_name}, {row.agency.name}"
    return ContactLine(
        an_instant(row.at), who, way, named(OUTCOMES, row.outcome), tone, row.note, ", ".join(cares), again,
        ", ".join(named(AGAINST, name) for name in row.against), row.against_because,
    )  # fmt: skip


def _interview(row: Interview) -> InterviewLine:
    sittings = sorted(row.sessions.all(), key=lambda s: (s.started_at, s.pk))
    running = row.ended_at is None and bool(sittings) and sittings[-1].paused_at is None
    paused = row.ended_at is None and bool(sittings) and sittings[-1].paused_at is not None
    return InterviewLine(
        row.pk,
        f"{row.led_by.shown_name}, {row.agency.name}",
        _state(row, running, paused),
        _conditions(row),
        row.ended_at is None,
        paused,
        str(row.draft.get("notes", "")),
    )


def _state(row: Interview, running: bool, paused: bool) -> str:
    if row.ended_at is not None:
        return pick(f"terminé le {an_instant(row.ended_at)}", f"ended on {an_instant(row.ended_at)}")
    if running:
        return pick("en cours", "under way")
    if paused:
        return pick("suspendu : reprenez quand la personne le peut", "paused: go on when the person can")
    at: datetime | None = row.appointment_at
    return (
        pick(f"rendez-vous le {an_instant(at)}", f"appointment on {an_instant(at)}")
        if at
        else pick("à prévoir", "to be planned")
    )


def _conditions(row: Interview) -> tuple[str, ...]:
    asked = (
        (row.confidential_room, "pièce confidentielle", "confidential room"),
        (row.phone_left_outside, "téléphone laissé dehors", "phone left outside"),
        (row.interpreter_present, "interprète présent", "interpreter present"),
    )
    states = {True: ("oui", "yes"), False: ("non", "no"), None: ("non noté", "not noted")}
    return tuple(pick(f"{fr} : {states[v][0]}", f"{en}: {states[v][1]}") for v, fr, en in asked)
