"""A house without a superuser: an owner that migrates, and a web role that may do no more than its table says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from egide.cli.up import make_web_login
from egide.cluster import WEB_LOGIN, Cluster
from tests.shared import reachable_folder

SECRET = "for tests only " * 6


def as_role(url: str, role: str) -> str:
    return f"{url}&options=-c%20role%3D{role}"


def migrated(url: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EGIDE_", "DJANGO_"))}
    told = {"EGIDE_DATABASE_URL": url, "EGIDE_SECRET_KEY": SECRET}
    command = [sys.executable, "-m", "egide.cli.main", "migrate"]
    return subprocess.run(command, env=kept | told, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def house() -> Iterator[Cluster]:
    """A cluster of its own: roles belong to a cluster, and these must be made by somebody who is no superuser."""
    folder = reachable_folder()
    try:
        with Cluster(folder / "pg", fsync=False) as running:
            with psycopg.connect(running.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE ROLE house CREATEROLE")
                connection.execute("CREATE DATABASE house OWNER house")
            done = migrated(as_role(running.url("house"), "house"))
            assert done.returncode == 0, done.stderr
            yield running
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def owner(house: Cluster) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(as_role(house.url("house"), "house"), autocommit=True) as connection:
        yield connection


@pytest.fixture
def web(house: Cluster) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with psycopg.connect(as_role(house.url("house"), "egide_app"), autocommit=True) as connection:
        yield connection


def test_an_owner_without_superuser_rights_migrates_and_may_do_so_again(house: Cluster) -> None:
    again = migrated(as_role(house.url("house"), "house"))
    assert (again.returncode, "No migrations to apply" in again.stdout) == (0, True)


def test_the_owner_stands_before_the_wall_like_anybody_until_it_says_that_it_is_the_system(
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    owner.execute("INSERT INTO people_person (given_name, family_name) VALUES ('Alix', 'Fabre')")
    owner.execute("INSERT INTO agencies_jurisdiction (code, name) VALUES ('x', 'X')")
    row = (
        "INSERT INTO cases_case (number, protected_person_id, jurisdiction_id)"
        " SELECT 'N1', p.id, j.id FROM people_person p, agencies_jurisdiction j"
    )
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        owner.execute(row)
    owner.execute("SET egide.system = 'on'")
    owner.execute(row)
    assert owner.execute("SELECT number FROM cases_case").fetchall() == [("N1",)]
    owner.execute("SET egide.system = 'off'")
    assert owner.execute("SELECT number FROM cases_case").fetchall() == []


def test_the_owner_did_not_stay_a_member_of_the_role_that_sees_everything(
    owner: psycopg.Connection[tuple[object, ...]],
) -> None:
    row = owner.execute("SELECT pg_has_role('house', 'egide_wall', 'USAGE')").fetchone()
    assert row == (False,)


def test_without_the_right_to_create_roles_the_migration_says_what_is_missing() -> None:
    folder = reachable_folder()
    try:
        with Cluster(folder / "pg", fsync=False) as bare:
            with psycopg.connect(bare.url("postgres"), autocommit=True) as connection:
                connection.execute("CREATE ROLE guest")
                connection.execute("CREATE DATABASE guest OWNER guest")
            url = as_role(bare.url("guest"), "guest")
            refused = migrated(url)
            assert refused.returncode != 0
            assert "role egide_app is missing and guest may not create roles" in refused.stderr
            with psycopg.connect(bare.url("postgres"), autocommit=True) as connection:
                for statement in administrator("guest"):
                    connection.execute(statement)
            done = migrated(url)
            assert done.returncode == 0, done.stderr
            with psycopg.connect(url) as connection:
                assert connection.execute("SELECT pg_has_role('guest', 'egide_wall', 'USAGE')").fetchone() == (False,)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def administrator(owner: str) -> list[str]:
    """The statements docs/security.md gives an administrator, for this owner."""
    from tests.test_house import ROOT

    page = (ROOT / "docs" / "security.md").read_text()
    block = page.split("<!-- administrator -->\n```sql\n")[1].split("```")[0]
    return [part.strip() for part in block.replace("egide_owner", owner).split(";") if part.strip()]


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (x int)",
        "DROP TABLE cases_case",
        "TRUNCATE cases_case",
        "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY",
        "DROP POLICY egide_file ON cases_case",
        "CREATE POLICY mine ON cases_case USING (true)",
        "ALTER FUNCTION egide_barred() OWNER TO egide_app",
        "CREATE OR REPLACE FUNCTION egide_is_system() RETURNS boolean LANGUAGE sql AS 'SELECT true'",
        "CREATE ROLE mine",
        "INSERT INTO audit_entry SELECT * FROM audit_entry",
        "UPDATE audit_entry SET action = 'x'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_audittext",
        "UPDATE audit_head SET seq = 0",
        "DELETE FROM audit_checkpoint",
        "DELETE FROM console_incidentevent",
        "UPDATE log_frame SET body = ''",
        "UPDATE tgd_position SET sealed = ''",
        "UPDATE django_migrations SET name = 'x'",
    ],
)
def test_the_web_may_not(statement: str, web: psycopg.Connection[tuple[object, ...]]) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        web.execute(statement)  # type: ignore[call-overload]


def test_the_web_connects_as_its_role_and_comes_back_to_it(web: psycopg.Connection[tuple[object, ...]]) -> None:
    web.execute("RESET ROLE")
    assert web.execute("SELECT current_user").fetchone() == ("egide_app",)


def test_a_login_of_the_webs_own_as_in_egide_up_cannot_become_the_owner(house: Cluster) -> None:
    make_web_login(house)
    make_web_login(house)  # a second start
    with psycopg.connect(as_role(house.url("house", WEB_LOGIN), "egide_app"), autocommit=True) as connection:
        assert connection.execute("SELECT session_user, current_user").fetchone() == (WEB_LOGIN, "egide_app")
        assert connection.execute("SELECT count(*) FROM cases_case").fetchone() == (0,)
        for role in ("house", "egide_wall", "egide"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SET ROLE {role}")  # type: ignore[call-overload]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SET SESSION AUTHORIZATION {role}")  # type: ignore[call-overload]
