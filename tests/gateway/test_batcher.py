"""The queue before the log: nobody is told "stored" too early, nobody waits too long, no signal is dropped."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field

import pytest

from egide.core.messages import UNKNOWN, Flag, Kind, heard_record, signal_record
from egide.core.observations import Signal, SignalKind
from egide.gateway import batcher as module
from egide.gateway.batcher import Batcher
from egide.gateway.intake import Entry
from egide.gateway.metrics import Metrics
from egide.gateway.writer import body_of
from egide.log.frames import decode, pack

SOS = Signal(SignalKind.SOS, None)


def fix(number: int) -> Entry:
    """A message any bound may refuse."""
    return Entry(pack(heard_record(number, 0)), [], urgent=False)


def sos(number: int) -> Entry:
    """A message no bound may refuse."""
    return Entry(pack(signal_record(number, SOS, 0)), [], urgent=True)


def number_of(entry: Entry) -> int:
    return int(decode(body_of([entry])).messages["device"][0])


@dataclass
class FakeWriter:
    """Writes into a list. `behave` is awaited before each write, and may raise or hang."""

    behave: Callable[[], Awaitable[None]] | None = None
    attempts: list[tuple[int, list[int], bool]] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    counters: set[int] = field(default_factory=set)
    is_closed: bool = False

    async def write(self, counter: int, entries: list[Entry], is_retry: bool) -> None:
        numbers = [number_of(entry) for entry in entries]
        self.attempts.append((counter, numbers, is_retry))
        if self.behave is not None:
            await self.behave()
        self.store(counter, numbers)

    def store(self, counter: int, numbers: list[int]) -> None:
        if counter not in self.counters:  # as the log does: a repeat changes nothing
            self.counters.add(counter)
            self.stored += numbers

    async def ping(self) -> None:
        if self.behave is not None:
            await self.behave()

    async def close(self) -> None:
        self.is_closed = True


async def away() -> None:
    raise ConnectionError


async def hang() -> None:
    await asyncio.sleep(3600)


def run(scenario: Callable[[Batcher], Coroutine[None, None, None]], writer: FakeWriter) -> None:
    async def main() -> None:
        batcher = Batcher(writer, 0.01, Metrics())
        batcher.start()
        try:
            async with asyncio.timeout(20):
                await scenario(batcher)
        finally:
            writer.behave = None
            await batcher.close()
        assert writer.is_closed

    asyncio.run(main())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same behaviour in a tenth of the time."""
    for name, seconds in (("WAIT_S", 0.25), ("_ATTEMPT_S", 0.1), ("_SHED_AT_ONCE_S", 0.1), ("_SWEEP_S", 0.01)):
        monkeypatch.setattr(module, name, seconds)


def test_messages_of_a_few_milliseconds_share_a_frame_in_the_order_of_arrival() -> None:
    writer = FakeWriter()

    async def scenario(batcher: Batcher) -> None:
        answers = [batcher.submit(sos(n) if n % 3 else fix(n)) for n in range(1, 51)]
        assert await asyncio.gather(*answers) == [True] * 50
        assert await batcher.submit(fix(51))

    run(scenario, writer)
    assert writer.attempts == [(1, list(range(1, 51)), False), (2, [51], False)]


def test_nobody_is_told_before_the_frame_is_written() -> None:
    gate = asyncio.Event()
    writer = FakeWriter(gate.wait)  # type: ignore[arg-type]

    async def scenario(batcher: Batcher) -> None:
        answer = batcher.submit(fix(1))
        await asyncio.sleep(0.05)
        assert not answer.done()
        gate.set()
        assert await answer

    run(scenario, writer)


def test_an_attempt_that_failed_is_repeated_under_the_same_count_before_anybody_is_told() -> None:
    writer = FakeWriter()
    failures = iter([away, away])

    async def twice_away() -> None:
        for failure in failures:
            await failure()

    writer.behave = twice_away

    async def scenario(batcher: Batcher) -> None:
        assert await batcher.submit(fix(1))
        assert await batcher.submit(fix(2))

    run(scenario, writer)
    assert writer.attempts == [(1, [1], False), (1, [1], True), (1, [1], True), (2, [2], False)]


