"""The seal of the second wall, from raw SQL under the web's role: what any query can set opens nothing by itself."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from egide.core.access import Role
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Case
from egide.web.permissions.database import everything, name_actor, seal_holds
from egide.web.permissions.seal import keep_keys, seal
from tests.web import factories as f
from tests.web.as_application import the_application
from tests.web.permissions.raw import somebody

pytestmark = pytest.mark.django_db

SEEN = "SELECT count(*) FROM cases_case"


def seen(cursor: object) -> int:
    cursor.execute(SEEN)  # type: ignore[attr-defined]
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def test_the_webs_role_cannot_call_itself_the_system() -> None:
    f.case()
    with somebody(f.member(f.agency())) as cursor:
        cursor.execute("SELECT set_config('egide.system', 'on', true)")
        assert seen(cursor) == 0
        cursor.execute("SET egide.system = 'on'")
        assert seen(cursor) == 0
        cursor.execute("INSERT INTO people_person (given_name, family_name) VALUES ('Alix', 'Fabre') RETURNING id")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute("INSERT INTO people_profile (person_id) VALUES (%s)", cursor.fetchone())


def test_the_webs_role_cannot_call_itself_somebody_else() -> None:
    office = f.agency(AgencyKind.PROSECUTION_OFFICE)
    case, prosecutor, stranger = f.case(jurisdiction=office.jurisdiction), f.member(office), f.member(f.agency())
    with somebody(prosecutor) as cursor:
        assert seen(cursor) == 1, case.pk
    with somebody(stranger) as cursor:
        cursor.execute("SELECT set_config('egide.user', %s, true)", [str(prosecutor.pk)])
        assert seen(cursor) == 0
        cursor.execute("SELECT egide_actor()")
        assert cursor.fetchone() == (None,)


def test_another_membership_than_the_one_named_needs_another_seal() -> None:
    office, association, worker = f.agency(AgencyKind.PROSECUTION_OFFICE), f.agency(), f.user()
    wide, narrow = f.membership(worker, office), f.membership(worker, association)
    f.case(jurisdiction=office.jurisdiction)
    with somebody(worker, wide) as cursor:
        assert seen(cursor) == 1
    with somebody(worker, narrow) as cursor:
        for taken in (str(wide.pk), ""):
            cursor.execute("SELECT set_config('egide.membership', %s, true)", [taken])
            assert seen(cursor) == 0


def test_a_seal_holds_for_its_own_transaction_and_connection_only() -> None:
    look, now = "SELECT egide_looks_past()", "SELECT pg_backend_pid(), (extract(epoch FROM now()) * 1000000)::bigint"
    claim = "SELECT set_config('egide.system', 'on', true), set_config('egide.seal', %s, true)"
    other = connection.copy()  # the test's own is inside a transaction for good
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(now)
            backend, began = cursor.fetchone()
            taken = seal(backend, began, "", "", "on")
            cursor.execute(claim, [taken])
            cursor.execute(look)
            assert cursor.fetchone() == (True,)
            cursor.execute("COMMIT")
            cursor.execute("BEGIN")
            cursor.execute(claim, [taken])
            cursor.execute(look)
            assert cursor.fetchone() == (False,), "the next transaction of the same connection"
            cursor.execute(now)
            cursor.execute(claim, [seal(backend + 1, cursor.fetchone()[1], "", "", "on")])
            cursor.execute(look)
            assert cursor.fetchone() == (False,), "made for another connection"
    finally:
        other.close()


def test_the_key_is_out_of_reach_and_so_is_what_believes_in_it() -> None:
    attempts = (
        "SELECT * FROM egide_seal_key", "UPDATE egide_seal_key SET inner_key = ''", "DELETE FROM egide_seal_key",
        "INSERT INTO egide_seal_key VALUES ('', '')",
        "CREATE OR REPLACE FUNCTION egide_sealed() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE OR REPLACE FUNCTION egide_looks_past() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "ALTER POLICY egide_sealed ON cases_case USING (true)", "DROP POLICY egide_sealed ON cases_case",
    )  # fmt: skip
    with somebody(None) as cursor:
        for statement in attempts:
            with pytest.raises(DatabaseError, match=r"permission denied|must be owner"), transaction.atomic():
                cursor.execute(statement)


def test_a_service_still_looks_past_the_wall_and_back() -> None:
    case, worker = f.case(), f.member(f.agency())
    with the_application(), transaction.atomic():
        name_actor(worker.pk)
        assert not Case.objects.filter(pk=case.pk).exists()
        with everything("a test"):
            assert Case.objects.filter(pk=case.pk).exists()
        assert not Case.objects.filter(pk=case.pk).exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT egide_actor()")
            assert cursor.fetchone() == (worker.pk,)


def test_nobody_mandates_their_own_agency_by_the_short_way_to_its_mandates() -> None:
    agency, case = f.agency(), f.case()
    with somebody(f.member(agency)) as cursor, pytest.raises(DatabaseError, match="row-level security"):
        cursor.execute(
            "INSERT INTO cases_mandate (case_id, agency_id, purpose) VALUES (%s, %s, 'x')", [case.pk, agency.pk]
        )


def test_whoever_is_barred_from_a_case_does_not_see_that_the_agency_has_it() -> None:
    agency, case = f.agency(), f.case()
    worker = f.member(agency, Role.ASSOCIATION_WORKER)
    f.mandate(case, agency)
    f.bar(case, user=worker)
    with somebody(worker) as cursor:
        cursor.execute("SELECT count(*) FROM cases_mandate")
        assert cursor.fetchone() == (0,)


def test_a_new_key_is_believed_after_migrate_and_an_old_one_while_it_is_a_fallback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    old, new = settings.SECRET_KEY, "another secret of the tests that opens nothing anywhere else at all"
    assert seal_holds()
    monkeypatch.setattr(settings, "SECRET_KEY", new)
    assert not seal_holds(), "readyz says it: nobody would see a case"
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [old])
    keep_keys()
    assert seal_holds()
    monkeypatch.setattr(settings, "SECRET_KEY", old)
    assert seal_holds(), "a web process that was not started anew yet"


def test_whoever_is_named_learns_the_instant_of_the_transaction() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        began = name_actor(None)
        cursor.execute("SELECT now()")
        assert cursor.fetchone() == (began,)
