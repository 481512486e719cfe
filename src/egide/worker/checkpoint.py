"""Every hour the end of the audit trail is signed, once what is new was verified; a trail that does not hold is not.

Without EGIDE_AUDIT_KEY nothing is signed. A break counts as a failure of the job, which is an alarm (docs/operations.md).
"""

from __future__ import annotations

import logging
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
    from egide.web.audit.checkpoints import private_key
    from egide.web.audit.checkpoints import sign as sign_end
    from egide.web.audit.verify import verify_new

    key = private_key(text)
    found = verify_new(connection, key.public_key()).wrong
    if found is not None:
        LOG.error("the audit trail does not hold at entry %d (%s): egide audit verify", found.seq, found.what)
        raise TrailBroken(found.what)
    return 0 if sign_end(connection, key) is None else 1
