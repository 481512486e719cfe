"""The second wall, from raw SQL under the web's role: which rows of the file are there for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from egide.core.access.decide import GRANTS
from egide.core.access.people import BREAK_GLASS_LIMIT
from egide.core.access.scale import Condition
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Bar, BreakGlass, Case, CaseRespondent, Consent, Mandate, Stage
from tests.web import factories as f
from tests.web.permissions.raw import rows, sees, somebody

pytestmark = pytest.mark.django_db

# Tables that name a case, a person or a row that does, and are not walled off: each with the reason.
OPEN = {
    "registry_device": "a device is not a case; who holds it is asked through the room's own rules",
    "measures_measure": "the operators' room reads it for all cells; its people go by initials",
    "measures_burden": "counts a day of what rang, written by the monitor, which names nobody: no page reads it yet",
    "console_incident": "the operators' room reads it; how to reach her stands in console_contacts",
    "cases_stockphone": "phones of a court, held by nobody",
}


def minutes(n: int) -> timedelta:
    return timedelta(minutes=n)


def test_nobody_named_sees_nothing_at_all() -> None:
    case = f.case()
    f.mandate(case, f.agency())
    f.task(case)
    for table in walled():
        assert rows(None, f"SELECT * FROM {table}") == []
    assert Case.objects.count() > 0


def test_an_association_sees_the_cases_it_is_mandated_to_and_no_other() -> None:
    agency = f.agency()
    worker = f.member(agency)
    ours, theirs = f.case(jurisdiction=agency.jurisdiction), f.case(jurisdiction=agency.jurisdiction)
    f.mandate(ours, agency)
    f.mandate(theirs, f.agency())
    assert sees(worker, ours)
    assert not sees(worker, theirs)


@pytest.mark.parametrize(
    ("starts", "ends", "seen"),
    [(-60, None, True), (-60, 60, True), (-60, -1, False), (1, 60, False)],
    ids=["without end", "running", "over", "not begun"],
)
def test_a_mandate_counts_from_its_first_instant_to_its_last(starts: int, ends: int | None, seen: bool) -> None:
    agency, case, now = f.agency(), f.case(), timezone.now()
    f.mandate(case, agency, starts_at=now + minutes(starts), ends_at=None if ends is None else now + minutes(ends))
    assert sees(f.member(agency), case) is seen


@pytest.mark.parametrize(
    ("since", "until", "seen"), [(-5, None, True), (-5, 0, True), (0, 5, True), (-5, -1, False), (1, 5, False)]
)
def test_a_membership_counts_from_its_first_day_to_its_last(since: int, until: int | None, seen: bool) -> None:
    agency, case, today = f.agency(), f.case(), timezone.localdate()
    f.mandate(case, agency)
    end = None if until is None else today + timedelta(days=until)
    worker = f.member(agency, since=today + timedelta(days=since), until=end)
    assert sees(worker, case) is seen


def test_a_closed_account_sees_nothing() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    worker = f.member(agency)
    worker.is_active = False
    worker.save()
    assert not sees(worker, case)


def test_a_prosecution_office_and_the_police_see_their_district_without_a_mandate() -> None:
    district = f.district()
    case, elsewhere = f.case(jurisdiction=district), f.case()
    for kind in (AgencyKind.PROSECUTION_OFFICE, AgencyKind.POLICE, AgencyKind.GENDARMERIE):
        worker = f.member(f.agency(kind, jurisdiction=district))
        assert sees(worker, case)
        assert not sees(worker, elsewhere)


def test_a_judge_or_an_investigator_of_the_district_needs_a_mandate() -> None:
    district = f.district()
    case = f.case(jurisdiction=district)
    court = f.agency(AgencyKind.COURT, jurisdiction=district)
    police = f.agency(AgencyKind.POLICE, jurisdiction=district)
    judge, investigator = f.member(court, "family_judge"), f.member(police, "investigator")
    assert not sees(judge, case)
    assert not sees(investigator, case)
    f.mandate(case, court)
    assert sees(judge, case)


def test_the_roles_with_a_territory_are_those_of_the_access_table() -> None:
    table = {role.value for row in GRANTS if Condition.TERRITORY in row.conditions for role in row.roles}
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'egide_districts'")
        (body,) = cursor.fetchone()
    assert {part.strip(" '") for part in body.split("m.role IN (")[1].split(")")[0].split(",")} == table


def test_who_acts_as_one_membership_sees_with_that_one_only() -> None:
    office, association = f.agency(AgencyKind.PROSECUTION_OFFICE), f.agency()
    worker = f.user()
    as_prosecutor = f.membership(worker, office)
    as_worker = f.membership(worker, association)
    of_district, mandated = f.case(jurisdiction=office.jurisdiction), f.case()
    f.mandate(mandated, association)
    assert (sees(worker, of_district), sees(worker, mandated)) == (True, True)
    assert (sees(worker, of_district, as_prosecutor), sees(worker, mandated, as_prosecutor)) == (True, False)
    assert (sees(worker, of_district, as_worker), sees(worker, mandated, as_worker)) == (False, True)


def test_somebody_elses_membership_gives_nothing() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    prosecutor, stranger = f.user(), f.user()
    membership = f.membership(prosecutor, office)
    case = f.case(jurisdiction=office.jurisdiction)
    assert sees(prosecutor, case, membership)
    assert not sees(stranger, case, membership)


def test_a_barred_person_and_everybody_of_a_barred_agency_see_nothing_whatever_else_they_have() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    case = f.case(jurisdiction=office.jurisdiction)
    barred, colleague = f.member(office), f.member(office)
    f.mandate(case, office)
    f.bar(case, user=barred)
    f.break_glass(case, barred)
    assert not sees(barred, case)
    assert sees(colleague, case)
    f.bar(case, agency=office)
    f.break_glass(case, colleague)
    assert not sees(colleague, case)


def test_a_bar_holds_for_whoever_also_acts_for_another_agency() -> None:
    unit, association, worker = f.agency(AgencyKind.POLICE), f.agency(), f.user()
    f.membership(worker, unit)
    hat = f.membership(worker, association)
    case = f.case()
    f.mandate(case, association)
    f.bar(case, agency=unit)
    assert not sees(worker, case, hat)


@pytest.mark.parametrize(
    ("taken", "lasts", "seen"),
    [(-10, 60, True), (-70, 60, False), (10, 60, False), (-10, 6000, True), (-250, 6000, False)],
    ids=["running", "over", "not begun", "too long but young", "past four hours whatever the row says"],
)
def test_an_emergency_access_opens_one_case_to_one_person_for_a_while(taken: int, lasts: int, seen: bool) -> None:
    case, other = f.case(), f.case()
    officer, colleague = f.member(f.agency(AgencyKind.POLICE)), f.member(f.agency(AgencyKind.POLICE))
    f.break_glass(case, officer, since=timezone.now() + minutes(taken), minutes=lasts)
    assert sees(officer, case) is seen
    assert not sees(officer, other)
    assert not sees(colleague, case)


def test_the_limit_of_an_emergency_is_that_of_the_access_rules() -> None:
    assert timedelta(hours=4) == BREAK_GLASS_LIMIT


def test_a_sharing_consent_opens_a_case_to_its_recipient_until_it_is_taken_back() -> None:
    shelter, case = f.agency(AgencyKind.OTHER), f.case()
    worker = f.member(shelter)
    consent = f.sharing_consent(case, shelter)
    assert sees(worker, case)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now() - minutes(5))
    assert not sees(worker, case)


def test_a_refused_or_endless_or_other_consent_opens_nothing() -> None:
    shelter = f.agency(AgencyKind.OTHER)
    worker = f.member(shelter)
    for wrong in ({"given": False}, {"until": None}, {"kind": "tgd"}, {"given_at": timezone.now() + minutes(5)}):
        case = f.case()
        f.sharing_consent(case, shelter, **wrong)
        assert not sees(worker, case), wrong


def test_a_mandate_that_rests_on_a_consent_dies_with_it() -> None:
    shelter, case = f.agency(AgencyKind.OTHER), f.case()
    worker = f.member(shelter)
    consent = f.sharing_consent(case, shelter)
    f.mandate(case, shelter, consent=consent)
    Consent.objects.filter(pk=consent.pk).update(withdrawn_at=timezone.now() - minutes(5))
    assert not sees(worker, case)


# What hangs on a case


def walled() -> list[str]:
    """Every table that is behind the wall."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace")
        return [row[0] for row in cursor.fetchall()]


