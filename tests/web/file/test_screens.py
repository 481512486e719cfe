"""The file's pages in Debian's Chromium: nothing serious for axe, nothing wider than a phone, a decision by keys alone."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from egide.cluster import Cluster
from egide.web import permissions
from tests.web.conftest import Server, environment

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not hasattr(permissions, "lens_for"), reason="the lens is not there yet"),
]

PASSWORD = "a password of the tests, for people who do not exist"
LAY = """
import django; django.setup()
from django.db import transaction
from tests.web.file.world import evaluated, world
with transaction.atomic():
    built = evaluated(world())
    for name in ("worker", "prosecutor"):
        user = getattr(built, name)
        user.username = name
        user.set_password({password!r})
        user.save()
print(built.case.public_id)
"""


@pytest.fixture(scope="module")
def file_server(cluster: Cluster, web_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process over a district at work; its case's address stands in `home/case.json`."""
    home = tmp_path_factory.mktemp("file")
    server = Server(cluster.create_database("web_file", template=web_template), home)
    done = subprocess.run(
        [sys.executable, "-c", LAY.format(password=PASSWORD)],
        env=environment(server.database_url, home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (home / "case.json").write_text(json.dumps(done.stdout.split()[-1]))
    server.start()
    yield server
    server.kill()


def case_of(server: Server) -> str:
    return f"/file/cases/{json.loads((server.home / 'case.json').read_text())}"


def sign_in(page: Page, server: Server, username: str) -> None:
    page.goto(f"{server.address}/sign-in/")
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/file/")


# The light theme on a desk is seen on every page (tests/web/test_accessibility.py).
@pytest.mark.parametrize(("theme", "width"), [("dark", 360), ("dark", 1366), ("light", 360)])
def test_no_page_has_a_serious_barrier_or_is_wider_than_the_screen(
    browser: Browser, file_server: Server, theme: str, width: int
) -> None:
    case = case_of(file_server)
    for user, paths in (
        ("worker", ("/file/", case, f"{case}/do/contact", f"{case}/danger", "/file/report")),
        ("prosecutor", ("/file/to-decide", f"{case}/decide")),
    ):
        context = browser.new_context(viewport={"width": width, "height": 768})
        context.add_init_script(f"localStorage.setItem('egide-theme-file', '{theme}')")
        page = context.new_page()
        sign_in(page, file_server, user)
        for path in paths:
            page.goto(file_server.address + path)
            assert page.locator("html").get_attribute("data-theme") == theme
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            found = Axe().run(page).response["violations"]
            assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == [], path
        context.close()


def test_a_prosecutor_decides_by_keyboard_alone(browser: Browser, file_server: Server) -> None:
    context = browser.new_context(viewport={"width": 1366, "height": 768})
    page = context.new_page()
    sign_in(page, file_server, "prosecutor")
    page.goto(f"{file_server.address}{case_of(file_server)}/decide")

    def tab_to(selector: str) -> None:
        for _ in range(80):
            page.keyboard.press("Tab")
            if page.evaluate("selector => document.activeElement?.matches(selector)", selector):
                return
        raise AssertionError(f"the Tab key never reaches {selector}")

    tab_to("[name=what]")
    page.keyboard.press("Space")
    tab_to("[name=reasons]")
    page.keyboard.type("Danger avéré et imminent.")
    tab_to("form.file-form button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url("**#measure")
    assert "attribué" in page.locator("[role=status]").first.inner_text()
    context.close()
