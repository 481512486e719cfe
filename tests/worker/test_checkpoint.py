"""The worker signs where the audit trail ends, and not if it does not hold."""

from __future__ import annotations

import base64
import secrets
from pathlib import Path

import psycopg
import pytest

from egide.settings import Settings
from egide.web.audit.checkpoints import from_line
from egide.worker.checkpoint import TrailBroken, sign, sign_last
from egide.worker.run import JOBS

KEY = base64.b64encode(secrets.token_bytes(32)).decode()
APPEND = 'SELECT egide_audit_append(\'[{"action": "read", "event": "00000000-0000-0000-0000-000000000001"}]\')'


def test_the_end_of_the_trail_is_signed_once(full_url: str) -> None:
    settings = Settings({"EGIDE_AUDIT_KEY": KEY})
    with psycopg.connect(full_url, autocommit=True) as connection:
        assert sign(connection, settings) == 0
        connection.execute(APPEND)
        assert [sign(connection, settings) for _ in range(2)] == [1, 0]
        assert connection.execute("SELECT seq FROM audit_checkpoint").fetchall() == [(1,)]


def test_each_checkpoint_is_added_to_the_file_outside(full_url: str, tmp_path: Path) -> None:
    kept = tmp_path / "outside.jsonl"
    settings = Settings({"EGIDE_AUDIT_KEY": KEY, "EGIDE_AUDIT_FILE": str(kept), "EGIDE_DATABASE_URL": full_url})
    with psycopg.connect(full_url, autocommit=True) as connection:
        connection.execute(APPEND)
        sign(connection, settings)
        connection.execute(APPEND)
    sign_last(settings)  # as the worker stops
    assert [from_line(line).seq for line in kept.read_text().splitlines()] == [1, 2]


def test_a_worker_that_stops_without_its_database_stops_all_the_same() -> None:
    sign_last(Settings({"EGIDE_AUDIT_KEY": KEY, "EGIDE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}))


def test_the_trail_is_signed_each_minute() -> None:
    """What a cut could take unseen is a minute of it, no more (docs/security.md)."""
    assert [job.every_s for job in JOBS if job.do is sign] == [60]


def test_a_trail_that_does_not_hold_is_a_failure_of_the_job_and_is_not_signed(full_url: str) -> None:
    with psycopg.connect(full_url, autocommit=True) as connection:
        connection.execute(APPEND)
        connection.execute("SET session_replication_role = replica")
        connection.execute("UPDATE audit_entry SET actor_id = 9")
        with pytest.raises(TrailBroken):
            sign(connection, Settings({"EGIDE_AUDIT_KEY": KEY}))
        assert connection.execute("SELECT count(*) FROM audit_checkpoint").fetchone() == (0,)


def test_without_a_key_or_without_the_files_tables_there_is_nothing_to_sign(full_url: str, database_url: str) -> None:
    for url, key in ((full_url, ""), (database_url, KEY)):
        with psycopg.connect(url, autocommit=True) as connection:
            assert sign(connection, Settings({"EGIDE_AUDIT_KEY": key})) == 0
