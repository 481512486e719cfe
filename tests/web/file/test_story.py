"""The demo's start page leads through every story: each desk opens with one click, on the case where it may open it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.test import Client

from egide.core.access import Role
from egide.web.cases import demo_file
from egide.web.cases.models import Case, CoupleLink, Stage
from egide.web.documents.models import Document
from egide.web.file import guide, story

pytestmark = pytest.mark.django_db

# Desks of a story that open on their own first page: the case is not theirs, or not yet, and that is what they are to see.
ELSEWHERE = {("two_children", "operatrice"), ("husband", "teleassistante"), ("stranger", "enquetrice")}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch, demo_home: Path, db: None) -> dict[str, str]:
    """The demo as `egide up` lays it, and its logins."""
    monkeypatch.setattr(story, "logins_file", lambda: demo_home / story.LOGINS)
    monkeypatch.setattr("django.conf.settings.SECURE", False)
    logins: dict[str, str] = json.loads((demo_home / story.LOGINS).read_text())
    return logins


def test_the_page_tells_three_stories_their_clocks_and_every_desk(demo: dict[str, str]) -> None:
    page = Client().get("/file/story").content.decode()
    for one in guide.STORIES:
        assert one.title[0] in page
        assert page.count(f'name="story" value="{one.key}"') == len(one.steps)
    for case in demo_file.story_cases().values():
        assert case.number in page
        person = case.protected_person
        assert f"{person.given_name} {person.family_name}" not in page, "nobody sits at a desk yet"
    for login in demo:
        assert f'value="{login}"' in page


def test_every_step_leads_to_a_desk_that_is_there(demo: dict[str, str]) -> None:
    assert {step.login for one in guide.STORIES for step in one.steps} <= set(demo)


@pytest.mark.parametrize("key", [one.key for one in guide.STORIES])
def test_one_click_opens_each_desk_of_a_story_on_its_case(demo: dict[str, str], key: str) -> None:
    steps = next(one.steps for one in guide.STORIES if one.key == key)
    case = demo_file.story_cases()[key]
    landed = {}
    for login in dict.fromkeys(step.login for step in steps):
        client = Client()
        answer = client.post("/file/story/enter", {"login": login, "story": key}, follow=True)
        assert answer.status_code == 200
        landed[login] = answer.request["PATH_INFO"] == f"/file/cases/{case.public_id}"
    assert {login for login, there in landed.items() if not there} == {who for which, who in ELSEWHERE if which == key}


def test_a_desk_that_a_story_does_not_lead_to_says_what_to_look_at() -> None:
    assert set(guide.LOOK_AT) >= {role.value for role in Role if role in _staffed()}


def _staffed() -> set[Role]:
    from egide.web.cases.demo_district import STAFF

    return {role for one in STAFF for role in one.roles}


def test_the_stories_stand_where_they_say(demo: dict[str, str]) -> None:
    cases: dict[str, Case] = demo_file.story_cases()
    assert {key: case.stage for key, case in cases.items()} == {
        "two_children": Stage.RENEWAL, "husband": Stage.DECISION, "stranger": Stage.EVALUATION,
    }  # fmt: skip
    assert cases["two_children"].children.count() == 2
    assert cases["husband"].respondents.get().link == CoupleLink.SPOUSE
    stranger = cases["stranger"].respondents.get()
    assert (stranger.link, stranger.person_id) == (CoupleLink.NONE, None)


def test_the_first_story_has_every_paper_its_path_has_asked_for(demo: dict[str, str]) -> None:
    kinds = set(Document.objects.filter(case=demo_file.story_cases()["two_children"]).values_list("kind", flat=True))
    assert kinds == {
        "consent", "geolocation_consent", "evaluation_report", "decision", "information_sheet", "hand_over",
        "liaison_operator", "liaison_police", "liaison_association",
    }  # fmt: skip


def test_a_login_of_another_list_opens_nothing(demo: dict[str, str]) -> None:
    assert Client().post("/file/story/enter", {"login": "nobody"}).status_code == 404
