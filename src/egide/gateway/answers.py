"""Every answer a device may get: status, one sentence, headers, all made once. Which one fits is decided elsewhere.

A sentence says what the sender should change; it never repeats what the sender wrote.
"""

from __future__ import annotations

from typing import Any, NamedTuple

Headers = list[tuple[bytes, bytes]]


class Answer(NamedTuple):
    """One ready answer: the two ASGI messages that carry it."""

    status: int
    start: dict[str, Any]
    body: dict[str, Any]


def answer(status: int, text: str, kind: bytes = b"text/plain; charset=utf-8", *more: tuple[bytes, bytes]) -> Answer:
    """An answer whose body is `text`."""
    body = text.encode()
    headers: Headers = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *more]
    return Answer(
        status,
        {"type": "http.response.start", "status": status, "headers": headers},
        {"type": "http.response.body", "body": body},
    )


def bad_request(sentence: str) -> Answer:
    """400: nothing of the message could be used."""
    return answer(400, sentence)


class Refused(Exception):  # noqa: N818 - it is an answer, not a fault
    """Ends the handling of a message with an answer other than 2xx."""

    def __init__(self, with_answer: Answer) -> None:
        super().__init__(with_answer.status)
        self.answer = with_answer


_RETRY = (b"retry-after", b"5")
_CLOSE = (b"connection", b"close")  # the rest of the body is not read

TAKEN = answer(200, "")
TAKEN_OWNTRACKS = answer(200, "[]", b"application/json")
UNKNOWN = answer(401, "This device is not known here, or its key is wrong.", b"text/plain; charset=utf-8",
                 (b"www-authenticate", b'Basic realm="devices", charset="UTF-8"'))  # fmt: skip
UNKNOWN_FEED = answer(401, "This feed is not known here, or its key is wrong.", b"text/plain; charset=utf-8",
                      (b"www-authenticate", b'Bearer realm="feeds"'), _CLOSE)  # fmt: skip
NOT_FOUND = answer(404, "Devices post to /osmand, /owntracks, /traccar or /bulk.")
GET_OR_POST = answer(405, "Use GET or POST.", b"text/plain; charset=utf-8", (b"allow", b"GET, POST"))
POST_ONLY = answer(405, "Use POST.", b"text/plain; charset=utf-8", (b"allow", b"POST"))
GET_ONLY = answer(405, "Use GET.", b"text/plain; charset=utf-8", (b"allow", b"GET, HEAD"))
TOO_SLOW = answer(408, "The body did not arrive in time.", b"text/plain; charset=utf-8", _CLOSE)
TOO_LARGE = answer(413, "The body is too large.", b"text/plain; charset=utf-8", _CLOSE)
TOO_MANY = answer(429, "Too many alarms with a wrong key.", b"text/plain; charset=utf-8", (b"retry-after", b"30"))
FAULT = answer(500, "The gateway could not handle this message; the fault is ours.")
AWAY = answer(503, "The message was not stored. Send it again.", b"text/plain; charset=utf-8", _RETRY)
BEHIND = answer(
    503, "Monitoring is catching up: positions in bulk wait. Send the body again.", b"text/plain; charset=utf-8", _RETRY
)
STARTING = answer(503, "The gateway is starting. Send it again.", b"text/plain; charset=utf-8", _RETRY)
