"""What was noted of a child, of somebody around and of a place is completed, or holds no more: then nobody is sent there."""

from __future__ import annotations

import pytest

from egide.core.access import Role
from egide.web.cases import services as s
from egide.web.cases.models import CaseChild
from egide.web.cases.services import revising
from egide.web.documents.fields.person import current_addresses, relatives
from egide.web.people.profile import Address, Profile, Relative
from egide.web.police.people import people as police_people
from tests.web.cases.world import World, reported, someone, world
from tests.web.file.hands import Hands
from tests.web.file.test_known_person import _Open

WORKER = Role.ASSOCIATION_WORKER


@pytest.fixture
def w(db: None) -> World:
    return world()


def at(w: World, role: Role, case: object) -> Hands:
    user = w.actors[role].user
    assert user is not None
    return Hands(user, case, w)  # type: ignore[arg-type]


def test_a_child_of_a_report_gets_a_birth_date_and_a_school_without_being_added_again(w: World) -> None:
    case = reported(w, children=(s.ChildGiven(person=s.PersonGiven(given_name="Mahaut")),))
    worker = at(w, WORKER, case)
    worker.do("child-more", birth_date="2019-05-04", school="École des Tilleuls", visiting_rights="un samedi sur deux")
    child = CaseChild.objects.get(case=case)
    assert (child.school, child.person.given_name) == ("École des Tilleuls", "Mahaut")
    assert str(Profile.objects.get(person=child.person).birth_date) == "2019-05-04"
    assert "un samedi sur deux" in worker.look().words
    same = worker.fail("child-more", school="École des Tilleuls")
    assert "Rien n’est différent" in same.words


def test_a_trusted_person_who_turns_is_on_no_screen_and_no_sheet(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("relative", kind="emergency", name="Capucine", phone="06 39 98 00 11", order="1")
    worker.do("relative", kind="trusted", name="Odilon", phone="06 39 98 00 12", order="2")
    first, second = Relative.objects.filter(person=case.protected_person).order_by("pk")
    page = worker.look()
    links = [one for one in page.links if "/do/relative-more?on=" in one]
    assert len(links) == 2
    opened = worker.look(next(one for one in links if one.endswith(f"={first.pk}")))
    assert "Odilon" not in opened.words  # about the one that was pointed at, and no other
    worker.send(next(one for one in links if one.endswith(f"={second.pk}")), phone="06 39 98 00 99")
    second.refresh_from_db()
    assert (second.phone, second.until) == ("06 39 98 00 99", None)
    worker.send(next(one for one in links if one.endswith(f"={first.pk}")), over=True)
    first.refresh_from_db()
    assert first.until == w.today
    assert "Capucine" not in worker.look().words
    assert [row["name"] for row in relatives(case.protected_person, "emergency", "trusted")] == ["Odilon"]
    shown = str(police_people(case, _Open()))
    assert "Odilon" in shown
    assert "Capucine" not in shown


def test_no_patrol_goes_to_a_host_the_person_has_left(w: World) -> None:
    case = reported(w)
    worker = at(w, WORKER, case)
    worker.do("address", kind="usual", text="4 venelle du Four")
    worker.do("address", kind="work", text="Place du Lavoir", may_be_shown=True)
    host, work = Address.objects.filter(person=case.protected_person).order_by("pk")
    worker.do("address-more", address="Place du Lavoir", housing="2e étage, code 12A")
    work.refresh_from_db()
    assert work.housing == "2e étage, code 12A"
    worker.send(worker.url(f"/do/address-more?on={host.pk}"), over=True)
    host.refresh_from_db()
    assert host.until == w.today
    assert "venelle" not in worker.look().words
    assert "venelle" not in str(police_people(case, _Open()))
    assert list(current_addresses(case.protected_person, w.now)) == [work]


def test_a_row_of_another_case_is_out_of_reach(w: World) -> None:
    one, two = reported(w, protected=someone()), reported(w, protected=someone())
    w.do(s.add_relative, WORKER, two, s.RelativeGiven(kind=Relative.Kind.TRUSTED, name="Odilon"))
    w.do(s.write_address, WORKER, two, s.AddressGiven(kind=Address.Kind.HOME, text="9 quai Neuf"))
    row, place = Relative.objects.get(name="Odilon"), Address.objects.get(text="9 quai Neuf")
    with pytest.raises(s.Elsewhere):
        w.do(revising.revise_relative, WORKER, one, revising.RelativeRevised(relative=row.pk, over=True))
    with pytest.raises(s.Elsewhere):
        w.do(revising.revise_address, WORKER, one, revising.AddressRevised(address=place.pk, over=True))