def test_a_lost_answer_does_not_store_twice() -> None:
    """The first attempt reaches the disk, but the connection breaks before we hear of it."""
    writer = FakeWriter()
    lost = iter([True])

    async def lose_the_first_answer() -> None:
        if next(lost, False):
            writer.store(1, [1])
            raise ConnectionError

    writer.behave = lose_the_first_answer

    async def scenario(batcher: Batcher) -> None:
        assert await batcher.submit(fix(1))

    run(scenario, writer)
    assert writer.stored == [1]


@pytest.mark.parametrize("fault", [away, hang])
def test_while_the_database_is_away_everybody_is_told_in_time_and_signals_are_kept(
    fault: Callable[[], Awaitable[None]],
) -> None:
    writer = FakeWriter(fault)

    async def scenario(batcher: Batcher) -> None:
        began = asyncio.get_running_loop().time()
        first = [batcher.submit(fix(1)), batcher.submit(sos(2))]
        await asyncio.sleep(0.02)
        second = [batcher.submit(sos(3)), batcher.submit(fix(4))]  # while the first frame is being written
        assert await asyncio.gather(*first, *second) == [False] * 4
        assert asyncio.get_running_loop().time() - began < 0.5
        assert batcher.is_away
        writer.behave = None
        assert await batcher.submit(sos(5))
        assert not batcher.is_away

    run(scenario, writer)
    assert writer.stored == [2, 3, 5], "no fix that was refused, every signal, in the order of arrival"


def test_what_is_kept_does_not_make_a_new_message_late() -> None:
    writer = FakeWriter(away)

    async def scenario(batcher: Batcher) -> None:
        assert not await batcher.submit(sos(1))
        pending = batcher.submit(sos(2))
        await asyncio.sleep(0.1)
        assert not pending.done(), "its own time has not passed"
        writer.behave = None
        assert await pending

    run(scenario, writer)
    assert writer.stored == [1, 2]


def test_a_fix_that_comes_while_the_database_is_known_to_be_away_is_refused_at_once() -> None:
    writer = FakeWriter(away)

    async def scenario(batcher: Batcher) -> None:
        assert not await batcher.submit(fix(1))
        assert batcher.submit(fix(2)).done()
        assert not batcher.submit(sos(3)).done()
        writer.behave = None
        while batcher.is_away:
            await asyncio.sleep(0.01)
        assert await batcher.submit(fix(4))

    run(scenario, writer)
    assert writer.stored == [3, 4]


def test_the_way_back_is_found_without_any_message() -> None:
    writer = FakeWriter(away)

    async def scenario(batcher: Batcher) -> None:
        assert not await batcher.submit(fix(1))
        writer.behave = None
        while batcher.is_away:
            await asyncio.sleep(0.01)
        assert await batcher.submit(fix(2))

    run(scenario, writer)
    assert writer.stored == [2]


def test_a_full_queue_refuses_fixes_and_never_a_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PLAIN_ENTRIES", 3)
    writer = FakeWriter()

    async def scenario(batcher: Batcher) -> None:
        answers = [batcher.submit(fix(n)) for n in range(1, 6)] + [batcher.submit(sos(n)) for n in range(6, 11)]
        assert await asyncio.gather(*answers) == [True] * 3 + [False] * 2 + [True] * 5

    run(scenario, writer)
    assert writer.stored == [1, 2, 3, 6, 7, 8, 9, 10]


def test_a_frame_is_bounded_and_the_rest_goes_into_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRAME_ENTRIES", 4)
    writer = FakeWriter()

    async def scenario(batcher: Batcher) -> None:
        assert all(await asyncio.gather(*[batcher.submit(fix(n)) for n in range(10)]))

    run(scenario, writer)
    assert [numbers for _, numbers, _ in writer.attempts] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_a_sender_that_hangs_up_disturbs_nobody() -> None:
    writer = FakeWriter()

    async def scenario(batcher: Batcher) -> None:
        gone, other = batcher.submit(fix(1)), batcher.submit(fix(2))
        gone.cancel()
        assert await other

    run(scenario, writer)
    assert writer.stored == [1, 2]


