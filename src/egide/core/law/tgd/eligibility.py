"""Are the conditions of a TGD met on that day, on which basis, and what is missing? One answer a condition.

Nothing here decides: an answer says what the file shows. Unknown is never satisfied. A decision taken outside is never
refused: its defects are listed, and protection starts all the same.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from egide.core.law.answers import Answer, Status, all_of, answer, any_of, holds, status_of
from egide.core.law.frames import FRAMES, frames_on
from egide.core.law.model import LawBook
from egide.core.law.orders import contact_bans
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.text import Text
from egide.core.law.tgd.asking import decided_by
from egide.core.law.tgd.facts import Consent, CoupleLink, Decision, TgdFacts
from egide.core.law.words import Message, say

CASE_A, CASE_B = "A", "B"

# The circumstances of case B and what they are called (TGD-15).
_CIRCUMSTANCES = {
    "at_large": Text.of("auteur en fuite", "author at large"),
    "not_yet_arrested": Text.of("auteur pas encore interpellé", "author not yet arrested"),
    "ban_not_yet_ordered": Text.of("interdiction de contact pas encore prononcée", "contact ban not ordered yet"),
}
_IMMINENT = Text.of("danger avéré et imminent", "proven and imminent danger")


class Preparation(NamedTuple):
    """Whether an attribution may be prepared in Égide, and what stands in the way."""

    allowed: bool
    blocked_by: tuple[Answer, ...]
    missing: tuple[Answer, ...]


def eligibility(facts: TgdFacts, day: date, law: LawBook = LAW) -> tuple[Answer, ...]:
    """The cumulative conditions (TGD-07, 08, 09, 11) and the two cases of the fifth (TGD-14 A, TGD-15 B), in that order.

    The fifth condition needs A or B: `overall` joins them.
    """
    return (
        _danger(facts, day, law),
        _link(facts, day, law),
        _cohabitation(facts, day, law),
        _consent(facts, day, law),
        _case_a(facts, day, law),
        _case_b(facts, day, law),
    )


def overall(answers: tuple[Answer, ...]) -> Status:
    """All the conditions together, case A or case B being enough."""
    cases = any_of(a.status for a in answers if a.case)
    return all_of((*(a.status for a in answers if not a.case), cases))


def basis(answers: tuple[Answer, ...]) -> str | None:
    """The case on which the fifth condition is satisfied: A before B, None if neither."""
    return next((a.case for a in answers if a.case and a.satisfied), None)


def preparation(answers: tuple[Answer, ...]) -> Preparation:
    """Whether an attribution may be prepared: never without consent nor with, or without asking about, cohabitation.

    The other conditions that are not satisfied do not block: they are shown to the prosecutor as missing.
    """
    blocked = tuple(a for a in answers if a.blocks and not a.satisfied)
    fifth_met = basis(answers) is not None
    missing = tuple(a for a in answers if not a.satisfied and not (a.case and fifth_met))
    return Preparation(not blocked, blocked, missing)


def defects(facts: TgdFacts, decision: Decision, law: LawBook = LAW) -> tuple[Answer, ...]:
    """What a decision taken outside lacks, by the law of its day: conditions, decider (TGD-02), duration (TGD-27).

    It never stops anything: whatever it lists, the decision is recorded and protection starts.
    """
    day = decision.taken_on
    found = preparation(eligibility(facts, day, law)).missing
    formal = (decided_by(decision.decided_by, day, law), _duration(decision, law))
    return (*found, *(a for a in formal if not a.satisfied))


def formalities(
    facts: TgdFacts, day: date, practice: PracticeSettings | None = None, law: LawBook = LAW
) -> tuple[Answer, ...]:
    """What must be signed and said beside the conditions: geolocation (TGD-12), forms (TGD-13), language (TGD-19).

    None of them blocks: a refused geolocation leaves a phone that works, and language only warns, where the district's
    practice is to warn at all.
    """
    signed = (_geolocation(facts.geolocation, day, law), _forms(facts, day, law))
    warns = (practice or PracticeSettings()).basic_french_warning
    return (*signed, _language(facts, day, law)) if warns else signed


def _danger(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    key = {True: "danger.serious", False: "danger.not_serious", None: "danger.not_assessed"}[facts.serious_danger]
    return answer(law, "TGD-07", day, status_of(facts.serious_danger), say(key))


def _link(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    unknown = facts.link in (None, CoupleLink.UNKNOWN)
    couple = status_of(None if unknown else facts.link is not CoupleLink.NONE)
    by_partner = all_of((status_of(facts.violence), couple))
    status = any_of((by_partner, status_of(facts.rape)))
    if status is Status.SATISFIED:
        key = "link.couple" if by_partner is Status.SATISFIED else "link.rape"
    else:
        key = "link.neither" if status is Status.NOT_SATISFIED else "link.unknown"
    return answer(law, "TGD-08", day, status, say(key))


def _cohabitation(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    key = {True: "cohabitation.yes", False: "cohabitation.none", None: "cohabitation.not_asked"}[facts.cohabitation]
    apart = None if facts.cohabitation is None else not facts.cohabitation
    return answer(law, "TGD-09", day, status_of(apart), say(key), blocks=True)


def _consent(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    status = facts.consent.on(day)
    return answer(law, "TGD-11", day, status, _consent_words(facts.consent, status, day), blocks=True)


def _consent_words(consent: Consent, status: Status, day: date) -> Message:
    if status is Status.SATISFIED and consent.given_on is not None:
        return say("consent.given", day=consent.given_on)
    if status is Status.NOT_SATISFIED:
        withdrawn, refused = (at if at and at <= day else None for at in (consent.withdrawn_on, consent.refused_on))
        if withdrawn is not None and (refused is None or refused <= withdrawn):
            return say("consent.withdrawn", day=withdrawn)
        if refused is not None:
            return say("consent.refused", day=refused)
    return say("consent.not_asked")


def _case_a(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    if not holds(law, "TGD-14", day):
        return answer(law, "TGD-14", day, Status.NOT_SATISFIED, say("rule.not_yet"), case=CASE_A)
    status, why = _ban(facts, day, law)
    return answer(law, "TGD-14", day, status, why, case=CASE_A)


def _ban(facts: TgdFacts, day: date, law: LawBook) -> tuple[Status, Message]:
    if facts.orders is None:
        return Status.UNKNOWN, say("ban.not_asked")
    listed = {row.frame for row in frames_on(day)}
    bans = [s for s in contact_bans(facts.orders, day, law) if s.order.frame in listed]
    stand = [s for s in bans if s.answer.satisfied]
    if stand or bans:
        frames = tuple(dict.fromkeys(FRAMES[s.order.frame].label for s in stand or bans))
        if stand:
            return Status.SATISFIED, say("ban.in_force", frames=frames)
        return Status.UNKNOWN, say("ban.may_stand", frames=frames)
    return Status.NOT_SATISFIED, say("ban.none")


def _case_b(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    if not holds(law, "TGD-15", day):
        return answer(law, "TGD-15", day, Status.NOT_SATISFIED, say("rule.not_yet"), case=CASE_B)
    imminent = status_of(facts.imminent_danger)
    stated = {
        "at_large": status_of(facts.at_large),
        "not_yet_arrested": status_of(facts.not_yet_arrested),
        "ban_not_yet_ordered": _not_yet_ordered(facts, day, law),
    }
    circumstance = any_of(stated.values())
    status = all_of((imminent, circumstance))
    met = tuple(_CIRCUMSTANCES[name] for name, s in stated.items() if s is Status.SATISFIED)
    if status is Status.SATISFIED:
        why = say("imminent.satisfied", circumstances=met)
    elif imminent is Status.NOT_SATISFIED:
        why = say("imminent.no_danger_found")
    elif circumstance is Status.NOT_SATISFIED:
        why = say("imminent.no_circumstance")
    else:
        unknown = () if met else tuple(_CIRCUMSTANCES[n] for n, s in stated.items() if s is Status.UNKNOWN)
        why = say("imminent.unknown", missing=(*((_IMMINENT,) if imminent is Status.UNKNOWN else ()), *unknown))
    return answer(law, "TGD-15", day, status, why, case=CASE_B)


def _not_yet_ordered(facts: TgdFacts, day: date, law: LawBook) -> Status:
    """Whether the ban has not been ordered yet: a ban that stands settles it, then what the file says, then a request."""
    if facts.orders and _ban(facts, day, law)[0] is Status.SATISFIED:
        return Status.NOT_SATISFIED
    if facts.ban_not_yet_ordered is None and facts.ban_requested:
        return Status.SATISFIED
    return status_of(facts.ban_not_yet_ordered)


def _duration(decision: Decision, law: LawBook) -> Answer:
    day, months = decision.taken_on, decision.months
    legal = law.value("TGD-27", "months", day)
    if months is None:
        return answer(law, "TGD-27", day, Status.UNKNOWN, say("duration.unknown"))
    if months == legal:
        return answer(law, "TGD-27", day, Status.SATISFIED, say("duration.legal", months=months))
    return answer(law, "TGD-27", day, Status.NOT_SATISFIED, say("duration.other", months=months, legal=legal))


def _geolocation(consent: Consent, day: date, law: LawBook) -> Answer:
    """Satisfied once the person has answered, either way; unknown until then."""
    status = consent.on(day)
    if status is Status.UNKNOWN:
        return answer(law, "TGD-12", day, status, say("geolocation.not_asked"))
    if status is Status.SATISFIED and consent.given_on is not None:
        return answer(law, "TGD-12", day, status, say("geolocation.agreed", day=consent.given_on))
    return answer(law, "TGD-12", day, Status.SATISFIED, say("geolocation.declined"))


_FORMS = (
    ("consent_signed", Text.of("consentement signé", "consent signed")),
    ("consent_copy", Text.of("copie du consentement", "copy of the consent")),
    ("geolocation_signed", Text.of("accord de géolocalisation signé", "geolocation agreement signed")),
    ("geolocation_copy", Text.of("copie de l’accord de géolocalisation", "copy of the geolocation agreement")),
    ("police_sheets_signed", Text.of("fiches pour la police signées", "sheets for the police signed")),
    ("police_sheets_copy", Text.of("copie des fiches pour la police", "copy of the sheets for the police")),
)


def _forms(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    declined = facts.geolocation.on(day) is Status.NOT_SATISFIED
    wanted = [(name, label) for name, label in _FORMS if not (declined and name.startswith("geolocation"))]
    status = all_of(status_of(getattr(facts.forms, name)) for name, _ in wanted)
    if status is Status.SATISFIED:
        return answer(law, "TGD-13", day, status, say("forms.complete"))
    missing = tuple(label for name, label in wanted if getattr(facts.forms, name) is not True)
    return answer(law, "TGD-13", day, status, say("forms.missing", missing=missing))


def _language(facts: TgdFacts, day: date, law: LawBook) -> Answer:
    keys = {True: "language.ok", False: "language.interpreter", None: "language.not_asked"}
    return answer(law, "TGD-19", day, status_of(facts.basic_french), say(keys[facts.basic_french]))
