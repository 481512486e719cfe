"""A fictional phone gets every message through, in order, whatever its gateway answers meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from egide.simulation import client
from egide.simulation.client import Connection, Gateway, GatewayAway, Phone
from egide.simulation.wire import Post
from tests.simulation.little_gateway import Heard, LittleGateway


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits of milliseconds, so that a test takes no longer than it must."""
    monkeypatch.setattr(client, "FIRST_WAIT_S", 0.01)
    monkeypatch.setattr(client, "LONGEST_WAIT_S", 0.05)
    monkeypatch.setattr(client, "LONGEST_ALARM_WAIT_S", 0.02)
    monkeypatch.setattr(client, "ANSWER_WITHIN_S", 0.5)


def message(text: str, urgent: bool = False) -> Post:
    return Post("/osmand", {"Authorization": "Bearer k"}, text.encode(), urgent)


def converse(gateway: LittleGateway, talk: Callable[[Phone], Awaitable[None]]) -> Counter[str]:
    """A phone talks to the gateway until everything it said is answered."""
    counts: Counter[str] = Counter()

    async def main() -> None:
        await gateway.start()
        phone = Phone(Gateway.at(gateway.url), counts)
        running = asyncio.create_task(phone.run())
        async with asyncio.timeout(10):
            await talk(phone)
            await phone.sent()
        assert phone.waiting == 0
        running.cancel()
        await gateway.stop()

    asyncio.run(main())
    return counts


async def says_ten(phone: Phone) -> None:
    for number in range(10):
        phone.say(message(f"{number}"))


IN_ORDER = [f"{number}".encode() for number in range(10)]


def bodies(gateway: LittleGateway) -> list[bytes]:
    return [heard.body for heard in gateway.accepted]


def test_a_gateway_that_is_busy_at_first_gets_everything_in_order() -> None:
    def busy(_: Heard) -> tuple[int, str]:
        return (503, "Retry-After: 1\r\n") if len(gateway.heard) % 3 else (200, "")

    gateway = LittleGateway(busy)
    counts = converse(gateway, says_ten)
    assert bodies(gateway) == IN_ORDER
    assert counts["positions"] == 10
    assert counts["put off"] == 20
    assert gateway.connections == 1, "one connection is kept for all of it"


def test_a_gateway_that_hangs_up_gets_everything_in_order() -> None:
    gateway = LittleGateway(lambda _: None if len(gateway.heard) % 4 == 1 else (200, ""))
    converse(gateway, says_ten)
    assert bodies(gateway) == IN_ORDER
    assert gateway.connections > 1


def test_a_gateway_that_closes_after_each_answer_gets_everything_in_order() -> None:
    gateway = LittleGateway(lambda _: (200, "Connection: close\r\n"))
    converse(gateway, says_ten)
    assert bodies(gateway) == IN_ORDER


def test_a_gateway_that_comes_up_late_gets_everything_in_order() -> None:
    async def main() -> None:
        gateway = LittleGateway(lambda _: (200, ""))
        await gateway.start()
        await gateway.stop()  # its port is free again, and nobody listens
        counts: Counter[str] = Counter()
        phone = Phone(Gateway.at(gateway.url), counts)
        running = asyncio.create_task(phone.run())
        await says_ten(phone)
        await asyncio.sleep(0.1)
        assert phone.waiting == 10
        await gateway.start(gateway.port)
        async with asyncio.timeout(10):
            await phone.sent()
        assert bodies(gateway) == IN_ORDER
        assert counts["unanswered"] > 0
        running.cancel()
        await gateway.stop()

    asyncio.run(main())


def test_an_alarm_passes_the_positions_that_wait_and_does_not_wait_for_their_next_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "FIRST_WAIT_S", 60.0)
    monkeypatch.setattr(client, "LONGEST_WAIT_S", 60.0)
    pressed = asyncio.Event()
    gateway = LittleGateway(lambda _: (200, "") if pressed.is_set() else (503, ""))

    async def main() -> None:
        await gateway.start()
        phone = Phone(Gateway.at(gateway.url), Counter())
        running = asyncio.create_task(phone.run())
        await says_ten(phone)
        await asyncio.sleep(0.1)
        assert len(gateway.heard) == 1
        pressed.set()
        phone.say(message("first press", urgent=True))
        phone.say(message("second press", urgent=True))
        async with asyncio.timeout(5):
            await phone.sent()
        running.cancel()
        await gateway.stop()

    asyncio.run(main())
    assert bodies(gateway) == [b"first press", b"second press", *IN_ORDER]


def test_a_refused_message_is_counted_and_not_sent_for_ever() -> None:
    gateway = LittleGateway(lambda heard: (401, "") if heard.body == b"3" else (200, ""))
    counts = converse(gateway, says_ten)
    assert (counts["refused"], counts["positions"]) == (1, 9)
    assert len(gateway.heard) == 10


def test_a_full_phone_forgets_its_oldest_positions_and_no_alarm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "MOST_WAITING", 3)

    async def talk(phone: Phone) -> None:
        phone.say(message("press", urgent=True))
        await says_ten(phone)

    gateway = LittleGateway(lambda _: (200, ""))
    counts = converse(gateway, talk)
    assert bodies(gateway) == [b"press", b"7", b"8", b"9"]
    assert counts["forgotten"] == 7


@pytest.mark.parametrize(
    "nonsense", [b"", b"HTTP/1.1\r\n\r\n", b"SSH-2.0\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"]
)
def test_an_answer_that_is_not_http_is_no_answer(nonsense: bytes) -> None:
    async def main() -> None:
        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(nonsense)
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(GatewayAway):
            await Connection(Gateway("127.0.0.1", port, False, "")).request("GET", "/readyz", {})
        server.close()
        await server.wait_closed()

    asyncio.run(main())


def test_the_url_of_a_gateway_is_taken_apart() -> None:
    assert Gateway.at("http://127.0.0.1:8300") == Gateway("127.0.0.1", 8300, False, "")
    assert Gateway.at("https://gw.example/in/") == Gateway("gw.example", 443, True, "/in")
    for wrong in ("127.0.0.1:8300", "ftp://x", "http://", "http://x:port"):
        with pytest.raises(ValueError, match="URL"):
            Gateway.at(wrong)
