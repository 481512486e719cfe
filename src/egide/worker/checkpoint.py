"""Each minute in which something was written the end of the audit trail is signed, once what is new was verified, and

once more when the worker stops; a trail that does not hold is not. Without EGIDE_AUDIT_KEY nothing is signed. A break counts as a failure of the job, which is an alarm (docs/operations.md).
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import psycopg

from egide.settings import Settings

LOG = logging.getLogger("egide.worker")


class TrailBroken(psycopg.DataError):
    """The audit trail does not hold. `egide audit verify` says where."""


def sign(connection: psycopg.Connection[Any], settings: Settings) -> int:
    """Signs where the trail ends; gives how many checkpoints were made. Raises TrailBroken."""
    text = settings.text("EGIDE_AUDIT_KEY")
    if not text or connection.execute("SELECT to_regclass('audit_checkpoint')").fetchone() == (None,):
        return 0
    from egide.web.audit.checkpoints import keep_outside, private_key
    from egide.web.audit.checkpoints import sign as sign_end
    from egide.web.audit.verify import verify_new

    key = private_key(text)
    found = verify_new(connection, key.public_key()).wrong
    if found is not None:
        LOG.error("the audit trail does not hold at entry %d (%s): egide audit verify", found.seq, found.what)
        raise TrailBroken(found.what)
    made = sign_end(connection, key)
    if made is None:
        return 0
    if kept := settings.text("EGIDE_AUDIT_FILE"):
        try:
            keep_outside(Path(kept).expanduser(), made)
        except OSError as error:  # signed it is; that it is nowhere else is an alarm of its own
            LOG.error(
                "EGIDE_AUDIT_FILE cannot be written (%s): checkpoints stand in the database alone", error.strerror
            )
    return 1


def sign_last(settings: Settings) -> None:
    """The last one before the worker stops: what comes after waits for the next worker. Never raises."""
    try:
        with psycopg.connect(settings.text("EGIDE_DATABASE_URL"), autocommit=True, connect_timeout=2) as connection:
            sign(connection, settings)
    except psycopg.Error as error:
        LOG.warning("the end of the audit trail was not signed at the stop (%s)", type(error).__name__)
