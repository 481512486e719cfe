"""Beside the room, in a browser: a training shift by keyboard, a replay by arrow keys, the calls of a feed that is down.

axe on each; with SHOTS the screens are kept to be looked at.
"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.web.console.test_keyboard import close, enter, press, shot
from tests.web.scene import Scene
from tests.web.test_browser import ROW, Desks, accuse, wait_for

pytestmark = pytest.mark.browser


def test_a_training_shift_is_marked_rings_and_is_played_by_the_same_keys(desk: Desks, live: Scene) -> None:
    made = desk()
    page = made.sign_in()
    before = live.one("SELECT seq FROM console_screenhead")
    page.click("a[href='/console/training']")
    expect(page.locator("h1")).to_have_text("Formation")
    assert accuse(page) == []
    shot(page, "training-begin")
    page.locator("button.primary").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".drill")).to_contain_text("EXERCICE")
    try:
        order = live.one("SELECT state->'calls' FROM console_training WHERE ended_at IS NULL")
        hiding = next(call for call in order if call["scenario"] == "hiding")
        live.db.execute(
            "UPDATE console_training SET state = jsonb_set(state, '{calls}', %s::jsonb) WHERE ended_at IS NULL",
            (f"[{json.dumps(hiding | {'at_ms': order[0]['at_ms']})}]",),
        )
        expect(page.locator(f"{ROW}.rings")).to_have_count(1)
        enter(page, "Écouter la ligne")
        expect(page.locator(".hears")).to_contain_text("Un souffle")
        assert accuse(page) == []
        shot(page, "training")
        press(page, "3", "Appeler la ligne prioritaire")
        page.wait_for_timeout(400)
        page.keyboard.press("1")
        page.keyboard.press("Control+a")
        for words in ("Commissariat d’exercice", "Brigadier Roux", "E-1"):
            page.keyboard.type(words)
            page.keyboard.press("Tab")
        page.keyboard.press("Control+Enter")
        expect(page.locator(".next .step").first).to_contain_text("Rester avec la personne")
        press(page, "1", "Clore quand la personne est prise en charge")
        close(page, "1")
        made.expects_failures = True  # the page may ask once more for what is over
        page.click(".drill button")
        expect(page.locator("h1")).to_have_text("Résultat de l’exercice")
        expect(page.locator("table")).to_contain_text("La personne se cache")
        assert accuse(page) == []
        shot(page, "training-result")
    finally:
        live.db.execute("UPDATE console_training SET ended_at = now() WHERE ended_at IS NULL")
    assert live.one("SELECT seq FROM console_screenhead") == before
    assert live.one("SELECT count(*) FROM console_incident") == 0


def test_a_closed_incident_is_gone_through_by_arrow_keys_or_at_its_pace(desk: Desks, live: Scene) -> None:
    live.sos("demo-tgd-2", ago_s=4)
    page = desk().sign_in()
    enter(page, "Écouter la ligne")
    press(page, "1", "Lever le doute")
    press(page, "2", "Conseiller, puis clore")
    close(page, "1")
    with page.context.expect_page() as opened:
        page.locator(".next a").focus()
        page.keyboard.press("Enter")
    replay = opened.value
    expect(replay.locator("h1")).to_have_text("Alarme d’un téléphone grave danger")
    expect(replay.locator(".firsts")).to_contain_text("Décroché")
    steps = replay.locator("#steps li")
    assert accuse(replay) == []
    shot(replay, "replay")
    replay.keyboard.press("ArrowDown")
    expect(steps.nth(1)).to_be_focused()
    replay.keyboard.press("ArrowUp")
    expect(steps.first).to_be_focused()
    replay.select_option("#speed", "20")
    replay.click("#play")
    expect(steps.last).to_be_focused()
    replay.click("a[href='/console/past']")
    expect(replay.locator(".past-list li")).to_have_count(1)
    assert accuse(replay) == []
    shot(replay, "past")


def test_a_feed_that_is_down_is_called_through_by_keyboard(desk: Desks, live: Scene) -> None:
    live.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    page = desk().sign_in()
    enter(page, "Appeler les personnes protégées de la liste")
    list_ = page.locator(".calls")
    expect(list_.locator("h3")).to_have_count(2)
    expect(list_.locator("h3").first).to_contain_text("Personnes protégées à appeler")
    whole = list_.locator("ol.protected li").count()
    expect(list_.locator("ol.wearer li .role").first).to_have_text("porteur")
    expect(list_.locator("ol.wearer")).not_to_contain_text("protégée")
    expect(list_.locator(".script").nth(1)).to_contain_text("restez joignable")
    page.locator("[data-key=reached-demo-box-1]").focus()
    page.keyboard.press("Enter")
    expect(list_.locator("li.done")).to_contain_text("joint à")
    page.locator("[data-key=no_answer-demo-box-2]").focus()
    page.keyboard.press("Enter")
    expect(list_).to_contain_text("pas de réponse à")
    expect(list_.locator("h3").first).to_have_text(f"Personnes protégées à appeler\u00a0: {whole - 1} sur {whole}")
    assert accuse(page) == []
    expect(page.locator("#incident h2 + .party, #incident .party").first).to_contain_text("plateforme")
    shot(page, "feed")


def test_a_supervisors_console_sounds_for_what_nobody_answered_while_others_can_be_heard(
    desk: Desks, live: Scene
) -> None:
    page = desk().sign_in("superviseur")
    page.keyboard.press("g")
    page.keyboard.press("Enter")
    expect(page.locator("#shift-text")).to_have_text("Son entendu")
    wait_for(page, "egide.sound.alone", value=True)
    other = "INSERT INTO console_seat (user_id, heard_at, audible) SELECT id, now(), true FROM accounts_user WHERE username = 'operateur'"
    live.db.execute(other)
    page.evaluate("egide.shift.toldAt = -Infinity")
    wait_for(page, "egide.sound.alone", value=False)
    live.sos("demo-tgd-2")
    expect(page.locator(f"{ROW}.rings")).to_have_count(1)
    page.wait_for_timeout(1200)
    assert page.evaluate("egide.sound.last") == "test", "it rings for the operators"
    live.elapse(21)
    wait_for(page, "egide.sound.last", "supervisor")
    live.db.execute("UPDATE console_seat SET ended_at = now() WHERE audible")
