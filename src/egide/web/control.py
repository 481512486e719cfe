"""How a change of the file enters the log: one CONTROL message in its own frame, in the caller's transaction.

The monitor folds the log and nothing else, so a row that changed without its message would be a lie. For that
reason the managers of controlled tables refuse the shortcuts (`update`, `bulk_create`) that skip `save()`.
"""

from __future__ import annotations

from typing import Any, NoReturn

from django.conf import settings
from django.db import connection, models

from egide.core.messages import build, control_record
from egide.log.frames import encode


def append_control(message: dict[str, Any]) -> int:
    """Appends one CONTROL message to the log of this cell; answers its sequence number.

    Call it last in the transaction that changes the row: the head of the log stays locked until commit.
    """
    assert connection.in_atomic_block, "a CONTROL message belongs to the transaction that changes the row"
    cell = settings.EGIDE.number("EGIDE_CELL")
    with connection.cursor() as cursor:
        # The database's clock is the one clock of a cell: log time must not follow a machine whose own is wrong.
        cursor.execute("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
        (now_ms,) = cursor.fetchone()
        body = encode(build([control_record(now_ms, 0)]), [message])
        cursor.execute("SELECT egide_log_append(%s, 'file', NULL, %s)", [cell, body])
        row = cursor.fetchone()
    return int(row[0])


class ControlledQuerySet(models.QuerySet[Any]):
    """A query set without the writes that would bypass `save()` and leave the log behind."""

    def _refuse(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError(f"{self.model.__name__} changes are written to the log: save each row instead.")

    update = _refuse
    bulk_create = _refuse
    bulk_update = _refuse
    delete = _refuse


ControlledManager = models.Manager.from_queryset(ControlledQuerySet)
