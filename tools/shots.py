"""Screenshots of every page in both themes and three widths, of a web process with a scene of its own.

Everything goes to test-results/shots/ to be looked at; the few that the documentation shows are copied to
docs/. Fictional people only: the demo's, and a scene of this file.

    make shots
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from math import sin
from pathlib import Path

import psycopg
from playwright.sync_api import Browser, Page, sync_playwright
from playwright.sync_api import TimeoutError as Late

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.web.conftest import Server, manage  # noqa: E402
from tests.web.scene import Scene  # noqa: E402

from egide.cluster import Cluster  # noqa: E402
from egide.core.geodesy import destination  # noqa: E402
from egide.log.migrate import migrate  # noqa: E402

ALL = ROOT / "test-results" / "shots"
SHOWN = ROOT / "docs"
FOR_THE_DOCUMENTATION = {
    "room-dark-1366": "room",
    "room-light-1366": "room-light",
    "room-dark-360": "room-phone",
    "case-light-1366": "case",
}
SIZES = ((1366, 768), (1024, 768), (360, 740))
THEMES = ("dark", "light")
# Pages of the file: a name, whose desk, which story (empty: none), what follows the story's address.
FILE_PAGES = (
    ("story", "", "", "/file/story"),
    ("home-association", "intervenante", "", "/file/"),
    ("case", "intervenante", "two_children", ""),
    ("contact", "intervenante", "stranger", "/do/contact"),
    ("danger", "intervenante", "stranger", "/danger"),
    ("evaluation", "intervenante", "stranger", "/do/evaluation"),
    ("home-prosecutor", "procureure", "", "/file/"),
    ("to-decide", "procureure", "", "/file/to-decide"),
    ("decide", "procureure", "husband", "/decide"),
    ("case-prosecutor", "procureure", "two_children", ""),
    ("stock", "greffiere", "", "/file/phones"),
    ("report", "enquetrice", "", "/file/report"),
    ("report-sign", "enquetrice", "", "/file/report?sign"),
    ("emergency", "salle17", "", "/file/emergency"),
    ("account", "intervenante", "", "/account/"),
    ("district", "procureure", "", "/file/district"),
    ("order", "greffiere", "two_children", "/do/order"),
    ("exchange", "greffiere", "two_children", "/do/exchange"),
    ("home-operator", "teleassistante", "", "/file/"),
    ("home-technician", "technicien", "", "/file/"),
    ("case-operator", "teleassistante", "two_children", ""),
    ("cases-judge", "juge", "", "/file/cases"),
    ("case-judge", "juge", "two_children", ""),
)
SQUARE = (47.3215, 5.0415)  # a public square of Dijon


def play(scene: Scene) -> None:
    """A busy quarter of an hour."""
    for n in range(30):
        lat, lon = destination(*SQUARE, 60, 2450 - n * 55)
        scene.at("demo-bracelet-1", lat + 0.0004 * sin(n / 3), lon, 15, (29 - n) * 5)
        scene.at("demo-box-1", SQUARE[0] + n * 1e-5, SQUARE[1] + n * 2e-5, 8, (29 - n) * 5 + 1)
    scene.level(1, "clear", "pre_alert", 1950, ago_s=100)
    scene.level(1, "pre_alert", "alert", 980, ago_s=8)
    scene.at("demo-box-4", 47.356, 5.044, 25, 6)
    scene.at("demo-bracelet-4", 47.28, 5.01, 20, 4)
    scene.level(4, "clear", "pre_alert", 8900, moved="both", ago_s=45)
    scene.sos("demo-tgd-2", ago_s=20)
    scene.technical("demo-bracelet-5", "strap", 40, ago_s=800)
    scene.at("demo-box-6", 47.30, 5.13, 30, 13)
    scene.at("demo-bracelet-6", 47.20, 5.2, 60, 400)
    scene.possible(6, ago_s=150)


@contextmanager
def stage() -> Iterator[Server]:
    """A database, the demo in it, and a web process."""
    folder = Path(tempfile.mkdtemp(prefix="egide-shots-"))
    folder.chmod(0o711)
    home = folder / "home"
    home.mkdir()
    try:
        with Cluster(folder / "pg", fsync=False) as cluster:
            url = cluster.create_database("shots")
            migrate(url)
            manage(url, home, "migrate", "--verbosity", "0")
            manage(url, home, "demo")
            server = Server(url, home)
            server.start()
            try:
                yield server
            finally:
                server.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def shoot(page: Page, server: Server, theme: str, width: int) -> None:
    """The pages of one theme and width."""

    def keep(name: str) -> None:
        page.screenshot(path=ALL / f"{name}-{theme}-{width}.png", full_page=width < 760)

    page.add_init_script(f"localStorage.setItem('egide-theme-room', '{theme}')")
    page.add_init_script(f"localStorage.setItem('egide-theme-file', '{theme}')")
    page.goto(f"{server.address}/console/")
    keep("sign-in")
    page.fill("#id_username", "operatrice")
    page.fill("#id_password", server.logins["operatrice"])
    page.press("#id_password", "Enter")
    page.wait_for_selector("#room[data-drawn=map]", timeout=60_000)
    keep("list")
    page.locator("#list .row", has_text="0001").last.click()
    page.wait_for_selector(".apart", timeout=20_000)
    page.wait_for_timeout(1500)
    keep("room")
    page.keyboard.press("Enter")
    page.wait_for_selector(".next .phone, [data-key=close]")
    page.wait_for_timeout(500)
    keep("taken")
    page.keyboard.press("c")
    # An alert is not closed while its level stands: then there is nothing to picture.
    with suppress(Late):
        page.wait_for_selector("#dialog[open]", timeout=3000)
        keep("closing")
        page.keyboard.press("Escape")
        page.wait_for_selector("#dialog", state="hidden")
    page.keyboard.press("?")
    page.wait_for_selector("#dialog[open]")
    keep("keys")


def shoot_file(browser: Browser, server: Server, theme: str, width: int, height: int) -> None:
    """The pages of the file, each at the desk it is for, in one theme and width."""
    desks: dict[str, Page] = {}
    for name, login, story, tail in FILE_PAGES:
        if login not in desks:
            context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
            context.add_init_script(f"localStorage.setItem('egide-theme-file', '{theme}')")
            desks[login] = context.new_page()
            if login:
                desks[login].goto(f"{server.address}/file/story")
                with desks[login].expect_navigation():  # operators are led to the room, everybody else to /file/
                    desks[login].locator(f"form:has([value={login}]) button").last.click()
        page = desks[login]
        page.goto(f"{server.address}{tail if not story else case_of(server, story) + tail}")
        page.screenshot(path=ALL / f"{name}-{theme}-{width}.png", full_page=width < 760)
    for page in desks.values():
        page.context.close()


def case_of(server: Server, story: str) -> str:
    """The address of a story's case."""
    with psycopg.connect(server.database_url) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        rows = connection.execute(
            "SELECT c.public_id FROM cases_case c JOIN agencies_jurisdiction j ON j.id = c.jurisdiction_id"
            " WHERE j.code = 'valombre' ORDER BY c.id LIMIT 3"
        ).fetchall()
    return f"/file/cases/{rows[('two_children', 'husband', 'stranger').index(story)][0]}"


def main() -> None:
    """Takes them all."""
    ALL.mkdir(parents=True, exist_ok=True)
    with stage() as server, sync_playwright() as playwright:
        chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for theme in THEMES:
            for width, height in SIZES:
                with psycopg.connect(server.database_url, autocommit=True) as connection:
                    scene = Scene(connection)
                    scene.clean()
                    connection.execute("UPDATE monitor_lease SET renewed_at = 'infinity'")
                    play(scene)
                context = browser.new_context(viewport={"width": width, "height": height})
                shoot(context.new_page(), server, theme, width)
                context.close()
                shoot_file(browser, server, theme, width, height)
        browser.close()
    for name, shown in FOR_THE_DOCUMENTATION.items():
        shutil.copyfile(ALL / f"{name}.png", SHOWN / f"{shown}.png")
    print(f"{len(list(ALL.glob('*.png')))} screenshots in {ALL.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
