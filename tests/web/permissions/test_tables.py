"""Every table of the database, one by one: walled off for the web's role, or in a list that says why it is not."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from egide.web.permissions.grants import wanted
from tests.web import factories as f
from tests.web.permissions.raw import somebody

pytestmark = pytest.mark.django_db

DJANGO = "Django's own: no person of the file stands in it"
LOG = "the alarm path's: numbers of devices and places without a name; the web's room reads it, the file's pages do not"
STAFF = "staff, not people of the file: pages show them to their agency"
ROOM = "the operators' room reads it for all cells, and nobody else (operator_only); its people go by initials"
TRAIL = "numbers, rules and salted hashes; words stand in audit_audittext, which no page shows"

# A table that is not behind the wall, and why. A new table: `protect(…)` in its migration, or a line here.
NOT_WALLED = {
    "auth_group": DJANGO, "auth_group_permissions": DJANGO, "auth_permission": DJANGO, "django_content_type": DJANGO,
    "django_migrations": DJANGO, "django_session": "signed sessions of staff: who is signed in, not who is protected",
    "accounts_user": STAFF, "accounts_user_groups": STAFF, "accounts_user_user_permissions": STAFF,
    "agencies_agency": STAFF, "agencies_jurisdiction": STAFF, "agencies_membership": STAFF, "agencies_setting": STAFF,
    "accounts_signedin": STAFF,
    "mfa_authenticator": STAFF,
    "account_emailaddress": STAFF,
    "account_emailconfirmation": STAFF,
    "accounts_loginfailure": "keyed hashes of names and addresses, for a day: it names nobody",
    "outbox_destination": STAFF, "outbox_guard": "one row, of numbers", "outbox_secret": "the web has no right on it at all",
    "police_area": "the ground of police units, no person", "cases_casecounter": "the last number given in a year",
    "audit_entry": TRAIL, "audit_head": TRAIL, "audit_checkpoint": TRAIL, "audit_audittext": TRAIL,
    "log_head": LOG, "log_frame": LOG, "log_source": LOG, "monitor_lease": LOG, "monitor_snapshot": LOG, "monitor_shed": LOG,
    "egide_seal_key": "two halves of a key, which the web has no right on at all",
    "log_reserve": "filler: room given back when the disk is full",
    "tgd_alarm": LOG, "tgd_waiting": LOG, "tgd_position": "sealed with a key of its alarm, three days",
    "people_person": "a name and a number: the room needs both, pages of the file read them through the lens",
    "registry_device": "a device is no case; the room's own rules say who sees who holds it", "registry_feed": LOG,
    "measures_measure": ROOM, "measures_burden": ROOM, "console_incident": ROOM, "console_incidentevent": ROOM,
    "console_position": ROOM, "console_transition": ROOM, "console_screen": ROOM, "console_screenhead": ROOM, "console_place": ROOM,
    "console_timer": ROOM, "console_workflow": ROOM, "console_seat": ROOM,
    "console_protocol": "what a court has settled, no person", "console_training": "one operator's practice on drawn people",
    "cases_stockphone": "phones of a court, held by nobody", "documents_series": "the last number given in a year",
}  # fmt: skip


def tables() -> dict[str, tuple[bool, bool, set[str]]]:
    """Every table of the database: is the wall on, does it hold for the owner too, which policies are there?"""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,"
            " coalesce(array_agg(p.polname::text) FILTER (WHERE p.polname IS NOT NULL), '{}')"
            " FROM pg_class c LEFT JOIN pg_policy p ON p.polrelid = c.oid"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace"
            " GROUP BY 1, 2, 3"
        )
        return {name: (on, forced, set(policies)) for name, on, forced, policies in cursor.fetchall()}


def unexplained() -> set[str]:
    """Tables that are neither behind the wall nor in the list."""
    return {name for name, (on, _, _) in tables().items() if not on} - set(NOT_WALLED)


def test_every_table_is_behind_the_wall_or_has_a_reason_not_to_be() -> None:
    assert unexplained() == set(), "protect(…) in the migration, or a line in NOT_WALLED"
    behind = {name for name, (on, _, _) in tables().items() if on}
    assert sorted(behind & set(NOT_WALLED)) == [], "walled off: take the line away"
    assert len(behind) > 30


def test_a_new_table_without_either_is_found() -> None:
    before = unexplained()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE cases_forgotten (id int, case_id bigint)")
    assert unexplained() - before == {"cases_forgotten"}


def test_the_wall_holds_for_the_owner_and_each_table_says_what_it_asks() -> None:
    for name, (on, forced, policies) in tables().items():
        if on:
            assert forced, f"{name}: FORCE is missing"
            assert {"egide_file", "egide_system", "egide_sealed"} <= policies, f"{name}: {policies}"


def test_with_nobody_named_every_walled_table_is_empty_and_takes_nothing() -> None:
    case = f.case()
    f.task(case)
    with somebody(None) as cursor:
        for name, (on, _, _) in tables().items():
            if on:
                cursor.execute(f"SELECT count(*) FROM {name}")
                assert cursor.fetchone() == (0,), name


def test_the_webs_role_has_exactly_the_rights_its_table_lists() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, string_agg(privilege_type, ',') FROM information_schema.role_table_grants"
            " WHERE grantee = 'egide_app' AND table_schema = 'public' AND table_name NOT LIKE 'egide\\_%%' GROUP BY 1"
        )
        held = {name: set(rights.split(",")) for name, rights in cursor.fetchall()}
    listed = {name: {part.strip() for part in rights.split(",")} for name, rights in wanted().items()}
    assert held == {name: rights for name, rights in listed.items() if name in tables()}


def test_the_webs_role_owns_nothing_and_passes_no_wall() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcanlogin FROM pg_roles WHERE rolname = 'egide_app'"
        )
        assert cursor.fetchone() == (False, False, False, False)
        cursor.execute("SELECT count(*) FROM pg_class WHERE relowner = 'egide_app'::regrole")
        assert cursor.fetchone() == (0,)
        cursor.execute("SELECT count(*) FROM pg_auth_members WHERE member = 'egide_app'::regrole")
        assert cursor.fetchone() == (0,)


def attempts() -> Iterator[str]:
    """What would take the wall away, table by table."""
    for name, (on, _, _) in tables().items():
        if on:
            yield f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY"
            yield f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY"
            yield f"DROP POLICY egide_file ON {name}"
            yield f"CREATE POLICY mine ON {name} USING (true)"
    yield "SET session_replication_role = 'replica'"
    yield "ALTER ROLE egide_app BYPASSRLS"
    yield "GRANT egide_wall TO egide_app"
    yield from ("UPDATE audit_entry SET role = ''", "DELETE FROM audit_entry", "TRUNCATE audit_entry")
    yield "INSERT INTO audit_entry (seq) VALUES (1)"


def test_the_webs_role_cannot_take_the_wall_away_nor_touch_the_trail() -> None:
    every = list(attempts())
    with somebody(None) as cursor:
        for statement in every:
            with pytest.raises(DatabaseError, match=r"must be owner|permission denied"), transaction.atomic():
                cursor.execute(statement)


def test_row_security_off_makes_a_query_fail_instead_of_showing_all() -> None:
    f.case()
    with somebody(None) as cursor, transaction.atomic():
        cursor.execute("SET LOCAL row_security = off")
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute("SELECT * FROM cases_case")


def test_every_table_of_a_model_is_in_the_database() -> None:
    models = {m._meta.db_table for m in apps.get_models(include_auto_created=True) if m._meta.managed}
    assert models <= set(tables())
