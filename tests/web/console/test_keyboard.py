"""Every workflow from the first ring to the end, by keyboard alone, as somebody at the desk lives through it."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.web.scene import Scene
from tests.web.test_browser import ROW, Desks, accuse, wait_for

pytestmark = pytest.mark.browser

SHOTS = os.environ.get("SHOTS")  # a folder: the screens on the way are kept there, to be looked at
SETTLED_MS = 400  # a step takes no key in the very moment in which it came


def shot(page: Page, name: str) -> None:
    """Both themes, when somebody wants to look."""
    if not SHOTS:
        return
    for _ in range(2):
        theme = page.evaluate("document.documentElement.dataset.theme")
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.wait_for_timeout(300)
        page.screenshot(path=Path(SHOTS) / f"{name}-{theme}-{width}.png")
        page.evaluate("document.getElementById('theme')?.click()")


def press(page: Page, key: str, then: str) -> None:
    """One key, and the title of the step it leads to."""
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press(key)
    expect(page.locator(".next .step").first).to_contain_text(then)


def enter(page: Page, then: str) -> None:
    """Takes what is shown."""
    expect(page.locator(".take")).to_be_visible()
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    expect(page.locator(".next .step").first).to_contain_text(then)


def close(page: Page, digit: str, words: str = "") -> None:
    """C, the reason, words where they are asked for, and the end."""
    page.keyboard.press("c")
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press(digit)
    page.keyboard.press("Tab")
    if words:
        page.keyboard.type(words)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".owner-line")).to_contain_text(re.compile("Clôturé par|Closed by"))


def the_police_took_the_call(page: Page, digit: str = "1") -> None:
    """Unit, name and reference, typed one after the other."""
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press(digit)
    dialog = page.locator("#dialog")
    expect(dialog).to_be_visible()
    page.keyboard.press("Control+a")
    for words in ("Commissariat de Valombre", "Brigadier Roux", "V-2026-117"):
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()


def test_an_alarm_key_of_a_box_in_english_with_a_duress_word(desk: Desks, live: Scene) -> None:
    live.level(1, "clear", "pre_alert", 1900)
    live.sos("demo-box-1")
    page = desk().sign_in()
    page.click(".language [value=en]")
    expect(page.locator("#room[data-ready=true]")).to_be_visible()
    enter(page, "Listen to the line")
    press(page, "1", "Remove the doubt")
    expect(page.locator(".linked")).to_contain_text("BAR pre-alert")
    page.click(".linked button")
    expect(page.locator(".linked")).to_contain_text("Alarm key or call of the protected person")
    page.click(".linked button")
    expect(page.locator(".next .step").first).to_contain_text("Remove the doubt")
    page.locator("#incident").focus()
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("6")
    expect(page.locator("[data-code=children] .noted")).to_be_visible()
    press(page, "4", "Call the priority line")
    assert live.one("SELECT data->'notes' ->> 0 FROM console_incidentevent WHERE kind = 'intervention_requested'") == (
        "children"
    )
    the_police_took_the_call(page)
    press(page, "1", "Close once the person is taken care of")
    close(page, "1")


def test_a_unit_is_told_by_keys_alone_that_it_need_not_come(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    here = desk()
    here.expects_failures = True  # what is missing is answered with 400
    page = here.sign_in()
    enter(page, "Écouter la ligne")
    press(page, "4", "Appeler la ligne prioritaire")
    the_police_took_the_call(page)
    expect(page.locator(".told-police")).to_contain_text("V-2026-117")
    expect(page.locator(".told-police .state")).to_contain_text("demandée, pas encore lue")
    shot(page, "police-told")
    page.keyboard.press("x")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Appelez d’abord l’unité")
    page.keyboard.type("Brigadier Roux")
    page.keyboard.press("Control+Enter")
    expect(dialog.locator("[role=alert]")).to_be_visible()  # why is asked for
    page.keyboard.type("Fausse manœuvre confirmée.")
    page.keyboard.press("Control+Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".told-police .state")).to_contain_text("annulée")
    expect(page.locator(".next .step").first).to_contain_text("Clore quand la personne est prise en charge")
    expect(page.locator("[data-key=police]")).to_be_visible()  # and may be needed again
    assert accuse(page) == []


def test_a_strap_proposes_the_police_and_a_note_is_kept(desk: Desks, live: Scene) -> None:
    live.technical("demo-bracelet-3", "strap", 40)
    page = desk().sign_in()
    enter(page, "Appeler la personne")
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.press("2")  # no answer: the police are proposed
    expect(page.locator(".next [data-key=police].primary")).to_be_visible()
    press(page, "1", "Attendre le retour")
    shot(page, "strap")
    page.keyboard.press("n")
    page.keyboard.type("Sangle refermée devant témoin.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("Sangle refermée devant témoin.")
    close(page, "1")


def test_a_battery_is_put_aside_and_taken_up_again_by_keys(desk: Desks, live: Scene) -> None:
    live.technical("demo-tgd-4", "low_battery")
    page = desk().sign_in()
    enter(page, "Appeler la personne")
    page.keyboard.press("s")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("2")
    page.keyboard.press("Tab")
    page.keyboard.type("Au chargeur, rappel convenu.")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator(f"{ROW} .owner")).to_have_text("mis de côté · vous")
    page.keyboard.press("s")
    expect(page.locator(f"{ROW} .owner")).to_have_text("vous")


def test_a_shift_ends_incident_by_incident_and_the_old_owner_keeps_each_until_accepted(
    desk: Desks, live: Scene
) -> None:
    live.technical("demo-tgd-4", "low_battery")
    one, two = desk().sign_in("operatrice"), desk().sign_in("operateur")
    enter(one, "Appeler la personne")
    one.keyboard.press("h")
    expect(one.locator("#dialog")).to_contain_text("Idriss Lemoine")
    shot(one, "hand-over")
    one.locator("#dialog .choice", has_text="Idriss Lemoine").locator("input").focus()
    one.keyboard.press("Space")
    one.keyboard.press("Enter")
    expect(one.locator("#dialog")).to_be_hidden()
    expect(two.locator(f"{ROW} .owner")).to_have_text("vous est proposé · Maud Estève")
    expect(one.locator(f"{ROW} .owner")).to_have_text("vous")
    expect(two.locator(".take")).to_contain_text("Accepter")
    two.keyboard.press("Enter")
    expect(two.locator(f"{ROW} .owner")).to_have_text("vous")
    expect(one.locator(f"{ROW} .owner")).to_have_text("Idriss Lemoine")


def test_a_lease_drains_rings_again_and_enter_keeps_it(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2")
    page = desk().sign_in()
    enter(page, "Écouter la ligne")
    expect(page.locator(".lease span")).to_have_text(re.compile(r"Prochaine nouvelle sous 0:\d\d"))
    live.elapse(21)
    expect(page.locator(".take")).to_contain_text("Je m’en occupe toujours")
    expect(page.locator("#timeline")).to_contain_text("sonne de nouveau pour tous")
    live.elapse(25)
    expect(page.locator(f"{ROW} .owner")).to_contain_text("superviseur appelé")
    page.wait_for_timeout(900)
    page.keyboard.press("Enter")
    expect(page.locator(".take")).to_have_count(0)


def test_a_shift_begins_with_a_sound_that_was_heard_and_the_server_knows(desk: Desks, live: Scene) -> None:
    page = desk().sign_in()
    expect(page.locator("#shift-text")).to_have_text("Son non essayé")
    page.keyboard.press("g")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("L’entendez-vous")
    shot(page, "shift")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator("#shift-text")).to_have_text("Son entendu")
    wait_for(page, "egide.sound.audible", value=True)
    assert live.one("SELECT count(*) FROM console_seat WHERE audible AND heard_at IS NOT NULL") == 1
    before = page.evaluate("egide.sound.played")
    live.sos("demo-tgd-2")
    expect(page.locator(ROW)).to_have_count(1)
    wait_for(page, f"egide.sound.played > {before}", value=True)


def test_the_wall_is_calm_and_readable(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2", ago_s=3)
    page = desk().sign_in()
    enter(page, "Écouter la ligne")
    page.goto(page.url + "wall")
    expect(page.locator(".tile")).to_have_count(6)
    expect(page.locator("#figures")).to_contain_text("Alarme d’un téléphone grave danger")
    assert accuse(page) == []
    shot(page, "wall")


def test_on_a_phone_everything_is_within_a_thumbs_reach(desk: Desks, live: Scene) -> None:
    live.level(1, "clear", "alert", 840)
    page = desk(390, 844).sign_in()
    page.locator(ROW).click()
    page.click(".take")
    expect(page.locator(".task.active")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    shot(page, "phone-alert")
    assert accuse(page) == []
