"""What each document says: one function a kind, one typed dictionary a function, one template a dictionary.

A function takes fields and adds figures of the law; it never sees a row, so it cannot pass on what its readers may not
have. The words around stand in `typst/`; the values here are ready to be printed, None where nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypedDict

from egide.core.law.calendar import paris_day
from egide.core.law.orders import breach_penalty
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.text import french_spaces
from egide.core.law.tgd import refusal_information
from egide.web.documents.fields import Take, account, measure, person, respondent
from egide.web.documents.kinds import Kind
from egide.web.documents.law import citations
from egide.web.documents.rules_of_use import UseRow, rules_of_use
from egide.web.documents.words import HELP_NUMBERS


class Consent(TypedDict):
    """The consent to the phone (TGD-11), and what the person is told before."""

    person: str | None
    association: person.AgencyRow
    consent: measure.ConsentRow
    months: int
    provider_days: int


class GeolocationConsent(TypedDict):
    """The second consent, refusable (TGD-12)."""

    person: str | None
    association: person.AgencyRow
    consent: measure.ConsentRow
    position_days: int
    position_authorised_days: int


class EvaluationReport(TypedDict):
    """Facts, statements and opinion, apart (RQ-87)."""

    person: str | None
    birth: str | None
    languages: str | None
    interpreter: str | None
    report: account.EvaluationRow | None
    conditions: account.ConditionsRow
    consent: measure.ConsentRow
    statements: dict[str, list[account.StatementRow]]
    assessments: list[account.AssessmentRow]


class Decision(TypedDict):
    """A decision with its reasons; on a refusal, what can be done against it (TGD-26, CF-05)."""

    person: str | None
    birth: str | None
    decision: measure.DecisionRow | None
    term: measure.TermRow
    contest: list[str]


class HandOver(TypedDict):
    """The phone given, and the rules of use (TGD-10, TGD-24, TGD-31)."""

    person: str | None
    association: person.AgencyRow
    handover: measure.HandoverRow | None
    term: measure.TermRow
    device: measure.DeviceRow
    geolocation_since: str | None
    rules: list[UseRow]


class ProtectedPart(TypedDict):
    """Part I of TGD-38, without the photograph and without any position: what the three sheets have in common."""

    person: str | None
    address_as: str | None
    birth: str | None
    languages: str | None
    french_level: str | None
    interpreter: str | None
    difficulty: str | None
    family_situation: str | None
    pets: str | None
    channels: list[person.ChannelRow]
    call_back_forbidden: bool
    homes: list[person.PlaceRow]
    workplace: str | None
    workplace_phone: str | None
    work_places: list[person.PlaceRow]
    usual_places: list[person.PlaceRow]
    care_places: list[person.PlaceRow]
    children: list[person.ChildRow]
    schools: list[person.SchoolRow]
    household: list[person.RelativeRow]
    emergency: list[person.RelativeRow]
    association: person.AgencyRow
    term: measure.TermRow
    device: measure.DeviceRow
    tests: list[measure.DeviceTestRow]


class LiaisonOperator(ProtectedPart):
    """The provider's sheet: nothing about the author, no photograph (TGD-41)."""

    hidden_address: bool
    geolocation_since: str | None


class LiaisonPolice(ProtectedPart):
    """The sheet of police or gendarmerie: both parts, no access traces (TGD-42)."""

    visits: list[person.VisitRow]
    respondents: list[respondent.RespondentRow]
    respondent_phones: list[respondent.RespondentReachRow]
    respondent_homes: list[respondent.RespondentHomeRow]
    bans: list[respondent.BanRow]


class LiaisonAssociation(ProtectedPart):
    """The association's sheet: part I without any position, and only the dates of the ban (TGD-42)."""

    hidden_address: bool
    visits: list[person.VisitRow]
    ban_dates: list[respondent.BanDatesRow]


class HelpNumber(TypedDict):
    """Whom to call for what."""

    what: str
    number: str


class InformationSheet(TypedDict):
    """What the person keeps: what was decided, what she can do, who helps (TGD-23, TGD-26, TGD-32)."""

    outcome: str | None
    decided_on: str | None
    term: measure.TermRow
    months: int
    contest: list[str]
    association: person.AgencyRow
    numbers: list[HelpNumber]


class CommitteeSheet(TypedDict):
    """One case of a committee: who proposes the measure, by name (OF-10)."""

    person: str | None
    stage: str | None
    committee: account.CommitteeRow | None
    term_dates: tuple[str | None, str | None]
    ban_dates: list[respondent.BanDatesRow]
    mandates: list[account.MandateRow]


