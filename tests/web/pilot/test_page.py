"""The pilot phone's page: neutral, installable, and honest about what has arrived."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, Page, Route, expect

from egide.cluster import Cluster
from tests.gateway.conftest import GatewayThread
from tests.web.conftest import Server, environment

KEY = "a key of the tests that opens nothing anywhere"


@pytest.fixture
def client(settings: Any) -> Client:
    """Somebody's browser. The page needs no database, so none may be asked."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tests.")]
    return Client()


def test_the_page_says_that_it_is_a_pilot_and_is_called_something_else(client: Client) -> None:
    said = client.get("/carnet/").content.decode()
    assert "ceci n’est pas un TGD" in said
    assert re.search(r"<title>(.*)</title>", said)[1] == "Carnet"  # type: ignore[index]
    assert [said.index(n) for n in ("tel:17", "sms:114", "tel:112")] == sorted(
        said.index(n) for n in ("tel:17", "sms:114", "tel:112")
    )
    told = json.loads(client.get("/carnet/manifest.webmanifest").content)
    assert told["name"] == told["short_name"] == "Carnet"
    assert told["display"] == "standalone"
    assert not re.search("gide|danger|police|alert", json.dumps(told).lower())


def test_only_this_page_may_ask_where_the_phone_is(client: Client) -> None:
    assert "geolocation=(self)" in client.get("/carnet/").headers["Permissions-Policy"]
    assert "geolocation=()" in client.get("/livez").headers["Permissions-Policy"]


def test_who_brings_no_key_finds_nothing(client: Client) -> None:
    assert client.post("/carnet/send", "{}", content_type="application/json").status_code == 404
    assert client.get("/carnet/send").status_code == 405


def test_a_gateway_that_does_not_answer_is_never_called_received(client: Client, settings: Any) -> None:
    from egide.settings import Settings

    settings.EGIDE = Settings({"EGIDE_GATEWAY_URL": "http://127.0.0.1:1"})
    answer = client.post("/carnet/send", "{}", content_type="application/json", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()) == (503, {"received": False})
    long = "x" * 3000
    answer = client.post("/carnet/send", long, content_type="application/json", headers={"Authorization": "Bearer x"})
    assert (answer.status_code, answer.json()) == (400, {"received": False})


class Pilot(Server):
    """A web process that knows where its gateway is."""


@pytest.fixture(scope="module")
def pilot(cluster: Cluster, _full_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pilot]:
    """The page's server and its gateway, over a registry with one pilot phone."""
    server = Pilot(cluster.create_database("pilot", template=_full_template), tmp_path_factory.mktemp("pilot"))
    with psycopg.connect(server.database_url, autocommit=True) as db:
        db.execute(
            "INSERT INTO registry_device (identifier, kind, key_hash, status) VALUES ('carnet-1', 'pilot_phone', %s, 'issued')",
            (hashlib.sha256(KEY.encode()).digest(),),
        )
    gateway = GatewayThread(server.database_url)
    gateway.wait_ready()
    there = environment(server.database_url, server.home) | {"EGIDE_GATEWAY_URL": gateway.url}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.web.conftest.environment", lambda *_: there)
        server.start()
    yield server
    server.kill()
    gateway.stop()


def opened(browser: Browser, pilot: Pilot, **more: Any) -> Page:
    """The page on a phone that was set up by a link whose fragment never leaves it."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="fr-FR", **more)
    page = context.new_page()
    page.goto(f"{pilot.address}/carnet/#id=carnet-1&key={KEY}")
    expect(page.locator("#press")).to_be_enabled()
    assert "#" not in page.url
    return page


def hold(page: Page, ms: int = 2300) -> None:
    page.locator("#press").scroll_into_view_if_needed()
    box = page.locator("#press").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(ms)
    page.mouse.up()


@pytest.mark.browser
def test_received_is_said_after_the_gateway_has_it_on_disk_and_the_position_only_with_consent(
    browser: Browser, pilot: Pilot
) -> None:
    asked: list[str] = []
    page = opened(browser, pilot, permissions=["geolocation"], geolocation={"latitude": 48.5, "longitude": 2.5})
    page.on("request", lambda request: asked.append(request.post_data or "") if request.method == "POST" else None)
    hold(page, 500)
    expect(page.locator("#state")).to_have_text("Maintenez plus longtemps.")
    assert asked == [], "a short press sends nothing"
    hold(page)
    expect(page.locator("#state")).to_contain_text("Reçu par la plateforme", timeout=9000)
    with psycopg.connect(pilot.database_url) as db:
        logged = db.execute("SELECT count(*) FROM log_frame WHERE source LIKE 'gateway%'").fetchone()
    assert logged is not None
    assert logged[0] >= 1
    assert asked
    assert not any("latitude" in body for body in asked), "nobody has agreed"
    page.click("#options summary")
    page.check("#where")
    lost: list[str] = []

    def loses_the_first_position(route: Route) -> None:
        if "latitude" in (route.request.post_data or "") and not lost:
            lost.append("the first")
            route.abort()
        else:
            route.continue_()

    page.route("**/carnet/send", loses_the_first_position)
    hold(page)
    for _ in range(150):
        if len(asked) >= 4:
            break
        page.wait_for_timeout(100)
    told = [json.loads(body)["location"] for body in asked]
    assert [("coords" in one, "extras" in one) for one in told][-3:] == [(False, True), (True, False), (True, False)]
    page.context.close()


@pytest.mark.browser
def test_an_alert_that_does_not_arrive_fills_the_screen_with_numbers_that_need_no_internet(
    browser: Browser, pilot: Pilot
) -> None:
    page = opened(browser, pilot)
    page.clock.install()
    page.route("**/carnet/send", lambda route: route.fulfill(status=200, body="<html>Bienvenue à l’hôtel</html>"))
    page.keyboard.press("Tab")
    page.locator("#press").focus()
    page.keyboard.down("Enter")
    page.clock.run_for(2100)
    page.keyboard.up("Enter")
    expect(page.locator("#state")).to_have_text("Envoi…")
    page.clock.run_for(10100)
    expect(page.locator("#lost")).to_be_visible()
    links = page.locator("#lost a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
    assert links == ["tel:17", "sms:114", "tel:112"]
    box = page.locator("#lost").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (360, 740)
    assert "Reçu" not in page.locator("#state").inner_text()
    assert [v["id"] for v in Axe().run(page).response["violations"] if v["impact"] in ("serious", "critical")] == []
    page.screenshot(path=str(pilot.home / "lost.png"))
    page.context.close()


@pytest.mark.browser
def test_the_page_opens_without_a_network_speaks_english_and_leaves_at_once(browser: Browser, pilot: Pilot) -> None:
    page = opened(browser, pilot)
    page.wait_for_function("navigator.serviceWorker.ready.then((one) => one.active?.state === 'activated')")
    found = Axe().run(page).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    page.screenshot(path=str(pilot.home / "ready.png"))
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("#press")).to_be_enabled()
    page.click("#language")
    expect(page.locator("#press")).to_contain_text("Alert")
    assert page.locator("html").get_attribute("lang") == "en"
    page.context.set_offline(False)
    page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="elsewhere"))
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.wikipedia.org/")
    page.context.close()