def test_every_table_that_leads_to_a_case_or_a_person_is_walled_off_even_from_its_owner() -> None:
    """A new table: add `protect(…)` to its migration (egide.web.permissions.rows), or a reason to OPEN."""
    kin = {"cases_case", "people_person"}
    models = [m for m in apps.get_models(include_auto_created=True) if m._meta.managed]
    while True:
        found = {
            m._meta.db_table
            for m in models
            for field in m._meta.concrete_fields
            if field.is_relation and field.related_model._meta.db_table in kin and m._meta.db_table not in OPEN
        }
        if found <= kin:
            break
        kin |= found
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity"
            " AND relnamespace = 'public'::regnamespace"
        )
        forced = {row[0] for row in cursor.fetchall()}
    assert kin - forced == {"people_person"}  # a name and a number: the room needs both, pages read them by the lens


def test_a_child_row_is_there_when_its_case_is_and_only_then() -> None:
    agency = f.agency()
    worker = f.member(agency)
    ours, theirs = f.case(), f.case()
    f.mandate(ours, agency)
    for case in (ours, theirs):
        f.respondent(case)
        f.child(case)
        f.task(case)
        f.decision(case)
        f.bar(case, user=f.user())
        f.break_glass(case, f.user())
    for table in ("caserespondent", "casechild", "decision", "bar", "breakglass"):
        assert {row[0] for row in rows(worker, f"SELECT case_id FROM cases_{table}")} == {ours.pk}, table
    assert {row[0] for row in rows(worker, "SELECT case_id FROM tasks_task")} == {ours.pk}