class ReturnCertificate(TypedDict):
    """The phone given back; the erasures it starts (TGD-34, TGD-43)."""

    person: str | None
    device: measure.DeviceRow
    returned: measure.ReturnRow | None
    erasures: measure.ErasuresRow
    provider_days: int
    logs_months: int


class RespondentNotice(TypedDict):
    """A reminder of an order to the person it binds: only what the order itself says (rule 6)."""

    addressee: str | None
    order: respondent.OrderRow | None
    penalty_years: int
    penalty_euros: str
    sources: list[str]


class Letterhead(TypedDict):
    """Where a document comes from."""

    court: str | None
    case_number: str | None


def letterhead(take: Take, kind: Kind) -> Letterhead:
    """The court and the number of the case; on the respondent's side, the court of the order and no number."""
    if kind is Kind.RESPONDENT_NOTICE:
        order = take(respondent.ORDER)
        return Letterhead(court=order["court"] if order else None, case_number=None)
    return Letterhead(court=take(measure.COURT), case_number=take(measure.CASE_NUMBER))


def consent(take: Take, at: datetime, practice: PracticeSettings) -> Consent:
    """The consent form of the phone."""
    return Consent(
        person=take(person.NAME),
        association=take(person.ASSOCIATION),
        consent=take(measure.CONSENT),
        months=LAW.value("TGD-27", "months", paris_day(at)),
        provider_days=LAW.value("TGD-43", "provider_days", paris_day(at)),
    )


def geolocation_consent(take: Take, at: datetime, practice: PracticeSettings) -> GeolocationConsent:
    """The consent form of geolocation."""
    return GeolocationConsent(
        person=take(person.NAME),
        association=take(person.ASSOCIATION),
        consent=take(measure.GEOLOCATION),
        position_days=LAW.value("TGD-43", "position_days", paris_day(at)),
        position_authorised_days=LAW.value("TGD-43", "position_authorised_days", paris_day(at)),
    )


def evaluation_report(take: Take, at: datetime, practice: PracticeSettings) -> EvaluationReport:
    """The report to the prosecutor."""
    return EvaluationReport(
        person=take(person.NAME),
        birth=take(person.BIRTH),
        languages=take(person.LANGUAGES_SPOKEN),
        interpreter=take(person.INTERPRETER),
        report=take(account.EVALUATION),
        conditions=take(account.CONDITIONS),
        consent=take(measure.CONSENT),
        statements=take(account.STATEMENTS),
        assessments=take(account.ASSESSMENTS),
    )


def decision(take: Take, at: datetime, practice: PracticeSettings) -> Decision:
    """Attribution, refusal, renewal, withdrawal and the others."""
    return Decision(
        person=take(person.NAME),
        birth=take(person.BIRTH),
        decision=take(measure.DECISION),
        term=take(measure.TERM),
        contest=_contest(at),
    )


def hand_over(take: Take, at: datetime, practice: PracticeSettings) -> HandOver:
    """The hand-over record."""
    return HandOver(
        person=take(person.NAME),
        association=take(person.ASSOCIATION),
        handover=take(measure.HANDOVER),
        term=take(measure.TERM),
        device=take(measure.DEVICE),
        geolocation_since=take(measure.GEOLOCATION_SINCE),
        rules=[UseRow(text=rule.text.fr, strong=rule.strong) for rule in rules_of_use(practice)],
    )


def _protected_part(take: Take) -> ProtectedPart:
    return ProtectedPart(
        person=take(person.NAME),
        address_as=take(person.ADDRESS_AS),
        birth=take(person.BIRTH),
        languages=take(person.LANGUAGES_SPOKEN),
        french_level=take(person.FRENCH_LEVEL),
        interpreter=take(person.INTERPRETER),
        difficulty=take(person.DIFFICULTY),
        family_situation=take(person.FAMILY_SITUATION),
        pets=take(person.PETS),
        channels=take(person.SAFE_CHANNELS),
        call_back_forbidden=take(person.CALL_BACK_FORBIDDEN),
        homes=take(person.HOMES),
        workplace=take(person.WORKPLACE),
        workplace_phone=take(person.WORKPLACE_PHONE),
        work_places=take(person.WORK_PLACES),
        usual_places=take(person.USUAL_PLACES),
        care_places=take(person.CARE_PLACES),
        children=take(person.CHILDREN),
        schools=take(person.SCHOOLS),
        household=take(person.HOUSEHOLD),
        emergency=take(person.EMERGENCY_CONTACTS),
        association=take(person.ASSOCIATION),
        term=take(measure.TERM),
        device=take(measure.DEVICE),
        tests=take(measure.DEVICE_TESTS),
    )


