"""Taking and closing: one wins, the other is told who, and what was done stands in the incident for ever."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client

from egide.core.observations import SignalKind
from egide.web.console import presses
from egide.web.console.models import Incident, IncidentEvent, Screen
from egide.web.registry.models import Device
from tests.web import factories
from tests.web.conftest import post
from tests.web.scene import Scene


def version(incident: str) -> int:
    return Incident.objects.get(public_id=incident).version


def take(client: Client, incident: str, **more: Any) -> Any:
    return post(client, f"/console/incidents/{incident}/take", {"version": version(incident)} | more)


def close(client: Client, incident: str, **more: Any) -> Any:
    return post(client, f"/console/incidents/{incident}/close", {"version": version(incident)} | more)


def press(client: Client, incident: str, code: str, task: str = "main", **more: Any) -> Any:
    """A key of the step the incident is at."""
    step = next(s for s in client.get(f"/console/incidents/{incident}").json()["steps"] if s["task"] == task)["step"]
    body = {"act": "press", "task": task, "step": step, "code": code} | more
    return post(client, f"/console/incidents/{incident}/do", body)


def doubt_removed(client: Client, incident: str) -> None:
    """The way to where an alarm may be closed: the line, the doubt, no danger found."""
    for code in ("line", "no_danger"):
        assert press(client, incident, code).status_code == 200


def both_calls(client: Client, incident: str) -> None:
    """The wearer was reached and seen to leave."""
    for code in ("turns_back", "withdrawn"):
        assert press(client, incident, code).status_code == 200


def events(incident: str) -> list[tuple[str, str]]:
    rows = IncidentEvent.objects.filter(incident__public_id=incident).select_related("actor").order_by("id")
    return [(row.kind, row.actor.username if row.actor else "") for row in rows]


def test_taking_gives_the_incident_to_me_tells_the_screens_and_leaves_an_event(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    screens = Screen.objects.count()
    answer = take(operator, incident)
    assert answer.status_code == 200
    assert answer.json()["owner"] == {"login": "operatrice", "name": "Maud Estève"}
    assert events(incident) == [("opened", ""), ("taken", "operatrice")]
    assert Screen.objects.count() == screens + 1
    assert version(incident) == 2


def test_whoever_comes_second_is_told_who_won_and_since_when(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    first = version(incident)
    take(operator, incident)
    answer = post(colleague, f"/console/incidents/{incident}/take", {"version": first})
    assert answer.status_code == 409
    assert answer.json()["reason"] == "taken"
    assert re.fullmatch(
        r"Pris en charge par Maud Estève depuis \d\d:\d\d:\d\d\. Rien n’a été modifié\.", answer.json()["message"]
    )
    assert answer.json()["incident"]["owner"]["login"] == "operatrice"
    assert events(incident) == [("opened", ""), ("taken", "operatrice")]


def test_taking_what_i_have_already_changes_nothing(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    assert take(operator, incident).status_code == 200
    assert len(events(incident)) == 2


def test_an_alarm_that_rang_again_while_i_pressed_is_mine_at_the_first_press(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    before = version(incident)
    scene.sos("demo-tgd-2")
    answer = post(operator, f"/console/incidents/{incident}/take", {"version": before})
    assert (answer.status_code, answer.json()["owner"]["login"]) == (200, "operatrice")
    assert answer.json()["version"] == before + 2


def test_taking_over_needs_the_incident_as_it_stands(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    before = version(incident)
    scene.sos("demo-tgd-2")
    answer = post(colleague, f"/console/incidents/{incident}/take", {"version": before, "over": True})
    assert (answer.status_code, answer.json()["reason"]) == (409, "taken")


def test_a_colleague_takes_over_only_when_saying_so(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    assert take(colleague, incident).status_code == 409
    assert take(colleague, incident, over=True).status_code == 200
    event = IncidentEvent.objects.get(incident__public_id=incident, kind="taken_over")
    assert event.data == {"from": "Maud Estève"}


def test_closing_says_why_and_closes_the_alarm_of_the_phone(operator: Client, scene: Scene) -> None:
    factories.attribution(factories.case(), Device.objects.get(identifier="demo-tgd-1"))
    incident = scene.sos("demo-tgd-1")
    device = scene.device("demo-tgd-1")[0]
    scene.db.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 1, 'k')", (device,))
    take(operator, incident)
    doubt_removed(operator, incident)
    answer = close(operator, incident, reason="doubt_removed", text="Jointe, tout est expliqué.")
    assert answer.status_code == 200
    row = Incident.objects.get(public_id=incident)
    assert (row.status, row.close_reason) == ("closed", "doubt_removed\nJointe, tout est expliqué.")
    assert row.closed_at is not None
    assert events(incident)[-1] == ("closed", "operatrice")
    assert scene.one("SELECT count(*) FROM cases_alarmfollowup WHERE ref = %s", incident) == 1
    assert scene.one("SELECT count(*) FROM tgd_alarm WHERE closed_at IS NULL") == 0


@pytest.fixture
def alarm(operator: Client, scene: Scene) -> str:
    """The SOS of a phone whose alarm is open, taken, with everything judged so far."""
    device = scene.device("demo-tgd-1")[0]
    scene.db.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 1, 'k')", (device,))
    scene.logged("demo-tgd-1")
    scene.judged()
    incident = scene.sos("demo-tgd-1")
    take(operator, incident)
    doubt_removed(operator, incident)
    return incident


def is_open(scene: Scene) -> bool:
    return bool(scene.one("SELECT count(*) FROM tgd_alarm WHERE closed_at IS NULL"))


def test_a_press_the_monitor_has_not_judged_yet_keeps_its_alarm(operator: Client, scene: Scene, alarm: str) -> None:
    scene.logged("demo-tgd-1")
    answer = close(operator, alarm, reason="doubt_removed")
    assert (answer.status_code, answer.json()["reason"]) == (409, "moment")
    assert answer.json()["message"].startswith("Un instant")
    assert is_open(scene)
    assert Incident.objects.get(public_id=alarm).status == "open"
    scene.judged()
    assert close(operator, alarm, reason="doubt_removed").status_code == 200
    assert not is_open(scene)


def test_what_others_say_meanwhile_does_not_hold_up_the_closing(operator: Client, scene: Scene, alarm: str) -> None:
    scene.logged("demo-tgd-2")
    scene.logged("demo-tgd-1", SignalKind.LOW_BATTERY)
    assert close(operator, alarm, reason="doubt_removed").status_code == 200
    assert not is_open(scene)


def test_a_monitor_too_far_behind_counts_as_a_press_not_judged(
    operator: Client, scene: Scene, alarm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "FRAMES", 1)
    scene.logged("demo-tgd-2")
    scene.logged("demo-tgd-2")
    assert close(operator, alarm, reason="doubt_removed").json()["reason"] == "moment"
    assert is_open(scene)


def test_closing_an_sos_of_a_box_leaves_the_alarms_of_phones_alone(operator: Client, scene: Scene) -> None:
    phone = scene.device("demo-tgd-1")[0]
    scene.db.execute("INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, 1, 'k')", (phone,))
    incident = scene.sos("demo-box-1")
    take(operator, incident)
    doubt_removed(operator, incident)
    assert close(operator, incident, reason="accidental").status_code == 200
    assert scene.one("SELECT count(*) FROM tgd_alarm WHERE closed_at IS NULL") == 1


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": "turned_back"}, "reason"),  # not a reason for an SOS
        ({"reason": "invented"}, "reason"),
        ({"reason": "other"}, "text"),
        ({"reason": "other", "text": "   "}, "text"),
        ({"reason": "other", "text": "x" * 2001}, "text"),
    ],
)
def test_an_incident_is_not_closed_without_its_reason(
    body: dict[str, str], field: str, operator: Client, scene: Scene
) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    doubt_removed(operator, incident)
    answer = close(operator, incident, **body)
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    assert Incident.objects.get(public_id=incident).status == "open"


@pytest.mark.parametrize("level", ["pre_alert", "alert"])
def test_nobody_closes_an_alert_that_stands_because_nothing_would_ring_again(
    level: str, operator: Client, scene: Scene
) -> None:
    incident = scene.level(1, "clear", "alert", 840)
    take(operator, incident)
    if level == "pre_alert":
        scene.level(1, "alert", "pre_alert", 1500)
    both_calls(operator, incident)
    assert operator.get(f"/console/incidents/{incident}").json()["stands"] is True
    answer = close(operator, incident, reason="turned_back", text="Il repart, jointe à 14 h.")
    assert (answer.status_code, answer.json()["reason"]) == (409, "stands")
    assert answer.json()["message"].startswith("L’alerte tient toujours")
    assert Incident.objects.get(public_id=incident).status == "open"
    scene.level(1, level, "clear", 3300)
    assert close(operator, incident, reason="turned_back").status_code == 200


def test_closing_below_the_threshold_after_the_measure_ended_always_asks_for_words(
    operator: Client, scene: Scene
) -> None:
    incident = scene.level(1, "pre_alert", "alert", 840)
    take(operator, incident)
    both_calls(operator, incident)
    scene.db.execute("UPDATE measures_measure SET status = 'ended' WHERE id = %s", (scene.measure(1),))
    assert close(operator, incident, reason="turned_back").json()["field"] == "text"
    assert close(operator, incident, reason="turned_back", text="Il repart, jointe à 14 h.").status_code == 200


def test_nobody_closes_what_they_do_not_have(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    assert close(operator, incident, reason="test").json()["reason"] == "not_yours"
    take(colleague, incident)
    assert close(operator, incident, reason="test").json()["reason"] == "taken"


def test_what_is_closed_stays_closed_and_says_by_whom(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    doubt_removed(operator, incident)
    close(operator, incident, reason="test")
    answer = take(colleague, incident)
    assert (answer.status_code, answer.json()["reason"]) == (409, "closed")
    assert answer.json()["message"].startswith("Clôturé par Maud Estève à ")


def test_a_body_that_cannot_be_read_changes_nothing(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    for body in ("", "nonsense", "[]", json.dumps({"version": "1"})):
        path = f"/console/incidents/{incident}/take"
        assert operator.post(path, body, content_type="application/json").status_code == 400
    assert version(incident) == 1
