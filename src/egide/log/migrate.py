"""Brings the log's tables into a database: schema.sql, applied whole, as often as anybody likes.

It holds an advisory lock meanwhile, so that processes that start together do not trip over each other. It
never drops or rewrites anything; Django's tables are not its business.
"""

from __future__ import annotations

from importlib import resources

import psycopg

_LOCK = 0x45474944  # "EGID", anything nobody else uses


def migrate(url: str) -> None:
    """Applies the log's schema to the database at `url`. Raises psycopg.OperationalError if that is away."""
    schema = resources.files("egide.log").joinpath("schema.sql").read_bytes()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = warning")  # not a line for each table that is there
        connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
        try:
            with connection.transaction():
                connection.execute(schema)
        finally:
            connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))
