"""The operators' page in Debian's Chromium, against a running web process: what a person at the desk lives through."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from egide.core.observations import Fix
from egide.gateway.tgd_gate import seal
from tests.web.conftest import Server
from tests.web.scene import Scene, now_ms

pytestmark = pytest.mark.browser

# Most tests draw the sketch: software WebGL takes seconds a page and is what one test of its own is for.
NO_WEBGL = """
const real = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  return /webgl/.test(kind) ? null : real.call(this, kind, ...rest);
};
"""
WATCH = """
globalThis.violations = [];
addEventListener("securitypolicyviolation", (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""
ROW = "#list .row"
_signed_in: dict[tuple[str, str], list[Any]] = {}  # whoever was in once: the form is walked by other tests
expect.set_options(timeout=15_000)  # the machine may be busy with something else; a right page is no less right


class Desk:
    """One person at one screen. Every request and every complaint of the browser is kept."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.context = context
        self.server = server
        self.page: Page = context.new_page()
        self.hosts: set[str] = set()
        self.complaints: list[str] = []
        self.expects_failures = False
        self.page.on("request", self._request)
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme not in ("data", "blob"):
            self.hosts.add(url.netloc)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not (self.expects_failures and "Failed to load resource" in message.text):
            self.complaints.append(message.text)

    def sign_in(self, username: str = "operatrice") -> Page:
        """Signs in by the form, or where this person is in already, and waits for the room."""
        page, who = self.page, (self.server.address, username)
        self.context.add_cookies(_signed_in.get(who, []))
        page.goto(f"{self.server.address}/console/")
        if urlsplit(page.url).path != "/console/":
            page.fill("#id_username", username)
            page.fill("#id_password", self.server.logins[username])
            page.press("#id_password", "Enter")
            page.wait_for_url("**/console/")
            _signed_in[who] = [c for c in self.context.cookies() if c["name"] == "egide_session"]  # type: ignore[misc]
        expect(page.locator("#room[data-ready=true]")).to_be_visible(timeout=10_000)
        expect(page.locator("#line[data-state=live]")).to_be_visible(timeout=10_000)
        return page

    def finish(self) -> None:
        """Nothing left the platform, nothing was blocked, nothing broke."""
        assert self.hosts == {f"127.0.0.1:{self.server.port}"}
        if not self.page.is_closed():
            assert self.page.evaluate("globalThis.violations ?? []") == []
        assert self.complaints == []


Desks = Callable[..., Desk]


@pytest.fixture
def desk(browser: Browser, server: Server, live: Scene) -> Iterator[Desks]:
    """Makes desks; at the end each one is checked and cleared."""
    desks: list[Desk] = []

    def make(width: int = 1366, height: int = 768, webgl: bool = False) -> Desk:
        context = browser.new_context(viewport={"width": width, "height": height})
        context.add_init_script(WATCH if webgl else WATCH + NO_WEBGL)
        desks.append(Desk(context, server))
        return desks[-1]

    yield make
    for made in desks:
        made.finish()
        made.context.close()


def rows(page: Page) -> list[str]:
    """The words of the rows, from top to bottom."""
    return page.locator(f"{ROW} .word").all_text_contents()


def outcomes(page: Page, *codes: str) -> None:
    """Presses outcomes of the steps one after the other, each as soon as its step is shown."""
    for code in codes:
        page.click(f".keys-of-step [data-code={code}]")


def wait_for(page: Page, expression: str, value: object, within_s: float = 8) -> None:
    """Until an expression has a value. Playwright's own way of waiting would need `eval`, which the page forbids."""
    end = time.monotonic() + within_s
    while (found := page.evaluate(expression)) != value:
        assert time.monotonic() < end, f"{expression} is {found}, not {value}"
        page.wait_for_timeout(50)


def accuse(page: Page) -> list[str]:
    """What axe finds that is serious or worse."""
    found = Axe().run(page).response["violations"]
    return [
        f"{v['id']}: {v['nodes'][0]['html'][:160]} {v['nodes'][0]['failureSummary'][:200]}"
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


def test_incidents_arrive_by_themselves_in_their_place_and_never_take_the_focus(desk: Desks, live: Scene) -> None:
    page = desk().sign_in()
    expect(page.locator("#list-empty")).to_contain_text("Aucun incident ouvert")
    live.technical("demo-tgd-4", "low_battery")
    expect(page.locator(ROW)).to_have_count(1)
    page.locator("#theme").focus()
    live.sos("demo-tgd-2")
    live.level(1, "clear", "pre_alert", 1900)
    expect(page.locator(ROW)).to_have_count(3)
    assert rows(page) == ["SOS", "Pré-alerte", "Technique"]
    expect(page.locator("#assertive")).to_contain_text("SOS, ")
    expect(page.locator("#polite")).to_contain_text("Pré-alerte, ")
    assert page.evaluate("document.activeElement.id") == "theme"
    # What was on the screen stayed there: the first one that came.
    expect(page.locator("#incident h2")).to_have_text("Technique")
    live.level(1, "pre_alert", "alert", 900)
    expect(page.locator(f"{ROW} .word").nth(1)).to_have_text("Alerte")
    expect(page.locator("#assertive")).to_contain_text("Alerte, ")
    assert page.evaluate("egide.fetches") == 1


def test_the_list_never_moves_under_a_hand_and_an_sos_is_seen_above_it_at_once(desk: Desks, live: Scene) -> None:
    quiet = [live.technical(f"demo-tgd-{n}", "low_battery", ago_s=100 - n) for n in range(1, 7)]
    quiet += [live.technical(f"demo-bracelet-{n}", "strap", urgency=50, ago_s=50 - n) for n in range(1, 7)]
    page = desk().sign_in()
    expect(page.locator(ROW)).to_have_count(12)
    where = "document.querySelector('.list-pane').scrollTop"
    page.mouse.move(150, 300)
    page.mouse.wheel(0, 300)
    wait_for(page, f"{where} > 200", value=True)
    at = page.evaluate(where)
    under = page.evaluate("document.elementFromPoint(150, 300).closest('.row').dataset.id")
    before = rows(page)
    sos = live.sos("demo-tgd-2")
    strip = page.locator("#list-held")
    expect(strip).to_have_text("SOS · 1 nouveau")
    expect(strip).to_be_in_viewport()
    expect(strip.locator("[data-shape=sos]")).to_be_visible()
    assert page.evaluate("egide.store.rows()[0].rings") > 0, "and it rings"
    page.mouse.move(150, 302)
    live.technical("demo-tgd-6", "low_battery")  # said again: a change of a row that is shown
    live.db.execute("SELECT 1")
    wait_for(page, "egide.store.incidents.size", 13)
    assert rows(page) == before
    assert page.evaluate(where) == at, "the selected row, far above, does not pull the list back"
    assert page.evaluate("document.elementFromPoint(150, 302).closest('.row').dataset.id") == under
    page.mouse.move(700, 300)
    expect(page.locator(ROW)).to_have_count(13)
    assert rows(page)[0] == "SOS"
    expect(strip).to_be_empty()
    live.technical("demo-box-4", "position")
    expect(page.locator(ROW)).to_have_count(14)
    assert page.evaluate(where) >= at, "nor once the hand has left"
    page.mouse.move(150, 300)
    live.level(1, "clear", "alert", 900)
    expect(strip).to_have_text("Alerte · 1 nouveau")
    expect(page.locator(ROW)).to_have_count(15)  # a pointer that lies still is nobody's hand
    page.keyboard.press("ArrowUp")
    assert len({*quiet, sos}) == 13


def test_a_long_list_has_pages_and_the_urgent_ones_stand_on_the_first(desk: Desks, live: Scene) -> None:
    for n in range(1, 43):
        live.ring(f"other_alarm:{n}", "technical", 50, at=now_ms() - 1000 * (100 - n))
    page = desk().sign_in()
    expect(page.locator(ROW)).to_have_count(40)
    expect(page.locator("#list-title")).to_have_text("42 incidents ouverts")
    pages = page.locator("#list-pages")
    expect(pages).to_contain_text("1 à 40 sur 42")
    page.keyboard.press("PageDown")
    expect(page.locator(ROW)).to_have_count(2)
    live.sos("demo-tgd-2")
    strip = page.locator("#list-held")
    expect(strip).to_have_text("SOS · 1 nouveau")
    strip.locator("button").click()
    expect(page.locator(f"{ROW} .word").first).to_have_text("SOS")
    expect(strip).to_be_empty()
    pages.locator("[data-turn='1']").click()
    expect(page.locator(ROW)).to_have_count(3)
    assert accuse(page) == []
    page.keyboard.press("PageUp")
    expect(page.locator(ROW)).to_have_count(40)
    page.keyboard.press("ArrowUp")
    for _ in range(45):
        page.keyboard.press("ArrowDown")
    expect(page.locator(f"{ROW}[aria-current=true]")).to_be_in_viewport()
    expect(page.locator(ROW)).to_have_count(3)


def test_two_people_press_take_at_once_and_the_loser_is_told_who_won(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    first, second = desk(), desk()
    second.expects_failures = True  # a 409 is a line in the browser's console
    one, two = first.sign_in("operatrice"), second.sign_in("operateur")
    for page in (one, two):
        expect(page.locator(".take")).to_be_enabled()
    # The second screen is held back, so that it presses in good faith on what it still shows as free.
    two.evaluate("egide.line.source.close()")
    one.click(".take")
    expect(one.locator(".owner-line")).to_have_text(re.compile(r"Vous l’avez pris en charge à \d\d:\d\d:\d\d\."))
    two.click(".take")
    expect(two.locator(".conflict")).to_have_text(
        re.compile(r"Pris en charge par Maud Estève depuis \d\d:\d\d:\d\d\. Rien n’a été modifié\.")
    )
    expect(two.locator(".take")).to_have_count(0)
    expect(two.locator(f"{ROW} .owner")).to_have_text("Maud Estève")
    assert live.one("SELECT count(*) FROM console_incidentevent WHERE kind = 'taken'") == 1


def test_a_monitor_that_stands_still_is_said_in_red_though_the_line_lives(desk: Desks, live: Scene) -> None:
    page = desk().sign_in()
    expect(page.locator("#monitor")).to_be_hidden()
    live.db.execute("UPDATE monitor_lease SET renewed_at = now() - interval '10 seconds'")
    expect(page.locator("#monitor")).to_contain_text(re.compile(r"La surveillance est arrêtée depuis \d\d:\d\d:\d\d\."))
    assert page.locator("#line").get_attribute("data-state") == "live"
    live.db.execute("UPDATE monitor_lease SET renewed_at = 'infinity'")
    expect(page.locator("#monitor")).to_be_hidden()


def test_what_rings_again_is_said_again_and_marked_until_somebody_turns_to_it(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    live.technical("demo-tgd-4", "low_battery")
    page = desk().sign_in()
    said, marked = page.locator("#assertive"), page.locator(f"{ROW}.again")
    expect(page.locator(ROW)).to_have_count(2)
    expect(said).to_be_empty()
    live.sos("demo-tgd-2")
    expect(said).to_contain_text("Sonne de nouveau : SOS, ".replace(" :", "\u00a0:"))
    expect(marked).to_have_count(1)
    expect(marked.locator(".owner")).to_have_text("sonne de nouveau · à prendre")
    page.click(".take")
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")
    expect(marked).to_have_count(0)
    # Monitoring resumes after a restart: everything rings, what somebody has too.
    live.resumed()
    expect(marked).to_have_count(2)
    expect(page.locator("#polite")).to_contain_text("Sonne de nouveau")
    page.locator(ROW).nth(1).click()
    page.locator(ROW).nth(0).click()
    expect(marked).to_have_count(0)
    # The line is away: what rang meanwhile is found by fetching everything.
    page.evaluate("egide.line.source.close()")
    live.sos("demo-tgd-2")
    page.evaluate("egide.store.refetch()")
    expect(marked).to_have_count(1)


def test_an_alert_that_stands_offers_no_form_to_close_it_and_says_why(desk: Desks, live: Scene) -> None:
    live.level(1, "pre_alert", "alert", 840)
    page = desk().sign_in()
    page.click(".take")
    expect(page.locator(".stands")).to_contain_text("L’alerte tient toujours")
    expect(page.locator("[data-key=close]")).to_have_count(0)
    page.keyboard.press("c")
    expect(page.locator("#dialog")).to_be_hidden()
    outcomes(page, "turns_back", "withdrawn")
    live.level(1, "alert", "clear", 3300)
    expect(page.locator("[data-key=close]")).to_be_visible()
    expect(page.locator(".stands")).to_have_count(0)


def test_a_press_in_the_very_moment_of_closing_keeps_its_alarm(desk: Desks, live: Scene, server: Server) -> None:
    device = live.device("demo-tgd-1")[0]
    live.db.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 1, 'k')", (device,))
    live.judged()
    live.sos("demo-tgd-1")
    table = desk()
    table.expects_failures = True  # a 409 is a line in the browser's console
    page = table.sign_in()
    page.click(".take")
    outcomes(page, "line", "no_danger")
    page.click("[data-key=close]")
    page.click("#dialog [value=doubt_removed]")
    with psycopg.connect(server.database_url) as gateway:
        # As the gateway does: the alarm first, then the log, then the commit.
        gateway.execute("SELECT id FROM tgd_alarm WHERE closed_at IS NULL FOR NO KEY UPDATE")
        Scene(gateway).logged("demo-tgd-1")
        page.click("#dialog [type=submit]")
        page.wait_for_timeout(300)
        gateway.commit()
    try:
        expect(page.locator(".conflict")).to_contain_text("Un instant")
        assert live.one("SELECT count(*) FROM tgd_alarm WHERE closed_at IS NULL") == 1
    finally:
        live.judged()


def test_a_place_that_nobody_may_know_any_more_leaves_the_map_at_once(desk: Desks, live: Scene) -> None:
    device = live.device("demo-tgd-1")[0]
    key = os.urandom(32)
    live.db.execute("UPDATE registry_device SET geolocation_consent = true WHERE id = %s", (device,))
    alarm = live.one(
        "INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, %s, %s) RETURNING id", device, now_ms(), key
    )
    box = seal(key, Fix(now_ms(), 473_215_000, 50_415_000, 1500, None))
    live.db.execute("INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, %s)", (alarm, box))
    live.sos("demo-tgd-1")
    page = desk().sign_in()
    expect(page.locator(".place-label")).to_have_count(1)
    try:
        live.db.execute("UPDATE registry_device SET geolocation_consent = false WHERE id = %s", (device,))
        expect(page.locator(".place-label")).to_have_count(0, timeout=5000)  # sooner than everything is read again
        expect(page.locator(".where")).to_contain_text("position inconnue")
    finally:
        live.db.execute("UPDATE registry_device SET geolocation_consent = true WHERE id = %s", (device,))


def test_a_hole_in_the_numbers_or_another_hash_makes_the_screen_fetch_everything(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    page = desk().sign_in()
    before = page.evaluate("egide.fetches")
    page.evaluate("egide.store.change({seq: egide.seq + 7, incident: null})")
    wait_for(page, "egide.fetches", before + 1)
    wait_for(page, "egide.store.fetching", value=False)
    # Somebody changes the table without a number: only the hash can tell.
    live.db.execute("UPDATE console_incident SET version = version + 1, repeats = 3")
    wait_for(page, "egide.fetches", before + 2)
    expect(page.locator(".sentence")).to_contain_text("Répété 3 fois")
    # An old number changes nothing.
    page.evaluate("egide.store.change({seq: egide.seq - 1, incident: null})")
    expect(page.locator(ROW)).to_have_count(1)


def test_the_whole_way_by_keyboard(desk: Desks, live: Scene) -> None:
    device = live.device("demo-tgd-1")[0]
    live.db.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 1, 'k')", (device,))
    live.sos("demo-tgd-1", ago_s=30)
    live.level(2, "pre_alert", "alert", 700)
    table = desk()
    table.expects_failures = True  # closing without a reason is refused with 400
    page = table.sign_in()
    keys = page.keyboard
    keys.press("ArrowDown")
    expect(page.locator("#incident h2")).to_have_text("Alerte")
    keys.press("ArrowUp")
    expect(page.locator("#incident h2")).to_have_text("SOS")
    keys.press("?")
    expect(page.locator("#dialog")).to_contain_text("Toutes les touches")
    keys.press("Escape")
    expect(page.locator("#dialog")).to_be_hidden()
    keys.press("m")
    expect(page.locator("#enlarge")).to_have_attribute("aria-pressed", "true")
    keys.press("Enter")
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")
    expect(page.locator(".next .phone")).to_have_text(re.compile(r"06 39 98 \d\d \d\d"))
    expect(page.locator(".next .step")).to_contain_text("Écouter la ligne")
    keys.press("c")  # not from here: the doubt is not removed
    expect(page.locator("#dialog")).to_be_hidden()
    page.wait_for_timeout(400)
    keys.press("1")
    expect(page.locator(".next .step")).to_contain_text("Lever le doute")
    page.wait_for_timeout(400)
    keys.press("2")
    expect(page.locator(".next .step")).to_contain_text("Conseiller, puis clore")
    keys.press("c")
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    keys.press("Enter")  # no reason yet: nothing is closed
    expect(dialog.locator("[role=alert]")).to_have_text("Choisissez un motif.")
    keys.press("1")
    expect(dialog.locator("input:checked")).to_have_value("doubt_removed")
    keys.press("Tab")
    keys.type("Jointe, rien à signaler de plus.")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".owner-line")).to_contain_text("Clôturé par Maud Estève")
    expect(page.locator(ROW)).to_have_count(1)
    assert live.one("SELECT close_reason FROM console_incident WHERE kind = 'sos'") == (
        "doubt_removed\nJointe, rien à signaler de plus."
    )
    assert live.one("SELECT count(*) FROM tgd_alarm WHERE closed_at IS NULL") == 0


def test_enter_does_not_take_what_came_upon_the_screen_by_itself_a_moment_ago(desk: Desks, live: Scene) -> None:
    page = desk().sign_in()
    # Somebody presses Enter in the very moment in which the incident comes up.
    page.evaluate("""() => {
        const watch = new MutationObserver(() => {
            if (document.querySelector(".take") === null) return;
            watch.disconnect();
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
            globalThis.pressed = true;
        });
        watch.observe(document.getElementById("incident"), {childList: true, subtree: true});
    }""")
    live.sos("demo-tgd-2")
    wait_for(page, "globalThis.pressed ?? false", value=True)
    page.wait_for_timeout(900)
    expect(page.locator(".owner-line")).to_have_text("Personne ne l’a encore pris en charge.")
    page.keyboard.press("Enter")
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")


def test_a_key_pressed_at_once_after_a_dialog_closed_is_not_lost(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    page = desk().sign_in()
    expect(page.locator(".take")).to_be_enabled()
    page.keyboard.press("ArrowDown")  # chosen by hand: Enter need not wait
    # In one go, before the browser has moved the focus out of the closed dialog.
    page.evaluate("""
        const key = (name, target) => target.dispatchEvent(new KeyboardEvent("keydown", {key: name, bubbles: true}));
        key("?", document.body);
        const inside = document.querySelector("#dialog button");
        document.getElementById("dialog").close();
        key("Enter", inside);
    """)
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")


def test_keys_typed_into_a_text_do_nothing_else(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    page = desk().sign_in()
    page.click(".take")
    outcomes(page, "line", "no_danger")
    page.click("[data-key=close]")
    page.locator("#close-text").fill("")
    page.locator("#close-text").press_sequentially("mt2?c")
    assert page.locator("#close-text").input_value() == "mt2?c"
    assert page.locator("#dialog input:checked").count() == 0
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_room_speaks_english_too(desk: Desks, live: Scene) -> None:
    live.level(1, "pre_alert", "alert", 840)
    page = desk().sign_in()
    page.click(".language [value=en]")
    expect(page.locator("#room[data-ready=true]")).to_be_visible()
    expect(page.locator(".sentence")).to_contain_text("Alert: distance unknown.")
    expect(page.locator(".take")).to_contain_text("Take")
    live.sos("demo-tgd-2")
    expect(page.locator(f"{ROW} .what").first).to_have_text("serious danger phone")
    assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_axe_finds_nothing_serious(theme: str, desk: Desks, live: Scene) -> None:
    live.at("demo-box-1", 47.3215, 5.0415)
    live.at("demo-bracelet-1", 47.329, 5.0415)
    live.level(1, "pre_alert", "alert", 840)
    live.sos("demo-tgd-2")
    live.technical("demo-bracelet-3", "strap", 40)
    live.possible(4)
    made = desk()
    page = made.page
    page.goto(f"{made.server.address}/sign-in/")
    page.evaluate(f"document.documentElement.dataset.theme = '{theme}'")
    assert accuse(page) == []
    page = made.sign_in()
    expect(page.locator("#room[data-drawn=sketch]")).to_be_visible()
    if theme == "light":
        page.keyboard.press("t")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".take")).to_be_visible()
    assert accuse(page) == []
    page.keyboard.press("Enter")
    expect(page.locator(".stands")).to_be_visible()
    assert accuse(page) == []
    page.keyboard.press("ArrowUp")
    expect(page.locator("#incident h2")).to_have_text("SOS")
    page.keyboard.press("Enter")
    outcomes(page, "line", "no_danger")
    expect(page.locator("[data-key=close]")).to_be_visible()
    page.keyboard.press("c")
    expect(page.locator("#dialog")).to_be_visible()
    assert accuse(page) == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1024, 768), (360, 640)])
