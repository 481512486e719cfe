"""The line to one console: what it missed by number, then what happens. No database connection is held meanwhile.

A line ends after some minutes by itself, so that somebody who lost the right to be here is noticed on the way back.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.db import connection
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse

from egide.web.accounts.access import operator_only_async
from egide.web.accounts.models import User
from egide.web.console import audience, barred
from egide.web.console.hub import Event, Reader, changed_for, changed_rows, hub
from egide.web.console.models import Screen
from egide.web.language import chosen

LIFE_S = 600.0
REPLAY = 500  # further behind than this, fetching the state is cheaper
KEEP_S = 15.0

T = TypeVar("T")


def asked_number(request: HttpRequest) -> int | None:
    """The last number this console has, from the header a browser adds when it reconnects, or from its address."""
    for text in (request.headers.get("Last-Event-ID"), request.GET.get("after")):
        if text and text.isascii() and text.isdigit() and len(text) < 19:
            return int(text)
    return None


@operator_only_async
async def stream(request: HttpRequest) -> HttpResponseBase:
    """GET: server-sent events `hello`, `change`, `position`, `heartbeat`, `reset`."""
    if request.method != "GET":
        from django.http import HttpResponseNotAllowed

        return HttpResponseNotAllowed(["GET"])

    # Asking who this is opened a connection in this request's thread; Django would keep it to the end of the line.
    def reader() -> Reader:
        try:
            user = request.user
            assert isinstance(user, User)
            return audience.of(user, chosen(request)), user.pk
        finally:
            connection.close()  # looked up in that thread, not in this one

    response = StreamingHttpResponse(
        lines(asked_number(request), *await sync_to_async(reader)()), content_type="text/event-stream; charset=utf-8"
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def lines(after: int | None, language: str, user: int) -> AsyncIterator[str]:
    """The text of one line, until it is cut, grows old or its reader leaves."""
    yield "retry: 1000\n\n"
    try:
        joined = await hub.subscribe(language, user)
    except TimeoutError:
        return  # the database is away: the console's own clock turns it red
    try:
        base = joined.base
        yield f"event: hello\ndata: {json.dumps({'seq': base, 'now_ms': time.time_ns() // 1_000_000})}\n\n"
        if after is not None and after != base:
            for text in await _apart(lambda: missed(after, base, language, user)):
                yield text
        end = time.monotonic() + LIFE_S
        while (left := end - time.monotonic()) > 0:
            try:
                event = await asyncio.wait_for(joined.queue.get(), min(left, KEEP_S))
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if event is None:
                return  # too slow: cut, so that it catches up by number
            if text := event.text(language, user):
                yield text
    finally:
        hub.leave(joined)


def missed(after: int, base: int, language: str, user: int) -> list[str]:
    """What a console that has number `after` needs to reach `base`; a `reset` when that cannot be told."""
    if after > base or base - after > REPLAY:
        return [f"event: reset\ndata: {json.dumps({'seq': base})}\n\n"]
    rows = list(Screen.objects.filter(seq__gt=after, seq__lte=base).order_by("seq"))
    if [row.seq for row in rows] != list(range(after + 1, base + 1)):
        return [f"event: reset\ndata: {json.dumps({'seq': base})}\n\n"]
    told = changed_rows({row.incident_id for row in rows}, {language})
    said = changed_for(language, told, barred.of_alarms([user], past=True).get(user, barred.NOTHING))
    return [Event("change", row.seq, {language: said(row)}).text(language, user) for row in rows]


async def _apart(work: Callable[[], T]) -> T:
    """Runs database work in a thread and gives its connection back at once."""

    def run() -> T:
        try:
            return work()
        finally:
            connection.close()

    result: Any = await sync_to_async(run, thread_sensitive=False)()
    done: T = result
    return done
