"""A security key in Debian's Chromium, with the browser's own virtual authenticator: made, asked for, enough alone.

One journey, because a browser and a web process are dear: every step stands on the one before.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.test import override_settings
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from tests.web.accounts.helping import secret_on, shown
from tests.web.conftest import SECRET, Server

pytestmark = pytest.mark.browser

NAME, PASSWORD = "clef", "four words nobody says"
TWO_WIDTHS = ((390, 844), (1366, 768))
expect.set_options(timeout=15_000)


@pytest.fixture
def context(browser: Browser, server: Server) -> Iterator[BrowserContext]:
    with psycopg.connect(server.database_url, autocommit=True) as db:
        db.execute(
            "INSERT INTO accounts_user (username, password, first_name, last_name, email, is_superuser, is_staff,"
            " is_active, date_joined) VALUES (%s, %s, '', '', '', false, false, true, now())"
            " ON CONFLICT (username) DO UPDATE SET password = excluded.password",
            [NAME, make_password(PASSWORD)],
        )
        made = browser.new_context(viewport={"width": 390, "height": 844}, base_url=f"http://localhost:{server.port}")
        yield made
        made.close()
        for table, column in (("mfa_authenticator", "user_id"), ("accounts_signedin", "user_id")):
            db.execute(f"DELETE FROM {table} WHERE {column} = (SELECT id FROM accounts_user WHERE username = '{NAME}')")
        db.execute("DELETE FROM accounts_loginfailure")


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    made = context.new_page()
    complaints: list[str] = []
    made.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    made.on("pageerror", lambda error: complaints.append(str(error)))
    yield made
    assert complaints == []


def a_key(page: Page) -> tuple[CDPSession, str]:
    """Plugs a virtual key in that knows its holder."""
    line = page.context.new_cdp_session(page)
    line.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "usb", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    return line, line.send("WebAuthn.addVirtualAuthenticator", {"options": options})["authenticatorId"]


def sign_in(page: Page) -> None:
    page.goto("/sign-in/?next=/account/")
    page.fill("#id_username", NAME)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")


def sign_out(page: Page) -> None:
    page.goto("/account/")
    page.click("text=Se déconnecter")
    expect(page.locator("#id_username")).to_be_visible()


def looked_at(page: Page, name: str) -> None:
    """The page holds on a phone and on a desk, axe finds nothing serious; pictures where somebody asked for them."""
    for width, height in TWO_WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is too wide at {width}"
        if folder := os.environ.get("EGIDE_TEST_SHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], name


def test_a_key_is_added_asked_for_and_enough_alone(page: Page, server: Server) -> None:
    line, key = a_key(page)
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Mon compte")
    looked_at(page, "mine-empty")

    # Added, with recovery codes
    page.click("text=Ajouter une clé")
    looked_at(page, "add-key")
    page.fill("#id_name", "Clé grise")
    page.check("#id_alone")
    page.click("text=Ajouter cette clé")
    expect(page.locator(".codes li")).to_have_count(10)
    looked_at(page, "codes")
    page.goto("/account/")
    expect(page.locator("#factors")).to_contain_text("Clé grise")
    expect(page.locator("#factors")).to_contain_text("connecte à elle seule")
    looked_at(page, "mine-with-key")
    assert len(line.send("WebAuthn.getCredentials", {"authenticatorId": key})["credentials"]) == 1

    # Asked for after the password
    sign_out(page)
    sign_in(page)
    expect(page.locator("h1")).to_have_text("Deuxième étape")
    looked_at(page, "second")
    page.click("text=Utiliser ma clé")
    expect(page.locator("h1")).to_have_text("Mon compte")

    # Enough alone
    sign_out(page)
    page.goto("/sign-in/?next=/account/")
    looked_at(page, "sign-in")
    page.click("text=Se connecter avec une clé seule")
    expect(page.locator("h1")).to_have_text("Mon compte")
    assert urlsplit(page.url).path == "/account/"

    # A grave act later on asks for it again, and goes on where it was
    with psycopg.connect(server.database_url, autocommit=True) as db:
        db.execute("UPDATE accounts_user SET must_change_password = true WHERE username = %s", [NAME])
    page.goto("/")
    expect(page.locator("h1")).to_have_text("Changer le mot de passe")
    looked_at(page, "password")
    with psycopg.connect(server.database_url, autocommit=True) as db:
        db.execute("UPDATE accounts_user SET must_change_password = false WHERE username = %s", [NAME])
    grow_old(server)
    page.goto("/account/factors/app")
    expect(page.locator("h1")).to_have_text("Est-ce bien vous ?")
    looked_at(page, "confirm")
    page.click("text=Utiliser ma clé")
    expect(page.locator("h1")).to_have_text("Ajouter une application à codes")
    looked_at(page, "add-app")
    page.fill("#id_code", shown(secret_on(page.content())))
    page.press("#id_code", "Enter")
    expect(page.locator("#factors")).to_contain_text("Application à codes de six chiffres")

    # A key that belongs to nobody here
    sign_out(page)
    line.send("WebAuthn.removeVirtualAuthenticator", {"authenticatorId": key})
    with psycopg.connect(server.database_url, autocommit=True) as db:
        db.execute("DELETE FROM mfa_authenticator")
    a_key(page)
    page.click("text=Se connecter avec une clé seule")
    expect(page.locator("[data-key-failed]")).to_be_visible()
    looked_at(page, "no-key")


def grow_old(server: Server) -> None:
    """It was last certain who sits there an hour ago, in every session."""
    with psycopg.connect(server.database_url, autocommit=True) as db, override_settings(SECRET_KEY=SECRET):
        for key, data in db.execute("SELECT session_key, session_data FROM django_session").fetchall():
            store = SessionStore()
            kept = store.decode(data)
            if "egide.fresh" in kept:
                kept["egide.fresh"] -= 3600
                db.execute(
                    "UPDATE django_session SET session_data = %s WHERE session_key = %s", [store.encode(kept), key]
                )