def test_the_page_fits_its_screen(width: int, height: int, desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    live.level(1, "pre_alert", "alert", 840)
    page = desk(width, height).sign_in()
    page.locator(ROW).nth(1).click()
    expect(page.locator(".take")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if height == 768:
        assert page.evaluate("document.documentElement.scrollHeight") <= height
        panes = page.locator(".panes").bounding_box()
        assert panes is not None
        assert panes["y"] + panes["height"] == height  # to the bottom, whatever the list holds
    else:
        page.click("[data-key=back]")
        expect(page.locator(ROW).first).to_be_in_viewport()
        expect(page.locator("#incident")).to_be_hidden()


def test_the_map_shows_both_parties_their_distance_and_their_ages(desk: Desks, live: Scene) -> None:
    for n in range(6):
        live.at("demo-box-1", 47.3215, 5.0415, 8, 12 - 2 * n)
        live.at("demo-bracelet-1", 47.332 - n * 0.0005, 5.0415, 15, 12 - 2 * n)
    live.level(1, "pre_alert", "alert", 840)
    page = desk(webgl=True).sign_in()
    expect(page.locator("#room[data-drawn=map]")).to_be_visible(timeout=30_000)
    expect(page.locator(".apart")).to_have_text(re.compile(r"\d+\sm, entre \d+ et \d+\sm"))
    labels = page.locator(".place-label")
    expect(labels).to_have_count(2)
    expect(labels.first).to_contain_text("personne protégée")
    expect(labels.first).to_contain_text(re.compile(r"il y a \d+\ss, à 8\sm près"))
    expect(page.locator(".maplibregl-ctrl-scale")).to_be_visible()
    expect(page.locator(".maplibregl-ctrl-attrib")).to_contain_text("GeoNames")
    # The wearer moves, and the map with him, without a change of the incident.
    before = page.locator(".apart").text_content()
    live.at("demo-bracelet-1", 47.325, 5.0415, 15)
    expect(page.locator(".apart")).not_to_have_text(before or "", timeout=5000)
    expect(page.locator(".sentence")).to_contain_text("390")


def test_a_computer_without_webgl_gets_a_sketch_that_says_so(desk: Desks, live: Scene) -> None:
    live.at("demo-box-1", 47.3215, 5.0415, 8)
    live.at("demo-bracelet-1", 47.329, 5.0415, 15, ago_s=200)
    live.level(1, "pre_alert", "alert", 840)
    page = desk().sign_in()
    expect(page.locator("#map-note")).to_contain_text("Dessin simplifié")
    expect(page.locator(".place-label").nth(1)).to_contain_text("position inconnue depuis")
    expect(page.locator(".mark .stale").first).to_be_attached()
    expect(page.locator(".apart")).to_have_count(0)
    expect(page.locator("svg.sketch")).to_have_attribute("aria-label", re.compile("position inconnue depuis"))


def test_nothing_of_a_person_stands_in_titles_addresses_or_storage(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    live.level(1, "pre_alert", "alert", 840)
    page = desk().sign_in()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("t")
    kept: dict[str, Any] = json.loads(page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})"))
    assert kept == {"egide-theme-room": "light"}
    assert urlsplit(page.url).path == "/console/"
    assert page.title() == "Salle des opérateurs · Égide"
