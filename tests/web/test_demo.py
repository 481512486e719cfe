"""The demo: fictional through and through, complete for the simulator, and the same at the second start."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

import psycopg
import pytest

from egide.cli.up import pilot_link
from egide.cluster import Cluster
from egide.simulation.cast import pairs, read_cast
from egide.simulation.names import people
from egide.web.cases.demo_file import STORIES
from egide.web.console.management.commands import pilot
from egide.web.file import guide
from egide.web.people.models import initials
from tests.web.conftest import Server, manage
from tests.web.http_stream import Console
from tests.web.scene import Scene


@pytest.fixture(scope="module")
def demo_home(whole_demo_home: Path) -> Path:
    """The whole demo's, for every test of this file."""
    return whole_demo_home


@pytest.fixture(scope="module")
def web_template(whole_demo_template: str) -> str:
    """The whole demo's, for every test of this file."""
    return whole_demo_template


@pytest.fixture
def database(cluster: Cluster, web_template: str) -> str:
    return cluster.create_database("web_demo", template=web_template)


def test_a_second_start_keeps_keys_logins_and_rows(database: str, demo_home: Path, cluster: Cluster) -> None:
    with psycopg.connect(database) as connection:
        before = {path.name: path.read_text() for path in demo_home.glob("demo-*.json")}
        rows = "SELECT (SELECT count(*) FROM people_person), (SELECT count(*) FROM log_frame), string_agg(password, '')"
        count = connection.execute(f"{rows} FROM accounts_user").fetchone()
        connection.rollback()
        manage(database, demo_home, "demo")
        assert {path.name: path.read_text() for path in demo_home.glob("demo-*.json")} == before
        assert connection.execute(f"{rows} FROM accounts_user").fetchone() == count
    cluster.drop_database("web_demo")


def test_the_simulator_can_read_who_takes_part(demo_home: Path, web_template: str) -> None:
    cast = read_cast(demo_home / "demo-devices.json")
    assert [pair.alert_m for pair in pairs(cast)] == [1000, 1000, 2000, 3000, 5000, 10_000]
    assert sum(device.role == "tgd" for device in cast) == 6
    assert [device.kind for device in cast if device.role == "pilot"] == ["pilot_phone"], (
        "for /carnet/, played by nobody"
    )


def test_secrets_are_for_their_owner_alone_and_only_hashes_are_in_the_database(
    demo_home: Path, web_template: str, cluster: Cluster
) -> None:
    for name in ("demo-devices.json", "demo-logins.json"):
        assert (demo_home / name).stat().st_mode & 0o777 == 0o600
    entries = json.loads((demo_home / "demo-devices.json").read_text())
    url = cluster.create_database("web_demo_keys", template=web_template)
    with psycopg.connect(url) as connection:
        kept = dict(connection.execute("SELECT identifier, key_hash FROM registry_device").fetchall())
    cluster.drop_database("web_demo_keys")
    played = {name: digest for name, digest in kept.items() if not name.startswith("demo-stock-")}
    assert played == {entry["identifier"]: hashlib.sha256(entry["key"].encode()).digest() for entry in entries}
    assert len({entry["key"] for entry in entries}) == len(entries)


def test_a_key_whose_file_was_lost_is_drawn_anew(cluster: Cluster, web_template: str, tmp_path: Path) -> None:
    url = cluster.create_database("web_demo_lost", template=web_template)
    printed = manage(url, tmp_path, "demo")
    entry = json.loads((tmp_path / "demo-devices.json").read_text())[0]
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT key_hash FROM registry_device WHERE identifier = %s", (entry["identifier"],)
        ).fetchone()
    cluster.drop_database("web_demo_lost")
    assert row == (hashlib.sha256(entry["key"].encode()).digest(),)
    logins = json.loads((tmp_path / "demo-logins.json").read_text())
    assert [line.split() for line in printed.splitlines()] == [[name, word] for name, word in logins.items()]


def test_the_link_that_is_printed_makes_a_browser_the_pilots_phone(demo_home: Path, web_template: str) -> None:
    keys = {one["identifier"]: one["key"] for one in json.loads((demo_home / "demo-devices.json").read_text())}
    link = pilot.link("http://localhost:8000", "demo-pilot-1", keys["demo-pilot-1"])
    assert pilot_link(demo_home, 8000) == link
    assert pilot_link(demo_home / "elsewhere", 8000) == ""


def test_half_of_the_phones_given_have_the_second_consent(cluster: Cluster, web_template: str) -> None:
    url = cluster.create_database("web_demo_consent", template=web_template)
    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT kind, geolocation_consent, count(*) FROM registry_device WHERE status = 'issued'"
            " GROUP BY 1, 2 ORDER BY 1, 2"
        ).fetchall()
    cluster.drop_database("web_demo_consent")
    assert rows == [
        ("bar_box", False, 6), ("bar_bracelet", False, 6), ("pilot_phone", False, 1), ("tgd", False, 3), ("tgd", True, 3)
    ]  # fmt: skip


def test_fictional_people_have_numbers_nobody_has_and_are_always_the_same() -> None:
    cast = people(60, seed=4)
    assert cast == people(60, seed=4)
    assert len({(p.given, p.family) for p in cast}) == 60
    assert all(re.fullmatch(r"06 39 98 \d\d \d\d", p.phone) for p in cast)
    with pytest.raises(ValueError, match="not 100000 different"):
        people(100_000, seed=1)


