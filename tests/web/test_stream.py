"""The line to the consoles: everything once, in order, nothing skipped, and nobody's database connection held."""

from __future__ import annotations

import asyncio
import threading
import time
from contextlib import ExitStack
from types import SimpleNamespace

import psycopg
import pytest

from egide.auditor.checks import CHECKS, LogReader
from egide.web.console import hub
from egide.web.console.hub import IDLE_S, QUEUE, Event, Subscription, fnv1a
from tests.web.conftest import Server
from tests.web.http_stream import Console
from tests.web.scene import Scene


@pytest.fixture(scope="module")
def console(server: Server) -> Console:
    return Console(server)


# The connections of the running web process.
OURS = "FROM pg_stat_activity WHERE application_name IN ('egide web', 'egide room') AND datname = current_database()"


def seq(scene: Scene) -> int:
    return int(scene.one("SELECT seq FROM console_screenhead"))


def test_a_new_incident_reaches_every_console_in_its_own_language(console: Console, live: Scene) -> None:
    with console.stream(seq(live)) as french, console.stream(seq(live), language="en") as english:
        french.until("hello")
        english.until("hello")
        began = time.monotonic()
        live.sos("demo-tgd-2")
        assert french.until("change")["incident"]["what"] == "téléphone grave danger"
        assert time.monotonic() - began < 2
        assert english.until("change")["incident"]["what"] == "serious danger phone"


def test_a_console_that_was_away_gets_what_it_missed_and_then_what_comes(console: Console, live: Scene) -> None:
    before = seq(live)
    live.sos("demo-tgd-1")
    live.sos("demo-tgd-2")
    with console.stream(before) as line:
        missed = line.gather("change", 2)
        live.sos("demo-tgd-3")
        later = line.until("change")
    assert [change["seq"] for change in [*missed, later]] == [before + 1, before + 2, before + 3]


def test_a_change_says_whether_it_opened_rang_again_or_only_changed(console: Console, live: Scene) -> None:
    before = seq(live)
    live.sos("demo-tgd-2")
    live.sos("demo-tgd-2")
    live.resumed()
    with console.stream(before) as missed:
        assert [change["change"] for change in missed.gather("change", 3)] == ["opened", "ring", "ring"]
    with console.stream(seq(live)) as line:
        line.until("hello")
        live.sos("demo-tgd-2")
        live.db.execute("SELECT egide_screen(id, 'taken') FROM console_incident")
        first, second = line.gather("change", 2)
    assert [first["change"], second["change"]] == ["ring", "changed"]
    assert first["incident"]["rung"] > 0


def heard(console: Console, live: Scene) -> None:
    """Waits until the listener has heard of the last change: it may be busy with the one before."""
    deadline = time.monotonic() + 15
    while True:
        with console.stream() as line:
            if line.until("hello")["seq"] == seq(live):
                return
        assert time.monotonic() < deadline, "the listener never heard of it"
        time.sleep(0.05)


def test_the_browsers_own_last_event_id_counts_more_than_the_address(console: Console, live: Scene) -> None:
    before = seq(live)
    live.sos("demo-tgd-1")
    live.sos("demo-tgd-2")
    heard(console, live)
    with console.stream(before, last_event_id=before + 1) as line:
        assert line.until("change")["seq"] == before + 2


def test_a_console_too_far_behind_or_ahead_is_told_to_fetch_everything(console: Console, live: Scene) -> None:
    with console.stream(seq(live) + 1000) as line:
        assert line.until("reset")["seq"] == seq(live)
    live.sos("demo-tgd-1")
    live.sos("demo-tgd-2")
    heard(console, live)
    live.db.execute("DELETE FROM console_screen WHERE seq = %s", (seq(live) - 1,))
    with console.stream(seq(live) - 2) as line:
        assert line.until("reset")["seq"] == seq(live)


def test_the_heart_beats_with_the_number_and_the_hash_of_what_is_open(console: Console, live: Scene) -> None:
    incidents = [live.sos("demo-tgd-1"), live.sos("demo-tgd-2"), live.sos("demo-tgd-2")]
    with console.stream(seq(live)) as line:
        beat = line.until("heartbeat")
    expected = sorted({f"{incidents[0]}:1", f"{incidents[1]}:2"})
    assert beat["seq"] == seq(live)
    assert beat["hash"] == fnv1a("\n".join(expected))


def test_the_heart_says_for_how_long_nobody_has_judged_what_comes_in(console: Console, live: Scene) -> None:
    for renewed, expected in (("'infinity'", range(1)), ("now() - interval '1 minute'", range(60_000, 70_000))):
        # The lease is renewed too while a state is loaded, and nobody judges then.
        live.db.execute(f"UPDATE monitor_lease SET renewed_at = now(), judged_at = {renewed}")
        with console.stream(seq(live)) as line:
            assert line.until("heartbeat")["monitor_ms"] in expected
    live.db.execute("UPDATE monitor_lease SET renewed_at = 'infinity', judged_at = NULL")
    with console.stream(seq(live)) as line:
        assert line.until("heartbeat")["monitor_ms"] == 0
    live.db.execute("UPDATE monitor_lease SET renewed_at = '-infinity'")
    with console.stream(seq(live)) as line:
        assert line.until("heartbeat")["monitor_ms"] is None


