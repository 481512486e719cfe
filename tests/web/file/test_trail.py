"""The trail as a page: all of it for an auditor, without a person; a district's cases for its prosecutor; nobody else."""

from __future__ import annotations

import re

import pytest

from egide.core.access import Role
from egide.web.agencies.models import AgencyKind
from egide.web.audit.models import Entry
from egide.web.cases.models import Bar
from egide.web.file import trail
from tests.web import factories
from tests.web.file.world import FAMILY, GIVEN, World, world

pytestmark = pytest.mark.django_db
PAGE = "/file/trail"


@pytest.fixture
def read() -> World:
    """A case its association reads, and a search by name."""
    built = world()
    worker = built.client(built.worker)
    assert worker.get(built.url()).status_code == 200
    worker.post("/file/search", {"q": FAMILY})
    assert built.client(built.stranger).get(built.url()).status_code == 404
    return built


def _rows(page: str) -> list[str]:
    """What stands in each row of the list, without markup."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [re.sub(r"<[^>]+>", " ", row).replace("\u202f", " ").replace("\xa0", " ") for row in body.split("<tr>")[1:]]


def _page(built: World, user: object, asked: str = "") -> str:
    answer = built.client(user).get(PAGE + asked)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_an_auditor_reads_who_read_and_who_was_refused_and_nothing_of_a_person(read: World) -> None:
    auditor = factories.member(factories.agency(AgencyKind.OTHER), Role.AUDITOR)
    page = _page(read, auditor)
    rows = _rows(page)
    assert any(read.worker.shown_name in row and "a lu" in row for row in rows)
    assert any(read.stranger.shown_name in row and "s’est vu refuser" in row for row in rows)
    assert any("a cherché" in row for row in rows)
    assert not {GIVEN, FAMILY, read.case.number} & set(re.findall(r"[\w-]+", " ".join(rows)))
    assert str(read.case.public_id) not in page
    assert 'href="/file/trail"' in read.client(auditor).get("/file/").content.decode()
    entry = Entry.objects.filter(actor=auditor, object_kind="entry").latest("seq")
    assert (entry.action, entry.groups) == ("list", ["audit"]), "looking at the trail is in the trail"


def test_a_prosecutor_reads_the_trail_of_the_districts_cases_only(read: World) -> None:
    elsewhere = factories.case()
    far = factories.member(factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=elsewhere.jurisdiction))
    assert read.client(far).get(f"/file/cases/{elsewhere.public_id}").status_code == 200
    rows = _rows(_page(read, read.prosecutor))
    assert rows
    assert all(read.case.number in row for row in rows)
    assert not any("a cherché" in row for row in rows), "a search is about no case"
    mine = _rows(_page(read, far))
    assert mine
    assert all(elsewhere.number in row for row in mine)
    assert f"{PAGE}?case={read.case.pk}" in read.client(read.prosecutor).get(read.url()).content.decode()


def test_a_case_one_is_kept_out_of_is_not_in_the_trail_either(read: World) -> None:
    Bar.objects.create(case=read.case, user=read.prosecutor, reason="partie")
    assert _rows(_page(read, read.prosecutor)) == []


@pytest.mark.parametrize("who", ["worker", "clerk", "operator", "probation_officer"])
def test_nobody_else_finds_the_page(read: World, who: str) -> None:
    assert read.client(getattr(read, who)).get(PAGE).status_code == 404


def test_it_is_asked_by_act_day_and_case_and_leaves_as_a_file(read: World) -> None:
    auditor = factories.member(factories.agency(AgencyKind.OTHER), Role.AUDITOR)
    refused = _rows(_page(read, auditor, "?action=refuse"))
    assert refused
    assert all("s’est vu refuser" in row for row in refused)
    assert _rows(_page(read, auditor, "?day=2001-01-01")) == []
    assert _rows(_page(read, auditor, "?case=999999999")) == []
    assert _rows(_page(read, auditor, "?action=Vaubrezac&day=hier&case=x&before=-1&actor=%20")), (
        "nonsense asks for nothing"
    )
    file = read.client(auditor).get(f"{PAGE}?action=refuse&format=csv")
    text = file.content.decode("utf-8-sig")
    assert text.count("s’est vu refuser") == len(refused)
    assert GIVEN not in text
    assert FAMILY not in text


def test_an_account_is_named_by_what_it_did_here_and_never_by_its_number_alone(read: World) -> None:
    elsewhere = factories.user(first_name="Hippolyte", last_name="Trousselier")
    mine = _page(read, read.prosecutor, f"?actor={read.worker.pk}")
    assert _rows(mine)
    assert f"Seulement les actes de {read.worker.shown_name}." in mine
    page = _page(read, read.prosecutor, f"?actor={elsewhere.pk}")
    assert "Trousselier" not in page
    assert "Seulement les actes d’un compte." in page
    assert read.stranger.shown_name in _page(read, read.prosecutor, f"?actor={read.stranger.pk}"), (
        "refused in this case"
    )


def test_the_trail_says_whose_acts_were_looked_up_and_taken_away(read: World) -> None:
    auditor = factories.member(factories.agency(AgencyKind.OTHER), Role.AUDITOR)
    asked = f"?actor={read.worker.pk}&case={read.case.pk}"
    _page(read, auditor, asked)
    _page(read, auditor, f"{asked}&format=csv")
    for action in ("list", "export"):
        entry = Entry.objects.filter(actor=auditor, object_kind="entry", action=action).latest("seq")
        assert (entry.object_id, entry.case) == (str(read.worker.pk), read.case.pk), action
    assert any(f"du compte nº {read.worker.pk}" in row for row in _rows(_page(read, auditor, "?action=list")))
    _page(read, auditor)
    assert Entry.objects.filter(actor=auditor, action="list").latest("seq").object_id == ""


@pytest.mark.parametrize(
    "asked",
    [
        "?day=9999-12-31",
        "?day=0001-01-01",
        "?day=9999-12-31&format=csv",
        "?actor=²",
        "?case=²&page=²",
        "?before=" + "9" * 9000,
    ],
)
def test_a_day_at_the_edge_of_the_calendar_and_a_number_that_is_none_ask_for_nothing(read: World, asked: str) -> None:
    auditor = factories.member(factories.agency(AgencyKind.OTHER), Role.AUDITOR)
    assert read.worker.shown_name in _page(read, auditor, asked)


def test_a_long_trail_is_read_in_parts(read: World, monkeypatch: pytest.MonkeyPatch) -> None:
    auditor = factories.member(factories.agency(AgencyKind.OTHER), Role.AUDITOR)
    assert read.client(read.prosecutor).get(read.url()).status_code == 200
    total = Entry.objects.filter(action="read").count()
    monkeypatch.setattr(trail, "SHOWN", 1)
    asked, seen = "?action=read", []
    while asked:
        page = _page(read, auditor, asked)
        seen += _rows(page)
        more = re.search(r'rel="next" href="([^"]+)"', page)
        asked = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == total > 1


def test_every_act_the_file_records_has_its_words() -> None:
    from egide.web.audit.trail import LOOKING
    from egide.web.permissions.emergency import OPENED

    assert {*LOOKING, "write", "export", "destroy", OPENED} == set(trail.ACTIONS)
