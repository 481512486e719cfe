"""Lists, pages and PostgreSQL agree: what is listed opens, what opens is listed, and the second wall hides none of it."""

from __future__ import annotations

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from egide.core import access
from egide.core.access import Action, Category, Condition, Group, Role, Stage
from egide.core.access.decide import GRANTS
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import BreakGlass, Case, Consent
from egide.web.permissions.lens import Lens, lens_of
from egide.web.permissions.standing import Standing
from egide.web.permissions.visible import EMERGENCY, Reader, openings, visible_cases
from tests.web import factories as f
from tests.web.permissions.raw import rows

STAGES = [stage for stage in Stage if stage is not Stage.ALARM]


@pytest.mark.django_db
@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_list_a_page_and_postgresql_answer_alike_in_any_world(data: Any) -> None:
    """One user, one case, and chance decides on everything between them."""
    flip = data.draw(st.tuples(*[st.booleans()] * 12))
    near, mandated, ended, named, consented, taken_back, resting, taken, barred, barred_unit, alarm, active = flip
    now = timezone.now()
    agency = f.agency(AgencyKind.OTHER)
    worker = f.user(is_active=active)
    role = data.draw(st.sampled_from(Role))
    membership = f.membership(worker, agency, role.value, authorised_by="Parquet" if named else "")
    case = f.case(
        stage=data.draw(st.sampled_from(STAGES)).value,
        **({"jurisdiction": agency.jurisdiction} if near else {}),
    )
    category = data.draw(st.sampled_from([*Category, "nothing we know"]))
    consent: Consent | None = None
    if consented:
        withdrawn = now - timedelta(minutes=5) if taken_back else None
        consent = f.sharing_consent(case, agency, str(category), withdrawn_at=withdrawn)
    if mandated:
        over = now - timedelta(minutes=5) if ended else None
        f.mandate(case, agency, ends_at=over, consent=consent if resting else None)
    if taken:
        f.break_glass(case, worker)
    if barred:
        f.bar(case, user=worker)
    if barred_unit:
        f.bar(case, agency=agency)
    if alarm:
        ring(case)
    listed = visible_cases(worker).filter(pk=case.pk).exists()
    lens = lens_of(Standing(worker, membership, frozenset({agency.pk})), case)
    assert listed == (active and access.may_open(lens.actor, lens.subject, lens.at))
    of_each_group(Reader(worker), lens, listed, data.draw(st.sampled_from(Group)))
    behind = bool(rows(worker, "SELECT 1 FROM cases_case WHERE id = %s", case.pk))
    assert behind or not listed
    if barred or barred_unit or not active:
        assert not behind


def of_each_group(reader: Reader, lens: Lens, listed: bool, drawn: Group) -> None:
    """What of the case a list may show is what the lens grants on it: as rows, as a condition, and case by case."""
    for group in (Group.IDENTITY, Group.CASE_STATE, drawn):
        granted = listed and lens.decision(group).allowed
        assert reader.cases(group).filter(pk=lens.case.pk).exists() == granted, group
        assert reader.cases(group, among=[lens.case.pk]).exists() == granted, group
        assert reader.cases().filter(reader.where(group), pk=lens.case.pk).exists() == granted, group
    for group, action in product(Group, (Action.KNOW_EXISTS, Action.SEE_DATES, Action.READ) if listed else ()):
        assert reader.reads(lens.case, group, action) == lens.decision(group, action).allowed, (group, action)
    list(reader.cases().order_by(*reader.latest_first()))


def ring(case: Case) -> None:
    """An SOS from the phone in the person's hands."""
    from egide.web.console.models import Incident
    from egide.web.registry.models import Device, DeviceKind

    phone = Device(identifier=f"phone-{f.number()}", kind=DeviceKind.TGD, key_hash=bytes(32))
    phone.save()
    today = timezone.localdate()
    case.attributions.create(device=phone, status="active", decision=f.decision(case), starts_on=today, ends_on=today)
    Incident.objects.create(
        cause=f"sos:{phone.pk}", kind="sos", urgency=10, device=phone, frame_seq=1, idx=0, stream_time_ms=1
    )


def test_no_row_of_the_table_has_more_conditions_than_are_tried() -> None:
    assert max(len(row.conditions) + (row.stages == frozenset({Stage.ALARM})) for row in GRANTS) <= 3


