"""`egide migrate`: the log's schema first, then Django's migrations. Can be run again, on a live system."""

from __future__ import annotations

import argparse
import contextlib
import os
from importlib import import_module
from typing import Any

from egide.cli import environment
from egide.cli.errors import UsageError

# Migrations that stand for several of before the first release (Django's `replaces`): all of those, or none.
_STANDING_FOR = (
    ("accounts", "0001_tables"), ("cases", "0001_tables"), ("cases", "0002_links"), ("console", "0001_tables"),
    ("documents", "0001_tables"), ("people", "0001_tables"), ("tasks", "0001_tables"),
)  # fmt: skip


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    subparsers.add_parser("migrate", description="Bring the database to this version: the log, then the file.")


def run(args: argparse.Namespace) -> int:
    """Migrates the database of EGIDE_DATABASE_URL (or the running demo's). UsageError: it is too old for that."""
    settings = environment.prepare()
    from egide.log.migrate import migrate

    url = settings.text("EGIDE_DATABASE_URL")
    _refuse_half_way(url)
    migrate(url)
    _partitions(url)
    from egide.cli.manage import manage

    _take_the_time()
    manage(["migrate", "--no-input", "--verbosity", "1"])
    return 0


def _take_the_time() -> None:
    """A migration may think for a while between two statements, on a busy machine for seconds: it is no frozen process."""
    from django.db.backends.signals import connection_created

    def unlimited(connection: Any, **_: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 0")

    connection_created.connect(unlimited, weak=False)


def _refuse_half_way(url: str) -> None:
    """A database laid by an unfinished state of before the first release: says so, instead of failing in the middle."""
    import psycopg

    with psycopg.connect(url) as connection:
        if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
            return
        known = {(app, name) for app, name in connection.execute("SELECT app, name FROM django_migrations")}
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "egide.web.settings")
    import django

    django.setup()  # migrations import models
    for app, name in _STANDING_FOR:
        before = set(import_module(f"egide.web.{app}.migrations.{name}").Migration.replaces)
        if (app, name) not in known and known & before and not before <= known:
            raise UsageError(
                "This database was laid by an unfinished version, from before the first release, and cannot be brought"
                " forward. A demo: stop it and delete its folder (EGIDE_HOME), the next start lays it anew."
            )


def _partitions(url: str) -> None:
    """Gives the first days of the log their partitions while it is empty; later the worker does."""
    import psycopg

    from egide.worker.partitions import make_ahead

    with (
        contextlib.suppress(psycopg.errors.LockNotAvailable),
        psycopg.connect(url, autocommit=True) as connection,
    ):
        make_ahead(connection)
