"""What a document may say of the measure: consents, decision and term, the phone, its hand-over, its return."""

from __future__ import annotations

from typing import TypedDict

from egide.core.access.groups import Group
from egide.core.access.scale import Action
from egide.core.law.rules import LAW
from egide.core.law.tgd import logs_kept, provider_erasure
from egide.web.accounts.models import User
from egide.web.cases.models import Consent, ConsentKind, StockPhone, Withdrawal, WithdrawalGround
from egide.web.documents.fields.gate import Field, Sources
from egide.web.documents.values import day, day_of, instant, joined, phone, words, yes_no
from egide.web.documents.words import BASES, DECISIONS, GROUNDS, STAGES

G = Group


class ConsentRow(TypedDict):
    """An answer to a consent, or None everywhere: not asked yet."""

    given: bool | None
    on: str | None
    withdrawn_on: str | None
    signed_on: str | None
    copy_on: str | None
    interpreter: str | None


class TermRow(TypedDict):
    """An attribution: who decided, when, from which day to which."""

    magistrate: str | None
    decided_on: str | None
    starts_on: str | None
    ends_on: str | None
    renewals: int


class DecisionRow(TypedDict):
    """A decision with its reasons."""

    kind: str
    name: str | None
    magistrate: str | None
    decided_on: str | None
    reasons: str | None
    basis: str | None
    ground: str | None
    reexamined: bool
    months: int | None
    outside: bool
    defects: list[str]


class DeviceRow(TypedDict):
    """A phone, with the numbers of TGD-38."""

    label: str | None
    model: str | None
    imei: str | None
    sim: str | None
    phone_number: str | None
    identifier: str | None


class DeviceTestRow(TypedDict):
    """A test of a phone."""

    on: str | None
    worked: str | None


class HandoverRow(TypedDict):
    """A phone given."""

    at: str | None
    place: str | None
    given_by: str | None
    accompanied_by: str | None
    tested: str | None
    explained: str | None


class ReturnRow(TypedDict):
    """A phone given back."""

    at: str | None
    received_by: str | None
    association: str | None
    provider_received: str | None


class ErasureRow(TypedDict):
    """Something to be erased: by which day at the latest, and when it was. None: not known yet, not done yet."""

    by: str | None
    on: str | None


class ErasuresRow(TypedDict):
    """The three erasures that a return starts (TGD-43)."""

    phone: ErasureRow
    provider: ErasureRow
    logs: ErasureRow


def person_name(user: User | None) -> str | None:
    """The name of a member of staff."""
    return words(user.shown_name) if user else None


def latest_consent(sources: Sources, kind: ConsentKind) -> Consent | None:
    """The last answer to this consent at the document's instant."""
    return sources.case.consents.filter(kind=kind, given_at__lte=sources.at).order_by("-given_at", "-id").first()


def _consent(sources: Sources, kind: ConsentKind) -> ConsentRow:
    row = latest_consent(sources, kind)
    if row is None:
        return ConsentRow(given=None, on=None, withdrawn_on=None, signed_on=None, copy_on=None, interpreter=None)
    return ConsentRow(
        given=row.given,
        on=day_of(row.given_at),
        withdrawn_on=day_of(row.withdrawn_at),
        signed_on=day(row.signed_on),
        copy_on=day(row.copy_handed_on),
        interpreter=words(row.interpreter),
    )


def _geolocation_since(sources: Sources) -> str | None:
    """Since when geolocation at the alarm is agreed to; None if it is not (TGD-12)."""
    row = latest_consent(sources, ConsentKind.TGD_GEOLOCATION)
    if row is None or not row.given or any(end <= sources.at for end in (row.withdrawn_at, row.until) if end):
        return None
    return day_of(row.given_at)


def _magistrate(sources: Sources) -> str | None:
    decision = sources.decision
    return None if decision is None else words(decision.magistrate) or person_name(decision.decided_by)


def _term(sources: Sources) -> TermRow:
    row = sources.attribution
    decided_on = day_of(sources.decision.decided_at) if sources.decision else None
    if row is None:
        return TermRow(magistrate=_magistrate(sources), decided_on=decided_on, starts_on=None, ends_on=None, renewals=0)
    return TermRow(
        magistrate=_magistrate(sources),
        decided_on=decided_on,
        starts_on=day(row.starts_on),
        ends_on=day(row.ends_on),
        renewals=row.renewals,
    )


def _term_dates(sources: Sources) -> tuple[str | None, str | None]:
    row = sources.attribution
    return (None, None) if row is None else (day(row.starts_on), day(row.ends_on))


