"""A gateway of a few lines that answers as a test says, and remembers what it was told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Heard:
    """One request as the little gateway saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class LittleGateway:
    """Answers as `answer` says, with (status, extra header lines) or None to hang up without a word."""

    answer: Callable[[Heard], tuple[int, str] | None]
    heard: list[Heard] = field(default_factory=list)
    accepted: list[Heard] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    _server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, port: int = 0) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
                method, path, _ = head[0].split(" ")
                fields = {n.lower(): v.strip() for n, _, v in (line.partition(":") for line in head[1:] if line)}
                heard = Heard(method, path, fields, await reader.readexactly(int(fields.get("content-length", "0"))))
                self.heard.append(heard)
                answer = self.answer(heard)
                if answer is None:
                    return
                if answer[0] < 300:
                    self.accepted.append(heard)
                writer.write(f"HTTP/1.1 {answer[0]} So\r\n{answer[1]}Content-Length: 2\r\n\r\n[]".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()
