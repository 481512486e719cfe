"""One frame is one transaction: a retry of one that had succeeded leaves no copy, of its log or of its positions."""

from __future__ import annotations

import asyncio
import time

import psycopg
import pytest

from egide.core.observations import Fix, Report, Signal, SignalKind
from egide.gateway.ahead import Ahead
from egide.gateway.intake import Entry, entry_of
from egide.gateway.metrics import Metrics
from egide.gateway.registry import Device
from egide.gateway.writer import PostgresWriter

from .conftest import rows

TGD = Device(11, "tgd", None, b"")
BOX = Device(1, "bar_box", None, b"")
NOW_MS = time.time_ns() // 1_000_000


def press() -> Entry:
    report = Report("tgd-11", (Fix(NOW_MS, 485_000_000, 20_000_000),), (Signal(SignalKind.SOS, NOW_MS),))
    entry = entry_of(TGD, report, NOW_MS, Ahead())
    assert entry is not None
    return entry


def fix() -> Entry:
    entry = entry_of(BOX, Report("box-1", (Fix(NOW_MS, 485_000_000, 20_000_000),)), NOW_MS, Ahead())
    assert entry is not None
    return entry


def write(url: str, *frames: tuple[int, list[Entry], bool]) -> None:
    async def main() -> None:
        writer = PostgresWriter(url, 1, "gateway-test", 3, Metrics())
        try:
            for frame in frames:
                await writer.write(*frame)
        finally:
            await writer.close()

    asyncio.run(main())


def counts(url: str) -> tuple[int, int, int]:
    tables = ("log_frame", "tgd_alarm", "tgd_position")
    first, second, third = (rows(url, f"SELECT count(*) FROM {table}")[0][0] for table in tables)
    return first, second, third


def test_a_retry_of_a_frame_that_is_stored_stores_nothing_again(registry_url: str) -> None:
    write(registry_url, (1, [press(), fix()], False))
    assert counts(registry_url) == (1, 1, 1)
    write(registry_url, (1, [press(), fix()], True), (1, [press()], True))
    assert counts(registry_url) == (1, 1, 1)
    write(registry_url, (2, [press()], True))  # this one's first attempt had not succeeded
    assert counts(registry_url) == (2, 1, 2)


def test_a_frame_that_cannot_be_stored_leaves_no_alarm_and_no_position(registry_url: str) -> None:
    rows(registry_url, "UPDATE log_head SET cell = 9")
    with pytest.raises(psycopg.errors.RaiseException):
        write(registry_url, (1, [press()], False))
    assert counts(registry_url) == (0, 0, 0)


def test_after_a_failure_the_next_frame_finds_a_new_connection(registry_url: str) -> None:
    async def main() -> None:
        writer = PostgresWriter(registry_url, 1, "gateway-test", 3, Metrics())
        await writer.write(1, [fix()], False)
        end = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'egide gateway' AND datname = current_database()"
        )
        await asyncio.to_thread(rows, registry_url, end)
        with pytest.raises(psycopg.OperationalError):
            await writer.write(2, [fix()], False)
        await writer.write(2, [fix()], True)
        await writer.ping()
        await writer.close()

    asyncio.run(main())
    assert counts(registry_url)[0] == 2
