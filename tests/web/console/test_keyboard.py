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


def test_a_phone_alarm_where_nobody_answers_until_the_police_are_there(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-1")
    page = desk().sign_in()
    shot(page, "tgd-ring")
    enter(page, "Écouter la ligne")
    shot(page, "tgd-line")
    press(page, "2", "Rappeler une fois")
    press(page, "2", "Appeler la ligne prioritaire")
    expect(page.locator(".next [data-key=police]")).to_have_count(0)  # requested already
    shot(page, "tgd-police")
    the_police_took_the_call(page)
    expect(page.locator(".next .step").first).to_contain_text("Rester avec la personne")
    press(page, "1", "Clore quand la personne est prise en charge")
    close(page, "1")
    assert live.one("SELECT count(*) FROM police_request WHERE reference = 'V-2026-117'") == 1
    timeline = page.locator("#timeline")
    expect(timeline).to_contain_text("Intervention demandée")
    expect(timeline).to_contain_text("V-2026-117")
    shot(page, "tgd-closed")


def test_an_alarm_key_of_a_box_in_english_with_a_duress_word(desk: Desks, live: Scene) -> None:
    live.level(1, "clear", "pre_alert", 1900)
    live.sos("demo-box-1")
    page = desk().sign_in()
    page.click(".language [value=en]")
    expect(page.locator("#room[data-ready=true]")).to_be_visible()
    enter(page, "Listen to the line")
    press(page, "1", "Remove the doubt")
    expect(page.locator(".linked")).to_be_visible()
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


def test_a_pre_alert_closes_by_itself_and_an_alert_is_shared_by_two(desk: Desks, live: Scene) -> None:
    live.level(1, "clear", "pre_alert", 1900)
    one = desk().sign_in("operatrice")
    enter(one, "Appeler le porteur")
    shot(one, "pre-alert")
    press(one, "1", "Vérifier qu’il s’éloigne")
    live.level(1, "pre_alert", "clear", 2600)
    expect(one.locator(".owner-line")).to_contain_text("Distance regagnée")
    live.level(2, "clear", "alert", 1500)
    two = desk().sign_in("operateur")
    expect(one.locator(ROW)).to_have_count(1)
    one.keyboard.press("ArrowDown")
    enter(one, "Appeler le porteur")
    expect(two.locator(f"{ROW} .owner")).to_have_text("Maud Estève")
    expect(two.locator("[data-key=over]")).to_be_visible()
    two.keyboard.press("r")  # the call of the protected person, chosen already
    expect(two.locator("#dialog")).to_contain_text("Appel de la personne protégée")
    two.keyboard.press("Tab")
    two.keyboard.press("Tab")
    two.keyboard.press("Enter")
    expect(two.locator(".task.active .step")).to_contain_text("Prêt à appeler")
    shot(two, "alert-two")
    two.wait_for_timeout(SETTLED_MS)
    two.keyboard.press("1")
    expect(two.locator(".task.active .step")).to_contain_text("Appeler la personne protégée")
    two.wait_for_timeout(SETTLED_MS)
    two.keyboard.press("1")
    expect(two.locator(".task.active .step")).to_contain_text("Rappeler quand c’est fini")
    one.wait_for_timeout(SETTLED_MS)
    one.keyboard.press("1")
    expect(one.locator(".task.active .step")).to_contain_text("Confirmer l’éloignement")
    one.wait_for_timeout(SETTLED_MS)
    one.keyboard.press("1")
    expect(one.locator(".task.active .step")).to_contain_text("Suivre jusqu’à la fin")
    expect(one.locator(".stands")).to_be_visible()
    live.level(2, "alert", "clear", 4500)
    expect(one.locator("[data-key=close]")).to_be_visible()
    close(one, "1")
    assert live.one("SELECT count(*) FROM console_incidentevent WHERE kind = 'authority_to_inform'") == 1


def test_a_request_for_help_and_a_strap_to_their_ends(desk: Desks, live: Scene) -> None:
    device, person = live.device("demo-bracelet-2")
    live.ring("request_for_help:1", "request_for_help", 30, device=device, person=person, data={"signal": "sos"})
    page = desk().sign_in()
    enter(page, "Appeler la personne")
    press(page, "2", "Suivre, puis clore")
    close(page, "2")
    live.technical("demo-bracelet-3", "strap", 40)
    expect(page.locator(ROW)).to_have_count(1)
    page.keyboard.press("ArrowDown")
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
    expect(page.locator(f"{ROW} .owner")).to_contain_text("sonne pour le superviseur")
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
