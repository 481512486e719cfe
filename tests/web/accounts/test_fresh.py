"""Grave acts ask again who sits there, lose nothing that was typed, and change nothing for whoever may not do them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, reverse

from egide.core.access import GROUPS, Group, Role
from egide.web.accounts import fresh, throttle
from egide.web.accounts.models import User
from egide.web.accounts.sessions import FRESH
from egide.web.agencies.models import AgencyKind
from egide.web.cases.models import Case
from egide.web.documents.kinds import Kind
from egide.web.file.acting import FORMS
from tests.web import factories as f
from tests.web.accounts.helping import PASSWORD, shown, with_app

ASKS = "Est-ce bien vous"
REASONS = "Danger établi & <imminent>, « motifs »."


def later(client: Client, seconds: int = 301) -> Client:
    """So long after it was last certain who sits there."""
    session = client.session
    session[FRESH] = time.time() - seconds
    session.save()
    return client


@pytest.fixture
def prosecutor(db: None) -> User:
    user = f.member(f.agency(AgencyKind.PROSECUTION_OFFICE), Role.PROSECUTOR.value)
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def case(prosecutor: User) -> Case:
    return f.case(jurisdiction=prosecutor.memberships.get().agency.jurisdiction)


@pytest.fixture
def desk(prosecutor: User) -> Client:
    client = Client()
    client.force_login(prosecutor)
    return client


def decide(case: Case) -> str:
    return reverse("file:decide", args=[case.public_id])


GIVEN = {"what": "refuse", "reasons": REASONS}


def test_a_decision_soon_after_signing_in_is_taken_at_once(desk: Client, case: Case) -> None:
    assert desk.post(decide(case), GIVEN).status_code == 302
    assert case.decisions.count() == 1


def test_a_decision_later_asks_again_and_keeps_what_was_typed(desk: Client, case: Case) -> None:
    assert ASKS not in later(desk).get(decide(case)).content.decode()  # reading asks nothing
    page = desk.post(decide(case), GIVEN).content.decode()
    assert ASKS in page
    assert "Danger établi &amp; &lt;imminent&gt;, « motifs »." in page
    assert case.decisions.count() == 0
    proof = GIVEN | {"egide-confirm": "act"}
    assert (
        "Ce n’est pas le bon mot de passe" in desk.post(decide(case), proof | {"egide-password": "no"}).content.decode()
    )
    assert case.decisions.count() == 0
    assert desk.post(decide(case), proof | {"egide-password": PASSWORD}).status_code == 302
    assert case.decisions.get().reasons == REASONS
    desk.post(decide(case), GIVEN)  # fresh again
    assert ASKS not in desk.post(decide(case), {}).content.decode()


def test_whoever_has_an_app_confirms_by_its_code_and_not_by_the_password(
    desk: Client, case: Case, prosecutor: User
) -> None:
    secret = with_app(prosecutor)
    proof = GIVEN | {"egide-confirm": "act"}
    assert ASKS in later(desk).post(decide(case), proof | {"egide-password": PASSWORD}).content.decode()
    assert desk.post(decide(case), proof | {"egide-code": shown(secret)}).status_code == 302


def test_guessing_is_stopped_by_the_brake_of_the_sign_in(
    desk: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(throttle.LIMITS, "factor", 2)
    proof = GIVEN | {"egide-confirm": "act"}
    later(desk)
    for _ in range(2):
        desk.post(decide(case), proof | {"egide-password": "no"})
    assert "Trop d’essais" in desk.post(decide(case), proof | {"egide-password": PASSWORD}).content.decode()
    assert case.decisions.count() == 0


def test_a_stranger_learns_nothing_from_being_asked(case: Case, db: None) -> None:
    stranger = Client()
    stranger.force_login(f.member(f.agency(AgencyKind.OTHER), Role.PROSECUTOR.value))
    nowhere = reverse("file:decide", args=["00000000-0000-0000-0000-000000000000"])
    pages = [later(stranger).post(path, GIVEN) for path in (decide(case), nowhere)]
    assert [page.status_code for page in pages] == [200, 200]
    assert case.number not in pages[0].content.decode()
    stranger.force_login(User.objects.latest("pk"))
    assert [stranger.post(path, GIVEN).status_code for path in (decide(case), nowhere)] == [404, 404]


def test_a_script_is_told_in_words_it_can_show(desk: Client, case: Case) -> None:
    answer = later(desk).post(decide(case), GIVEN, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "confirm")


def test_adding_a_factor_asks_before_the_page_opens(desk: Client) -> None:
    page = later(desk).get("/account/factors/app").content.decode()
    assert ASKS in page
    assert 'href="/account/">Revenir sans rien faire' in page
    assert "<code>" not in page
    answer = desk.post("/account/factors/app", {"egide-confirm": "open", "egide-password": PASSWORD})
    assert answer.headers["Location"] == "/account/factors/app"
    assert ASKS not in desk.get("/account/factors/app").content.decode()


@pytest.mark.parametrize("path", ["/account/factors/codes", "/account/factors/1/remove", "/account/password"])
def test_ways_of_signing_in_are_not_changed_by_whoever_finds_an_open_screen(path: str, desk: Client) -> None:
    assert ASKS in later(desk).post(path).content.decode()


def test_in_a_demo_the_page_says_the_password_nobody_had_to_type(
    desk: Client, case: Case, prosecutor: User, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    (tmp_path / "logins").write_text(json.dumps({prosecutor.username: PASSWORD}))
    assert PASSWORD not in later(desk).post(decide(case), GIVEN).content.decode()
    monkeypatch.setattr("egide.web.file.story.logins_file", lambda: tmp_path / "logins")
    assert PASSWORD in desk.post(decide(case), GIVEN).content.decode()
    settings.SECURE = True
    assert PASSWORD not in desk.post(decide(case), GIVEN).content.decode()


def test_the_window_is_a_setting(desk: Client, case: Case, settings: Any) -> None:
    settings.FRESH_S = 3600
    assert later(desk).post(decide(case), GIVEN).status_code == 302


def test_a_clock_that_was_put_back_makes_nothing_fresh(desk: Client, case: Case) -> None:
    assert ASKS in later(desk, -4000).post(decide(case), GIVEN).content.decode()


@pytest.mark.parametrize("row", fresh.TABLE, ids=lambda row: f"{row.view} {row.slug}".strip())
def test_every_row_names_a_page_that_is_there(row: fresh.Grave) -> None:
    if row.slug:
        assert row.slug in FORMS
        return
    sample = "00000000-0000-0000-0000-000000000000"
    for arguments in ([], [sample], [1]):
        try:
            assert reverse(row.view, args=arguments)
        except NoReverseMatch:
            continue
        return
    pytest.fail("no such page")


def grave_slugs() -> set[str]:
    return {slug for slug in FORMS if fresh.grave("file:act", {"slug": slug}) is not None}


def test_every_act_that_writes_what_the_table_of_groups_calls_grave_asks_again() -> None:
    marked = {slug for slug, row in FORMS.items() if any(GROUPS[Group(group)].grave for group in row.groups)}
    assert grave_slugs() == marked | {"erased", "archive"}
    papers = {kind.value for kind in Kind if GROUPS[kind.row.group].grave}
    assert papers == {"decision", "respondent_notice"}
    assert {k.value for k in Kind if fresh.grave("documents:draw_up", {"slug": k.value})} == papers


def test_the_acts_nobody_should_do_at_a_screen_left_open_are_among_them() -> None:
    decided = {"renew", "run-out", "shorten", "withdraw"}
    orders = {"order", "complete-order", "lift-order", "bar-allow", "bar-forbid", "bar-take"}
    doors = {"keep-out", "move", "seise", "release", "mandate", "address"}
    assert decided | orders | doors <= grave_slugs()
    assert fresh.grave("file:decide", {}) is not None
    assert not {"contact", "evaluation", "step", "again", "hand-over", "test"} & grave_slugs()


def test_every_grave_group_has_words_for_the_page_that_asks() -> None:
    assert set(fresh._ABOUT) == {group for group, row in GROUPS.items() if row.grave}


def test_an_address_is_not_shown_to_more_people_from_a_screen_left_open(case: Case, db: None) -> None:
    worker = f.member(
        f.agency(AgencyKind.SUPPORT_ASSOCIATION, jurisdiction=case.jurisdiction), Role.ASSOCIATION_WORKER.value
    )
    f.mandate(case, worker.memberships.get().agency)
    client = Client()
    client.force_login(worker)
    path = reverse("file:act", args=[case.public_id, "address"])
    given = {"kind": "home", "text": "3 allée des Essais", "may_be_shown": "on", "version": case.version}
    page = later(client).post(path, given).content.decode()
    assert ASKS in page
    assert "l’adresse d’une personne protégée" in page
    assert not case.protected_person.addresses.exists()


def test_an_erasure_in_a_phone_is_asked_about_and_a_broken_phone_is_not(desk: Client) -> None:
    path = reverse("file:phone", args=[404])
    assert ASKS in later(desk).post(path, {"act": "phone-erased"}).content.decode()
    assert desk.post(path, {"act": "broken"}).status_code == 404


def test_whoever_turns_back_from_a_paper_finds_the_case(desk: Client, case: Case) -> None:
    path = reverse("documents:draw_up", args=[case.public_id, "decision"])
    page = later(desk).post(path).content.decode()
    assert ASKS in page
    assert f'href="{reverse("file:case", args=[case.public_id])}">Revenir' in page