# The start page: one click a desk, on the story's case where that desk may open it


# Desks of a story that open on their own first page: the case is not theirs, or not yet, and that is what they are to see.
ELSEWHERE = {("two_children", "operatrice"), ("husband", "teleassistante"), ("stranger", "enquetrice")}


@pytest.fixture(scope="module")
def told(cluster: Cluster, whole_demo_template: str, whole_demo_home: Path) -> Iterator[Server]:
    """A web process over the whole demo."""
    running = Server(cluster.create_database("web_told", template=whole_demo_template), whole_demo_home)
    running.start()
    yield running
    running.kill()


def cases(server: Server) -> dict[str, tuple[str, str, str]]:
    """Address, stage and name of the protected person of each story's case."""
    with psycopg.connect(server.database_url) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        rows = connection.execute(
            "SELECT '/file/cases/' || c.public_id, c.stage, p.given_name || ' ' || p.family_name FROM cases_case c"
            " JOIN agencies_jurisdiction j ON j.id = c.jurisdiction_id JOIN people_person p ON p.id = c.protected_person_id"
            " WHERE j.code = 'valombre' ORDER BY c.id LIMIT 3"
        ).fetchall()
    return dict(zip(STORIES, rows, strict=True))


def test_the_start_page_tells_three_stories_where_they_stand_and_every_desk_and_nobodys_name(told: Server) -> None:
    with build_opener().open(f"{told.address}/file/story") as answer:
        page = answer.read().decode()
    for one in guide.STORIES:
        assert one.title[0] in page
        assert page.count(f'name="story" value="{one.key}"') == len(one.steps)
    assert {key: stage for key, (_, stage, _) in cases(told).items()} == {
        "two_children": "renewal", "husband": "decision", "stranger": "evaluation",
    }  # fmt: skip
    assert all(name not in page for _, _, name in cases(told).values()), "nobody sits at a desk yet"
    assert all(f'value="{login}"' in page for login in told.logins)


@pytest.mark.parametrize("story", guide.STORIES, ids=lambda one: one.key)
def test_one_click_opens_each_desk_of_a_story_on_its_case(told: Server, story: guide.Story) -> None:
    case, *_ = cases(told)[story.key]
    elsewhere = set()
    for login in dict.fromkeys(step.login for step in story.steps):
        assert login in told.logins, login
        jar = CookieJar()
        browser = build_opener(HTTPCookieProcessor(jar))
        with browser.open(f"{told.address}/file/story") as answer:
            token = answer.read().decode().partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        form = {"csrfmiddlewaretoken": token, "login": login, "story": story.key}
        with browser.open(f"{told.address}/file/story/enter", urlencode(form).encode()) as answer:
            if answer.url != told.address + case:
                elsewhere.add(login)
    assert elsewhere == {login for key, login in ELSEWHERE if key == story.key}


def test_the_operator_of_phones_answers_in_the_room_and_sees_nothing_of_any_author(told: Server) -> None:
    with psycopg.connect(told.database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        scene = Scene(connection)
        name = "SELECT given_name, family_name, phone FROM people_person WHERE id = %s"
        wearer = connection.execute(name, (scene.device("demo-bracelet-1")[1],)).fetchone()
        assert wearer is not None
        secret = (wearer[2], initials(wearer[0], wearer[1]))
        seen = {}
        for login in ("telebar", "teleassistante"):
            console = Console(told, login)
            with console.stream() as line:
                line.until("hello")
                scene.at("demo-box-1", 47.32, 5.04)
                scene.at("demo-bracelet-1", 47.33, 5.04)
                incident = scene.level(1, "clear", "alert", 840)
                said = json.dumps(line.until("change"), ensure_ascii=False)
            pages = [console._answer("GET", f"/console/{path}") for path in ("", "state", f"incidents/{incident}")]
            assert [status for status, _ in pages] == [200, 200, 200]
            assert {party["role"] for party in json.loads(pages[2][1])["parties"]} >= {"protected"}
            seen[login] = " ".join(
                [
                    said,
                    pages[0][1].decode(),
                    *(json.dumps(json.loads(body), ensure_ascii=False) for _, body in pages[1:]),
                ]
            )
            scene.level(1, "alert", "clear", 2500)
        assert [[word in text for word in secret] for text in seen.values()] == [[True, True], [False, False]]
        assert ["840" in text for text in seen.values()] == [True, False], "nor what was concluded of the two"


def test_the_first_story_has_every_paper_its_path_has_asked_for(told: Server) -> None:
    with psycopg.connect(told.database_url) as connection:
        connection.execute("SELECT set_config('egide.system', 'on', false)")
        rows = connection.execute(
            "SELECT kind FROM documents_document WHERE case_id = (SELECT c.id FROM cases_case c"
            " JOIN agencies_jurisdiction j ON j.id = c.jurisdiction_id WHERE j.code = 'valombre' ORDER BY c.id LIMIT 1)"
        ).fetchall()
    assert {kind for (kind,) in rows} == {
        "consent", "geolocation_consent", "evaluation_report", "decision", "information_sheet", "hand_over",
        "liaison_operator", "liaison_police", "liaison_association",
    }  # fmt: skip
