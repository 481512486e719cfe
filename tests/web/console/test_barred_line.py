"""The line to a console whose reader is barred from a case (RQ-08), over real HTTP: also when the bar comes while it is open."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from egide.web.console.hub import fnv1a
from tests.web.conftest import Server
from tests.web.http_stream import Console, Stream
from tests.web.scene import Scene
from tests.web.test_browser import Desks
from tests.web.test_stream import seq

PHONE, WHO = "demo-tgd-1", "operateur"


@pytest.fixture(scope="module")
def barred_one(server: Server) -> Console:
    return Console(server, WHO)


@pytest.fixture(scope="module")
def console(server: Server) -> Console:
    return Console(server)


@pytest.fixture
def case(live: Scene) -> Iterator[int]:
    """The case of the phone's holder."""
    live.db.execute("SET egide.system = 'on'")
    live.db.execute("INSERT INTO agencies_jurisdiction (code, name) VALUES ('line', 'Ligne') ON CONFLICT DO NOTHING")
    number = live.one(
        "INSERT INTO cases_case (number, protected_person_id, jurisdiction_id)"
        " SELECT 'LINE-1', %s, id FROM agencies_jurisdiction WHERE code = 'line' RETURNING id",
        live.device(PHONE)[1],
    )
    yield number
    live.db.execute("DELETE FROM cases_bar WHERE case_id = %s", (number,))
    live.db.execute("DELETE FROM cases_case WHERE id = %s", (number,))


def lay(live: Scene, case: int, username: str = WHO) -> None:
    live.db.execute(
        "INSERT INTO cases_bar (case_id, user_id, reason)"
        " SELECT %s, id, 'conflit' FROM accounts_user WHERE username = %s",
        (case, username),
    )


def sit(live: Scene, username: str) -> None:
    live.db.execute(
        "INSERT INTO console_seat (user_id, audible, heard_at, seen_at)"
        " SELECT id, true, now(), now() FROM accounts_user WHERE username = %s",
        (username,),
    )


def hash_of(*lines: str) -> str:
    return fnv1a("\n".join(sorted(lines)))


def beat(line: Stream, expected: str) -> bool:
    """Does one of the next heartbeats bear this hash? The first may have been on its way."""
    return any(line.until("heartbeat")["hash"] == expected for _ in range(2))


def test_the_line_of_whoever_is_barred_says_numbers_and_nothing_else(
    console: Console, barred_one: Console, live: Scene, case: int
) -> None:
    lay(live, case)
    sit(live, "operatrice")
    with console.stream(seq(live)) as other, barred_one.stream(seq(live)) as line:
        other.until("hello")
        line.until("hello")
        hidden, shown = live.sos(PHONE), live.sos("demo-tgd-2")
        first, second = line.gather("change", 2)
        assert (first["incident"], first["change"]) == (None, "changed")
        assert (second["incident"]["id"], second["change"]) == (shown, "opened")
        assert [one["incident"]["id"] for one in other.gather("change", 2)] == [hidden, shown]
        assert beat(line, hash_of(f"{shown}:1"))
        assert beat(other, hash_of(f"{hidden}:1", f"{shown}:1"))
    with barred_one.stream(seq(live) - 2) as again:
        assert [one["incident"] is None for one in again.gather("change", 2)] == [True, False]


def test_a_bar_that_is_laid_while_the_page_is_open_ends_what_it_hears_at_once(
    console: Console, barred_one: Console, live: Scene, case: int
) -> None:
    sit(live, "operatrice")
    incident = live.level(1, "pre_alert", "alert", 800)
    live.db.execute(
        "UPDATE cases_case SET protected_person_id = %s WHERE id = %s", (live.device("demo-box-1")[1], case)
    )
    with barred_one.stream(seq(live)) as line, console.stream(seq(live)) as other:
        assert [one["id"] for one in line.until("position")["incidents"]] == [incident]
        assert beat(line, hash_of(f"{incident}:1"))
        lay(live, case)
        live.at("demo-bracelet-1", 47.33, 5.04, 10)
        live.level(1, "pre_alert", "alert", 700)
        assert line.until("change")["incident"] is None
        live.at("demo-bracelet-1", 47.34, 5.05, 10)
        moved = [kind for kind, _data in _until_beat(line)]
        assert "position" not in moved
        assert beat(line, hash_of()), "the page fetches the list again, and finds nothing"
        assert other.until("change")["incident"]["id"] == incident
    assert barred_one.get("/console/state")["incidents"] == []
    assert barred_one.status(f"/console/incidents/{incident}") == 404


def _until_beat(line: Stream) -> Iterator[tuple[str, object]]:
    beats = 0
    for kind, data in line._events:
        yield kind, data
        beats += kind == "heartbeat"
        if beats == 2:
            return


def test_alone_in_the_room_whoever_is_barred_hears_that_it_rings_and_for_nobody_by_name(
    barred_one: Console, live: Scene, case: int
) -> None:
    lay(live, case)
    sit(live, WHO)
    with barred_one.stream(seq(live)) as line:
        line.until("hello")
        incident = live.sos(PHONE)
        told = line.until("change")
        assert (told["change"], told["incident"]["id"], told["incident"]["rings"]) == ("opened", incident, 1)
        assert (told["incident"]["nameless"], told["incident"]["who"], told["incident"]["number"]) == (True, "", "")
        assert beat(line, hash_of(f"{incident}:0"))
        assert [row["id"] for row in barred_one.get("/console/state")["incidents"]] == [incident]
        sit(live, "operatrice")
        assert beat(line, hash_of()), "somebody hears it who may: the page fetches the list again"
    assert barred_one.get("/console/state")["incidents"] == []


@pytest.mark.browser
def test_what_stands_on_the_screen_goes_when_the_bar_comes(desk: Desks, live: Scene, case: int) -> None:
    sit(live, "operatrice")
    incident = live.sos(PHONE)
    one = desk()
    one.expects_failures = True  # the page asks for the incident again, and it is not there
    page = one.sign_in(WHO)
    expect(page.locator("#incident .word")).to_contain_text("SOS")
    expect(page.locator("#timeline li.none")).to_have_count(0)
    lay(live, case)
    expect(page.locator("#list .row")).to_have_count(0)
    expect(page.locator("#incident")).to_have_text(re.compile("ne peut pas être affiché"))
    expect(page.locator("#timeline li.none")).to_have_count(1)
    assert PHONE not in page.content()
    assert live.one("SELECT owner_id FROM console_incident WHERE public_id = %s", incident) is None


@pytest.mark.browser
def test_a_nameless_row_says_to_fetch_a_colleague_and_takes_no_key(desk: Desks, live: Scene, case: int) -> None:
    lay(live, case)
    sit(live, WHO)
    page = desk().sign_in(WHO)
    incident = live.sos(PHONE)
    row = page.locator("#list .row")
    expect(row).to_have_class(re.compile("rings"))
    expect(row).to_contain_text("Fermé pour vous")
    expect(page.locator("#incident")).to_contain_text("chercher un collègue")
    for key in ("Enter", "p", "1", "n", "h"):
        page.keyboard.press(key)
    sit(live, "operatrice")
    expect(row).to_have_count(0)
    assert live.one("SELECT owner_id FROM console_incident WHERE public_id = %s", incident) is None
