"""Whoever is barred from a case (RQ-08) is told nothing of its alarms in the room; and no alarm is lost by it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.utils import timezone

from egide.web.accounts.models import User
from egide.web.agencies.models import Agency
from egide.web.audit.models import Entry
from egide.web.cases.models import Bar, Case
from egide.web.cases.services.keeping_out import close_to
from egide.web.console import barred, wall
from egide.web.console.models import Incident, Seat
from egide.web.people.models import Person
from egide.web.registry.models import Device
from tests.web import factories as f
from tests.web.conftest import post
from tests.web.console.test_past import closed
from tests.web.console.test_room import do, kinds
from tests.web.permissions.raw import rows
from tests.web.permissions.walk import INCIDENT, TABLE, Who, address
from tests.web.scene import Scene
from tests.web.test_actions import close, take


def user(username: str) -> User:
    return User.objects.get(username=username)


def case_of(scene: Scene, device: str) -> Case:
    """A case of whoever holds a device."""
    return f.case(protected_person=Person.objects.get(pk=scene.device(device)[1]))


def listed(client: Client) -> dict[str, dict[str, Any]]:
    """The rows of the list, by incident."""
    told = client.get("/console/state").json()
    assert told["open"] == len(told["incidents"]), "a count that is larger would tell"
    return {row["id"]: row for row in told["incidents"]}


@pytest.fixture
def both_hear(scene: Scene) -> None:
    """Both operators sit at consoles that can be heard."""
    for username in ("operatrice", "operateur"):
        sit(username)


def sit(username: str, *, audible: bool = True) -> Seat:
    row: Seat = Seat.objects.create(user=user(username), audible=audible)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE console_seat SET seen_at = now(), heard_at = now() WHERE id = %s", [row.pk])
    return row


def said(answer: Any) -> str:
    """What an answer says; JSON escapes the space between initials."""
    text: str = answer.content.decode()
    return text.replace("\\u00a0", "\u00a0")


def tries(client: Client, incident: str) -> list[int]:
    """The status of everything that can be asked of one open incident."""
    return [
        client.get(f"/console/incidents/{incident}").status_code,
        take(client, incident).status_code,
        close(client, incident).status_code,
        do(client, incident, "note", text="je regarde").status_code,
        do(client, incident, "request").status_code,
        do(client, incident, "accept").status_code,
    ]


def test_whoever_is_barred_by_name_finds_no_trace_of_the_alarm_and_the_others_see_it_as_ever(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    other = scene.sos("demo-tgd-2")
    incident = scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    assert set(listed(colleague)) == {other}
    assert tries(colleague, incident) == [404] * 6
    assert Incident.objects.get(public_id=incident).owner is None
    assert set(listed(operator)) == {other, incident}
    assert listed(operator)[incident]["rings"] == 1
    assert take(operator, incident).status_code == 200
    assert Entry.objects.filter(action="refuse", object_id=incident, actor=user("operateur"), rule="RQ-08").count() == 6


def test_no_address_of_the_room_knows_of_it_for_whoever_is_barred_whichever_is_added(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    past, incident = closed(operator, scene, "demo-tgd-1"), scene.sos("demo-tgd-1")
    device = Device.objects.get(identifier="demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    asked = set()
    for row in TABLE:
        if row.who is not Who.ROOM or row.endless or "training" in row.route:
            continue
        for public_id in (incident, past) if INCIDENT in row.route else (incident,):
            for method in set(row.methods) - {"HEAD"}:
                path = address(row.route, {"public_id": public_id})
                answer = colleague.generic(method, path)
                assert answer.status_code == 404 or INCIDENT not in row.route, row.route
                for word in (incident, past, str(device), str(device.person)):
                    assert word not in said(answer).replace(path, ""), row.route
                asked.add(row.route)
    assert len(asked) > 12
    heard = said(operator.get("/console/state"))
    assert incident in heard
    assert str(device.person) in heard, "what was looked for can be found"


def test_a_bar_of_any_agency_of_the_operator_counts_also_one_not_acted_for(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    incident, provider = scene.sos("demo-tgd-1"), f.agency()
    f.bar(case_of(scene, "demo-tgd-1"), agency=provider)
    assert incident in listed(colleague)
    f.membership(user("operateur"), provider)
    assert incident not in listed(colleague)
    assert incident in listed(operator)


def test_a_bar_of_the_agency_of_the_whole_room_leaves_the_alarm_to_those_nobody_has_named(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    incident, case = scene.sos("demo-tgd-1"), case_of(scene, "demo-tgd-1")
    for room in Agency.objects.filter(memberships__user__username__in=["operatrice", "operateur"]).distinct():
        f.bar(case, agency=room)
    User.objects.filter(groups__name="operator").exclude(username__in=["operatrice", "operateur"]).update(
        is_active=False
    )
    assert incident in listed(operator)
    assert incident in listed(colleague)
    assert rows(user("operatrice"), "SELECT count(*) FROM console_contacts") == [(1,)]
    f.bar(case, user=user("operateur"))
    assert incident in listed(operator)
    assert listed(colleague) == {}
    f.membership(one := f.user(), f.agency())
    one.groups.add(user("operatrice").groups.get(name="operator"))
    assert listed(operator)[incident]["nameless"] is True


@pytest.mark.parametrize("opens", ["level", "box", "bracelet", "possible"])
def test_a_bar_reaches_the_measure_by_whatever_rings(
    opens: str, operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    incident = {
        "level": lambda: scene.level(1, "clear", "alert", 800),
        "box": lambda: scene.sos("demo-box-1"),
        "bracelet": lambda: scene.technical("demo-bracelet-1", "strap_cut"),
        "possible": lambda: scene.possible(1),
    }[opens]()
    f.bar(case_of(scene, "demo-box-1"), user=user("operateur"))
    assert listed(colleague) == {}
    assert incident in listed(operator)


def test_a_phone_of_the_case_counts_whoever_the_device_says_holds_it(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    case = f.case()
    f.attribution(case, Device.objects.get(identifier="demo-tgd-1"))
    f.bar(case, user=user("operateur"))
    incident = scene.sos("demo-tgd-1")
    assert listed(colleague) == {}
    assert incident in listed(operator)


def test_a_bar_that_was_lifted_opens_the_alarm_again(colleague: Client, scene: Scene, both_hear: None) -> None:
    incident = scene.sos("demo-tgd-1")
    row = f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    assert listed(colleague) == {}
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cases_bar SET ended_at = now() WHERE id = %s", [row.pk])
    assert incident in listed(colleague)
    assert Bar.objects.count() == 1


def test_what_nobody_else_would_hear_rings_for_whoever_is_barred_without_a_word_of_whom_it_is_about(
    colleague: Client, scene: Scene
) -> None:
    incident, person = scene.sos("demo-tgd-1"), Person.objects.get(pk=scene.device("demo-tgd-1")[1])
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    sit("operateur")
    (row,) = listed(colleague).values()
    assert (row["id"], row["rings"], row["urgency"], row["nameless"], row["version"]) == (incident, 1, 10, True, 0)
    assert (row["who"], row["number"], row["kind"], row["level"], row["tasks"]) == ("", "", "", "", [])
    for told in (str(person), "demo-tgd", "téléphone", "SOS"):
        assert told not in str(row)
    assert "collègue" in row["sentence"]
    assert tries(colleague, incident) == [404] * 6


def test_a_colleague_who_hears_takes_it_out_of_sight_and_one_who_is_mute_or_barred_too_does_not(
    colleague: Client, scene: Scene
) -> None:
    incident, case = scene.sos("demo-tgd-1"), case_of(scene, "demo-tgd-1")
    f.bar(case, user=user("operateur"))
    seat = sit("operatrice", audible=False)
    assert incident in listed(colleague)
    Seat.objects.filter(pk=seat.pk).update(audible=True)
    assert listed(colleague) == {}
    f.bar(case, user=user("operatrice"))
    assert listed(colleague)[incident]["nameless"] is True


def test_what_a_colleague_has_and_what_is_closed_does_not_ring_for_whoever_is_barred(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident = scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    assert incident in listed(colleague)
    take(operator, incident)
    assert listed(colleague) == {}


def test_nobody_who_is_barred_is_offered_the_incident(operator: Client, scene: Scene, both_hear: None) -> None:
    incident, other = scene.sos("demo-tgd-1"), scene.sos("demo-tgd-2")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    for one, offered in ((incident, False), (other, True)):
        take(operator, one)
        answer = post(operator, "/console/shift", {"ask": True, "incident": one}).json()
        assert ("operateur" in {row["login"] for row in answer["colleagues"]}) is offered
        said = do(operator, one, "offer", to="operateur")
        assert (said.status_code == 200) is offered
    assert Incident.objects.get(public_id=incident).flow["offered"] is None


@pytest.mark.parametrize("by_name", [True, False], ids=["by name", "by agency"])
def test_what_whoever_is_barred_has_in_hand_rings_again_for_the_others_at_once(
    by_name: bool,
    operator: Client,
    colleague: Client,
    scene: Scene,
    both_hear: None,
    django_capture_on_commit_callbacks: Any,
) -> None:
    incident, other, provider = scene.sos("demo-tgd-1"), scene.sos("demo-tgd-2"), f.agency()
    f.membership(user("operateur"), provider)
    for one in (incident, other):
        assert take(colleague, one).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        close_to(case_of(scene, "demo-tgd-1"), user("operateur") if by_name else provider, "conflit", timezone.now())
    assert [Incident.objects.get(public_id=one).rings for one in (incident, other)] == [1, 0]
    assert kinds(incident)[-1] == "let_go"
    assert take(operator, incident).status_code == 200
    texts = [line["text"] for line in operator.get(f"/console/incidents/{incident}").json()["timeline"]]
    assert any(text.startswith("De nouveau libre") for text in texts)


def test_a_bar_of_somebody_who_has_nothing_in_hand_rings_nothing(
    operator: Client, scene: Scene, both_hear: None, django_capture_on_commit_callbacks: Any
) -> None:
    incident = scene.sos("demo-tgd-1")
    take(operator, incident)
    with django_capture_on_commit_callbacks(execute=True):
        close_to(case_of(scene, "demo-tgd-1"), user("operateur"), "conflit", timezone.now())
    assert (Incident.objects.get(public_id=incident).rings, kinds(incident)[-1]) == (0, "taken")


def test_what_was_offered_before_the_bar_is_not_accepted(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-1")
    take(operator, incident)
    assert do(operator, incident, "offer", to="operateur").status_code == 200
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    assert do(colleague, incident, "accept").status_code == 404
    owner = Incident.objects.get(public_id=incident).owner
    assert owner is not None
    assert owner.username == "operatrice"


def test_the_past_of_a_closed_case_is_not_there_either_however_long_ago(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident, other = closed(operator, scene, "demo-tgd-1"), closed(operator, scene, "demo-tgd-2")
    scene.db.execute("UPDATE console_incident SET closed_at = now() - interval '90 days'")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    for client, seen in ((operator, True), (colleague, False)):
        page = client.get("/console/past").content.decode()
        assert (incident in page) is seen
        assert other in page
        assert client.get(f"/console/incidents/{incident}/replay").status_code == (200 if seen else 404)
        assert client.get(f"/console/incidents/{incident}").status_code == (200 if seen else 404)


def test_the_past_of_a_pair_is_closed_by_what_was_frozen_when_the_measure_is_over(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident = scene.technical("demo-bracelet-1", "strap_cut")
    case = case_of(scene, "demo-box-1")
    scene.db.execute("UPDATE measures_measure SET status = 'ended' WHERE id = %s", (scene.measure(1),))
    scene.db.execute("UPDATE console_incident SET status = 'closed', closed_at = now() - interval '9 days'")
    f.bar(case, user=user("operateur"))
    assert operator.get(f"/console/incidents/{incident}").status_code == 200
    assert colleague.get(f"/console/incidents/{incident}").status_code == 404


def test_the_wall_counts_nothing_that_its_reader_is_barred_from(
    operator: Client, colleague: Client, scene: Scene, both_hear: None
) -> None:
    scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    seen = [wall.figures(names=True, hidden=barred.hidden_from(user(one))) for one in ("operatrice", "operateur")]
    assert [one["open"] for one in seen] == [1, 0]
    assert [one["opened"] for one in seen] == [1, 0]
    assert [one["ringing"] for one in seen] == [1, 0]
    assert [one["day"]["sos"] for one in seen] == [1, 0]
    for client in (operator, colleague):
        assert client.get("/console/wall").status_code == 200


def test_no_search_by_what_a_caller_says_finds_a_device_of_a_closed_case(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    said = {"q": "demo-tgd-1"}
    assert post(operator, "/console/open/find", said).json()["found"]
    answer = post(colleague, "/console/open/find", said)
    assert (answer.status_code, answer.json()) == (400, post(colleague, "/console/open/find", {"q": "nobody-9"}).json())
    assert post(colleague, "/console/open", {"device": "demo-tgd-1"}).status_code == 404
    assert not Incident.objects.exists()


def test_the_list_of_a_feed_that_is_down_leaves_out_nobody_and_names_nobody_who_is_closed(
    colleague: Client, scene: Scene
) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    take(colleague, incident)
    do(colleague, incident, "called", device="demo-box-1", outcome="no_answer")
    before = colleague.get(f"/console/incidents/{incident}").json()
    f.bar(case_of(scene, "demo-box-1"), user=user("operateur"))
    after = colleague.get(f"/console/incidents/{incident}").json()
    assert after["calls"]["of"] == before["calls"]["of"]
    gone = {one["device"] for one in before["calls"]["rows"]} - {one["device"] for one in after["calls"]["rows"]}
    assert gone == {"demo-box-1", "demo-bracelet-1"}
    nameless = [one for one in after["calls"]["rows"] if one["device"] == ""]
    assert [(one["phone"], one["number"]) for one in nameless] == [("", "")] * 2
    assert "Boîtier 0001" in str(before)
    assert "Boîtier 0001" not in str(after)
    assert do(colleague, incident, "called", device="demo-box-1", outcome="reached").status_code == 400


def test_if_it_cannot_be_asked_who_is_barred_every_alarm_is_everybodys(
    colleague: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))

    def away(users: list[int], past: bool) -> Any:
        raise DatabaseError("no answer")

    monkeypatch.setattr(barred, "_asked", away)
    assert incident in listed(colleague)
    assert take(colleague, incident).status_code == 200
    with pytest.raises(DatabaseError):  # nothing rings in the past: it may wait
        colleague.get("/console/past")


def test_the_second_wall_keeps_how_to_reach_her_from_a_barred_operator_too(scene: Scene) -> None:
    scene.sos("demo-tgd-1")
    scene.sos("demo-tgd-2")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    contacts = "SELECT count(*) FROM console_contacts"
    assert rows(user("operatrice"), contacts) == [(2,)]
    assert rows(user("operateur"), contacts) == [(1,)]


def test_who_is_barred_from_what_is_told_to_nobody_but_about_themselves(scene: Scene) -> None:
    scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), user=user("operateur"))
    asked = "SELECT count(*) FROM egide_shut_incidents(%s::bigint[], true)"
    one, other = user("operateur"), user("operatrice")
    assert rows(one, asked, [one.pk]) == [(1,)]
    for reader, about in ((other, [one.pk]), (one, [one.pk, other.pk]), (None, [one.pk])):
        assert rows(reader, asked, about) == [(0,)]


def test_a_room_in_which_nobody_is_barred_asks_once_for_the_whole_list(
    operator: Client, scene: Scene, django_assert_max_num_queries: Any
) -> None:
    for n in (1, 2, 3, 4):
        scene.sos(f"demo-tgd-{n}")
    with connection.execute_wrapper(_counted := _Counted()):
        assert len(listed(operator)) == 4
    assert _counted.number == 1


class _Counted:
    """How often PostgreSQL is asked who is barred."""

    number = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += "egide_shut" in sql
        return execute(sql, params, many, context)


def test_a_barred_agency_without_members_changes_nothing(operator: Client, scene: Scene) -> None:
    agency: Agency = f.agency()
    incident = scene.sos("demo-tgd-1")
    f.bar(case_of(scene, "demo-tgd-1"), agency=agency)
    assert incident in listed(operator)
