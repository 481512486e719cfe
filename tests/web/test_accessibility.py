"""Every HTML page, as somebody whose page it is: axe finds nothing serious, a phone shows it whole, keys alone are enough.

Pages are found, not listed: a new address is visited as soon as it exists. One of the file fails here until it has a sample
or stands among those that are no page; another is visited where it takes no parameter and answers one of the desks. One browser and one web process for all of them, over the demo's stories.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from egide.cluster import Cluster
from egide.web.cases.demo_file import STORIES
from egide.web.file.acting import FORMS
from tests.web.conftest import Server
from tests.web.scene import Scene

pytestmark = pytest.mark.browser

# No page: what answers something else than HTML, only takes what is posted, or sends elsewhere.
# Forms of a stage in which none of the cases looked at stands; they are of the one template all acts have.
ANOTHER_STAGE = {"keep-position"}  # after an alarm whose positions are not erased yet
NO_PAGE = {
    "", "sign-out/", "language/", "livez", "readyz", "console/state", "console/training/state", "console/open", "console/open/find", "console/shift", "console/stream", "console/incidents/<uuid:public_id>",
    "console/incidents/<uuid:public_id>/take", "console/incidents/<uuid:public_id>/close", "file/act-as", "file/search",
    "console/training/begin", "console/training/end", "console/training/shift", "console/painted",
    "file/story/enter", "file/cases/<uuid:public_id>/photo", "documents/<uuid:public_id>/", "documents/cases/<uuid:public_id>/<slug:slug>",
}  # fmt: skip
DESKS = ("", "intervenante", "procureure", "greffiere", "technicien", "operatrice")  # "": nobody is signed in
WIDTHS = (1366, 360)
EVERY = os.environ.get("WALK") == "all"
FORMS_SHARE = 6  # the suite looks at one form of an act in so many, make walk at all of them
RULES = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture(scope="module")
def server(cluster: Cluster, whole_demo_template: str, whole_demo_home: Path) -> Iterator[Server]:
    """A web process over the whole demo: its stories have something for every page."""
    running = Server(cluster.create_database("web_walked", template=whole_demo_template), whole_demo_home)
    running.start()
    yield running
    running.kill()


@pytest.fixture(scope="module")
def desks(browser: Browser, server: Server) -> Iterator[dict[str, BrowserContext]]:
    """A browser for each desk, signed in by the one click of the demo's start page."""
    found = {}
    for login in DESKS:
        context = browser.new_context(viewport={"width": WIDTHS[0], "height": 768}, reduced_motion="reduce")
        context.add_init_script("localStorage.setItem('egide-theme-file', 'light')")
        found[login] = context
        if login:
            page = context.new_page()
            page.goto(f"{server.address}/file/story")
            page.locator(f"form:has([value={login}]) button").last.click()
            page.wait_for_url(re.compile("/(file|console)/"))
            page.close()
    yield found
    for context in found.values():
        context.close()


@pytest.fixture(scope="module")
def samples(server: Server) -> dict[str, str]:
    """What stands for each parameter of an address: the case at the decision, a phone, a draft."""
    with psycopg.connect(server.database_url) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        rows = connection.execute(
            "SELECT c.public_id FROM cases_case c JOIN agencies_jurisdiction j ON j.id = c.jurisdiction_id"
            " WHERE j.code = 'valombre' ORDER BY c.id LIMIT %s",
            [len(STORIES)],
        ).fetchall()
        phone = connection.execute("SELECT min(id) FROM cases_stockphone").fetchone()
    assert phone is not None
    cases = dict(zip(STORIES, (str(row[0]) for row in rows), strict=True))
    return {"<uuid:public_id>": cases["husband"], "phones/<int:number>": f"phones/{phone[0]}", **cases}


def routes() -> list[str]:
    """Every address that may be a page; those of the room's streams are not."""
    from tests.web.routes import every_route

    found = [route for route in every_route() if route not in NO_PAGE]
    return [route for route in found if "<" not in route or route.startswith("file/")]


def filled(route: str, samples: dict[str, str]) -> list[str]:
    """The addresses of a route: one, or one for each act."""
    path = route
    for name, value in samples.items():
        path = path.replace(name, value)
    paths = (
        [path.replace("<slug:slug>", slug) for slug in FORMS if slug not in ANOTHER_STAGE]
        if "<slug:slug>" in path
        else [path]
    )
    assert all("<" not in one for one in paths), f"{route}: give it a sample"
    return [f"/{one}" for one in paths]


