"""Reads server-sent events from a real server, as a console does but line by line."""

from __future__ import annotations

import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from tests.web.conftest import Server


class Console:
    """A signed-in reader that speaks plain HTTP."""

    def __init__(self, server: Server, username: str = "operatrice") -> None:
        self.server = server
        self.cookies: dict[str, str] = {}
        self._answer("GET", "/sign-in/")
        body = urlencode(
            {
                "username": username,
                "password": server.logins[username],
                "csrfmiddlewaretoken": self.cookies["csrftoken"],
            }
        )
        status, _body = self._answer("POST", "/sign-in/", body, {"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 302

    def headers(self) -> dict[str, str]:
        """The cookies as a header."""
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "Accept": "application/json"}

    def _answer(
        self, method: str, path: str, body: str = "", headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=10)
        line.request(method, path, body or None, self.headers() | (headers or {}))
        answer = line.getresponse()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        data = answer.read()
        line.close()
        return answer.status, data

    def get(self, path: str) -> Any:
        """JSON from an address."""
        status, data = self._answer("GET", path)
        assert status == 200, status
        return json.loads(data)

    def status(self, path: str) -> int:
        """The status of an address."""
        return self._answer("GET", path)[0]

    def stream(self, after: int | None = None, last_event_id: int | None = None, language: str = "fr") -> Stream:
        """Opens the line."""
        path = "/console/stream" + ("" if after is None else f"?after={after}")
        headers = self.headers() | {"Accept": "text/event-stream"}
        headers["Cookie"] += f"; django_language={language}"
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=12)
        line.request("GET", path, headers=headers)
        return Stream(line)


class Stream:
    """One open line. Iterating gives (event, data); `until` reads on to the next of one kind."""

    def __init__(self, line: http.client.HTTPConnection) -> None:
        self.line = line
        self.answer = line.getresponse()
        assert self.answer.status == 200, self.answer.status
        self._events = self._read()

    def _read(self) -> Iterator[tuple[str, Any]]:
        kind, data = "", ""
        for raw in self.answer:
            text = raw.decode().rstrip("\n")
            if match := re.match(r"(event|data): ?(.*)", text):
                if match[1] == "event":
                    kind = match[2]
                else:
                    data = match[2]
            elif text == "" and data:
                yield kind, json.loads(data)
                kind, data = "", ""

    def until(self, kind: str, within_s: float = 8) -> Any:
        """The data of the next event of a kind. AssertionError when it does not come."""
        end = time.monotonic() + within_s
        for found, data in self._events:
            if found == kind:
                return data
            assert time.monotonic() < end, f"no {kind} within {within_s} s"
        raise AssertionError(f"the line ended before a {kind}")

    def gather(self, kind: str, count: int) -> list[Any]:
        """The next so many of a kind."""
        return [self.until(kind) for _ in range(count)]

    def close(self) -> None:
        """Hangs up."""
        if self.line.sock is not None:
            self.line.sock.shutdown(socket.SHUT_RDWR)
        self.answer.close()
        self.line.close()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
