"""One clock for the cell: whatever a gateway's machine says, the stream is dated by the database's clock."""

from __future__ import annotations

import asyncio
import logging
import math
from typing import Any

import pytest

from egide.core.messages import Kind
from egide.gateway.app import Gateway
from egide.gateway.batcher import Batcher
from egide.gateway.clock import StreamClock, process_ms
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Registry
from egide.gateway.writer import PostgresWriter

from .conftest import read_log, rows

DAY_MS = 86_400_000


class Now:
    """A clock the test sets."""

    def __init__(self) -> None:
        self.ms = 1_700_000_000_000.0

    def __call__(self) -> float:
        return self.ms


def test_before_it_was_measured_the_clock_is_the_machines_and_binds_nothing_later() -> None:
    clock = StreamClock(now := Now())
    assert not clock.is_set
    assert math.isnan(clock.offset_s)
    assert clock.now_ms() == now.ms
    clock.measure(now.ms, now.ms - DAY_MS, now.ms)
    assert clock.now_ms() == now.ms - DAY_MS
    assert clock.offset_s == -86_400


def test_the_clock_of_the_stream_never_runs_backwards() -> None:
    clock = StreamClock(now := Now())
    clock.measure(now.ms, now.ms, now.ms)
    first = clock.now_ms()
    now.ms -= 10_000
    assert clock.now_ms() == first
    clock.measure(now.ms, now.ms, now.ms)
    assert clock.now_ms() == first


def test_the_database_is_believed_at_the_middle_of_the_round_trip() -> None:
    clock = StreamClock(now := Now())
    clock.measure(now.ms, now.ms + 7_005, now.ms + 10)
    assert clock.offset_s == 7


def test_a_slow_answer_moves_the_clock_only_by_what_it_cannot_explain() -> None:
    clock = StreamClock(now := Now())
    clock.measure(now.ms, now.ms, now.ms)
    clock.measure(now.ms, now.ms, now.ms + 1_800)
    assert clock.offset_s == 0
    clock.measure(now.ms, now.ms + 60_000, now.ms + 1_800)
    assert clock.offset_s == pytest.approx(59.1)


def test_a_machine_whose_clock_is_off_is_told_so_once(caplog: pytest.LogCaptureFixture) -> None:
    clock = StreamClock(now := Now())
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            clock.measure(now.ms, now.ms + 9_000, now.ms)
    assert len(caplog.records) == 1


def test_a_gateway_whose_clock_is_a_day_ahead_dates_the_stream_by_the_database(registry_url: str) -> None:
    async def main() -> tuple[float, list[tuple[int, bytes]]]:
        clock = StreamClock(lambda: process_ms() + DAY_MS)
        metrics = Metrics()
        batcher = Batcher(PostgresWriter(registry_url, 1, "gateway-test", 3, metrics), 0.0, metrics)
        gateway = Gateway(Registry(registry_url, clock=clock), batcher, metrics, 5_000)
        early = [await ask(gateway, "/readyz"), await ask(gateway, "/osmand/key-1", b"id=box-1&lat=48.5&lon=2.5")]
        assert [status for status, _ in early] == [503, 503]
        await gateway.start()
        async with asyncio.timeout(10):
            while (await ask(gateway, "/readyz"))[0] != 200:
                await asyncio.sleep(0.02)
        answered = await ask(gateway, "/osmand/key-1", b"id=box-1&lat=48.5&lon=2.5")
        (line,) = [
            line
            for line in (await ask(gateway, "/metrics"))[1].splitlines()
            if line.startswith(b"egide_gateway_clock_offset_seconds ")
        ]
        await gateway.stop()
        return float(line.split()[1]), [answered]

    offset_s, [(status, _)] = asyncio.run(main())
    assert status == 200
    assert offset_s == pytest.approx(-86_400, abs=5)
    ((database_ms,),) = rows(registry_url, "SELECT extract(epoch FROM clock_timestamp())::float8 * 1000")
    (fix,) = read_log(registry_url).of(1, Kind.FIX)
    assert abs(fix["stream_time_ms"] - database_ms) < 10_000
    assert fix["device_time_ms"] <= fix["stream_time_ms"]


async def ask(gateway: Gateway, path: str, query: bytes = b"") -> tuple[int, bytes]:
    """One GET without a network."""
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: Any) -> None:
        sent.append(message)

    await gateway({"type": "http", "method": "GET", "path": path, "query_string": query, "headers": []}, receive, send)
    return sent[0]["status"], sent[1]["body"]