def test_stopping_stores_what_waits_and_takes_nothing_more() -> None:
    writer = FakeWriter()
    late: list[bool] = []

    async def scenario(batcher: Batcher) -> None:
        answers = [batcher.submit(fix(1)), batcher.submit(sos(2))]
        await batcher.close()
        assert await asyncio.gather(*answers) == [True, True]
        late.append(await batcher.submit(sos(3)))

    run(scenario, writer)
    assert writer.stored == [1, 2]
    assert late == [False]


def test_stopping_while_the_database_is_away_tells_everybody_and_ends() -> None:
    writer = FakeWriter(away)

    async def scenario(batcher: Batcher) -> None:
        answers = [batcher.submit(fix(1)), batcher.submit(sos(2))]
        await batcher.close()
        assert await asyncio.gather(*answers) == [False, False]

    run(scenario, writer)


# The body of a frame


def test_the_texts_of_several_messages_keep_to_their_records() -> None:
    def worded(number: int, *words: str) -> Entry:
        records = [signal_record(number, SOS, 0, 0, extra) for extra in range(len(words))]
        records.append(signal_record(number, SOS, 0, 0, UNKNOWN))
        return Entry(b"".join(map(pack, records)), [{"word": word} for word in words], urgent=True)

    frame = decode(body_of([worded(1, "a", "b"), fix(2), worded(3), worded(4, "c")]))
    words = [frame.extras[m["extra"]]["word"] if m["extra"] >= 0 else "" for m in frame.messages]
    assert list(zip(frame.messages["device"].tolist(), words, strict=True)) == [
        (1, "a"), (1, "b"), (1, ""), (2, ""), (3, ""), (4, "c"), (4, "")
    ]  # fmt: skip


def test_records_whose_position_was_sealed_say_so_and_keep_their_other_flags() -> None:
    entry = Entry(pack(signal_record(1, SOS, 0, Flag.SUPERVISION)) + pack(heard_record(1, 0)), [], urgent=True)
    entry.sealed = [(1, b"sealed")]
    messages = decode(body_of([fix(2), entry])).messages
    assert messages["flags"].tolist() == [0, Flag.SUPERVISION | Flag.SEALED_POSITION, Flag.SEALED_POSITION]
    assert messages["kind"].tolist() == [Kind.HEARD, Kind.SIGNAL, Kind.HEARD]


def test_in_a_long_queue_a_signal_waits_behind_no_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FRAME_ENTRIES", 3)
    writer = FakeWriter()

    async def scenario(batcher: Batcher) -> None:
        entries = [fix(n) for n in range(1, 9)] + [sos(50), sos(51)]
        await asyncio.gather(*(batcher.submit(entry) for entry in entries))

    run(scenario, writer)
    assert writer.attempts[0][1] == [50, 51, 1]
    assert writer.stored == [50, 51, *range(1, 9)], "the fixes keep their order, and none is lost"


@dataclass
class FakeReserve:
    """A reserve that was never used yet."""

    is_used: bool = False
    started: bool = False

    def start(self) -> None:
        self.started = True

    async def stop(self) -> None:
        self.started = False

    def use(self) -> None:
        self.is_used = True


def test_on_a_full_disk_the_room_kept_for_signals_is_theirs_and_fixes_are_refused() -> None:
    reserve = FakeReserve()

    class DiskFull(Exception):  # noqa: N818 - as psycopg calls it
        sqlstate = "53100"

    async def full() -> None:
        if not writer.stored and not reserve.is_used:
            raise DiskFull

    writer = FakeWriter(behave=full)

    async def main() -> None:
        batcher = Batcher(writer, 0.01, Metrics(), reserve)
        batcher.start()
        assert reserve.started
        first = await asyncio.gather(batcher.submit(fix(1)), batcher.submit(sos(50)))
        assert first == [False, True], "the frame that met the full disk is written again without its fixes"
        assert not await batcher.submit(fix(2))
        assert await batcher.submit(sos(51))
        reserve.is_used = False
        assert await batcher.submit(fix(3))
        await batcher.close()
        assert not reserve.started

    asyncio.run(main())
    assert writer.stored == [50, 51, 3]