def test_a_prosecutor_needs_the_district_and_an_administrator_finds_no_case_at_all() -> None:
    at_work = openings(Role.PROSECUTOR)
    assert all(frozenset({Condition.TERRITORY}) in needs for needs in at_work.values())
    assert openings(Role.ADMINISTRATOR) == {}
    assert openings(Role.AUDITOR) == {}


def test_a_case_that_is_open_is_not_for_that_a_name_that_may_be_read() -> None:
    """An association's worker without an authorisation by name (TGD-42), a policeman before there is a phone (RQ-08)."""
    mandate, near = frozenset({Condition.MANDATE}), frozenset({Condition.TERRITORY})
    worker, officer = Role.ASSOCIATION_WORKER, Role.POLICE_DISPATCHER
    assert openings(worker)[Stage.ACTIVE] == (mandate,)
    assert openings(worker, Group.IDENTITY)[Stage.ACTIVE] == (mandate | {Condition.AUTHORISED},)
    assert near in openings(officer)[Stage.EVALUATION]
    assert near not in openings(officer, Group.IDENTITY).get(Stage.EVALUATION, ())
    assert near in openings(officer, Group.IDENTITY)[Stage.ACTIVE]
    assert all(openings(Role.PROBATION, group) == {} for group in (Group.IDENTITY, Group.CASE_STATE))


@pytest.mark.django_db
def test_whoever_reads_a_group_in_every_open_case_is_asked_no_condition_for_it(django_assert_num_queries: Any) -> None:
    clerk = f.member(f.agency(AgencyKind.PROSECUTION_OFFICE))
    named, unnamed = f.member(f.agency()), f.member(f.agency(), authorised_by="")
    for user, everywhere in ((clerk, True), (named, True), (unnamed, False)):
        reader = Reader(user)
        with django_assert_num_queries(0):
            assert (not reader.where(Group.IDENTITY)) == everywhere


@pytest.mark.django_db
def test_the_order_of_a_list_tells_the_latest_change_only_where_it_may_be_known() -> None:
    office = f.agency(AgencyKind.POLICE)
    officer, out = f.member(office), {"jurisdiction": office.jurisdiction}
    older, newer = f.case(**out), f.case(**out)
    early, late = (f.case(stage="evaluation", **out) for _ in range(2))
    for hours, case in enumerate((early, late, newer, older)):
        Case.objects.filter(pk=case.pk).update(changed_at=timezone.now() - timedelta(hours=9 - hours))
    reader = Reader(officer)
    assert list(reader.cases().order_by(*reader.latest_first())) == [older, newer, early, late]


def test_an_operator_of_the_phone_needs_a_mandate_and_a_name_and_a_phone_that_is_out() -> None:
    found = openings(Role.OPERATOR_TGD)
    assert found[Stage.ACTIVE] == (frozenset({Condition.MANDATE, Condition.AUTHORISED}),)
    assert Stage.EVALUATION not in found or all(Stage.ALARM in needs for needs in found[Stage.EVALUATION])


def test_only_roles_with_emergency_access_are_opened_to_by_one() -> None:
    for role in (Role.ASSOCIATION_WORKER, Role.OPERATOR_TGD, Role.POLICE_PATROL):
        uses = any(EMERGENCY in needs for sets in openings(role).values() for needs in sets)
        assert uses == access.ROLES[role].break_glass


@pytest.mark.django_db
def test_outside_of_a_request_all_memberships_count() -> None:
    office, association, worker = f.agency(AgencyKind.PROSECUTION_OFFICE), f.agency(), f.user()
    f.membership(worker, office)
    f.membership(worker, association)
    of_district, mandated = f.case(jurisdiction=office.jurisdiction), f.case()
    f.mandate(mandated, association)
    f.case()
    assert set(visible_cases(worker)) == {of_district, mandated}


@pytest.mark.django_db
def test_the_past_can_be_asked_about() -> None:
    agency, case, now = f.agency(), f.case(), timezone.now()
    worker = f.member(agency)
    f.mandate(case, agency, starts_at=now - timedelta(days=9), ends_at=now - timedelta(days=2))
    assert list(visible_cases(worker)) == []
    assert list(visible_cases(worker, now - timedelta(days=5))) == [case]


@pytest.mark.django_db
def test_an_emergency_access_that_ran_out_lists_nothing() -> None:
    officer, case = f.member(f.agency(AgencyKind.POLICE)), f.case()
    f.break_glass(case, officer, minutes=30)
    assert list(visible_cases(officer)) == [case]
    BreakGlass.objects.update(ends_at=timezone.now() - timedelta(minutes=1))
    assert list(visible_cases(officer)) == []
