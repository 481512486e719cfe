"""A TGD from the first report to the last erasure, in Debian's Chromium, each step at the screen of whoever owns it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page

from egide.cluster import Cluster
from tests.web.conftest import Server, environment

pytestmark = pytest.mark.browser

PASSWORD = "a password of the tests, for people who do not exist"
LAY = """
import django; django.setup()
from django.db import transaction
from tests.web.cases import world
with transaction.atomic():
    built = world.world()
    for role, actor in built.actors.items():
        actor.user.username = role.value
        actor.user.set_password({password!r})
        actor.user.save()
"""


@pytest.fixture(scope="module")
def district(cluster: Cluster, web_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A web process over a district with everybody in it and no case."""
    home = tmp_path_factory.mktemp("path")
    server = Server(cluster.create_database("web_path", template=web_template), home)
    done = subprocess.run(
        [sys.executable, "-c", LAY.format(password=PASSWORD)],
        env=environment(server.database_url, home), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    server.start()
    yield server
    server.kill()
    said = (home / "web.log").read_text()
    assert "Traceback" not in said, said


class Screen:
    """One role at a screen of its own, signed in once."""

    def __init__(self, browser: Browser, server: Server, role: str) -> None:
        self.server = server
        self.case = ""
        self.page: Page = browser.new_context(viewport={"width": 1366, "height": 768}, locale="fr-FR").new_page()
        self.page.goto(f"{server.address}/sign-in/")
        self.page.fill("#id_username", role)
        self.page.fill("#id_password", PASSWORD)
        self.page.press("#id_password", "Enter")
        self.page.wait_for_url("**/file/")

    def look(self) -> str:
        """Opens the case and answers its words."""
        self.page.goto(self.server.address + self.case)
        return self.words()

    def words(self) -> str:
        """What the page says, with plain spaces."""
        return re.sub(r"\s+", " ", self.page.inner_text("main"))

    def do(self, slug: str, **answers: Any) -> str:
        """Follows the link of an act on the case page, fills in its form, sends it; answers what comes then."""
        link = self.page.locator(f"a[href*='/do/{slug}']")
        if self.case not in self.page.url or "/do/" in self.page.url or link.count() == 0:
            self.look()  # somebody else may have acted since the page was drawn
        self.press(link.first)
        return self.send(**answers)

    def send(self, **answers: Any) -> str:
        """Fills in the form of the page and sends it; answers what the next page says, what was done first."""
        for name, value in answers.items():
            self.answer(name, value)
        self.press("form.file-form button.primary")
        assert self.page.locator("[role=alert]").count() == 0, self.page.inner_text("[role=alert]") + self.words()
        return self.words()

    def press(self, what: str | Locator) -> None:
        """Presses a link or a button, and waits for the page it leads to."""
        found = self.page.locator(what) if isinstance(what, str) else what
        with self.page.expect_navigation():
            found.click()

    def answer(self, name: str, value: Any) -> None:
        """Fills in one field as a hand would."""
        field = self.page.locator(f"form.file-form [name='{name}']")
        kind = field.first.evaluate("one => one.type")
        if kind == "radio":
            self.page.locator(f"form.file-form [name='{name}'][value='{value}']").check()
        elif kind == "checkbox":
            field.first.set_checked(bool(value))
        elif kind == "select-one":
            field.select_option(value)
        else:
            field.fill(value)


def test_a_tgd_goes_from_the_first_report_to_the_last_erasure_through_the_screens(
    browser: Browser, district: Server
) -> None:
    now = datetime.now(ZoneInfo("Europe/Paris"))
    today = now.date().isoformat()
    roles = (
        "prosecutor", "prosecutor_clerk", "association_worker", "operator_tgd", "police_dispatcher", "technician",
    )  # fmt: skip
    desks = {role: Screen(browser, district, role) for role in roles}
    prosecutor, clerk, worker, operator, police, technician = desks.values()

    # A report reaches the prosecution office; the prosecutor mandates the association.
    clerk.page.goto(f"{district.address}/file/report")
    clerk.send(
        given_name="Maëlle", family_name="Trévidic", phone="06 39 98 10 10", phone_is_safe="yes", reporter="relative",
        channel="phone", narrative="Sa mère dit qu’il l’attend chaque soir.", respondent_known=True, link="former_spouse",
        violence="yes", cohabitation="no", children="Nolwenn\nEwen",
    )  # fmt: skip
    case = re.search(r"/file/cases/[0-9a-f-]+", clerk.page.url)
    assert case is not None
    for desk in desks.values():
        desk.case = case[0]
    assert "Trévidic" not in clerk.page.title()
    prosecutor.page.goto(f"{district.address}/file/")
    prosecutor.press(prosecutor.page.locator(f"a[href='{case[0]}']").first)
    assert "saisie" in prosecutor.do("mandate", sure=True)

    # The association meets the person; what is known grows.
    worker.do("acknowledge")
    worker.do("contact", outcome="reached", channel=_first(worker, "contact", "channel"))
    later = (now + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    worker.do("appointment", at=later, place="Maison du droit", confidential_room="yes")
    worker.do(
        "interview",
        interview=_first(worker, "interview", "interview"),
        confidential_room="yes",
        phone_left_outside="yes",
    )
    worker.do("statement", nature="said", text="« Il a dit qu’il me tuerait. »", date_words="dimanche", source="elle")
    worker.do("rules", agreed_opening_phrase="C’est la pharmacie", duress_word="cannelle")
    worker.do("expression", french_level="fluent")
    worker.do("address", kind="home", text="17 rue de Nulle-Part")
    assert "dissimulée" in worker.look()
    worker.page.goto(f"{district.address}{case[0]}/danger")
    worker.press("form.file-form button.primary")
    for answers in ({"P01": "yes", "P02": "yes"}, {"R01": "yes", "R01_by": "relative"}, {}):
        for name in [n for n in answers if n.endswith("_by")]:
            worker.page.locator(f"details:has([name='{name}']) summary").click()
        worker.send(**answers)
    worker.send()
    worker.do("end-interview")
    for kind in ("tgd", "tgd_geolocation", "police_sheets"):
        worker.do("consent", kind=kind, given_now="yes", signed_on=today, copy_handed_on=today)
    worker.do("situation", serious_danger="yes", imminent_danger="yes")

    # The evaluation saves itself while it is written, and its writer is never in her own way.
    worker.press(worker.page.locator("a[href*='/do/evaluation']").first)
    worker.page.locator("[name=facts]").press_sequentially("Deux plaintes, un certificat.")
    worker.page.locator(".saved", has_text="Enregistré").wait_for()
    assert "enregistrée" in worker.send(statements="« Il m’attend. »", opinion="Danger imminent.", proposes_tgd="yes")
    worker.do("send-evaluation", sure=True)

    # Decision, announcement, sheets, hand-over.
    prosecutor.page.goto(f"{district.address}/file/to-decide")
    prosecutor.press(prosecutor.page.locator(f"a[href='{case[0]}']").first)
    prosecutor.do("order", frame="judicial_supervision", decided_on=today, starts_on=today, until_lifted=True)
    prosecutor.look()
    prosecutor.press(prosecutor.page.locator(f"a[href='{case[0]}/decide']").first)
    assert "attribué" in prosecutor.send(what="attribute", reasons="Danger grave, interdiction prononcée.")
    worker.do("told", channel="0")
    for _ in range(3):
        clerk.do("sheet")
    for partner in (operator, police, worker):
        partner.do("sheet-received")
    clerk.do(
        "hand-over", phone=_first(clerk, "hand-over", "phone"), place="Tribunal", accompanied_by="L’association",
        tested_with_platform=True, rules_explained=True,
    )  # fmt: skip
    assert "Téléphone en service" in clerk.look()

    # Meanwhile: a test, a step, the summary, the renewal.
    operator.do("test", worked="yes")
    worker.do("step", domain="housing", what="Demande de logement")
    worker.do("summary", text="Un logement est demandé ; la peur reste.")
    prosecutor.do("renew", reasons="Le danger demeure.")
    assert "renouvelé 1" in prosecutor.words()
    worker.do("told", channel="0")

    # The end: decided, told, given back, erased. Until it is back, the phone rings.
    assert "sonne jusqu’à la restitution" in prosecutor.do(
        "withdraw", ground="danger_ceased", reasons="Il a quitté le pays."
    )
    assert "L’alarme sonne toujours" in worker.look()
    worker.do("told", channel="0")
    worker.do("return", association_present="L’association")
    assert "Attestation de restitution" in prosecutor.look()
    technician.page.goto(f"{district.address}/file/phones")
    technician.press("a[href='/file/phones/add']")
    technician.press(technician.page.locator("li", has_text="à effacer").locator("a"))
    for act in ("received", "phone-erased", "provider-erased", "shelf"):
        technician.press(f"button[name=act][value='{act}']")
        assert technician.page.locator("[role=alert]").count() == 0, technician.words()
    assert "disponible" in technician.words()

    # The archive names what is still open, each with its link; whoever owes it says what came of it; then it is closed.
    prosecutor.press(_archive(prosecutor))
    prosecutor.answer("words", "Le danger a cessé, tout est rendu et effacé.")
    prosecutor.press("form.file-form button.primary")
    told = prosecutor.words()
    assert "Proposer un examen médical" in told
    assert "Vérifier les armes" in told
    prosecutor.press(prosecutor.page.locator("a", has_text="Voir cette tâche").first)
    assert prosecutor.page.locator("li:target").count() == 1
    for desk, step in ((worker, "examen médical"), (prosecutor, "les armes")):
        desk.look()
        desk.press(desk.page.locator("#due li", has_text=step).locator("a", has_text="C’est fait"))
        desk.send(outcome="Proposé et fait.")
    assert "archivé" in prosecutor.do("archive", words="Le danger a cessé, tout est rendu et effacé.")
    assert "Trévidic Archivé" in prosecutor.look()
    assert worker.page.goto(f"{district.address}{case[0]}").status == 404  # type: ignore[union-attr]


def _archive(desk: Screen) -> Locator:
    """The link that archives the case, on its page."""
    desk.look()
    return desk.page.locator("a[href*='/do/archive']").first


def _first(desk: Screen, slug: str, name: str) -> str:
    """The first choice of a field of an act's form."""
    desk.page.goto(f"{desk.server.address}{desk.case}/do/{slug}")
    return desk.page.locator(f"form.file-form [name='{name}']").first.get_attribute("value") or ""
