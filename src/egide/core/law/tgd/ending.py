"""How does a TGD end: on which ground, with what done first, and what must be erased when?

Nothing here ends by itself: imprisonment, a request or a term opens a human step. The alarm key works until the return
of the phone is recorded, whatever the state of the attribution.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from egide.core.law.answers import Actor, Answer, Status, answer
from egide.core.law.calendar import Term, after_days_elapsed, paris_day, term_in_days, term_in_months, utc
from egide.core.law.model import LawBook
from egide.core.law.orders import End, Order, period
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.text import Text
from egide.core.law.tgd.duration import term_of
from egide.core.law.tgd.facts import Attribution, Ground, Withdrawal
from egide.core.law.words import Message, say


@dataclass(frozen=True, slots=True)
class GroundRow:
    """One ground of withdrawal (TGD-33): who speaks first, and what it requires beside the decision and the return."""

    ground: Ground
    label: Text
    starts_with: Actor
    committee: bool = False
    reexamination: bool = False
    confidential_call: bool = False


GROUNDS: dict[Ground, GroundRow] = {
    row.ground: row
    for row in (
        GroundRow(Ground.DANGER_CEASED, Text.of("le danger a cessé", "the danger has ceased"), Actor.PROSECUTOR),
        GroundRow(
            Ground.IMPRISONED,
            Text.of("la personne mise en cause est incarcérée", "the respondent is imprisoned"),
            Actor.PROSECUTOR,
            reexamination=True,
        ),
        GroundRow(
            Ground.PERSON_NO_LONGER_WANTS,
            Text.of("la personne ne veut plus du téléphone", "the person no longer wants the phone"),
            Actor.PROTECTED_PERSON,
            confidential_call=True,
        ),
        GroundRow(
            Ground.RULES_NOT_RESPECTED,
            Text.of("les consignes ne sont pas respectées", "the rules of use are not respected"),
            Actor.PROSECUTOR,
            committee=True,
        ),
    )
}


# What opens a review with the person, and is never an end of its own.
REVIEW_CAUSES: dict[str, Text] = {
    "cohabitation_resumed": Text.of("cohabitation reprise", "cohabitation resumed"),
    "ban_ended": Text.of("interdiction de contact terminée", "contact ban ended"),
    "release_planned": Text.of("libération prévue", "release planned"),
    "withdrawal_requested": Text.of("retrait demandé par la personne", "withdrawal asked for by the person"),
}


def withdrawal_steps(withdrawal: Withdrawal, returned: bool, day: date, law: LawBook = LAW) -> tuple[Answer, ...]:
    """What this withdrawal requires, in order, and whether it is done (TGD-33, 34, 36, 37).

    What comes before the decision comes first; the return and its certificate last. A step not done is not satisfied.
    """
    decided = withdrawal.decided_on
    decision = _step(
        law,
        "TGD-33",
        day,
        decided is not None and decided <= day,
        say("withdraw.decided", day=decided or day),
        "decision",
    )
    give_back = _step(law, "TGD-34", day, returned, say("withdraw.returned"), "certificate")
    return (*_before_decision(withdrawal, day, law), decision, give_back)


def missing_before_withdrawal(withdrawal: Withdrawal, day: date, law: LawBook = LAW) -> tuple[Answer, ...]:
    """What is still to be done before the prosecutor decides on this ground; empty: nothing."""
    return tuple(step for step in _before_decision(withdrawal, day, law) if not step.satisfied)


def _before_decision(withdrawal: Withdrawal, day: date, law: LawBook) -> tuple[Answer, ...]:
    row = GROUNDS[withdrawal.ground]
    steps = []
    if row.confidential_call:
        steps.append(_step(law, "TGD-33", day, withdrawal.called_at is not None, say("withdraw.call_made"), "call"))
    if row.committee:
        given = withdrawal.committee_opinion_on
        yes = say("withdraw.committee_given", day=given or day)
        heard = given is not None and (withdrawal.began_on or given) <= given <= day
        steps.append(_step(law, "TGD-36", day, heard, yes, "committee"))
    if row.reexamination:
        opened = withdrawal.reexamination_opened
        steps.append(_step(law, "TGD-37", day, opened, say("withdraw.reexamination_open"), "reexamination"))
    return tuple(steps)


def _step(law: LawBook, rule: str, day: date, done: bool, yes: Message, no: str) -> Answer:
    status = Status.SATISFIED if done else Status.NOT_SATISFIED
    return answer(law, rule, day, status, yes if done else say(f"withdraw.{no}"))


def sos_rings(pressed_at: datetime, returned_at: datetime | None) -> bool:
    """Whether a press must ring: until the return of the phone is recorded, whatever became of the attribution (TGD-29).

    A press at the very instant of the return rings. False gives nobody leave to silence: the alarm path rings every phone
    it knows, given back or not. Raises NaiveInstantError if an instant has no zone.
    """
    return returned_at is None or utc(pressed_at) <= utc(returned_at)


def position_erased_at(recorded_at: datetime, longer_authorised: bool, law: LawBook = LAW) -> datetime:
    """When the position of an alarm must be gone: 3 exact days after it was recorded, 8 if authorised (TGD-43). UTC."""
    name = "position_authorised_days" if longer_authorised else "position_days"
    return after_days_elapsed(recorded_at, law.value("TGD-43", name, paris_day(recorded_at)))


def provider_erasure(certificate_received_at: datetime, law: LawBook = LAW) -> Term:
    """The days the provider has to erase, from the receipt of the return certificate (TGD-43)."""
    day = paris_day(certificate_received_at)
    return term_in_days(day, law.value("TGD-43", "provider_days", day))


def logs_kept(certificate_received_at: datetime, law: LawBook = LAW) -> Term:
    """How long logs of changes and deletions are kept after the return certificate (TGD-43)."""
    day = paris_day(certificate_received_at)
    return term_in_months(day, law.value("TGD-43", "logs_months", day))


@dataclass(frozen=True, slots=True)
class Retention:
    """Until when parts I and II are kept: `last` None while no day is known, and then nothing may be erased."""

    last: date | None
    rule: str
    why: Message


def file_kept(
    attribution: Attribution,
    orders: Iterable[Order],
    returned_at: datetime | None,
    practice: PracticeSettings,
    law: LawBook = LAW,
) -> Retention:
    """Until when parts I and II of the data are kept: as long as the contact ban (TGD-43).

    With no ban (case B, TGD-45) the district's setting answers. While the phone is out nothing is erased: ours, not the
    text's, for an alarm must find its file.
    """
    if returned_at is None:
        return Retention(None, "TGD-43", say("retention.phone_out"))
    spans = [period(o, law) for o in orders if o.contact_ban]
    if not spans:
        last = paris_day(returned_at)
        if practice.retention_without_ban == "attribution":
            last = max(last, term_of(attribution, law).last)
        return Retention(last, "TGD-45", say("retention.no_ban", day=last))
    lasts = [s.last for s in spans if s.end is End.FIXED and s.last is not None]
    if len(lasts) < len(spans):
        return Retention(None, "TGD-43", say("retention.ban_open"))
    last = max(*lasts, paris_day(returned_at))
    return Retention(last, "TGD-43", say("retention.ban", day=last))
