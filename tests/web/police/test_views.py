"""Who opens a request sees what TGD-42 and the table grant, the orders first; strangers and the barred find nothing."""

from __future__ import annotations

import pytest
from django.test import Client

from egide.core.access import Role
from egide.web.agencies.models import AgencyKind
from egide.web.audit.models import Entry
from egide.web.cases.models import Order
from egide.web.console.models import Incident
from egide.web.outbox.models import Guard, Message
from egide.web.people.picture import only_the_picture
from egide.web.police.eyes import Alone
from egide.web.police.models import Area, Request, RequestStatus
from egide.web.police.services import NotTheirs, advance, end, request_intervention
from tests.web import factories as f
from tests.web.conftest import signed_in
from tests.web.console.test_order import HOME, WORK, entered, ordered
from tests.web.pictures import jpeg
from tests.web.police.conftest import District, member

SECRETS = {
    "identity": "Quitterie Canari",
    "address": "3 allée des Essais",
    "hidden": "9 impasse Cachée",
    "respondent": "Ulric Rapace",
}


def asked(district: District, incident: Incident | None = None) -> Request:
    found = incident or district.rings()
    return request_intervention(found, district.operator, "Commissariat central", "Brigadier Vidal", "2026-118")


def people(district: District) -> None:
    """Names and places nobody else has, and an order that stands."""
    person = district.case.protected_person
    person.given_name, person.family_name = SECRETS["identity"].split()
    person.save()
    f.address(person, text=SECRETS["hidden"], hidden=True)
    person.addresses.filter(text__startswith="3 allée").update(hidden=False)
    given, family = SECRETS["respondent"].split()
    respondent = f.respondent(district.case, person=f.person(given_name=given, family_name=family))
    Order.objects.create(
        case=district.case, respondent=respondent, frame="protection_order", bans_contact=True, starts_on="2026-01-01",
        ends_on="2027-12-31", court="Juge aux affaires familiales de Nulle-Part",
    )  # fmt: skip


def body(client: Client, request: Request) -> tuple[int, str]:
    answer = client.get(f"/police/requests/{request.public_id}")
    return answer.status_code, answer.content.decode()


@pytest.mark.parametrize("role", ["police_dispatcher", "police_patrol"])
def test_the_unit_of_the_territory_sees_the_call_the_orders_and_the_people(district: District, role: str) -> None:
    people(district)
    request = asked(district)
    status, said = body(member(district, role), request)
    assert status == 200
    assert "Brigadier Vidal" in said
    for name, secret in SECRETS.items():
        assert secret in said, name
    assert said.index("Juge aux affaires familiales de Nulle-Part") < said.index(SECRETS["identity"]), (
        "orders first (RQ-11)"
    )
    assert Entry.objects.filter(action="read", case=district.case.pk).exists()


@pytest.mark.parametrize("role", [r for r in Role if r not in ("police_dispatcher", "police_patrol")])
def test_no_other_role_opens_an_inbox_or_a_request(district: District, role: Role) -> None:
    request, client = asked(district), member(district, role.value)
    assert client.get("/police/").status_code == 404
    assert body(client, request)[0] == 404
    assert client.post(f"/police/requests/{request.public_id}/step", {"to": "acknowledged"}).status_code == 404


def test_a_crew_reads_the_floor_and_the_code_of_the_door_where_the_address_is_shown(district: District) -> None:
    people(district)
    homes = district.case.protected_person.addresses
    homes.filter(hidden=False).update(housing="3e étage gauche, code 4417B")
    homes.filter(hidden=True).update(housing="Entrée par la cour, badge")
    said = body(member(district, "police_patrol"), asked(district))[1]
    assert "3e étage gauche, code 4417B" in said
    assert "Entrée par la cour, badge" in said


@pytest.mark.parametrize("role", ["police_dispatcher", "police_patrol"])
def test_a_crew_sees_the_face_of_whom_it_looks_for_at_an_address_that_asks_again(district: District, role: str) -> None:
    face = only_the_picture(jpeg())
    f.profile(district.case.protected_person, photo=face)
    request = asked(district)
    client, address = member(district, role), f"/police/requests/{request.public_id}/photo"
    said = body(client, request)[1]
    assert f'src="{address}" alt="Photographie de la personne protégée"' in said
    assert "data:image" not in said
    answer = client.get(address)
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (200, face, "image/jpeg")
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("no-store", "nosniff")
    entry = Entry.objects.filter(case=district.case.pk).latest("pk")
    assert (entry.action, list(entry.groups)) == ("read", ["photo"])


