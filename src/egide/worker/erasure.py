"""What must be forgotten, and when? TGD positions and their keys (TGD-43), snapshots that newer ones replace.

All times are the database's. Nothing here decides how long: `erase_at` was set when the alarm opened, and a
longer term granted by the prosecutor moves it (`web/cases/services/keeping.py`), to eight days and never further.
"""

from __future__ import annotations

from typing import Any

from psycopg import Connection

SNAPSHOTS_KEPT = 3

# A press whose alarm could not be opened in three days rang all the same; nobody will open one for it any more.
_NEVER_OPENED = """
DELETE FROM tgd_waiting WHERE received_ms < (extract(epoch FROM now() - interval '3 days') * 1000)::bigint
"""


def erase_tgd(connection: Connection[Any]) -> int:
    """Destroys the key and deletes the positions of every TGD alarm past `erase_at`; gives how many rows
    (TGD-43).

    The connection must be in autocommit: the tables are vacuumed afterwards, so that no dead copy of a key is
    left in them.
    """
    with connection.transaction():
        positions = connection.execute(
            "DELETE FROM tgd_position p USING tgd_alarm a WHERE p.alarm_id = a.id AND a.erase_at <= now()"
        ).rowcount
        keys = connection.execute(
            "UPDATE tgd_alarm SET key = NULL WHERE erase_at <= now() AND key IS NOT NULL"
        ).rowcount
        connection.execute(_NEVER_OPENED)
    if positions or keys:
        connection.execute("VACUUM tgd_position, tgd_alarm")
    return positions + keys


def erase_positions(connection: Connection[Any], keep_days: int) -> int:
    """Deletes positions of measures older than the raw log, some thousand at a time; gives how many.

    What must last longer as evidence is archived per measure under its own key, never kept here by default.
    """
    if connection.execute("SELECT to_regclass('console_position')").fetchone() == (None,):
        return 0  # a database with the log's tables only
    return connection.execute(
        "DELETE FROM console_position WHERE (frame_seq, idx) IN ("
        " SELECT frame_seq, idx FROM console_position WHERE committed_at < now() - make_interval(days => %s)"
        " ORDER BY frame_seq, idx LIMIT 20000)",
        [keep_days],
    ).rowcount


def prune_snapshots(connection: Connection[Any]) -> int:
    """Keeps the newest snapshots of each cell; gives how many were deleted."""
    return connection.execute(
        "DELETE FROM monitor_snapshot s WHERE s.seq < ("
        " SELECT min(seq) FROM (SELECT seq FROM monitor_snapshot k WHERE k.cell = s.cell"
        " ORDER BY seq DESC LIMIT %s) newest)",
        [SNAPSHOTS_KEPT],
    ).rowcount
