"""The line to the room breaks in every way a line can: what was missed comes, once, and nobody takes silence for peace.

One browser and one screen for all of it, through a cable that can be cut (`cable`).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.web.conftest import Server
from tests.web.console.cable import Cable
from tests.web.scene import Scene
from tests.web.test_browser import NO_WEBGL, ROW, WATCH, Desk, wait_for

pytestmark = pytest.mark.browser

WITHIN_S = 12

# What a browser does to a tab nobody looks at: its timers stand still (in truth they run once a minute), its clock goes on.
HIDDEN = """
globalThis.away = false;
globalThis.skipped = 0;
const every = setInterval;
globalThis.setInterval = (act, ms) => every(() => { if (!away) act(); }, ms);
const now = Date.now, since = performance.now.bind(performance);
Date.now = () => now() + skipped;
performance.now = () => since() + skipped;
Object.defineProperty(document, "hidden", { get: () => away });
Object.defineProperty(document, "visibilityState", { get: () => away ? "hidden" : "visible" });
globalThis.look = (hidden, ms = 0) => { away = hidden; skipped += ms; document.dispatchEvent(new Event("visibilitychange")); };
"""
# Every number that was drawn, and every incident that was said.
RECORD = """
globalThis.drawn = [];
globalThis.said = [];
egide.store.addEventListener("applied", (event) => drawn.push(event.detail.seq));
egide.store.addEventListener("news", (event) => { if (!event.detail.again) said.push(event.detail.row.id); });
"""


@pytest.fixture(scope="module")
def cable(server: Server) -> Iterator[Cable]:
    made = Cable(server)
    yield made
    made.close()


@pytest.fixture(scope="module")
def screen(browser: Browser, cable: Cable) -> Iterator[Page]:
    """One screen on shift, whose sound was heard."""
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    context.add_init_script(WATCH + NO_WEBGL + HIDDEN)
    desk = Desk(context, cable)  # type: ignore[arg-type]
    desk.expects_failures = True
    page = desk.sign_in()
    page.keyboard.press("g")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#shift-text")).to_have_text("Son entendu")
    page.evaluate(RECORD)
    yield page
    desk.finish()
    context.close()


@pytest.fixture
def room(screen: Page, cable: Cable, live: Scene) -> Iterator[Page]:
    """The screen with an empty room behind it, the line alive."""
    cable.mend()
    live.db.execute("INSERT INTO console_seat (user_id) SELECT id FROM accounts_user WHERE username = 'operatrice'")
    screen.evaluate("look(false); egide.store.select(null); egide.store.refetch()")
    expect(screen.locator(ROW)).to_have_count(0)
    expect(screen.locator("#line[data-state=live]")).to_be_visible()
    screen.evaluate("drawn.length = said.length = 0")
    yield screen
    screen.evaluate("look(false)")
    cable.mend()


def caught_up(page: Page, live: Scene) -> None:
    """The screen has everything the table has, every number was drawn once, and every incident said once."""
    wait_for(page, "egide.seq", live.one("SELECT seq FROM console_screenhead"), within_s=20)
    wait_for(page, "egide.store.fetching", value=False)
    wanted = [
        str(row[0])
        for row in live.db.execute(
            "SELECT public_id FROM console_incident WHERE status = 'open' ORDER BY urgency, stream_time_ms, id"
        )
    ]
    expect(page.locator(ROW)).to_have_count(len(wanted))
    assert page.locator(ROW).evaluate_all("rows => rows.map((row) => row.dataset.id)") == wanted
    drawn: list[int] = page.evaluate("drawn")
    assert drawn == sorted(set(drawn)), "a number was drawn twice, or after a later one"
    said: list[str] = page.evaluate("said")
    assert len(said) == len(set(said)), "an incident was said twice"
    assert set(wanted) <= set(said)


def test_a_server_that_dies_in_mid_event_is_seen_and_heard_within_twelve_seconds_by_a_hidden_tab_too(
    room: Page, cable: Cable, live: Scene, server: Server
) -> None:
    live.technical("demo-tgd-4", "low_battery")
    expect(room.locator(ROW)).to_have_count(1)
    room.evaluate("look(true)")
    died = cable.cut_within(b"event: change", 40, server.kill)  # in the midst of its data
    try:
        live.sos("demo-tgd-2")
        assert died.wait(5)
        at = time.monotonic()
        banner = room.locator("#banner")
        expect(banner).to_contain_text("La ligne est coupée depuis", timeout=WITHIN_S * 1000)
        expect(banner).to_contain_text("de nouvelles alarmes peuvent manquer")
        wait_for(room, "egide.sound.last", "down", within_s=WITHIN_S)
        assert time.monotonic() - at < WITHIN_S
        assert banner.get_attribute("role") == "alert"
        assert room.locator("#line").get_attribute("data-state") == "down"
        red = room.evaluate("getComputedStyle(document.getElementById('banner')).backgroundColor")
        assert red == "rgb(179, 18, 29)"
        assert room.locator(ROW).count() == 1, "half an event is no event"
        live.level(1, "clear", "pre_alert", 1900)
    finally:
        server.start()
        cable.mend()
    room.evaluate("look(false)")
    expect(room.locator("#line[data-state=live]")).to_be_visible()
    expect(banner).to_contain_text("La ligne est rétablie")
    caught_up(room, live)
    before = room.evaluate("egide.sound.played")
    wait_for(room, f"egide.sound.played > {before} && egide.sound.last === '10'", value=True)


def test_a_line_that_is_cut_again_and_again_brings_every_number_once(room: Page, cable: Cable, live: Scene) -> None:
    incident = live.sos("demo-tgd-2")
    for n in range(3):
        cable.cut()
        live.sos("demo-tgd-2")
        live.technical(f"demo-tgd-{n + 3}", "low_battery")
        cable.mend()
        live.level(n + 1, "clear", "pre_alert", 1900)
        expect(room.locator(ROW)).to_have_count(2 * n + 3)
    caught_up(room, live)
    assert len(room.evaluate("drawn")) >= 3, "what was missed came by number, not by fetching everything"
    row = room.locator(f'{ROW}[data-id="{incident}"]')
    expect(row).to_contain_text("SOS")


def test_what_is_begun_first_and_committed_last_comes_in_the_order_of_commits(
    room: Page, live: Scene, server: Server
) -> None:
    done: list[str] = []
    with psycopg.connect(server.database_url) as slow:
        early = Scene(slow)
        early.seq += 100
        early.db.execute("SELECT txid_current()")
        late = live.sos("demo-tgd-2")
        expect(room.locator(ROW)).to_have_count(1)
        first = early.technical("demo-tgd-4", "low_battery")  # has its number, is not committed
        waits = threading.Thread(target=lambda: done.append(live.level(1, "clear", "pre_alert", 1900)))
        waits.start()
        room.wait_for_timeout(1500)
        assert done == [], "who comes later waits for the number"
        expect(room.locator(ROW)).to_have_count(1)
        slow.commit()
        waits.join(10)
    caught_up(room, live)
    assert {late, first, done[0]} == set(room.evaluate("said"))
    assert room.evaluate("egide.store.fetching") is False


def test_a_tab_that_was_hidden_and_frozen_for_six_minutes_shows_all_of_it_when_it_wakes(
    room: Page, live: Scene
) -> None:
    line = room.context.new_cdp_session(room)
    live.sos("demo-tgd-2")
    expect(room.locator(ROW)).to_have_count(1)
    room.evaluate("look(true)")
    line.send("Page.setWebLifecycleState", {"state": "frozen"})
    closed = live.technical("demo-tgd-4", "low_battery")
    live.level(1, "clear", "pre_alert", 1900)
    live.level(1, "pre_alert", "alert", 900)
    live.db.execute("UPDATE console_incident SET status = 'closed', closed_at = now() WHERE public_id = %s", (closed,))
    live.db.execute("SELECT egide_screen(id, 'closed') FROM console_incident WHERE public_id = %s", (closed,))
    time.sleep(1.5)
    line.send("Page.setWebLifecycleState", {"state": "active"})
    room.evaluate("look(false, 360_000)")
    at = time.monotonic()
    caught_up(room, live)
    assert time.monotonic() - at < WITHIN_S
    expect(room.locator("#line[data-state=live]")).to_be_visible()


def test_a_computer_that_falls_mute_says_so_at_once_and_the_server_knows(room: Page, live: Scene) -> None:
    expect(room.locator("#shift-text")).to_have_text("Son entendu")
    try:
        room.evaluate("egide.sound.context.suspend()")
        expect(room.locator("#shift-text")).to_have_text("Sans son")
        heard = (
            "SELECT count(*) FROM console_seat WHERE ended_at IS NULL AND audible AND seen_at > now() - interval '5 s'"
        )
        end = time.monotonic() + 5
        while live.one(heard):
            assert time.monotonic() < end
            time.sleep(0.1)
        live.sos("demo-tgd-2")
        row = room.locator(f"{ROW}.rings")
        expect(row).to_have_count(1)  # for the eye it rings all the same
        played = room.evaluate("egide.sound.played")
    finally:
        room.evaluate("egide.sound.context.resume()")
    expect(room.locator("#shift-text")).to_have_text("Son entendu")
    wait_for(room, f"egide.sound.played > {played}", value=True)