def test_nobody_else_gets_the_face(district: District) -> None:
    f.profile(district.case.protected_person, photo=only_the_picture(jpeg()))
    address = f"/police/requests/{asked(district).public_id}/photo"
    elsewhere = member(district, "police_dispatcher", agency=f.agency(AgencyKind.POLICE))
    for client in (elsewhere, member(district, "operator_tgd"), member(district, "investigator")):
        assert client.get(address).status_code == 404
    kept_out = member(district, "police_patrol")
    f.bar(district.case, user=district.police.memberships.latest("pk").user)
    assert kept_out.get(address).status_code == 404


def test_an_alarm_of_a_case_without_a_photograph_has_none(district: District) -> None:
    request = asked(district)
    client = member(district, "police_patrol")
    assert "<img" not in body(client, request)[1]
    assert client.get(f"/police/requests/{request.public_id}/photo").status_code == 404


def test_another_territory_finds_nothing(district: District) -> None:
    request = asked(district)
    elsewhere = member(district, "police_dispatcher", agency=f.agency(AgencyKind.POLICE))
    assert body(elsewhere, request)[0] == 404
    assert "2026-118" not in elsewhere.get("/police/").content.decode()


def test_an_officer_who_is_kept_out_of_the_case_is_kept_out_of_its_alarm(district: District) -> None:
    request = asked(district)
    client = member(district, "police_dispatcher")
    f.bar(district.case, user=district.police.memberships.latest("pk").user)
    assert body(client, request)[0] == 404
    assert "2026-118" not in client.get("/police/").content.decode()


def test_the_unit_of_the_ground_it_rings_in_sees_a_case_of_another_district_while_it_rings(district: District) -> None:
    people(district)
    district.case.jurisdiction = f.district()
    district.case.save()
    incident = district.rings()
    request = asked(district, incident)
    client = member(district, "police_dispatcher")
    status, said = body(client, request)
    assert (status, SECRETS["identity"] in said) == (200, True)
    Incident.objects.filter(pk=incident.pk).update(status="closed")
    assert body(client, request)[0] == 404, "afterwards the case is its own district's again"


def test_a_measure_without_a_case_is_shown_by_the_same_table(district: District) -> None:
    incident = Incident.objects.get(public_id=district.scene.level(1, "clear", "alert", 800))
    district.scene.believed("demo-box-1", 48.51234, 2.59876)
    status, said = body(member(district, "police_dispatcher"), asked(district, incident))
    assert status == 200
    assert "48.51234" in said
    assert "Bracelet anti-rapprochement BAR-" in said


