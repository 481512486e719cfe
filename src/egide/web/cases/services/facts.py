"""What the file says, in the words of `core.law`: rows become facts, and what nobody has said stays unknown.

It judges nothing and asks the database nothing beyond what `Whole` reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from egide.core.law import tgd
from egide.core.law.calendar import end_of_day, paris_day, start_of_day, utc
from egide.core.law.orders import Order as LawOrder
from egide.web.cases.law import against, came_back, law_attribution, law_order, returned_at
from egide.web.cases.models import (
    Attribution,
    AttributionStatus,
    CaseRespondent,
    CommitteeReview,
    Consent,
    ConsentKind,
    Decision,
    DecisionKind,
    LiaisonSheet,
    Review,
    ReviewCause,
    Withdrawal,
)
from egide.web.cases.services.whole import Whole
from egide.web.people.profile import FrenchLevel

_ENOUGH_FRENCH = {FrenchLevel.NONE: False, FrenchLevel.LITTLE: False, FrenchLevel.BASIC: True, FrenchLevel.FLUENT: True}
ENDING = (DecisionKind.WITHDRAWAL, DecisionKind.NON_RENEWAL)


def tgd_facts(whole: Whole, respondent: CaseRespondent | None, at: datetime) -> tgd.TgdFacts:
    """The facts about the protected person and one respondent at that instant; None: nobody is named yet."""
    case = whole.case
    consents = {kind: latest(whole.consents, kind, at) for kind in ConsentKind}
    orders = law_orders(whole, respondent)
    looked_up = respondent is not None and (respondent.orders_checked_at is not None or bool(orders))
    level = "" if whole.profile is None else whole.profile.french_level
    return tgd.TgdFacts(
        serious_danger=case.serious_danger,
        link=None if respondent is None else tgd.CoupleLink(respondent.link),
        violence=case.violence,
        rape=case.is_rape_victim,
        cohabitation=case.cohabitation,
        consent=law_consent(consents[ConsentKind.TGD], at),
        geolocation=law_consent(consents[ConsentKind.TGD_GEOLOCATION], at),
        forms=_forms(consents),
        orders=orders if looked_up else None,
        imminent_danger=case.imminent_danger,
        at_large=None if respondent is None else respondent.is_at_large,
        not_yet_arrested=_not(None if respondent is None else respondent.is_arrested),
        ban_not_yet_ordered=None if respondent is None else respondent.ban_not_yet_ordered,
        ban_requested=respondent is not None and respondent.ban_requested,
        basic_french=_ENOUGH_FRENCH.get(FrenchLevel(level)) if level in FrenchLevel.values else None,
    )


def latest(consents: Iterable[Consent], kind: str, at: datetime) -> Consent | None:
    """The last answer of that kind given by that instant: what came last counts, to the second."""
    given = [row for row in consents if row.kind == kind and row.given_at <= at]
    return given[-1] if given else None


def live(consents: Iterable[Consent], kind: str, at: datetime) -> bool:
    """Whether a consent of that kind stands at that instant. Never inferred."""
    row = latest(consents, kind, at)
    return row is not None and row.given and not _over(row, at)


def law_consent(row: Consent | None, at: datetime) -> tgd.Consent:
    """One answer as days of the calendar in Paris. A consent that ran out counts as withdrawn that day."""
    if row is None:
        return tgd.Consent()
    day = paris_day(row.given_at)
    if not row.given:
        return tgd.Consent(refused_on=day)
    ends = [end for end in (row.withdrawn_at, row.until) if end is not None and end <= at]
    return tgd.Consent(given_on=day, withdrawn_on=paris_day(min(ends)) if ends else None)


def law_orders(whole: Whole, respondent: CaseRespondent | None) -> tuple[LawOrder, ...]:
    """The register of the pair; with no respondent, of everybody complained of in the case."""
    return tuple(law_order(row) for row in against(whole.orders, respondent))


def is_ended(whole: Whole, attribution: Attribution) -> bool:
    """Whether the end of the attribution is decided for good. A phone that came back by itself ends nothing yet.

    One left to run out is not, while the person holds it: a renewal or a withdrawal may still overtake that decision.
    """
    return ending(whole, attribution) is not None and not left_to_run_out(whole, attribution)


def ending(whole: Whole, attribution: Attribution) -> Decision | None:
    """The decision that ends the attribution: its withdrawal, else a non-renewal that no later renewal overtook."""
    mine = [d for d in whole.decisions if d.attribution_id == attribution.pk]
    gone = next((d for d in mine if d.kind == DecisionKind.WITHDRAWAL), None)
    last = next((d for d in reversed(mine) if d.kind in (DecisionKind.RENEWAL, DecisionKind.NON_RENEWAL)), None)
    return gone or (last if last is not None and last.kind == DecisionKind.NON_RENEWAL else None)


def left_to_run_out(whole: Whole, attribution: Attribution) -> bool:
    """Whether nobody renews the attribution, and the person still holds the phone (TGD-27)."""
    found = ending(whole, attribution)
    held = attribution.status == AttributionStatus.WITHDRAWN
    return held and found is not None and found.kind == DecisionKind.NON_RENEWAL


def renewable(whole: Whole) -> Attribution | None:
    """The attribution that a renewal would be about: the active one, or one left to run out that no other followed."""
    if whole.running is not None:
        return whole.running if whole.running.status == AttributionStatus.ACTIVE else None
    return next((a for a in reversed(whole.attributions) if left_to_run_out(whole, a)), None)


def law_withdrawal(whole: Whole, attribution: Attribution) -> tgd.Withdrawal | None:
    """The end of the attribution that is under way, if one is: decided, or asked for by the person.

    An attribution left to run out is over at its term, so that the return is due from then on.
    """
    request = withdrawal_request(whole, attribution)
    decided = ending(whole, attribution)
    if decided is None and request is None:
        return None
    withdrawal = getattr(attribution, "withdrawal", None)
    ground = tgd.Ground.PERSON_NO_LONGER_WANTS if withdrawal is None else tgd.Ground(withdrawal.ground)
    decided_on = None if decided is None else paris_day(decided.decided_at)
    if decided is not None and decided.kind == DecisionKind.NON_RENEWAL:
        decided_on = max(paris_day(decided.decided_at), attribution.ends_on)
    return tgd.Withdrawal(
        ground=ground,
        requested_at=None if request is None else request.at,
        called_at=None if request is None else request.done_at,
        decided_on=decided_on,
    )


def unended(whole: Whole) -> list[Attribution]:
    """Attributions whose end nobody has decided: the running one, and one whose phone came back by itself."""
    return [a for a in whole.attributions if not is_ended(whole, a)]


def opinion_on(opinion: CommitteeReview, attribution: Attribution) -> bool:
    """Whether the committee's opinion is on the withdrawal of this attribution, and not of one before it (TGD-36)."""
    its_own = opinion.attribution_id in (None, attribution.pk)
    return opinion.on_withdrawal and its_own and opinion.met_on >= attribution.starts_on


