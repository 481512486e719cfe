"""Lists sort, filter, page and leave as a file, without a name in an address and without a formula in a cell."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from egide.web.agencies.models import Agency, AgencyKind
from egide.web.audit.models import Entry
from egide.web.cases.models import StockPhone
from egide.web.file.tables import FORMULA, _harmless
from egide.web.registry.models import Device, DeviceKind
from tests.web import factories
from tests.web.file.world import World, evaluated, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> World:
    """A district whose court holds five phones, each in another state."""
    built = world()
    court = factories.agency(AgencyKind.COURT, jurisdiction=built.district, name="Tribunal de Fictionville")
    for label, status, days, broken in (
        ("=1+1", "stock", 3, False),
        ("TGD 2", "stock", 200, False),
        ("TGD 3", "issued", 20, False),
        ("TGD 4", "returned", 2, False),
        ("TGD 5", "stock", 9, True),
    ):
        phone(court, label, status, days, broken)
    return built


def phone(court: Agency, label: str, status: str = "stock", days: int = 0, broken: bool = False) -> StockPhone:
    """A phone of a court's stock."""
    device = Device.objects.create(
        identifier=f"list-{factories.number()}", label=label, kind=DeviceKind.TGD, status=status, key_hash=b"k" * 32
    )
    since = timezone.now() - timedelta(days=days)
    return StockPhone.objects.create(device=device, court=court, since=since, out_of_order=broken)


def get(built: World, path: str, user: Any = None) -> str:
    """A page as somebody sees it; the clerk unless told otherwise."""
    body: str = built.client(user or built.clerk).get(path).content.decode("utf-8-sig")
    return body.replace("\u202f", " ").replace("\xa0", " ")


def labels(page: str) -> list[str]:
    """The phones of a page, in its order."""
    known = ("=1+1", "TGD 2", "TGD 3", "TGD 4", "TGD 5")
    body = page.partition("<tbody>")[2]
    return sorted((one for one in known if one in body), key=body.index)


def test_a_court_sees_what_is_available_given_and_idle_since_when(office: World) -> None:
    page = get(office, "/file/phones")
    assert labels(page) == ["TGD 2", "=1+1", "TGD 4", "TGD 3", "TGD 5"], "what lies in a drawer first"
    assert page.count("<dd>1</dd>") == 5
    assert "depuis 6 mois" in page
    assert "rendu, à effacer" in page


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("sort=phone", ["=1+1", "TGD 2", "TGD 3", "TGD 4", "TGD 5"]),
        ("sort=-phone", ["TGD 5", "TGD 4", "TGD 3", "TGD 2", "=1+1"]),
        ("sort=since", ["TGD 2", "TGD 3", "TGD 5", "=1+1", "TGD 4"]),
        ("state=given", ["TGD 3"]),
        ("state=nothing-of-the-kind&sort=drop+table", ["TGD 2", "=1+1", "TGD 4", "TGD 3", "TGD 5"]),
    ],
)
def test_a_list_is_sorted_and_filtered_by_closed_words_only(office: World, asked: str, found: list[str]) -> None:
    assert labels(get(office, f"/file/phones?{asked}")) == found


def test_what_the_address_says_amiss_is_said_nowhere(office: World) -> None:
    page = get(office, "/file/phones?sort=Vaubrezac&state=Vaubrezac&page=Vaubrezac&q=Vaubrezac")
    assert "Vaubrezac" not in page


def test_fifty_rows_are_a_page_and_the_last_page_has_the_rest(office: World) -> None:
    court = Agency.objects.get(name="Tribunal de Fictionville")
    for _ in range(52):
        phone(court, "more")
    assert get(office, "/file/phones").count("<tr>") == 51
    assert get(office, "/file/phones?page=2").count("<tr>") == 8
    assert get(office, "/file/phones?page=99").count("<tr>") == 8, "past the end is the end"


def rows(page: str) -> list[list[str]]:
    """The rows of a file."""
    return list(csv.reader(io.StringIO(page), delimiter=";"))


def test_a_file_holds_what_the_filters_leave_runs_nothing_and_stands_in_the_trail(office: World) -> None:
    before = Entry.objects.filter(action="export").count()
    answer = office.client(office.clerk).get("/file/phones?state=available&format=csv")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="stock-')
    assert [row[0] for row in rows(answer.content.decode("utf-8-sig"))] == ["Téléphone", "'=1+1"]
    entry = Entry.objects.filter(action="export").latest("seq")
    assert (entry.actor_id, entry.object_kind) == (office.clerk.pk, "stock")
    assert Entry.objects.filter(action="export").count() == before + 1


def test_the_prosecutors_file_names_no_more_than_the_page_and_nobody_else_gets_one() -> None:
    built = evaluated(world())
    page = get(built, "/file/to-decide", built.prosecutor)
    file = rows(get(built, "/file/to-decide?format=csv", built.prosecutor))
    assert file[0] == ["Dossier", "Initiales", "Danger", "À décider", "Échéance", "Attend"]
    assert file[1][:2] == [built.case.number, "Q. V."]
    assert all(cell in page for cell in file[1])
    assert "Vaubrezac" not in str(file)
    for stranger in (built.worker, built.operator, built.stranger):
        assert built.client(stranger).get("/file/to-decide?format=csv").status_code == 404


def test_a_case_one_is_barred_from_is_in_no_list_and_no_file() -> None:
    built = evaluated(world())
    factories.bar(built.case, user=built.prosecutor)
    for path in ("/file/to-decide", "/file/to-decide?format=csv"):
        assert built.case.number not in get(built, path, built.prosecutor)


def test_a_decision_waits_in_the_list_also_where_the_case_went_to_another_district_but_nothing_of_it_is_told() -> None:
    built = evaluated(world())
    factories.mandate(built.case, built.office)  # the second wall lets the task through
    built.case.jurisdiction = factories.district()
    built.case.save(update_fields=["jurisdiction"])
    page = get(built, "/file/to-decide", built.prosecutor)
    file = rows(get(built, "/file/to-decide?format=csv", built.prosecutor))
    assert built.case.number in page
    assert str(built.case.public_id) not in page
    assert "Q. V." not in page
    assert "ne vous est pas ouvert" in page
    assert file[1][:3] == [built.case.number, "", "ne vous est pas ouvert"]


@given(st.text(max_size=30))
def test_no_cell_begins_like_a_formula(words: str) -> None:
    said = _harmless(words)
    assert not said.startswith(FORMULA)
    assert said.removeprefix("'") == words.removeprefix("'") or said == words
