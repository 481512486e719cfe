"""Fictional actors and cases for the tests of access, and strategies that make any of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from egide.core.access import (
    Action,
    Actor,
    Barred,
    BarredKind,
    BreakGlass,
    CaseView,
    Category,
    Consent,
    Group,
    Mandate,
    Purpose,
    Role,
    Stage,
)

NOW = datetime(2026, 3, 2, 14, tzinfo=UTC)
LONG_AGO, LATER = NOW - timedelta(days=90), NOW + timedelta(days=90)
HOUR = timedelta(hours=1)

CASE = CaseView(
    "case-1", Stage.ACTIVE, "person-1", frozenset({"person-2"}), frozenset({"Bobigny"}),
    mandates=(Mandate("agency-1", LONG_AGO, LATER),),
)  # fmt: skip


def actor(role: Role) -> Actor:
    """Somebody of that role for whom every condition but consent holds in `CASE`."""
    person = {Role.PROTECTED_PERSON: "person-1", Role.RESPONDENT: "person-2"}.get(role, "")
    return Actor("actor-1", role, "agency-1", "unit-1", frozenset({"Bobigny"}), person, LONG_AGO, LATER)


def stranger(role: Role) -> Actor:
    """The same role elsewhere: another agency, another territory, another person, no authorisation."""
    person = "person-9" if role in (Role.PROTECTED_PERSON, Role.RESPONDENT) else ""
    return Actor("actor-9", role, "agency-9", "unit-9", frozenset({"Nice"}), person)


def at_stage(stage: Stage, case: CaseView = CASE) -> CaseView:
    """The case at that stage."""
    return replace(case, stage=stage)


def consent(category: Category, recipient: str = "agency-1", purpose: Purpose = Purpose.PROTECTION) -> Consent:
    """A consent in force."""
    return Consent(f"consent-{category}", category, recipient, purpose, LONG_AGO, LATER)


EVERY_CONSENT = tuple(consent(category) for category in Category)

_instants = st.integers(-100, 100).map(lambda days: NOW + timedelta(days=days))
_maybe_instants = st.none() | _instants
_agencies = st.sampled_from(["agency-1", "agency-2", ""])
_territories = st.frozensets(st.sampled_from(["Bobigny", "Nice"]))

consents = st.builds(
    Consent,
    id=st.sampled_from(["c1", "c2"]),
    category=st.sampled_from(Category),
    recipient=_agencies,
    purpose=st.sampled_from(Purpose),
    starts_at=_instants,
    ends_at=_instants,
    withdrawn_at=_maybe_instants,
    sender=_agencies,
)
emergencies = st.builds(
    BreakGlass, st.sampled_from(["case-1", "case-2"]), st.sampled_from(["she called from a cellar", ""]),
    st.integers(-6, 1).map(lambda hours: NOW + hours * HOUR), st.integers(-1, 50).map(lambda hours: NOW + hours * HOUR),
)  # fmt: skip
actors = st.builds(
    Actor,
    id=st.sampled_from(["actor-1", "actor-2"]),
    role=st.sampled_from(Role),
    agency=_agencies,
    unit=st.sampled_from(["unit-1", ""]),
    territories=_territories,
    person=st.sampled_from(["person-1", "person-2", "person-3", ""]),
    authorised_from=_maybe_instants,
    authorised_until=_maybe_instants,
    break_glass=st.none() | emergencies,
)
bars = st.builds(Barred, st.sampled_from(BarredKind), st.sampled_from(["actor-1", "unit-1", "agency-1", ""]))
cases = st.builds(
    CaseView,
    id=st.sampled_from(["case-1", "case-2"]),
    stage=st.sampled_from(Stage),
    protected_person=st.sampled_from(["person-1", "person-3"]),
    respondents=st.frozensets(st.sampled_from(["person-2", "person-3"])),
    territories=_territories,
    alarm_open=st.booleans(),
    alarm_territories=_territories,
    mandates=st.lists(st.builds(Mandate, _agencies, _instants, _maybe_instants), max_size=2).map(tuple),
    consents=st.lists(consents, max_size=3).map(tuple),
    barred=st.frozensets(bars, max_size=1) | st.just(frozenset[Barred]()),
)
groups = st.sampled_from(Group)
actions = st.sampled_from(Action)