def withdrawal_request(whole: Whole, attribution: Attribution) -> Review | None:
    """The person's last request to give the phone back."""
    asked = [
        r for r in whole.reviews if r.cause == ReviewCause.WITHDRAWAL_REQUESTED and r.attribution_id == attribution.pk
    ]
    return asked[-1] if asked else None


def attribution_facts(whole: Whole, attribution: Attribution) -> tgd.CaseFacts:
    """What the clocks of one attribution need. Alarms and reviews have facts of their own."""
    respondent = next((r for r in whole.respondents if r.pk == attribution.respondent_id), None)
    handover = getattr(attribution, "handover", None)
    back, ended = came_back(attribution), returned_at(attribution)
    never = isinstance(back, Withdrawal)
    received = ended if isinstance(back, Withdrawal) else None if back is None else back.provider_received_at
    tests = sorted(test.at for test in attribution.tests.all() if test.worked)
    return tgd.CaseFacts(
        attribution=law_attribution(attribution, whole.decisions),
        handed_over_at=None if handover is None else handover.at,
        last_test_at=tests[-1] if tests else None,
        orders=law_orders(whole, respondent),
        withdrawal=law_withdrawal(whole, attribution),
        returned_at=ended,
        certificate_received_at=received,
        phone_erased=never or getattr(back, "phone_erased_at", None) is not None,
        provider_erased=(never and not told_provider(attribution))
        or getattr(back, "provider_erased_at", None) is not None,
        logs_erased=back is not None and back.logs_erased_at is not None,
        file_erased=_file_erased(whole, ended),
    )


def told_provider(attribution: Attribution) -> bool:
    """Whether the provider was sent its sheet, and so holds part I of the data (TGD-25, TGD-41)."""
    return any(sheet.partner == LiaisonSheet.Partner.OPERATOR for sheet in attribution.liaison_sheets.all())


def _file_erased(whole: Whole, ended: datetime | None) -> bool:
    """Whether the file was erased since this phone came back: an erasure before it was about an earlier one."""
    at = whole.case.file_erased_at
    return at is not None and ended is not None and at >= ended


def day_after(at: datetime) -> datetime:
    """24:00 of the day it was in Paris: the first instant at which something due that day is late."""
    return end_of_day(paris_day(at))


def first_instant(day: date) -> datetime:
    """The first instant of a day in Paris."""
    return start_of_day(day)


def _forms(consents: dict[ConsentKind, Consent | None]) -> tgd.Forms:
    def said(kind: ConsentKind, name: str) -> bool | None:
        row = consents[kind]
        return None if row is None or not row.given else getattr(row, name) is not None

    signed, copy = "signed_on", "copy_handed_on"
    return tgd.Forms(
        consent_signed=said(ConsentKind.TGD, signed),
        consent_copy=said(ConsentKind.TGD, copy),
        geolocation_signed=said(ConsentKind.TGD_GEOLOCATION, signed),
        geolocation_copy=said(ConsentKind.TGD_GEOLOCATION, copy),
        police_sheets_signed=said(ConsentKind.POLICE_SHEETS, signed),
        police_sheets_copy=said(ConsentKind.POLICE_SHEETS, copy),
    )


def _over(row: Consent, at: datetime) -> bool:
    return any(end is not None and utc(end) <= utc(at) for end in (row.withdrawn_at, row.until))


def _not(fact: bool | None) -> bool | None:
    return None if fact is None else not fact
