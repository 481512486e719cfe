"""Closed incidents, replayed step by step for the debriefing; what opens by the calendar; what a court has settled."""

from __future__ import annotations

import json
import re
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from egide.core.observations import Fix
from egide.gateway.tgd_gate import seal
from egide.incidents import openers
from egide.web.agencies.models import Membership
from egide.web.cases.models import DeviceTest, Handover
from egide.web.console import calls, past
from egide.web.console.models import Incident, IncidentEvent, Protocol
from egide.web.measures.models import Measure
from egide.web.registry.models import Device
from tests.web import factories
from tests.web.conftest import post
from tests.web.console.test_room import do, kinds, row
from tests.web.scene import Scene, now_ms
from tests.web.test_actions import close, doubt_removed, press, take


def closed(operator: Client, scene: Scene, phone: str = "demo-tgd-2") -> str:
    """An alarm from its ring to its end."""
    incident = scene.sos(phone, ago_s=5)
    take(operator, incident)
    doubt_removed(operator, incident)
    assert close(operator, incident, reason="doubt_removed").status_code == 200
    return incident


def test_a_closed_incident_is_replayed_with_the_time_of_each_step_and_the_look_is_audited(
    operator: Client, scene: Scene
) -> None:
    incident = closed(operator, scene)
    page = operator.get(f"/console/incidents/{incident}/replay").content.decode()
    steps = page.partition('id="steps"')[2]
    at = [
        steps.index(words) for words in ("Incident ouvert", "Ligne établie", "Aucun danger constaté", "Levée de doute")
    ]
    assert at == sorted(at)
    assert "+0:0" in page
    assert "Maud Estève" in page
    listed = operator.get("/console/past").content.decode()
    assert incident in listed
    last = (
        "SELECT count(*) FROM audit_entry WHERE object_kind = 'console_incident' AND object_id = %s AND action = 'read'"
    )
    assert scene.one(last, incident) == 1


def listed(client: Client, **body: Any) -> list[str]:
    """The incidents a page of the past shows, from top to bottom."""
    page = client.post("/console/past", body) if body else client.get("/console/past")
    return re.findall(r"/console/incidents/([0-9a-f-]{36})/replay", page.content.decode())