@pytest.mark.parametrize(("role", "group"), [("police_dispatcher", "bar_exclusions"), ("police_patrol", "bar_terms")])
def test_the_places_of_the_order_are_named_to_the_unit_each_by_its_grant(
    role: str, group: str, district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordered(district.scene)
    district.scene.believed("demo-box-1", 48.51234, 2.59876)
    request = asked(district, Incident.objects.get(public_id=entered(district.scene)))
    client = member(district, role)
    said = body(client, request)[1]
    for words in (f"Lieu interdit : {HOME}", "en vigueur maintenant", f"Lieu autorisé : {WORK}", "08:30 – 17:00"):
        assert words in said.replace("\u00a0", " "), words
    withheld = HOME if group == "bar_exclusions" else WORK
    may = Alone.may
    monkeypatch.setattr(Alone, "may", lambda self, asked, action="read": asked != group and may(self, asked, action))
    said = body(client, request)[1]
    assert withheld not in said
    assert (WORK if withheld == HOME else HOME) in said


def test_the_unit_says_how_far_it_is_and_the_room_reads_it(district: District) -> None:
    request = asked(district)
    client = member(district, "police_dispatcher")
    address = f"/police/requests/{request.public_id}/step"
    for to in ("acknowledged", "under_way", "on_the_spot"):
        assert client.post(address, {"to": to}).status_code == 302
    assert client.post(address, {"to": "outcome"}).status_code == 422
    assert client.post(address, {"to": "outcome", "code": "other"}).status_code == 422
    assert client.post(address, {"to": "outcome", "code": "person_safe"}).status_code == 302
    assert client.post(address, {"to": "under_way"}).status_code == 409
    request.refresh_from_db()
    assert (request.status, request.outcome) == ("ended", "person_safe")
    events = list(request.incident.events.order_by("pk").values_list("kind", flat=True))
    assert events[-4:] == ["police_acknowledged", "police_under_way", "police_on_the_spot", "police_outcome"]


def test_a_crew_says_where_it_is_and_leaves_the_record_to_the_dispatcher(district: District) -> None:
    request = asked(district)
    client = member(district, "police_patrol")
    address = f"/police/requests/{request.public_id}/step"
    assert client.post(address, {"to": "on_the_spot"}).status_code == 302
    assert client.post(address, {"to": "outcome", "code": "person_safe"}).status_code == 404


def test_the_list_names_nobody_and_says_when_it_has_changed(district: District) -> None:
    people(district)
    client = member(district, "police_dispatcher")
    before = client.get("/police/?part=rows").content.decode()
    asked(district)
    after = client.get("/police/?part=rows").content.decode()
    assert before.split("data-stamp")[1][:20] != after.split("data-stamp")[1][:20]
    assert "2026-118" in after
    assert not [secret for secret in SECRETS.values() if secret in after]


def test_the_room_decides_about_a_message_nobody_is_sure_of(district: District) -> None:
    district.destination()
    asked(district)
    Message.objects.update(status="uncertain", fence=3)
    message = Message.objects.get()
    operator = signed_in("operatrice")
    assert district.police.name in operator.get("/police/outbox").content.decode()
    stale = {"do": "again", "message": message.public_id, "fence": 2}
    operator.post("/police/outbox/decide", stale)
    assert Message.objects.get().status == "uncertain", "it has moved meanwhile"
    operator.post("/police/outbox/decide", stale | {"fence": 3})
    again = Message.objects.get()
    assert (again.status, again.fence, again.public_id) == ("waiting", 4, message.public_id)
    assert again.decided_by == district.operator


def test_the_room_lets_the_outbox_work_again_after_a_restore(district: District) -> None:
    Guard.objects.update(held=True)
    operator = signed_in("operatrice")
    operator.post("/police/outbox/decide", {"do": "release"})
    guard = Guard.objects.get()
    assert (guard.held, guard.released_by) == (False, district.operator)


def test_a_member_of_the_unit_sees_no_message_of_the_outbox(district: District) -> None:
    district.destination()
    asked(district)
    assert member(district, "police_dispatcher").get("/police/outbox").status_code == 404


def brigade(district: District) -> Client:
    """A dispatcher of the gendarmerie of the same district, whose ground lies elsewhere."""
    agency = f.agency(AgencyKind.GENDARMERIE, jurisdiction=district.police.jurisdiction)
    Area.objects.create(agency=agency, name="Brigade", priority_number="01 99 00 20 02", postcodes=["01999"])
    return member(district, "police_dispatcher", agency=agency)


def test_another_unit_of_the_same_district_finds_nothing_and_stops_no_ring(district: District) -> None:
    request, other = asked(district), brigade(district)
    assert body(other, request)[0] == 404
    assert "2026-118" not in other.get("/police/").content.decode()
    address = f"/police/requests/{request.public_id}/step"
    for step in ({"to": "acknowledged"}, {"to": "outcome", "code": "person_safe"}):
        assert other.post(address, step).status_code == 404
    request.refresh_from_db()
    assert (request.status, request.acknowledged_at) == ("requested", None)
    assert Entry.objects.filter(action="refuse", object_kind="police_request").exists()
    own = member(district, "police_dispatcher")
    assert "2026-118" in own.get("/police/").content.decode()
    assert own.post(address, {"to": "acknowledged"}).status_code == 302


def test_what_rings_on_no_units_ground_is_every_units_of_the_district(district: District) -> None:
    request, other = asked(district), brigade(district)
    Request.objects.update(area=None)
    assert body(other, request)[0] == 200
    assert "2026-118" in other.get("/police/").content.decode()
    assert other.post(f"/police/requests/{request.public_id}/step", {"to": "acknowledged"}).status_code == 302


def test_a_service_called_for_another_unit_refuses(district: District) -> None:
    request = asked(district)
    stranger = f.agency(AgencyKind.GENDARMERIE, jurisdiction=district.police.jurisdiction)
    with pytest.raises(NotTheirs):
        advance(request, RequestStatus.ACKNOWLEDGED, district.dispatcher, stranger)
    with pytest.raises(NotTheirs):
        end(request, "person_safe", "", district.dispatcher, stranger)
