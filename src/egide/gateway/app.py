"""The gateway as an ASGI application: who posts what where, and which answer it gets. One small path, no framework.

2xx means on disk. A message that cannot be read is refused with a sentence, one of an unknown device or with a wrong
key with 401; only an SOS of a known device rings even then, as unverified. Nothing a device said is ever logged here.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from egide.core.observations import Report, Unreadable
from egide.devices import osmand, owntracks, traccar
from egide.gateway import answers, auth, bulk
from egide.gateway.ahead import Ahead
from egide.gateway.answers import Answer, Refused
from egide.gateway.batcher import Batcher
from egide.gateway.intake import Entry, entry_of, unreadable_of, unverified_sos_of
from egide.gateway.limits import Buckets
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Device, Registry, RegistryAway

_log = logging.getLogger("egide.gateway")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_BODY_S = 10.0  # a body that dribbles in for longer is not waited for

# An SOS with a wrong key rings, but nobody without a key may make it ring for ever: (at once, a second).
_UNVERIFIED_EACH = (3, 1 / 20)
_UNVERIFIED_TOGETHER = (60, 1.0)

# A sender with the right key whose messages cannot be read rings for the technician, but not with every message.
_UNREADABLE_EACH = (1, 1 / 600)
_UNREADABLE_TOGETHER = (20, 1 / 10)


class _Gone(Exception):  # noqa: N818 - reads as what it is
    """The sender hung up before the message was complete."""


class Gateway:
    """The application. `start` and `stop` bracket its life; `__call__` is ASGI."""

    def __init__(self, registry: Registry, batcher: Batcher, metrics: Metrics, max_body: int) -> None:
        self._registry, self._batcher, self._metrics = registry, batcher, metrics
        self._max_body = max_body
        self._clock = registry.clock
        metrics.clock_offset.set_function(lambda: registry.clock.offset_s)
        self._nth = 0
        self._ahead, self._ahead_unverified = Ahead(), Ahead()  # nobody without a key may date a message of the device
        self._unverified = Buckets(_UNVERIFIED_EACH, _UNVERIFIED_TOGETHER)
        self._unreadable = Buckets(_UNREADABLE_EACH, _UNREADABLE_TOGETHER)
        self._count: dict[tuple[str, int], Any] = {}
        self._devices: dict[str, tuple[str, Callable[[Scope, Receive], Awaitable[Answer]]]] = {
            "/osmand": ("osmand", self._osmand),
            "/owntracks": ("owntracks", self._owntracks),
            "/traccar": ("traccar", self._traccar),
            "/bulk": ("bulk", self._bulk),
            "/bulk/devices": ("bulk", self._bulk_devices),
        }

    async def start(self) -> None:
        """Starts reading the registry and storing frames; returns at once, whether PostgreSQL is there or not."""
        self._registry.start()
        self._batcher.start()

    async def stop(self) -> None:
        """Stores what waits, then stops."""
        await self._batcher.close()
        self._registry.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
            return
        path: str = scope["path"]
        if path.startswith("/osmand/"):
            path = "/osmand"
        route = self._devices.get(path)
        if route is None:
            await _send(send, self._of_operations(path, scope["method"]))
            return
        began = time.perf_counter()
        name, handle = route
        try:
            answer = await handle(scope, receive)
        except Refused as refused:
            answer = refused.answer
        except Unreadable as refusal:
            answer = answers.bad_request(str(refusal))
        except _Gone:
            return
        except Exception as fault:
            # Where, not what: the text of an exception can quote what a device said.
            _log.error("Fault in %s: %s at %s.", name, type(fault).__name__, _place_of(fault))
            answer = answers.FAULT
        await _send(send, answer)
        self._account(name, answer.status, time.perf_counter() - began)

    def _account(self, route: str, status: int, seconds: float) -> None:
        counter = self._count.get((route, status))
        if counter is None:
            counter = self._count[route, status] = self._metrics.answers.labels(route, str(status))
        counter.inc()
        self._metrics.answer_seconds.observe(seconds)
        if _log.isEnabledFor(logging.DEBUG):
            _log.debug("%s %d %.1f ms", route, status, seconds * 1000)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                await self.start()
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return

    def _of_operations(self, path: str, method: str) -> Answer:
        """What Prometheus and an orchestrator ask."""
        if path not in ("/metrics", "/livez", "/readyz"):
            return answers.NOT_FOUND
        if method not in ("GET", "HEAD"):
            return answers.GET_ONLY
        if path == "/metrics":
            return answers.answer(200, self._metrics.text().decode(), b"text/plain; version=0.0.4; charset=utf-8")
        if path == "/readyz":
            if not self._registry.is_loaded:
                return answers.answer(503, "The registry was not read yet.")
            if not self._clock.is_set:
                return answers.answer(503, "The database's clock was not read yet.")
            if self._batcher.is_away or not self._registry.is_fresh():
                return answers.answer(503, "PostgreSQL is away.")
        return answers.answer(200, "ok")

    # One handler a protocol: what is the message, and which keys came with it?

    async def _osmand(self, scope: Scope, receive: Receive) -> Answer:
        method = scope["method"]
        if method not in ("GET", "POST"):
            raise Refused(answers.GET_OR_POST)
        authorization = _authorization(scope, self._max_body)
        body = await self._body(receive) if method == "POST" else b""
        fields = osmand.read_fields(scope["query_string"])
        keys = [*fields.get("key", ()), scope["path"][len("/osmand/") :]]
        if authorization is not None:
            user = auth.basic(authorization)
            keys.append(user[1] if user else auth.bearer(authorization) or "")
        try:
            report = osmand.decode(fields, body, self._clock.now_ms())
        except Unreadable:
            for name in (*fields.get("id", ()), *fields.get("deviceid", ())):
                self._dead_letter(name, keys)
            raise
        device = await self._device(report.identifier)
        return await self._take(device, report, auth.is_key_of(device, keys), answers.TAKEN)

    async def _owntracks(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise Refused(answers.POST_ONLY)
        authorization = _authorization(scope, self._max_body)
        user = auth.basic(authorization) if authorization is not None else None
        body = await self._body(receive)
        if user is None or not user[0]:
            raise Refused(answers.UNKNOWN)
        try:
            report = owntracks.decode(body, user[0])
        except Unreadable:
            self._dead_letter(user[0], (user[1],))
            raise
        device = await self._device(report.identifier)
        verified = auth.is_key_of(device, (user[1],))
        return await self._take(device, report, verified, answers.TAKEN_OWNTRACKS)

    async def _traccar(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise Refused(answers.POST_ONLY)
        authorization = _authorization(scope, self._max_body)
        body = await self._body(receive)
        key = auth.bearer(authorization) if authorization is not None else None
        feed = self._registry.feeds.get(auth.hash_of(key)) if key else None
        try:
            report = traccar.decode(body)
        except Unreadable:
            if feed is not None:
                self._set_aside(0, f"feed {feed}")
            raise
        device = await self._device(report.identifier)
        # A feed speaks for its own devices only.
        return await self._take(device, report, feed is not None and feed == device.feed_id, answers.TAKEN)

    async def _bulk(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            raise Refused(answers.POST_ONLY)
        feed = self._feed(scope, bulk.MOST_BYTES)  # a body of this size is read of somebody we know only
        body = await self._body(receive, bulk.MOST_BYTES)
        try:
            said = bulk.read(body, feed, self._registry.directory)
        except Unreadable:
            self._set_aside(0, f"feed {feed}")
            raise
        now_ms = self._clock.now_ms()  # and no await before the last `submit`: the log's times follow its order
        taken = [entry_of(device, report, now_ms, self._ahead) for device, report in said.signals]
        for device, report in said.foreign:
            with contextlib.suppress(Refused):
                taken.append(self._unverified_sos(device, report, now_ms))
        late = self._registry.is_behind and not said.flaw
        if not late:
            taken += [entry_of(device, report, now_ms, self._ahead) for device, report in said.of_tgd]
            taken.append(bulk.entry_of(said.plain, now_ms, self._ahead))
        futures = [self._batcher.submit(entry) for entry in taken if entry is not None]
        stored = await asyncio.gather(*futures)
        if said.flaw:
            self._set_aside(0, f"feed {feed}")
            raise Unreadable(said.flaw)
        if late:
            raise Refused(answers.BEHIND)
        if not all(stored):
            raise Refused(answers.AWAY)
        return answers.TAKEN

    async def _bulk_devices(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] not in ("GET", "HEAD"):
            raise Refused(answers.GET_ONLY)
        feed = self._feed(scope, self._max_body)
        return await asyncio.to_thread(_numbers, list(self._registry.devices.items()), feed)

    def _feed(self, scope: Scope, max_body: int) -> int:
        """The feed whose key came with a request."""
        authorization = _authorization(scope, max_body)
        if not self._registry.is_loaded:
            raise Refused(answers.STARTING)
        key = auth.bearer(authorization) if authorization is not None else None
        feed = self._registry.feeds.get(auth.hash_of(key)) if key else None
        if feed is None:
            raise Refused(answers.UNKNOWN_FEED)
        return feed

    # What they share

    def _dead_letter(self, identifier: str, keys: Iterable[str]) -> None:
        """A message that cannot be read came under the name of a known device, with its key."""
        device = self._registry.devices.get(identifier)
        if device is not None and auth.is_key_of(device, keys):
            self._set_aside(device.id, "")

    def _set_aside(self, device: int, who: str) -> None:
        """Counts an unreadable message of somebody we know, and now and then lets it ring. Nothing of it is kept: it
        could hold a place that may not exist (TGD-30), and its sender has the 400 with the reason."""
        self._metrics.dead_letters.inc()
        if self._unreadable.take((device, who), time.monotonic()):
            self._batcher.submit(unreadable_of(device, who, self._clock.now_ms()))

    async def _body(self, receive: Receive, most: int | None = None) -> bytes:
        most = self._max_body if most is None else most
        parts: list[bytes] = []
        size, more = 0, True
        try:
            async with asyncio.timeout(_BODY_S):
                while more and size <= most:
                    message = await receive()
                    if message["type"] == "http.disconnect":
                        raise _Gone
                    parts.append(message.get("body", b""))
                    size += len(parts[-1])
                    more = message.get("more_body", False)
        except TimeoutError:
            raise Refused(answers.TOO_SLOW) from None
        body = parts[0] if len(parts) == 1 else b"".join(parts)
        if len(body) > most:
            raise Refused(answers.TOO_LARGE)
        return body

    async def _device(self, identifier: str) -> Device:
        device = self._registry.devices.get(identifier)
        if device is not None:
            return device
        if not self._registry.is_loaded:
            raise Refused(answers.STARTING)
        try:
            device = await self._registry.look_up(identifier)
        except RegistryAway:
            raise Refused(answers.AWAY) from None
        if device is None:
            raise Refused(answers.UNKNOWN)
        return device

    async def _take(self, device: Device, report: Report, verified: bool, taken: Answer) -> Answer:
        now_ms = self._clock.now_ms()  # and no await before `submit`: the log's times follow its order
        entry = (
            entry_of(device, report, now_ms, self._ahead) if verified else self._unverified_sos(device, report, now_ms)
        )
        self._say_age(report, now_ms)
        if entry is None or await self._batcher.submit(entry):
            return taken
        raise Refused(answers.AWAY)

    def _say_age(self, report: Report, now_ms: int) -> None:
        """Of every signal and of one message of sixteen: how long it was on its way, by its sender's clock."""
        self._nth = (self._nth + 1) % 16
        if report.signals or self._nth == 0:
            times = [fix.time_ms for fix in report.fixes]
            times += [signal.time_ms for signal in report.signals if signal.time_ms is not None]
            if times:
                self._metrics.device_to_arrival.observe(max(0, now_ms - max(times)) / 1000)

    def _unverified_sos(self, device: Device, report: Report, now_ms: int) -> Entry:
        """The SOS of a known device with a wrong key: it rings, marked, as long as it is not a flood."""
        entry = unverified_sos_of(device, report, now_ms, self._ahead_unverified)
        if entry is None:
            raise Refused(answers.UNKNOWN)
        if not self._unverified.take(device.id, time.monotonic()):
            self._metrics.unverified.labels("refused").inc()
            raise Refused(answers.TOO_MANY)
        self._metrics.unverified.labels("rang").inc()
        return entry


def _numbers(devices: list[tuple[str, Device]], feed: int) -> Answer:
    """The devices of a feed by name, with the numbers it may use for them."""
    mine = {name: device.id for name, device in devices if device.feed_id == feed}
    return answers.answer(200, json.dumps(mine), b"application/json")


async def _send(send: Send, answer: Answer) -> None:
    await send(answer.start)
    await send(answer.body)


def _authorization(scope: Scope, max_body: int) -> bytes | None:
    """The Authorization header; a body that announces itself as too large is refused before it is read."""
    found: bytes | None = None
    for name, value in scope["headers"]:
        if name == b"authorization":
            found = value
        elif name == b"content-length" and value.isdigit() and int(value[:19]) > max_body:
            raise Refused(answers.TOO_LARGE)
    return found


def _place_of(fault: BaseException) -> str:
    frames = traceback.extract_tb(fault.__traceback__)[-3:]
    return " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