def test_an_incident_whose_transaction_committed_late_is_not_skipped(
    console: Console, live: Scene, server: Server
) -> None:
    before = seq(live)
    with console.stream(before) as line, psycopg.connect(server.database_url) as slow:
        line.until("hello")
        number = slow.execute(
            "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
            " VALUES ('sos:slow', 'sos', 10, 1, 0, 5) RETURNING id"
        ).fetchone()
        assert number is not None
        slow.execute("SELECT egide_screen(%s, 'opened')", number)
        quick = threading.Thread(target=live.sos, args=("demo-tgd-1",))
        quick.start()
        time.sleep(0.3)
        slow.commit()
        quick.join()
        first, second = line.gather("change", 2)
    assert [first["seq"], second["seq"]] == [before + 1, before + 2]
    assert first["incident"]["number"] == ""


def test_places_arrive_every_second_only_when_they_changed(console: Console, live: Scene) -> None:
    incident = live.level(1, "pre_alert", "alert", 800)
    with console.stream(seq(live)) as line:
        line.until("position")
        live.at("demo-bracelet-1", 47.33, 5.04, 10)
        moved = line.until("position")
    assert [row["id"] for row in moved["incidents"]] == [incident]
    assert moved["incidents"][0]["places"]["wearer"]["lat"] == 47.33


def test_open_lines_hold_one_database_connection_together(console: Console, live: Scene) -> None:
    with ExitStack() as stack:
        stack.enter_context(console.stream(seq(live))).until("heartbeat")
        with_one = int(live.one(f"SELECT count(*) {OURS}"))  # and those the pool keeps
        for line in [stack.enter_context(console.stream(seq(live))) for _ in range(8)]:
            line.until("heartbeat")
        assert with_one <= live.one(f"SELECT count(*) {OURS}") <= with_one + 1


def test_the_listener_comes_back_when_the_database_dropped_it(console: Console, live: Scene) -> None:
    with console.stream(seq(live)) as line:
        line.until("heartbeat")
        before = seq(live)
        live.db.execute(f"SELECT pg_terminate_backend(pid) {OURS}")
        live.sos("demo-tgd-1")
        assert line.until("change")["seq"] == before + 1


def test_a_reader_without_a_session_gets_no_line(server: Server) -> None:
    console = Console.__new__(Console)
    console.server, console.cookies = server, {}
    assert console.status("/console/stream") == 401


def test_a_console_too_slow_to_follow_is_cut_and_not_waited_for() -> None:
    async def follow() -> Event | None:
        slow = Subscription(asyncio.get_running_loop(), "fr", 1, 0)
        for n in range(QUEUE + 1):
            slow.offer(Event("change", n, {"fr": "{}"}))
        assert slow.queue.qsize() == 1
        return slow.queue.get_nowait()

    assert asyncio.run(follow()) is None


def test_a_listener_that_fails_leaves_a_connection_that_listens_to_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    raw = SimpleNamespace(execute=said.append)
    monkeypatch.setattr(hub, "connection", SimpleNamespace(ensure_connection=lambda: None, connection=raw))

    def fails(_hub: hub.Hub, _raw: object, _idle_since: float) -> float:
        raise RuntimeError("a deadlock")

    monkeypatch.setattr(hub.Hub, "_follow", fails)
    with pytest.raises(RuntimeError, match="deadlock"):
        hub.Hub()._listen(0.0)
    assert said[-2:] == ["UNLISTEN *", "RESET application_name"], "the pool lends it to somebody else"


def test_the_hash_is_the_published_one() -> None:
    assert (fnv1a(""), fnv1a("a"), fnv1a("foobar")) == ("811c9dc5", "e40c292c", "bf9cf968")


def test_the_auditor_sees_whether_any_console_listens_whatever_the_pool_holds(console: Console, live: Scene) -> None:
    (check,) = [check for check in CHECKS if check.word == "audit_consoles"]
    live.sos("demo-tgd-2")
    live.db.execute("UPDATE console_incident SET opened_at = now() - interval '1 min'")
    live.db.execute("INSERT INTO console_seat (user_id, ended_at) SELECT id, now() FROM accounts_user LIMIT 1")
    with console.stream(seq(live)) as line:
        line.until("hello")
        assert check.ask(live.db, LogReader(1)) == 0
    deadline = time.monotonic() + IDLE_S + 15
    while check.ask(live.db, LogReader(1)) == 0:
        assert time.monotonic() < deadline, "nobody listens, and nobody says so"
        time.sleep(0.2)
    console.get("/console/state")
    assert live.one(f"SELECT count(*) {OURS}") >= 1, "the pool keeps one: that is no console"
    assert (
        live.one(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'egide room'"
            " AND datname = current_database()"
        )
        == 0
    )