def test_the_past_is_gone_through_page_by_page_and_searched_by_number_and_day(
    operator: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [closed(operator, scene, phone) for phone in ("demo-tgd-2", "demo-tgd-3", "demo-box-1")][::-1]
    assert listed(operator) == whole
    monkeypatch.setattr(past, "SHOWN", 2)
    assert listed(operator) == whole[:2]
    assert listed(operator, page="2") == whole[2:]
    assert "Plus récents" in operator.post("/console/past", {"page": "2"}).content.decode()
    for amiss in ("x", "0", "²", "9" * 6, "00001" + "9" * 30, "9" * 5000):
        assert listed(operator, page=amiss) == whole[:2], amiss
    number = Measure.objects.get(protected_device__identifier="demo-box-1").number
    assert listed(operator, number=number[-6:].lower()) == [whole[0]]
    assert listed(operator, number="demo-tgd-3") == [whole[1]]
    assert listed(operator, number="nobody's") == []
    today = timezone.localdate()
    yesterday = (timezone.now() - timezone.timedelta(days=1)).timestamp() * 1000  # type: ignore[attr-defined]
    Incident.objects.filter(public_id=whole[2]).update(stream_time_ms=int(yesterday))
    assert listed(operator, day=(today - timezone.timedelta(days=1)).isoformat()) == [whole[2]]  # type: ignore[attr-defined]
    assert listed(operator, day=today.isoformat(), number="demo-tgd") == [whole[1]]
    for amiss in ("31/02/2026", "9999-12-31", "0001-01-01"):
        assert listed(operator, day=amiss) == whole[:2], amiss


def test_an_operator_of_phones_finds_no_bracelet_by_the_number_of_its_measure(operator: Client, scene: Scene) -> None:
    closed(operator, scene, "demo-box-1")
    number = Measure.objects.get(protected_device__identifier="demo-box-1").number
    rows = Incident.objects.all()
    assert past._numbered(rows, number, bracelets=True).count() == 1
    assert past._numbered(rows, number, bracelets=False).count() == 0


def test_an_open_incident_is_no_past_and_a_synthetic_one_is_nobodys(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    assert operator.get(f"/console/incidents/{incident}/replay").status_code == 404
    probe = closed(operator, scene, "demo-tgd-4")
    Incident.objects.filter(public_id=probe).update(close_reason="probe")
    assert operator.get(f"/console/incidents/{probe}/replay").status_code == 404
    assert probe not in operator.get("/console/past").content.decode()


def test_an_operator_of_phones_replays_without_the_author(operator: Client, scene: Scene) -> None:
    incident = scene.level(1, "clear", "pre_alert", 1900)
    scene.level(1, "pre_alert", "clear", 2500)
    wearer = Measure.objects.get(pk=scene.measure(1)).wearer_person
    assert str(wearer) in operator.get(f"/console/incidents/{incident}/replay").content.decode()
    Membership.objects.filter(user__username="operatrice", role="operator_bar").delete()
    assert str(wearer) not in operator.get(f"/console/incidents/{incident}/replay").content.decode()
    assert f"{wearer} " not in operator.get("/console/past").content.decode()


# The list of a feed that is down


def test_a_feed_that_is_down_lists_everybody_it_concerns_and_what_came_of_each_call(
    operator: Client, scene: Scene
) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    take(operator, incident)
    told = operator.get(f"/console/incidents/{incident}").json()["calls"]
    found = told["rows"]
    assert [one["role"] for one in found] == sorted(one["role"] for one in found), "protected persons first"
    assert {one["device"]: one["role"] for one in found}["demo-bracelet-6"] == "wearer"
    assert {"demo-box-1", "demo-tgd-1"} <= {one["device"] for one in found if one["role"] == "protected"}
    assert all(one["phone"].startswith("06 39 98") for one in found)
    assert do(operator, incident, "called", device="demo-box-1", outcome="maybe").status_code == 400
    said = do(operator, incident, "called", device="demo-box-1", outcome="no_answer").json()
    said = do(operator, incident, "called", device="demo-box-1", outcome="reached").json()
    one = next(one for one in said["calls"]["rows"] if one["device"] == "demo-box-1")
    assert (one["said"]["outcome"], one["said"]["by"]) == ("reached", "Maud Estève")
    assert kinds(incident)[-2:] == ["called", "called"]
    assert "Appel (Boîtier 0001)" in str(said["timeline"])
    assert do(operator, incident, "called", device="nobody's", outcome="reached").status_code == 400


def test_the_list_is_of_those_the_log_named_and_other_incidents_have_none(operator: Client, scene: Scene) -> None:
    person = scene.device("demo-box-2")[1]
    incident = scene.ring("feed:log", "technical", 40, data={"signal": "feed_down", "people": [person]})
    found = operator.get(f"/console/incidents/{incident}").json()["calls"]["rows"]
    assert [one["device"] for one in found if not one["device"].startswith("demo-tgd")] == ["demo-box-2"]
    assert operator.get(f"/console/incidents/{scene.sos('demo-tgd-2')}").json()["calls"] is None


def test_a_wearer_is_never_told_that_nobody_is_watching(operator: Client, scene: Scene) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    protected, wearers = operator.get(f"/console/incidents/{incident}").json()["calls"]["groups"]
    assert (protected["role"], wearers["role"]) == ("protected", "wearer")
    assert "17" in protected["script"]
    assert "restez joignable" in wearers["script"]
    assert not [
        word for word in ("interrompu", "17", "114", "protège", "liaison", "panne") if word in wearers["script"]
    ]


def test_a_list_of_calls_is_counted_whole_and_shown_a_page_at_a_time(
    operator: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    take(operator, incident)
    whole = operator.get(f"/console/incidents/{incident}").json()["calls"]
    monkeypatch.setattr(calls, "PAGE", 4)
    first = operator.get(f"/console/incidents/{incident}").json()["calls"]
    assert [one["device"] for one in first["rows"]] == [one["device"] for one in whole["rows"][:4]]
    assert (first["of"], first["groups"]) == (whole["of"], whole["groups"]), "all are counted, shown or not"
    address = f"/console/incidents/{incident}/do?calls=4"
    body = {"act": "called", "device": whole["rows"][5]["device"], "outcome": "reached"}
    second = post(operator, address, body).json()["calls"]
    assert [one["device"] for one in second["rows"]] == [one["device"] for one in whole["rows"][4:8]]
    assert second["rows"][1]["said"]["outcome"] == "reached"
    assert sum(group["left"] for group in second["groups"]) == whole["of"] - 1
    seen = [
        one["device"]
        for at in range(0, whole["of"], 4)
        for one in operator.get(f"/console/incidents/{incident}?calls={at}").json()["calls"]["rows"]
    ]
    assert seen == [one["device"] for one in whole["rows"]]
    assert operator.get(f"/console/incidents/{incident}?calls=99999").json()["calls"]["rows"]
    assert operator.get(f"/console/incidents/{incident}?calls=-1").json()["calls"]["first"] == 0


# What opens by the calendar


@pytest.fixture
def by_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is day in Paris, whatever the hour of the test."""
    monkeypatch.setattr(openers, "HOURS", (0, 24))


def handed(identifier: str, days: int) -> None:
    """A phone in somebody's hands since so many days."""
    held = factories.attribution(factories.case(), Device.objects.get(identifier=identifier))
    at = timezone.now() - timezone.timedelta(days=days)  # type: ignore[attr-defined]
    Handover.objects.create(attribution=held, at=at, place="Tribunal", given_by=factories.user())


def run() -> list[int]:
    with transaction.atomic(), connection.cursor() as cursor:
        return openers.phone_tests(cursor)


def test_a_phone_that_was_not_tested_for_fifteen_days_opens_its_test_once(
    operator: Client, scene: Scene, by_day: None
) -> None:
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    handed("demo-tgd-1", 16)
    handed("demo-tgd-3", 14)
    (number,) = run()
    found = Incident.objects.get(pk=number)
    assert (found.workflow, found.cause) == ("phone_test", f"phone_test:{scene.device('demo-tgd-1')[0]}")
    assert "essai du téléphone à faire" in operator.get(f"/console/incidents/{found.public_id}").json()["sentence"]
    assert run() == []
    take(operator, str(found.public_id))
    press(operator, str(found.public_id), "reached")
    assert close(operator, str(found.public_id), reason="tested").status_code == 200
    assert run() == [], "not again on the same day"
    (test,) = DeviceTest.objects.all()
    assert (test.attribution.device.identifier, test.worked, test.recorded_by.username) == (
        "demo-tgd-1",
        True,
        "operatrice",
    )
    assert "Essai inscrit au dossier" in str(operator.get(f"/console/incidents/{found.public_id}").json()["timeline"])
    Incident.objects.all().update(opened_at=timezone.now() - timezone.timedelta(days=2))  # type: ignore[attr-defined]
    assert run() == [], "nor before fifteen days are over"


def test_a_test_made_with_the_room_is_one_line_of_the_phones_file_whichever_way_it_was_closed(
    operator: Client, scene: Scene, by_day: None
) -> None:
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    handed("demo-tgd-1", 16)
    (number,) = run()
    asked = str(Incident.objects.get(pk=number).public_id)
    take(operator, asked)
    press(operator, asked, "reached")
    pressed = scene.sos("demo-tgd-1")  # they press the key together
    take(operator, pressed)
    press(operator, pressed, "announced")
    assert close(operator, pressed, reason="test").status_code == 200
    assert close(operator, asked, reason="tested").status_code == 200
    assert [test.worked for test in DeviceTest.objects.all()] == [True]


def test_a_test_that_failed_is_recorded_as_failed_and_a_phone_of_no_case_is_said(
    operator: Client, scene: Scene
) -> None:
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    handed("demo-tgd-1", 16)
    for phone, words in (("demo-tgd-1", "échoué, à réparer"), ("demo-tgd-3", "Aucun dossier ne porte ce téléphone")):
        incident = scene.technical(phone, "phone_test", 50)
        take(operator, incident)
        press(operator, incident, "reached")
        assert close(operator, incident, reason="replaced").status_code == 200
        assert words in str(operator.get(f"/console/incidents/{incident}").json()["timeline"])
    assert [test.worked for test in DeviceTest.objects.all()] == [False]


def test_nobody_is_called_at_night_and_only_a_few_at_a_time(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, by_day: None
) -> None:
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    for n in range(1, 6):
        handed(f"demo-tgd-{n}", 20)
    monkeypatch.setattr(openers, "HOURS", (0, 0))
    assert run() == []
    monkeypatch.setattr(openers, "HOURS", (0, 24))
    assert len(run()) == openers.AT_ONCE
    assert run() == []


# Synthetic SOS


def test_a_synthetic_sos_is_forgotten_after_a_day_and_no_other_record_ever(operator: Client, scene: Scene) -> None:
    device = Device.objects.create(identifier="egide-probe", kind="pilot_phone", status="issued", key_hash=b"k" * 32)
    probe = scene.ring(f"sos:{device.pk}", "sos", 10, device=device.pk)
    real = closed(operator, scene)
    with connection.cursor() as cursor:
        assert openers.forget_probes(cursor) == 0, "not before a day"
        cursor.execute("UPDATE console_incident SET closed_at = now() - interval '2 days'")
        assert openers.forget_probes(cursor) == 1
    assert not Incident.objects.filter(public_id=probe).exists()
    assert Incident.objects.filter(public_id=real).exists()
    for refused in ("DELETE FROM console_incidentevent", "UPDATE console_incidentevent SET kind = 'x'"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(refused)
    assert IncidentEvent.objects.filter(incident__public_id=real).exists()


# The court's protocol


def court_of(scene: Scene, n: int) -> Any:
    """The court of the n-th measure, which gets a case for it."""
    measure = Measure.objects.get(pk=scene.measure(n))
    case = factories.case(protected_person=measure.protected_person)
    factories.respondent(case, person=measure.wearer_person)
    return case.jurisdiction


def test_a_court_settles_when_the_protected_person_is_called_and_who_is_informed(
    operator: Client, scene: Scene
) -> None:
    court = court_of(scene, 1)
    said = StringIO()
    call_command("protocol", court.code, "withdrawal_s=30", "authority=Permanence du parquet", stdout=said)
    assert "withdrawal_s=30" in said.getvalue()
    incident = scene.level(1, "clear", "alert", 840)
    assert row(incident).frozen["protocol"]["withdrawal_s"] == 30
    take(operator, incident)
    scene.elapse(31)
    assert row(incident).flow["at"]["protected"]["step"] == "call_protected"
    other = scene.level(2, "clear", "alert", 840)
    take(operator, other)
    scene.elapse(31)
    assert row(other).flow["at"]["protected"]["step"] == "hold", "another court has its own"
    post(operator, f"/console/incidents/{incident}/do", {"act": "request"})
    press(operator, incident, "police_reached", unit="U", person="P", reference="R")
    press(operator, incident, "on_the_spot")
    press(operator, incident, "safe", task="protected")
    scene.level(1, "alert", "clear", 9000)
    assert close(operator, incident, reason="police", text="").status_code == 200
    informed = IncidentEvent.objects.get(incident__public_id=incident, kind="authority_to_inform")
    assert informed.data["authority"] == "Permanence du parquet"


def test_a_court_may_have_the_protected_person_called_first(operator: Client, scene: Scene) -> None:
    Protocol.objects.create(jurisdiction=court_of(scene, 1), protected_first=True)
    incident = scene.level(1, "clear", "alert", 840)
    assert row(incident).flow["at"]["protected"]["step"] == "call_protected"


@pytest.mark.parametrize("pair", ["withdrawal_s=5", "withdrawal_s=x", "protected_first=yes", "nothing=1", "authority"])
def test_a_field_or_value_that_is_not_there_is_refused(pair: str, scene: Scene) -> None:
    court = court_of(scene, 1)
    with pytest.raises(CommandError):
        call_command("protocol", court.code, pair)
    with pytest.raises(CommandError):
        call_command("protocol", "nowhere")
    assert not Protocol.objects.exists()


# Where they were


def whereabouts(operator: Client, incident: str) -> tuple[dict[str, Any], str]:
    """What the page's script gets to draw, and the page."""
    page = operator.get(f"/console/incidents/{incident}/replay").content.decode()
    return json.loads(page.partition('id="track" type="application/json">')[2].partition("</script>")[0]), page


def crossing(scene: Scene) -> str:
    """A pre-alert that came and went, both people seen on the way."""
    incident = scene.level(1, "clear", "pre_alert", 1900, ago_s=60)
    for ago_s in (80, 50, 20):
        scene.at("demo-box-1", 47.32, 5.04, ago_s=ago_s)
        scene.at("demo-bracelet-1", 47.32 + ago_s / 10_000, 5.05, ago_s=ago_s)
    scene.at("demo-bracelet-1", 48.0, 5.05, ago_s=2000)  # long before
    scene.at("demo-bracelet-2", 48.0, 5.05, ago_s=30)  # somebody else
    scene.level(1, "pre_alert", "clear", 2500)
    return incident


def test_a_replay_shows_where_both_were_and_in_the_order_in_which_they_moved(operator: Client, scene: Scene) -> None:
    told, page = whereabouts(operator, crossing(scene))
    assert [(party["role"], len(party["points"])) for party in told["parties"]] == [("protected", 3), ("wearer", 3)]
    wearer = told["parties"][1]["points"]
    assert [one["lat"] for one in wearer] == [47.328, 47.325, 47.322]
    assert [one["at_ms"] for one in wearer] == sorted(one["at_ms"] for one in wearer)
    assert told["radii"] == {"alert_m": 1000, "pre_alert_m": 2000}
    assert 'id="map"' in page
    read = "SELECT string_agg(to_jsonb(e)::text, '') FROM audit_entry e WHERE object_kind = 'console_incident'"
    assert {"alarm_position", "wearer_position"} <= set(re.findall(r"\w+", scene.one(read)))


def test_an_operator_of_phones_replays_no_bracelet_and_is_told_why(operator: Client, scene: Scene) -> None:
    Membership.objects.filter(user__username="operatrice", role="operator_bar").delete()
    told, page = whereabouts(operator, crossing(scene))
    assert told["parties"] == []
    assert "TGD-41" in page
    assert 'id="map"' not in page


def test_positions_that_are_gone_or_might_be_somebody_elses_are_said_not_guessed(
    operator: Client, scene: Scene
) -> None:
    incident = crossing(scene)
    Incident.objects.filter(public_id=incident).update(frozen={})  # opened before devices were kept
    told, page = whereabouts(operator, incident)
    assert told["parties"] == []
    assert "quelqu’un d’autre" in page
    incident = crossing(scene)
    scene.db.execute("DELETE FROM console_position")
    assert "aucune position n’est arrivée" in whereabouts(operator, incident)[1]
    scene.db.execute(
        "UPDATE console_incident SET closed_at = now() - interval '60 days' WHERE public_id = %s", (incident,)
    )
    assert "sont effacées, elles sont gardées" in whereabouts(operator, incident)[1]


def test_a_device_that_has_gone_to_another_pair_shows_only_what_it_was_then(operator: Client, scene: Scene) -> None:
    incident = crossing(scene)
    scene.db.execute(
        "UPDATE measures_measure SET protected_device_id = %s WHERE id = %s",
        (scene.device("demo-tgd-4")[0], scene.measure(1)),
    )
    told, _page = whereabouts(operator, incident)
    assert len(told["parties"][0]["points"]) == 3, "the box that was worn then, not the one of today"


def alarm_with_a_place(operator: Client, scene: Scene, consent: bool = True) -> tuple[str, int]:
    """A phone's alarm from its ring to its end, with one position; the incident and the alarm."""
    device = scene.device("demo-tgd-2")[0]
    scene.db.execute("UPDATE registry_device SET geolocation_consent = %s WHERE id = %s", (consent, device))
    key = b"k" * 32
    alarm = scene.one(
        "INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, %s, %s) RETURNING id", device, now_ms(), key
    )
    box = seal(key, Fix(now_ms() - 3000, 473_215_000, 50_415_000, 1500, None))
    scene.db.execute("INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, %s)", (alarm, box))
    scene.judged()
    incident = closed(operator, scene)
    # By the clock, not by the beginning of the transaction that a test is.
    scene.db.execute("UPDATE tgd_alarm SET closed_at = clock_timestamp() WHERE id = %s", (alarm,))
    return incident, alarm


def test_a_phones_position_is_replayed_until_its_key_is_destroyed(operator: Client, scene: Scene) -> None:
    incident, alarm = alarm_with_a_place(operator, scene)
    told, _page = whereabouts(operator, incident)
    assert [(party["role"], party["points"][0]["lat"]) for party in told["parties"]] == [("protected", 47.3215)]
    scene.db.execute("UPDATE tgd_alarm SET erase_at = now() - interval '1 s' WHERE id = %s", (alarm,))
    told, page = whereabouts(operator, incident)
    assert told["parties"][0]["points"] == []
    assert "sont effacées" in page
    assert "47.3215" not in page


def test_a_consent_that_was_withdrawn_hides_it_at_once(operator: Client, scene: Scene) -> None:
    incident, _alarm = alarm_with_a_place(operator, scene, consent=False)
    told, page = whereabouts(operator, incident)
    assert told["parties"][0]["points"] == []
    assert "n’y consent pas, ou plus" in page
