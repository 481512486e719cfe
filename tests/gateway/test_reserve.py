"""Room is kept for signals, given back when the disk is full, and filled again when there is space."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from egide.gateway import reserve as module
from egide.gateway.reserve import Reserve

from .conftest import rows

SIZE = "SELECT coalesce(pg_relation_size(to_regclass('log_reserve')), 0)"


async def until(question: Callable[[], bool]) -> None:
    for _ in range(400):
        if await asyncio.to_thread(question):
            return
        await asyncio.sleep(0.02)
    raise AssertionError("still not so")


def looked_after(url: str, story: Callable[[Reserve], Awaitable[None]]) -> None:
    async def main() -> None:
        reserve = Reserve(url)
        reserve.start()
        try:
            await story(reserve)
        finally:
            await reserve.stop()

    asyncio.run(main())


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "BYTES", 100 * 8192)
    monkeypatch.setattr(module, "FIRST_S", 0.01)
    monkeypatch.setattr(module, "EVERY_S", 0.3)


def test_the_reserve_is_filled_given_back_and_filled_again(database_url: str) -> None:
    def size() -> int:
        return int(rows(database_url, SIZE)[0][0])

    async def story(reserve: Reserve) -> None:
        await until(lambda: size() > 90 * 8192)
        assert not reserve.is_used
        reserve.use()
        assert reserve.is_used
        await until(lambda: size() == 0)
        await until(lambda: size() > 90 * 8192)
        assert not reserve.is_used, "there is room again"

    looked_after(database_url, story)


def test_two_gateways_keep_one_reserve(database_url: str) -> None:
    async def story(first: Reserve) -> None:
        second = Reserve(database_url)
        second.start()
        await asyncio.sleep(1)
        await second.stop()

    looked_after(database_url, story)
    assert 90 * 8192 < rows(database_url, SIZE)[0][0] <= 110 * 8192