def fitting(path: str, desks: dict[str, BrowserContext], server: Server) -> str | None:
    """The first desk that is answered with a page there."""
    for login, context in desks.items():
        answer = context.request.get(server.address + path, max_redirects=0, timeout=60_000)
        if answer.status == 200 and answer.headers["content-type"].startswith("text/html"):
            return login
    return None


def shown(page: Page, address: str) -> bool:
    """Goes there, and says whether it is the page that was asked for."""
    answer = page.goto(address, wait_until="domcontentloaded" if "console" in address else "load")
    return answer is not None and answer.status == 200 and page.url == address


def accuse(page: Page, *, again: bool = False) -> list[str]:
    """What axe finds that is serious or worse; `again`: one more page of a kind whose frame and colours it has seen."""
    options = RULES | ({"rules": {"color-contrast": {"enabled": False}}} if again else {})
    found = Axe().run(page, "main" if again else None, options).response["violations"]
    return [
        f"{v['id']}: {node['html'][:140]} {node['failureSummary'][:160]}"
        for v in found
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"][:2]
    ]


def test_axe_finds_nothing_serious_on_any_page_and_a_phone_shows_each_whole(
    desks: dict[str, BrowserContext], samples: dict[str, str], server: Server
) -> None:
    pages = {login: context.new_page() for login, context in desks.items()}
    last = ""  # whose page the one before was: most likely this one's too
    wrong: list[str] = []
    form_seen = False
    seen = 0
    draft(desks["intervenante"], samples, server)
    for route in routes():
        for n, path in enumerate(filled(route, samples)):
            if n % FORMS_SHARE and not EVERY:
                continue
            address = server.address + path
            if not (path.startswith("/file/cases/") and shown(pages[last], address)):
                desk = fitting(path, desks, server)
                if desk is None and not path.startswith(("/file/", "/console/")):
                    continue  # not for a desk of the demo, or no page
                if desk is None or not shown(pages[desk], address):
                    wrong.append(f"{path}: a page for none of {DESKS}; add a desk, a sample, or a line to NO_PAGE")
                    continue
                last = desk
            seen += 1
            # The forms of acts are one template in one style: most of axe's time would go into what they share.
            found = accuse(pages[last], again=form_seen and "/do/" in path)
            form_seen = form_seen or "/do/" in path
            wrong += [f"{last or 'nobody'} {path}: {one}" for one in found]
            if "console" not in path:
                wrong += whole_on_a_phone(pages[last], f"{last or 'nobody'} {path}")
    for page in pages.values():
        page.close()
    assert wrong == []
    assert seen > (len(FORMS) if EVERY else len(FORMS) // FORMS_SHARE)


def whole_on_a_phone(page: Page, where: str) -> list[str]:
    """Nothing is wider than a phone."""
    page.set_viewport_size({"width": WIDTHS[1], "height": 740})
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    page.set_viewport_size({"width": WIDTHS[0], "height": 768})
    return [f"{where}: {wide} px wider than a phone"] if wide > 0 else []


def draft(context: BrowserContext, samples: dict[str, str], server: Server) -> None:
    """A danger assessment is begun, so that its steps have addresses."""
    page = context.new_page()
    page.goto(f"{server.address}/file/cases/{samples['husband']}/danger")
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"/danger/\d+/\d+"))
    number, step = page.url.rsplit("/", 2)[-2:]
    samples |= {"<int:number>/<int:step>": f"{number}/{step}"}
    page.close()


# By keys


KEYS = """
() => {
  const a = document.activeElement;
  const style = getComputedStyle(a);
  const box = a.getBoundingClientRect();
  return {
    body: a === document.body,
    seen: parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none",
    shown: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0 && box.left < innerWidth && box.top < innerHeight,
    html: a.outerHTML.slice(0, 120),
  };
}
"""