def _decision(sources: Sources) -> DecisionRow | None:
    decision = sources.decision
    if decision is None:
        return None
    withdrawal = Withdrawal.objects.filter(decision=decision).first()
    return DecisionRow(
        kind=decision.kind,
        name=DECISIONS.get(decision.kind),
        magistrate=_magistrate(sources),
        decided_on=day_of(decision.decided_at),
        reasons=words(decision.reasons),
        basis=BASES.get(decision.basis),
        ground=GROUNDS.get(withdrawal.ground) if withdrawal else None,
        reexamined=withdrawal is not None and withdrawal.ground == WithdrawalGround.IMPRISONED,
        months=decision.months,
        outside=decision.taken_outside,
        defects=[_rule(str(rule)) for rule in decision.defects],
    )


def _rule(rule_id: str) -> str:
    rule = LAW.rules.get(rule_id)
    return f"{rule.latest.text.fr} ({rule_id})" if rule else words(rule_id) or ""


def _device(sources: Sources) -> DeviceRow:
    device = sources.attribution.device if sources.attribution else None
    stock = StockPhone.objects.filter(device=device).first() if device else None
    return DeviceRow(
        label=words(device.label) if device else None,
        model=joined([words(stock.make), words(stock.model)], " ") if stock else None,
        imei=words(stock.imei) if stock else None,
        sim=words(stock.sim) if stock else None,
        phone_number=phone(stock.phone_number) if stock else None,
        identifier=words(device.identifier) if device else None,
    )


def _tests(sources: Sources) -> list[DeviceTestRow]:
    if sources.attribution is None:
        return []
    tests = sources.attribution.tests.filter(at__lte=sources.at).order_by("-at")[:4]
    return [DeviceTestRow(on=day_of(t.at), worked=yes_no(t.worked)) for t in tests]


def _handover(sources: Sources) -> HandoverRow | None:
    row = sources.handover
    if row is None:
        return None
    return HandoverRow(
        at=instant(row.at),
        place=words(row.place),
        given_by=person_name(row.given_by),
        accompanied_by=words(row.accompanied_by),
        tested=yes_no(row.tested_with_platform),
        explained=yes_no(row.rules_explained),
    )


def _return(sources: Sources) -> ReturnRow | None:
    row = sources.certificate
    if row is None:
        return None
    return ReturnRow(
        at=instant(row.returned_at),
        received_by=person_name(row.received_by),
        association=words(row.association_present),
        provider_received=day_of(row.provider_received_at),
    )


def _erasures(sources: Sources) -> ErasuresRow:
    row = sources.certificate
    received = row.provider_received_at if row else None
    return ErasuresRow(
        phone=ErasureRow(by=day_of(row.returned_at) if row else None, on=day_of(row.phone_erased_at) if row else None),
        provider=ErasureRow(
            by=day(provider_erasure(received).last) if received else None,
            on=day_of(row.provider_erased_at) if row else None,
        ),
        logs=ErasureRow(
            by=day(logs_kept(received).last) if received else None, on=day_of(row.logs_erased_at) if row else None
        ),
    )


def _one(*groups: Group) -> frozenset[Group]:
    return frozenset(groups)


COURT = Field("court", _one(G.CASE_STATE), lambda s: words(s.case.jurisdiction.name))
CASE_NUMBER = Field("case_number", _one(G.CASE_STATE), lambda s: words(s.case.number))
STAGE = Field("stage", _one(G.CASE_STATE), lambda s: STAGES.get(s.case.stage))
CONSENT = Field("consent", _one(G.CONSENTS), lambda s: _consent(s, ConsentKind.TGD))
GEOLOCATION = Field("geolocation", _one(G.CONSENTS), lambda s: _consent(s, ConsentKind.TGD_GEOLOCATION))
GEOLOCATION_SINCE = Field("geolocation_since", _one(G.CONSENTS), _geolocation_since, Action.SEE_DATES)
TERM = Field("term", _one(G.ATTRIBUTION), _term)
TERM_DATES = Field("term_dates", _one(G.ATTRIBUTION), _term_dates, Action.SEE_DATES)
OUTCOME = Field("outcome", _one(G.ATTRIBUTION), lambda s: s.decision.kind if s.decision else None)
DECISION = Field("decision", _one(G.DECISION_REASONS), _decision)
DEVICE = Field("device", _one(G.DEVICE), _device)
DEVICE_TESTS = Field("device_tests", _one(G.DEVICE), _tests)
HANDOVER = Field("handover", _one(G.DEVICE), _handover)
RETURN = Field("return", _one(G.DEVICE), _return)
ERASURES = Field("erasures", _one(G.DEVICE), _erasures)