def test_a_task_of_an_agency_itself_is_there_for_that_agency() -> None:
    agency = f.agency()
    f.task(None, agency=agency, key="approval")
    assert len(rows(f.member(agency), "SELECT * FROM tasks_task")) == 1
    assert rows(f.member(f.agency()), "SELECT * FROM tasks_task") == []


def test_what_is_known_of_a_protected_person_is_there_for_her_case() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    f.profile(case.protected_person)
    f.channel(case.protected_person)
    f.address(case.protected_person)
    for table in ("people_profile", "people_channel", "people_address"):
        assert len(rows(f.member(agency), f"SELECT * FROM {table}")) == 1
        assert rows(f.member(f.agency()), f"SELECT * FROM {table}") == []


def test_who_is_protected_in_one_case_and_complained_of_in_another_is_walled_off_between_them() -> None:
    his_agency, her_agency = f.agency(), f.agency()
    his_case, her_case = f.case(), f.case()
    f.mandate(his_case, his_agency)
    f.mandate(her_case, her_agency)
    f.respondent(her_case, person=his_case.protected_person)
    f.address(his_case.protected_person)
    assert len(rows(f.member(his_agency), "SELECT * FROM people_address")) == 1
    assert rows(f.member(her_agency), "SELECT * FROM people_address") == []


def test_what_is_known_of_a_respondent_is_there_while_no_other_case_protects_that_person() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    f.address(f.respondent(case).person)
    assert len(rows(f.member(agency), "SELECT * FROM people_address")) == 1


