"""Every procedure of the tables from the first ring to the end, by keyboard alone, at two consoles, French and English.

The shortest way of each, the ways of a phone's alarm on which nobody answers, nobody can tell, a duress word is heard, and P
while a feed is down.
`make desk` presses every key of every step, says how far it is, and goes on after a call that failed.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from egide.core.workflow.model import Text
from egide.core.workflow.workflows import WORKFLOWS
from tests.web.conftest import Server
from tests.web.console.ways import BEGINS, Press, Way, by_p, cleared, forbid_to_call_back, rounds, ways
from tests.web.scene import Scene
from tests.web.test_browser import NO_WEBGL, ROW, WATCH, Desk

pytestmark = pytest.mark.browser

EVERY = bool(os.environ.get("DESK"))
STEP_MS = 380  # a step takes no key in the very moment in which it came
HARD = ("no_answer", "cannot_tell", "duress_word")


def chosen() -> list[Way]:
    """The ways this run walks."""
    if EVERY:
        return list(rounds())
    hard = {
        press.key.code: way
        for way in ways(every=True)
        if way.workflow.name == "tgd_alarm"
        for press in way.presses
        if press.key.code in HARD and press.step.name in ("doubt", "call_back")
    }
    return [*ways(), *hard.values(), by_p("feed_down")]


class Console:
    """One operator at one screen, who has a keyboard and nothing else."""

    def __init__(self, desk: Desk, login: str, language: str) -> None:
        self.desk, self.language, self.again = desk, language, 0
        desk.expects_failures = False
        self.page: Page = desk.sign_in(login)
        self.name = self.page.locator("#me").inner_text()
        if language == "en":
            self.page.click(".language [value=en]")
            expect(self.page.locator("#room[data-ready=true]")).to_be_visible()
            expect(self.page.locator("#line[data-state=live]")).to_be_visible()

    def said(self, text: Text) -> str:
        """In the language of this screen."""
        return text.said(self.language)

    def shows(self, text: Text) -> None:
        """The step in hand is this one."""
        step = self.page.locator(".task.active .step, .next > .step").first
        expect(step).to_contain_text(self.said(text))

    def take(self) -> None:
        """Chooses the first of the list, and takes it."""
        self.page.keyboard.press("ArrowDown")
        expect(self.page.locator(".take")).to_be_enabled()
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".keys-of-step")).to_have_count(1)

    def send(self) -> None:
        """Ctrl and Enter; again, as a person would, where the server did not confirm and the words are still there."""
        closed, refused = (
            self.page.locator("body:not(:has(#dialog[open]))"),
            self.page.locator(".dialog-error:not([hidden])"),
        )
        for _ in range(3):
            self.page.keyboard.press("Control+Enter")
            expect(closed.or_(refused).first).to_be_visible()
            if not refused.is_visible():
                return
            self.again += 1
        raise AssertionError(refused.inner_text())

    def request(self) -> None:
        """P, from the first step."""
        self.page.wait_for_timeout(STEP_MS)
        self.page.keyboard.press("p")
        expect(self.page.locator("#timeline")).to_contain_text(
            {"fr": "Intervention demandée", "en": "Intervention requested"}[self.language]
        )

    def take_over_the_second_task(self) -> None:
        """R, the task of the protected person is chosen already, and Enter."""
        self.page.keyboard.press("ArrowDown")
        expect(self.page.locator("[data-key=over]")).to_be_visible()
        self.page.keyboard.press("r")
        expect(self.page.locator("#dialog")).to_be_visible()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("#dialog")).to_be_hidden()

    def press(self, press: Press) -> None:
        """One key, with the words it asks for; then the next step shows, and the record has it."""
        self.shows(press.step.title)
        self.page.wait_for_timeout(STEP_MS)
        before = self.page.locator("#timeline li").count()
        self.page.keyboard.press(press.key.key)
        if press.key.code == "police_reached":
            expect(self.page.locator("#dialog #field-unit")).to_be_focused()
            self.page.keyboard.press("Control+a")
            for words in ("Commissariat de Valombre", "Brigadier Roux", "V-2026-117"):
                self.page.keyboard.type(words)
                self.page.keyboard.press("Tab")
            self.send()
        elif press.key.needs_text:
            expect(self.page.locator("#dialog textarea")).to_be_focused()
            self.page.keyboard.type("Demande notée.")
            self.send()
        self.shows(press.to.title)
        if press.to is press.step:
            expect(self.page.locator("#timeline li")).not_to_have_count(before)
        expect(self.page.locator("#timeline")).to_contain_text(self.said(press.key.says))

    def close(self, way: Way) -> None:
        """C, the reason by its digit, words where they are needed, and Ctrl+Enter."""
        assert way.closing is not None
        expect(self.page.locator("[data-key=close]")).to_be_visible()
        self.page.keyboard.press("c")
        dialog = self.page.locator("#dialog")
        expect(dialog).to_be_visible()
        digit = dialog.locator(f"input[value={way.closing.code}]").get_attribute("data-digit")
        assert digit is not None
        self.page.keyboard.press(digit)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type("Dit et fait.")
        self.page.keyboard.press("Control+Enter")
        expect(dialog).to_be_hidden()
        expect(self.page.locator(".owner-line")).to_contain_text(re.compile("Clôturé par|Closed by"))
        expect(self.page.locator(".owner-line")).to_contain_text(self.said(way.closing.says))


@pytest.fixture(scope="module")
def consoles(browser: Browser, server: Server) -> Iterator[tuple[Console, Console]]:
    """Two consoles side by side: one French, one English."""
    desks = []
    for _ in range(2):
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        context.add_init_script(WATCH + NO_WEBGL)
        desks.append(Desk(context, server))
    yield Console(desks[0], "operatrice", "fr"), Console(desks[1], "operateur", "en")
    for desk in desks:
        desk.finish()
        desk.context.close()


def test_every_procedure_of_the_tables_is_walked() -> None:
    assert set(BEGINS) == set(WORKFLOWS)
    assert {way.workflow.name for way in chosen()} == set(WORKFLOWS)


def test_the_long_calls_press_every_key_of_every_step_of_every_procedure() -> None:
    pressed = {
        (way.workflow.name, press.step.name, press.key.code)
        for way in rounds()
        for press in (*way.presses, *way.beside, *way.then)
    }
    assert pressed == {
        (workflow.name, step.name, key.code)
        for workflow in WORKFLOWS.values()
        for task in workflow.tasks
        for step in task.steps
        for key in step.keys
    }


def test_from_the_ring_to_the_end_by_keyboard_alone_at_two_consoles_in_two_languages(
    consoles: tuple[Console, Console], live: Scene
) -> None:
    tidy(consoles, live)
    walked, failed, calls, began = chosen(), list[str](), 0, time.monotonic()
    for n, way in enumerate(walked):
        one, two, bad = consoles[n % 2], consoles[1 - n % 2], len(failed)
        try:
            walk(way, one, two, live)
            calls += sum(press.key.code == "police_reached" for press in (*way.presses, *way.beside, *way.then))
        except (AssertionError, Error) as error:
            if not EVERY:
                raise
            failed.append(f"{way.workflow.name}, {one.language}: {str(error).strip()[:600]}")
            tidy(consoles, live)
        if EVERY:
            keys = len((*way.presses, *way.beside, *way.then))
            outcome = f"FAILED {failed[-1]}" if len(failed) > bad else "done"
            print(f"{n + 1:3}/{len(walked)} {time.monotonic() - began:5.0f} s {keys:3} keys {way.workflow.name:<17} {outcome}", flush=True)  # fmt: skip
    if EVERY:
        print(f"forms sent again because the server did not confirm in time: {sum(one.again for one in consoles)}")
    assert not failed, "\n".join(failed)
    assert live.one("SELECT count(*) FROM police_request WHERE reference = 'V-2026-117'") >= calls > 0


def tidy(consoles: tuple[Console, Console], live: Scene) -> None:
    """Nothing is open and nothing is asked at either console, whatever was left."""
    live.clean()
    for console in consoles:
        console.page.keyboard.press("Escape")
        console.page.evaluate("egide.store.select(null); egide.store.refetch()")
        expect(console.page.locator(ROW)).to_have_count(0)
        console.desk.complaints.clear()  # what another test had left open is gone: a 404, which is right


def walk(way: Way, one: Console, two: Console, live: Scene) -> None:
    """One procedure: `one` has it, `two` sees it, and in an alert has the other task."""
    forbid_to_call_back(live, way.forbids)
    BEGINS[way.workflow.name](live)
    for console in (one, two):
        expect(console.page.locator(f"{ROW}.rings")).to_have_count(1)
    one.take()
    expect(two.page.locator(f"{ROW} .owner")).to_contain_text(one.name)
    if way.requests:
        one.request()
    if way.beside:
        two.take_over_the_second_task()
    for press in way.presses:
        one.press(press)
    for press in way.beside:
        two.press(press)
    for press in way.then:
        one.press(press)
    cleared(live, way.workflow.name)
    if way.closing is None:
        by_itself = {"fr": "clos de soi-même", "en": "closed by itself"}[one.language]
        expect(one.page.locator(".owner-line")).to_contain_text(by_itself)
    else:
        one.close(way)
    for console in (one, two):
        expect(console.page.locator(ROW)).to_have_count(0)
