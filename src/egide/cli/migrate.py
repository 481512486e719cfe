"""`egide migrate`: the log's schema first, then Django's migrations. Can be run again, on a live system."""

from __future__ import annotations

import argparse
import contextlib
from typing import Any

from egide.cli import environment


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    subparsers.add_parser("migrate", description="Bring the database to this version: the log, then the file.")


def run(args: argparse.Namespace) -> int:
    """Migrates the database of EGIDE_DATABASE_URL (or the running demo's)."""
    settings = environment.prepare()
    from egide.log.migrate import migrate

    url = settings.text("EGIDE_DATABASE_URL")
    migrate(url)
    _partitions(url)
    from egide.cli.manage import manage

    manage(["migrate", "--no-input", "--verbosity", "1"])
    return 0


def _partitions(url: str) -> None:
    """Gives the first days of the log their partitions while it is empty; later the worker does."""
    import psycopg

    from egide.worker.partitions import make_ahead

    with (
        contextlib.suppress(psycopg.errors.LockNotAvailable),
        psycopg.connect(url, autocommit=True) as connection,
    ):
        make_ahead(connection)
