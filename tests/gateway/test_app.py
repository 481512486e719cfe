"""Whatever bytes arrive, the gateway answers; and a fault of ours is logged without a word of what was said."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.gateway import auth
from egide.gateway.app import Gateway
from egide.gateway.batcher import Batcher
from egide.gateway.intake import Entry
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Device, Registry


class NoWriter:
    """Says at once that everything is stored."""

    async def write(self, counter: int, entries: list[Entry], is_retry: bool) -> None: ...

    async def ping(self) -> None: ...

    async def close(self) -> None: ...


async def _ask(messages: list[dict[str, Any]], *, stalls: bool = False, **scope: Any) -> tuple[int, bytes]:
    """One request to an application that knows one box and one TGD, without a network. After `messages` the sender
    hangs up, or `stalls`."""
    registry = Registry("postgresql://nowhere")
    registry.confirmed_at = time.monotonic()
    registry.devices = {
        name: Device(number, kind, None, auth.hash_of("key")) for number, (name, kind) in _KNOWN.items()
    }
    registry.look_up = _nobody  # type: ignore[method-assign]
    batcher = Batcher(NoWriter(), 0.0, Metrics())
    batcher.start()
    gateway = Gateway(registry, batcher, Metrics(), max_body=5000)
    incoming: Iterator[dict[str, Any]] = iter(messages)
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        message = next(incoming, None)
        if message is None and stalls:
            await asyncio.sleep(3600)
        return message or {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async with asyncio.timeout(10):
        await gateway({"type": "http", "query_string": b"", "headers": [], "method": "POST", **scope}, receive, send)
    await batcher.close()
    registry.stop()
    return (sent[0]["status"], sent[1]["body"]) if sent else (0, b"")


async def _nobody(identifier: str) -> None:
    return None


_KNOWN = {1: ("box", "bar_box"), 2: ("tgd", "tgd")}
_words = st.sampled_from(
    [b"id", b"box", b"tgd", b"lat", b"lon", b"alarm", b"sos", b"timestamp", b"1", b"=", b"&", b"%", b"key"]
)
_bytes = st.lists(_words | st.binary(max_size=5), max_size=25).map(b"".join)
_paths = st.sampled_from(["/osmand", "/osmand/key", "/owntracks", "/traccar", "/osmand/\x00", "/livez", "/"])
_headers = st.lists(
    st.tuples(st.sampled_from([b"authorization", b"content-length", b"x"]), _bytes)
    | st.just((b"authorization", b"Basic Ym94OmtleQ=="))  # box:key
    | st.just((b"authorization", b"Bearer key")),
    max_size=3,
)
_bodies = _bytes | st.just(b'{"_type":"location","lat":1,"lon":2,"tst":1700000000}') | st.binary(max_size=6000)


@given(
    _paths, st.sampled_from(["GET", "POST", "HEAD", "X"]), _bytes, _headers, st.lists(_bodies, min_size=1, max_size=3)
)
def test_any_request_gets_an_answer_that_is_not_a_fault_of_ours(
    path: str, method: str, query: bytes, headers: list[tuple[bytes, bytes]], bodies: list[bytes]
) -> None:
    messages = [{"type": "http.request", "body": body, "more_body": True} for body in bodies]
    messages[-1]["more_body"] = False
    status, body = asyncio.run(_ask(messages, path=path, method=method, query_string=query, headers=headers))
    assert status in (200, 400, 401, 404, 405, 413, 429)
    assert status == 200 or body.decode().endswith(".")


def test_who_hangs_up_in_the_middle_of_a_body_gets_no_answer() -> None:
    begun = [{"type": "http.request", "body": b"id=box&alarm=sos", "more_body": True}]
    assert asyncio.run(_ask(begun, path="/osmand/key")) == (0, b"")


def test_a_body_that_never_begins_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("egide.gateway.app._BODY_S", 0.05)
    status, _ = asyncio.run(_ask([], stalls=True, path="/osmand/key"))
    assert status == 408
    begun = [{"type": "http.request", "body": b"id=box", "more_body": True}]
    status, _ = asyncio.run(_ask(begun, stalls=True, path="/osmand/key"))
    assert status == 408


def test_a_fault_of_ours_is_answered_and_logged_without_what_the_device_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fault(*_: object) -> None:
        raise KeyError("48.8566")

    monkeypatch.setattr("egide.gateway.app.entry_of", fault)
    with caplog.at_level(logging.DEBUG, logger="egide.gateway"):
        status, _ = asyncio.run(_ask([], path="/osmand/key", method="GET", query_string=b"id=box&lat=48.8566&lon=2"))
    assert status == 500
    assert "KeyError" in caplog.text
    assert "48.8566" not in caplog.text
    assert "box" not in caplog.text


def test_at_the_finest_log_level_a_message_is_one_line_without_names(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="egide.gateway"):
        asyncio.run(_ask([], path="/osmand/key", method="GET", query_string=b"id=box&lat=48.8566&lon=2"))
    lines = [record.getMessage() for record in caplog.records if record.name == "egide.gateway"]
    assert len(lines) == 1
    assert lines[0].startswith("osmand 200 ")
