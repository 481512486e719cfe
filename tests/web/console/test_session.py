"""The session ends at the desk: nothing that is open leaves the screen, nothing that was typed is lost, and it is asked again."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Page, Route, expect

from tests.web.scene import Scene
from tests.web.test_browser import ROW, Desk, Desks, accuse, outcomes

pytestmark = pytest.mark.browser


def sign_in_beside(desk: Desk, link: str, login: str = "operatrice") -> None:
    """Follows the link; the page that opens closes by itself once somebody is in."""
    with desk.context.expect_page() as opened:
        desk.page.click(link)
    beside = opened.value
    beside.fill("#id_username", login)
    beside.fill("#id_password", desk.server.logins[login])
    with beside.expect_event("close"):
        beside.press("#id_password", "Enter")


def refuse(page: Page, reason: str) -> None:
    """The server answers every question as it does to somebody it does not know well enough."""
    body = json.dumps({"reason": reason})
    for path in ("**/console/state", "**/console/incidents/**", "**/console/stream*"):
        page.route(path, lambda route: route.fulfill(status=401, body=body, content_type="application/json"))


def test_a_session_that_ends_asks_again_beside_and_keeps_alarms_and_words(desk: Desks, live: Scene) -> None:
    made = desk()
    made.expects_failures = True
    live.sos("demo-tgd-2")
    page = made.sign_in()
    page.click(".take")
    outcomes(page, "line", "no_danger")
    page.click("[data-key=close]")
    page.click("#dialog [value=doubt_removed]")
    page.fill("#close-text", "Jointe, à l’abri chez sa sœur.")
    live.db.execute("DELETE FROM django_session")
    page.click("#dialog [type=submit]")
    error = page.locator("#dialog [role=alert]")
    expect(error).to_contain_text("Rien n’a été modifié")
    expect(page.locator("#banner")).to_contain_text("Votre session a pris fin")
    assert page.input_value("#close-text") == "Jointe, à l’abri chez sa sœur."
    expect(page.locator(ROW)).to_have_count(1)
    expect(page.locator("#incident h2")).to_have_text("SOS")
    assert accuse(page) == []
    sign_in_beside(made, "#dialog [role=alert] a")
    expect(page.locator("#line[data-state=live]")).to_be_visible()
    expect(page.locator("#banner")).to_contain_text("La ligne est rétablie")
    page.click("#dialog [type=submit]")  # with the new token
    expect(page.locator(".owner-line")).to_contain_text("Clôturé par Maud Estève")
    expect(page.locator(".owner-line")).to_contain_text("chez sa sœur")


def test_somebody_else_who_signs_in_beside_gets_a_page_of_their_own(desk: Desks, live: Scene) -> None:
    made = desk()
    made.expects_failures = True
    live.sos("demo-tgd-2")
    page = made.sign_in()
    page.keyboard.press("g")
    page.keyboard.press("Enter")
    expect(page.locator("#shift-text")).to_have_text("Son entendu")
    page.evaluate("egide.line.source.close()")  # only the beat of the shift can notice
    live.db.execute("DELETE FROM django_session")
    page.evaluate("egide.shift.toldAt = -Infinity")
    expect(page.locator("#banner")).to_contain_text("Votre session a pris fin")
    sign_in_beside(made, "#banner a", "operateur")
    expect(page.locator("#me")).to_have_text("Idriss Lemoine")
    expect(page.locator(ROW)).to_have_count(1)


def test_a_password_to_be_chosen_and_a_second_factor_are_asked_for_in_their_own_words(desk: Desks, live: Scene) -> None:
    made = desk()
    made.expects_failures = True
    live.sos("demo-tgd-2")
    page = made.sign_in()
    banner = page.locator("#banner")
    live.db.execute("UPDATE accounts_user SET must_change_password = true WHERE username = 'operatrice'")
    try:
        page.click(".take")
        expect(banner).to_contain_text("un mot de passe à vous")
        assert banner.locator("a").get_attribute("href") == "/console/back"
        expect(page.locator(ROW)).to_have_count(1)
    finally:
        live.db.execute("UPDATE accounts_user SET must_change_password = false WHERE username = 'operatrice'")
    expect(banner).to_contain_text("La ligne est rétablie")
    refuse(page, "second_factor")
    page.evaluate("egide.line.source.dispatchEvent(new Event('error'))")
    expect(banner).to_contain_text("second facteur")
    expect(page.locator(ROW)).to_have_count(1)
    page.unroute_all()
    expect(banner).to_contain_text("La ligne est rétablie")
    page.click(".take")
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")


def test_an_act_that_asks_who_sits_here_says_so_and_the_rest_goes_on(desk: Desks, live: Scene) -> None:
    made = desk()
    made.expects_failures = True
    live.sos("demo-tgd-2")
    page = made.sign_in()
    asked: list[str] = []

    def once(route: Route) -> None:
        asked.append(route.request.url)
        body = json.dumps({"reason": "confirm", "message": "Confirmez d’abord que c’est vous."})
        route.fulfill(status=401, body=body, content_type="application/json")

    page.route("**/take", once, times=1)
    page.click(".take")
    banner = page.locator("#banner")
    expect(banner).to_contain_text("Confirmez d’abord que c’est vous.")
    expect(page.locator("#line[data-state=live]")).to_be_visible()
    # Another token alone is no reason to fail either.
    made.context.add_cookies([{"name": "csrftoken", "value": "x" * 32, "url": made.server.address}])
    page.click(".take")
    expect(page.locator(".owner-line")).to_contain_text("Vous l’avez pris en charge")
    expect(banner).to_be_hidden()
    assert len(asked) == 1
    # A server that does not answer takes no word away either.
    page.route("**/do", lambda route: route.abort(), times=1)
    page.keyboard.press("n")
    page.keyboard.type("Voisin présent.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#dialog [role=alert]")).to_contain_text("n’a pas confirmé")
    assert page.input_value("#dialog textarea") == "Voisin présent."
    page.locator("#dialog textarea").press("Control+Enter")
    expect(page.locator("#dialog")).to_be_hidden()
    expect(page.locator("#timeline")).to_contain_text("Voisin présent.")
