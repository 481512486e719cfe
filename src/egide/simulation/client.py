"""How does a fictional phone get its messages through? One connection, one message at a time, and it never
gives up.

What was not answered with 2xx stays in the phone and is sent again, in its order; an alarm waits behind no
position. It knows HTTP and nothing of what the messages say.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import Counter, deque
from dataclasses import dataclass
from urllib.parse import urlsplit

from egide.simulation.wire import Post

ANSWER_WITHIN_S = 15.0
FIRST_WAIT_S, LONGEST_WAIT_S, LONGEST_ALARM_WAIT_S = 1.0, 30.0, 5.0
MOST_WAITING = 5_000  # positions a phone keeps, about seven hours; alarms are kept whatever their number
_MOST_BODY = 1 << 20


class GatewayAway(ConnectionError):  # noqa: N818 - says what happened
    """Nobody answered, or what came was not HTTP."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one request. `retry_after_s` is None if it named none."""

    status: int
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Gateway:
    """Where devices post to."""

    host: str
    port: int
    tls: bool
    path: str

    @classmethod
    def at(cls, url: str) -> Gateway:
        """The gateway of a URL. Raises ValueError with a sentence if it is none."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise ValueError(f"{url!r} is not a URL: {error}.") from None
        if parts.scheme not in ("http", "https") or not host:
            raise ValueError(f"{url!r} is not the URL of a gateway; write it like http://127.0.0.1:8300.")
        tls = parts.scheme == "https"
        return cls(host, port or (443 if tls else 80), tls, parts.path.rstrip("/"))


class Connection:
    """A connection that is kept open between requests, and opened anew when it broke."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def request(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """One request and its answer. Raises GatewayAway."""
        kept = self._streams is not None
        try:
            async with asyncio.timeout(ANSWER_WITHIN_S):
                try:
                    return await self._once(method, path, headers, body)
                except (OSError, EOFError):
                    # A kept connection may have been closed by the other side while nothing was said.
                    self.close()
                    if not kept:
                        raise
                    return await self._once(method, path, headers, body)
        except (
            OSError,
            EOFError,
            ValueError,
            IndexError,
            asyncio.LimitOverrunError,
        ) as error:  # TimeoutError is an OSError
            self.close()
            raise GatewayAway(str(error)) from None
        except asyncio.CancelledError:
            self.close()  # half an answer may be on its way
            raise

    async def _once(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._streams is None:
            context = ssl.create_default_context() if self._gateway.tls else None
            self._streams = await asyncio.open_connection(self._gateway.host, self._gateway.port, ssl=context)
        reader, writer = self._streams
        lines = [f"{method} {self._gateway.path}{path} HTTP/1.1", f"Host: {self._gateway.host}:{self._gateway.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        lines += [f"Content-Length: {len(body)}", "", ""]
        writer.write("\r\n".join(lines).encode() + body)
        await writer.drain()
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ")[1])
        fields = {n.strip().lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:])}
        length = fields.get("content-length")
        if length is not None and int(length) <= _MOST_BODY:
            await reader.readexactly(int(length))
        elif status != 204:
            self.close()  # nothing says where the answer ends
        if fields.get("connection", "").lower() == "close":
            self.close()
        wait = fields.get("retry-after", "")
        return Answer(status, float(wait) if wait.isascii() and wait.isdigit() else None)

    def close(self) -> None:
        """Closes at once; the next request opens anew."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


class Phone:
    """The queue of one device, and the task that empties it."""

    def __init__(self, gateway: Gateway, counts: Counter[str]) -> None:
        self._connection = Connection(gateway)
        self._counts = counts
        self._alarms: deque[Post] = deque()
        self._positions: deque[Post] = deque()
        self._news = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def waiting(self) -> int:
        """Messages that have no answer yet."""
        return len(self._alarms) + len(self._positions)

    def say(self, post: Post) -> None:
        """Puts one message in the queue; a full phone forgets its oldest position."""
        if post.urgent:
            self._alarms.append(post)
        else:
            if len(self._positions) >= MOST_WAITING:
                self._positions.popleft()
                self._counts["forgotten"] += 1
            self._positions.append(post)
        self._idle.clear()
        self._news.set()

    async def run(self) -> None:
        """Sends until cancelled."""
        wait_s = FIRST_WAIT_S
        try:
            while True:
                self._news.clear()
                queue = self._alarms or self._positions
                if not queue:
                    self._idle.set()
                    await self._news.wait()
                    continue
                retry_after_s = await self._send(queue)
                if retry_after_s is None:
                    wait_s = FIRST_WAIT_S
                    continue
                await self._pause(max(wait_s, retry_after_s), urgent=queue is self._alarms)
                wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        finally:
            self._connection.close()

    async def _send(self, queue: deque[Post]) -> float | None:
        """Sends the first of a queue and takes it off once it is answered. Seconds to wait if it must be sent
        again.
        """
        post = queue[0]
        try:
            answer = await self._connection.request("POST", post.path, post.headers, post.body)
        except GatewayAway:
            self._counts["unanswered"] += 1
            return 0.0
        if answer.status in (408, 425, 429) or answer.status >= 500:
            self._counts["put off"] += 1
            return answer.retry_after_s or 0.0
        # A full phone may have forgotten this very position meanwhile.
        if queue and queue[0] is post:
            queue.popleft()
        accepted = "alarms" if post.urgent else "positions"
        self._counts[accepted if answer.status < 300 else "refused"] += 1
        return None

    async def _pause(self, seconds: float, urgent: bool) -> None:
        """Waits before the next try. An alarm waits shortly, and ends the wait of a position."""
        seconds = min(seconds, LONGEST_ALARM_WAIT_S if urgent else LONGEST_WAIT_S)
        end = asyncio.get_running_loop().time() + seconds
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while urgent or not self._alarms:
                    self._news.clear()
                    await self._news.wait()

    async def sent(self) -> None:
        """Returns once nothing waits any more."""
        await self._idle.wait()