def liaison_operator(take: Take, at: datetime, practice: PracticeSettings) -> LiaisonOperator:
    """The remote-assistance provider's sheet."""
    return LiaisonOperator(
        **_protected_part(take),
        hidden_address=take(person.HIDDEN_ADDRESS_EXISTS),
        geolocation_since=take(measure.GEOLOCATION_SINCE),
    )


def liaison_police(take: Take, at: datetime, practice: PracticeSettings) -> LiaisonPolice:
    """The sheet of police or gendarmerie."""
    return LiaisonPolice(
        **_protected_part(take),
        visits=take(person.VISITS),
        respondents=take(respondent.RESPONDENTS),
        respondent_phones=take(respondent.RESPONDENT_PHONES),
        respondent_homes=take(respondent.RESPONDENT_HOMES),
        bans=take(respondent.BANS),
    )


def liaison_association(take: Take, at: datetime, practice: PracticeSettings) -> LiaisonAssociation:
    """The association's sheet."""
    return LiaisonAssociation(
        **_protected_part(take),
        hidden_address=take(person.HIDDEN_ADDRESS_EXISTS),
        visits=take(person.VISITS),
        ban_dates=take(respondent.BAN_DATES),
    )


def information_sheet(take: Take, at: datetime, practice: PracticeSettings) -> InformationSheet:
    """What the person keeps. It does not name her: a sheet that is found tells as little as it can."""
    term = take(measure.TERM)
    return InformationSheet(
        outcome=take(measure.OUTCOME),
        decided_on=term["decided_on"],
        term=term,
        months=LAW.value("TGD-27", "months", paris_day(at)),
        contest=_contest(at),
        association=take(person.ASSOCIATION),
        numbers=[HelpNumber(what=what, number=french_spaces(number)) for what, number in HELP_NUMBERS],
    )


def committee_sheet(take: Take, at: datetime, practice: PracticeSettings) -> CommitteeSheet:
    """A committee's sheet for one case."""
    return CommitteeSheet(
        person=take(person.NAME),
        stage=take(measure.STAGE),
        committee=take(account.COMMITTEE),
        term_dates=take(measure.TERM_DATES),
        ban_dates=take(respondent.BAN_DATES),
        mandates=take(account.MANDATES),
    )


def return_certificate(take: Take, at: datetime, practice: PracticeSettings) -> ReturnCertificate:
    """The return certificate."""
    return ReturnCertificate(
        person=take(person.NAME),
        device=take(measure.DEVICE),
        returned=take(measure.RETURN),
        erasures=take(measure.ERASURES),
        provider_days=LAW.value("TGD-43", "provider_days", paris_day(at)),
        logs_months=LAW.value("TGD-43", "logs_months", paris_day(at)),
    )


def respondent_notice(take: Take, at: datetime, practice: PracticeSettings) -> RespondentNotice:
    """The reminder of an order."""
    penalty = breach_penalty(paris_day(at))
    order = take(respondent.ORDER)
    return RespondentNotice(
        addressee=take(respondent.ADDRESSEE),
        order=order,
        sources=citations(("OP-08", "OP-16"), at) if order and order["civil"] else [],
        penalty_years=penalty.years,
        penalty_euros=french_spaces(f"{penalty.euros:,}".replace(",", " ")),
    )


def _contest(at: datetime) -> list[str]:
    """What is said with a refusal, without the reasons, which stand apart (TGD-26, CF-05)."""
    return [answer.why.fr for answer in refusal_information(paris_day(at))[1:]]


Builder = Callable[[Take, datetime, PracticeSettings], Mapping[str, Any]]

BUILDERS: Mapping[Kind, Builder] = {
    Kind.CONSENT: consent,
    Kind.GEOLOCATION_CONSENT: geolocation_consent,
    Kind.EVALUATION_REPORT: evaluation_report,
    Kind.DECISION: decision,
    Kind.HAND_OVER: hand_over,
    Kind.LIAISON_OPERATOR: liaison_operator,
    Kind.LIAISON_POLICE: liaison_police,
    Kind.LIAISON_ASSOCIATION: liaison_association,
    Kind.INFORMATION_SHEET: information_sheet,
    Kind.COMMITTEE_SHEET: committee_sheet,
    Kind.RETURN_CERTIFICATE: return_certificate,
    Kind.RESPONDENT_NOTICE: respondent_notice,
}
