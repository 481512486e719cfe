"""Does the session behind a line of events still stand? One question every two seconds for all lines of a process.

A line whose session was ended, or whose reader lost the room, stops before the next word. If the database is away the
lines go on with what was known: an alarm room must not go dark because PostgreSQL starts again.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import AsyncIterable, AsyncIterator

from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.utils import timezone

from egide.web.accounts.models import OPERATOR, User

EVERY_S = 2.0

Reader = tuple[str, int]  # key of the session, number of the user


class Watch:
    """The lines of this process and whether each may go on."""

    def __init__(self) -> None:
        self._open: Counter[Reader] = Counter()
        self._ended: set[Reader] = set()
        self._asked_at = 0.0
        self._asking = False

    def join(self, reader: Reader) -> None:
        """A line begins."""
        self._open[reader] += 1

    def leave(self, reader: Reader) -> None:
        """A line has ended."""
        self._open[reader] -= 1
        if self._open[reader] <= 0:
            del self._open[reader]
            self._ended.discard(reader)

    async def may_go_on(self, reader: Reader) -> bool:
        """The answer, at most a few seconds old. Whoever finds it too old asks for everybody."""
        if not self._asking and time.monotonic() - self._asked_at > EVERY_S:
            self._asking = True
            try:
                readers = set(self._open)
                self._ended |= readers - await sync_to_async(_standing, thread_sensitive=False)(readers)
            except DatabaseError:
                pass
            finally:
                self._asked_at = time.monotonic()
                self._asking = False
        return reader not in self._ended


def _standing(readers: set[Reader]) -> set[Reader]:
    """Those whose session lives and who still belong to the room."""
    try:
        keys = Session.objects.filter(session_key__in={key for key, _ in readers}, expire_date__gt=timezone.now())
        live = set(keys.values_list("session_key", flat=True))
        users = User.objects.filter(pk__in={user for _, user in readers}, is_active=True, groups__name=OPERATOR)
        members = set(users.values_list("pk", flat=True))
        return {(key, user) for key, user in readers if key in live and user in members}
    finally:
        connection.close()


watch = Watch()


async def until_ended(content: AsyncIterable[bytes], reader: Reader) -> AsyncIterator[bytes]:
    """The line, as long as its session stands. A room says something every few seconds, so no timer is needed."""
    watch.join(reader)
    try:
        async for part in content:
            if not await watch.may_go_on(reader):
                return
            yield part
    finally:
        watch.leave(reader)
        close = getattr(content, "aclose", None)
        if close is not None:
            await close()