# What each page is for: the element that keys must reach, from the top of the page.
FOR = (
    ("", "/sign-in/", "button[type=submit]"),
    ("", "/file/story", "ol.desks button"),
    ("intervenante", "/file/", "main .work a"),
    ("intervenante", "/file/report", "main form.file-form button[type=submit]"),
    ("intervenante", "/file/cases/{two_children}", "#papers a"),
    ("intervenante", "/file/cases/{stranger}/do/contact", "main form.file-form button[type=submit]"),
    ("procureure", "/file/to-decide", "main table a"),
    ("procureure", "/file/cases/{husband}/decide", "main form.file-form button[type=submit]"),
    ("greffiere", "/file/phones", "main form.filters button"),
)


@pytest.mark.parametrize(("login", "path", "aim"), FOR, ids=lambda said: str(said))
def test_keys_alone_reach_what_a_page_is_for_and_the_focus_is_always_seen(
    desks: dict[str, BrowserContext], samples: dict[str, str], server: Server, login: str, path: str, aim: str
) -> None:
    page = desks[login].new_page()
    page.goto(server.address + path.format(**samples))
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )  # a field may take the focus
    if stop(page)["body"]:  # else the page begins at its first field by itself
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('a.skip')"), "the first stop is the way past the menu"
        assert stop(page)["shown"], "and it is seen"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "main"
    for _ in range(220):
        page.keyboard.press("Tab")
        at = stop(page)
        assert not at["body"], f"the keys went round without meeting {aim}"
        assert at["seen"], f"no focus is seen on {at['html']}"
        assert at["shown"], f"the focus is out of sight on {at['html']}"
        if page.evaluate("aim => document.activeElement.matches(aim)", aim):
            break
    else:
        raise AssertionError(f"the keys do not reach {aim}")
    if page.evaluate("document.activeElement.matches('a[href]:not([href*=documents])')"):
        before = page.url
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url != before)
    page.close()


def stop(page: Page) -> dict[str, Any]:
    """Where the keys are, and whether it is seen."""
    found: dict[str, Any] = page.evaluate(KEYS)
    return found


# A unit in a car


def asked_for(server: Server) -> str:
    """A phone of the demo rings, and the room has called the unit; the number of the request."""
    with psycopg.connect(server.database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        incident = Scene(connection).sos("demo-tgd-1")
        row = connection.execute(
            "INSERT INTO police_request (key, incident_id, case_id, jurisdiction_id, area_id, routed_by, unit, person, reference,"
            " requested_by_id, due_at) SELECT gen_random_uuid(), i.id, t.case_id, g.jurisdiction_id, a.id, 'district', a.name,"
            " 'Brigadier Roux', 'V-2026-118', u.id, now() + interval '30 s'"
            " FROM console_incident i JOIN cases_attribution t ON t.device_id = i.device_id"
            " JOIN police_area a ON a.name = 'Commissariat de Valombre' JOIN agencies_agency g ON g.id = a.agency_id"
            " JOIN accounts_user u ON u.username = 'operatrice' WHERE i.public_id = %s ORDER BY t.id LIMIT 1 RETURNING public_id",
            (incident,),
        ).fetchone()
    assert row is not None
    return str(row[0])


def test_a_unit_reads_and_answers_a_request_on_a_phone_by_keys_alone(browser: Browser, server: Server) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{server.address}/file/story")
    page.locator("form:has([value=salle17]) button").last.click()
    page.wait_for_url(re.compile("/file/"))
    number = asked_for(server)
    page.goto(f"{server.address}/police/")
    assert accuse(page) == []
    reach(page, f"a[href$='{number}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/police/requests/{number}")
    assert accuse(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    orders, people = page.locator(".orders").bounding_box(), page.locator("#people-h").bounding_box()
    assert orders is not None
    assert people is not None
    assert orders["y"] < people["y"], "the orders in force stand first (RQ-11)"
    reach(page, "button[name=to][value=acknowledged]")
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_have_text("prise en compte")
    reach(page, "input[name=code]")
    page.keyboard.press("Space")
    reach(page, "form:has(input[name=code]) button[type=submit]")
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_contain_text("terminée")
    assert accuse(page) == []
    context.close()


def reach(page: Page, aim: str) -> None:
    """Tab, until the focus is there; it is always seen."""
    for _ in range(120):
        page.keyboard.press("Tab")
        at = stop(page)
        assert at["seen"] or at["body"], f"no focus is seen on {at['html']}"
        if page.evaluate("aim => document.activeElement.matches(aim)", aim):
            return
    raise AssertionError(f"the keys do not reach {aim}")