def test_a_child_of_two_cases_is_known_to_whoever_sees_both() -> None:
    one, other, both = f.agency(), f.agency(), f.agency()
    first, second = f.case(), f.case()
    child = f.child(first).person
    f.child(second, person=child)
    f.address(child)
    f.mandate(first, one)
    f.mandate(second, other)
    f.mandate(first, both)
    f.mandate(second, both)
    assert rows(f.member(one), "SELECT * FROM people_address") == []
    assert rows(f.member(other), "SELECT * FROM people_address") == []
    assert len(rows(f.member(both), "SELECT * FROM people_address")) == 1


# Writing


def refused(cursor: object, query: str, *values: object) -> bool:
    try:
        with transaction.atomic():
            cursor.execute(query, values)  # type: ignore[attr-defined]
    except DatabaseError as error:
        return "row-level security" in str(error)
    return False


def test_nothing_can_be_put_into_a_foreign_case() -> None:
    agency = f.agency()
    worker = f.member(agency)
    ours, theirs = f.case(), f.case()
    f.mandate(ours, agency)
    with somebody(worker) as cursor:
        respondent = "INSERT INTO cases_caserespondent (case_id) VALUES (%s)"
        assert not refused(cursor, respondent, ours.pk)
        assert refused(cursor, respondent, theirs.pk)


def test_nobody_gives_their_own_agency_a_case() -> None:
    agency = f.agency()
    worker = f.member(agency)
    ours, theirs = f.case(), f.case()
    own = f.mandate(ours, agency)
    with somebody(worker) as cursor:
        assert refused(cursor, "INSERT INTO cases_mandate (case_id, agency_id, purpose) VALUES (%s, %s, 'x')", theirs.pk, agency.pk)  # fmt: skip
        assert refused(cursor, "UPDATE cases_mandate SET case_id = %s WHERE id = %s", theirs.pk, own.pk)
        assert refused(
            cursor, "INSERT INTO cases_breakglass (case_id, user_id, reason, ends_at) VALUES (%s, %s, 'x y', now() + interval '1 hour')",
            theirs.pk, worker.pk,
        )  # fmt: skip
    assert Mandate.objects.filter(case=theirs).count() == 0
    assert BreakGlass.objects.count() == 0


def test_a_change_or_a_deletion_meets_no_foreign_row() -> None:
    worker, theirs = f.member(f.agency()), f.case()
    f.respondent(theirs)
    with somebody(worker) as cursor:
        cursor.execute("UPDATE cases_case SET stage = 'archived'")
        assert cursor.rowcount == 0
        cursor.execute("DELETE FROM cases_caserespondent")
        assert cursor.rowcount == 0
    assert Case.objects.get(pk=theirs.pk).stage == Stage.ACTIVE
    assert CaseRespondent.objects.filter(case=theirs).count() == 1


def test_whoever_is_let_in_again_sees_the_case_as_if_nothing_had_been() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    case, user = f.case(jurisdiction=office.jurisdiction), f.member(office)
    bar = f.bar(case, user=user)
    f.bar(case, agency=f.agency())
    assert not sees(user, case)
    Bar.objects.filter(pk=bar.pk).update(ended_at=timezone.now())
    assert sees(user, case)
    f.bar(case, user=user)
    assert not sees(user, case)


def test_a_barred_person_cannot_lift_the_bar() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    case, barred = f.case(jurisdiction=office.jurisdiction), f.member(office)
    f.bar(case, user=barred)
    with somebody(barred) as cursor:
        cursor.execute("DELETE FROM cases_bar")
        assert cursor.rowcount == 0


def test_the_views_the_policies_ask_show_an_actor_their_own_only() -> None:
    agency, case = f.agency(), f.case()
    f.mandate(case, agency)
    f.mandate(f.case(), f.agency())
    assert rows(f.member(agency), "SELECT case_id FROM egide_my_cases") == [(case.pk,)]
    with somebody(f.member(agency)) as cursor, pytest.raises(DatabaseError, match="permission denied"):
        cursor.execute("SELECT * FROM egide_live_consents")
