"""`egide migrate` on databases of before: one that is whole goes on, one that stopped half-way is told apart."""

from __future__ import annotations

import psycopg
import pytest

from egide.cli import migrate
from egide.cli.errors import UsageError

OLD = [("cases", "0001_initial"), ("cases", "0003_alarms_and_reports_answered"), ("cases", "0004_drafts_and_changes")]


def remembered(url: str, *rows: tuple[str, str]) -> None:
    """As if these, and not what stands for them, had been applied."""
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM django_migrations WHERE app = 'cases'")
        for row in rows:
            connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", row)


def test_a_database_that_had_all_of_what_a_migration_stands_for_goes_on(full_url: str) -> None:
    remembered(full_url, *OLD)
    migrate._refuse_half_way(full_url)


def test_one_that_had_a_part_is_refused_in_a_sentence(full_url: str) -> None:
    remembered(full_url, *OLD[:2])
    with pytest.raises(UsageError, match="from before the first release"):
        migrate._refuse_half_way(full_url)


def test_an_empty_database_and_one_of_today_pass(database_url: str, full_url: str) -> None:
    migrate._refuse_half_way(database_url)
    migrate._refuse_half_way(full_url)
