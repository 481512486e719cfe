"""The room as rows: what rings, what is due, who has what, and what stands in the record for ever."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from io import StringIO
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from egide.core.workflow.workflows import WORKFLOWS
from egide.incidents import rows
from egide.web.audit.models import AuditText, Entry
from egide.web.console import lapses, wall
from egide.web.console.models import Contacts, Incident, IncidentEvent, WorkflowTable
from egide.web.people.models import Person
from egide.web.registry.models import Device
from tests.web import factories
from tests.web.conftest import post
from tests.web.console.ways import forbid_to_call_back
from tests.web.scene import Scene
from tests.web.test_actions import both_calls, close, doubt_removed, press, take, version


def do(client: Client, incident: str, act: str, **more: Any) -> Any:
    return post(client, f"/console/incidents/{incident}/do", {"act": act} | more)


def kinds(incident: str) -> list[str]:
    return list(
        IncidentEvent.objects.filter(incident__public_id=incident).order_by("id").values_list("kind", flat=True)
    )


def row(incident: str) -> Incident:
    return Incident.objects.get(public_id=incident)


def test_an_alarm_keeps_its_workflow_whole_with_zones_and_contacts(operator: Client, scene: Scene) -> None:
    found = row(scene.level(1, "clear", "alert", 840))
    assert (found.workflow, found.workflow_hash) == ("bar_alert", WORKFLOWS["bar_alert"].hash)
    assert WorkflowTable.objects.get(hash=found.workflow_hash).body["name"] == "bar_alert"
    assert found.frozen["zones"]["alert_m"] == 1000
    assert found.contacts.body["phone"].startswith("06 39 98")
    assert set(found.frozen["people"]["protected"]) == {"person", "locale", "call_back_forbidden"}
    assert "unread" not in found.frozen


def test_an_incident_opened_by_another_hand_has_its_timer_and_its_workflow(operator: Client, scene: Scene) -> None:
    scene.db.execute(
        "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
        " VALUES ('outbox:1', 'technical', 40, 1, -1, 1)"
    )
    number = scene.one("SELECT id FROM console_incident WHERE cause = 'outbox:1'")
    assert scene.one("SELECT kind FROM console_timer WHERE incident_id = %s", number) == "opened"
    scene.elapse(2)
    assert scene.one("SELECT count(*) FROM console_timer WHERE incident_id = %s AND done_at IS NULL", number) == 1
    scene.elapse(600)
    assert Incident.objects.get(pk=number).rings == 2


def test_nobody_answers_and_it_rings_for_the_supervisor(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    scene.elapse(1)
    assert row(incident).rings == 1
    scene.elapse(20)
    assert row(incident).rings == 2
    assert kinds(incident) == ["opened", "rings_supervisor"]
    take(operator, incident)
    assert row(incident).rings == 0


def test_a_lease_without_progress_rings_again_and_anybody_may_take_it(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    assert row(incident).rings == 0
    scene.elapse(21)
    assert (row(incident).rings, kinds(incident)[-1]) == (1, "rings_again")
    assert take(colleague, incident).status_code == 200  # without a word: it rang
    assert row(incident).owner is not None
    assert row(incident).owner.username == "operateur"  # type: ignore[union-attr]
    event = IncidentEvent.objects.get(incident__public_id=incident, kind="taken_over")
    assert event.data["from"] == "Maud Estève"


def test_a_key_is_progress_and_goes_into_the_record(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    scene.elapse(15)
    assert press(operator, incident, "line").status_code == 200
    scene.elapse(15)
    assert row(incident).rings == 0
    texts = [line["text"] for line in operator.get(f"/console/incidents/{incident}").json()["timeline"]]
    assert "Ligne établie, la personne parle" in texts


def test_a_key_of_a_step_that_has_passed_changes_nothing(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    press(operator, incident, "line")
    answer = do(operator, incident, "press", task="main", step="line", code="no_line")
    assert (answer.status_code, answer.json()["reason"]) == (409, "changed")


def test_an_alarm_is_not_closed_before_the_doubt_is_removed(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    answer = close(operator, incident, reason="doubt_removed")
    assert (answer.status_code, answer.json()["reason"]) == (409, "not_yet")


def test_the_file_forbids_a_call_back_and_the_room_requests_the_police_instead(operator: Client, scene: Scene) -> None:
    _device, person = scene.device("demo-box-1")
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    scene.db.execute(
        "INSERT INTO people_profile (person_id, call_back_forbidden) VALUES (%s, true)"
        " ON CONFLICT (person_id) DO UPDATE SET call_back_forbidden = true",
        (person,),
    )
    incident = scene.sos("demo-box-1")
    take(operator, incident)
    answer = press(operator, incident, "no_line").json()
    assert answer["steps"][0]["step"] == "cannot_tell"
    assert answer["contacts"]["no_call_back"] is True


def test_no_answer_to_the_one_call_back_requests_the_police(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    press(operator, incident, "no_line")
    press(operator, incident, "no_answer")
    found = row(incident)
    assert (found.flow["at"]["main"]["step"], found.flow["intervention"]) == ("police", "requested")
    assert kinds(incident).count("intervention_requested") == 1


def test_the_police_are_requested_from_any_step_by_one_key_and_the_call_is_on_record(
    operator: Client, scene: Scene
) -> None:
    incident = scene.level(1, "clear", "alert", 840)
    assert do(operator, incident, "request").status_code == 200  # what nobody has is taken by it
    assert do(operator, incident, "request").json()["reason"] == "requested"
    missing = press(operator, incident, "police_reached", unit="Commissariat", person="")
    assert (missing.status_code, missing.json()["field"]) == (400, "person")
    key = "6f0d2f0e-6c1c-4f7e-9c0f-3f3d8a1f7b11"
    call = {"unit": "Commissariat", "person": "Brigadier Roux", "reference": "A-12", "key": key}
    assert press(operator, incident, "police_reached", **call).status_code == 200
    assert scene.one("SELECT reference FROM police_request WHERE key = %s", key) == "A-12"
    assert row(incident).flow["at"]["main"]["step"] == "on_the_way"


def test_an_alert_is_two_tasks_two_operators_can_take(operator: Client, colleague: Client, scene: Scene) -> None:
    incident = scene.level(1, "clear", "alert", 840)
    assert take(operator, incident, task="main").status_code == 200
    assert row(incident).rings == 1  # the other call still waits for somebody
    assert take(colleague, incident, task="protected").status_code == 200
    assert row(incident).rings == 0
    assert press(colleague, incident, "turns_back").json()["reason"] == "taken"
    assert press(colleague, incident, "call_now", task="protected").status_code == 200


def test_the_protected_person_is_called_when_withdrawal_is_not_confirmed_in_sixty_seconds(
    operator: Client, scene: Scene
) -> None:
    incident = scene.level(1, "clear", "alert", 840)
    take(operator, incident)
    scene.elapse(40)
    press(operator, incident, "turns_back")
    scene.elapse(21)
    found = row(incident)
    assert found.flow["at"]["protected"]["step"] == "call_protected"
    assert found.rings == 1
    assert "step" in kinds(incident)


def test_withdrawal_confirmed_in_time_leaves_the_protected_person_in_peace(operator: Client, scene: Scene) -> None:
    incident = scene.level(1, "clear", "alert", 840)
    take(operator, incident)
    both_calls(operator, incident)
    scene.elapse(61)
    assert row(incident).flow["at"]["protected"]["step"] == "hold"


def test_a_higher_level_rings_again_in_the_same_incident_with_the_procedure_of_the_alert(
    operator: Client, scene: Scene
) -> None:
    incident = scene.level(1, "clear", "pre_alert", 1900)
    take(operator, incident)
    assert scene.level(1, "pre_alert", "alert", 900) == incident
    found = row(incident)
    assert (found.workflow, found.rings, found.urgency) == ("bar_alert", 1, 20)
    assert found.owner is not None
    scene.level(1, "alert", "pre_alert", 1500)
    assert (row(incident).workflow, row(incident).urgency) == ("bar_alert", 20)  # merging never lowers a priority


def test_a_pre_alert_closes_by_itself_and_says_so_and_an_alert_never_does(operator: Client, scene: Scene) -> None:
    pre_alert = scene.level(1, "clear", "pre_alert", 1900)
    scene.level(1, "pre_alert", "clear", 2500)
    found = operator.get(f"/console/incidents/{pre_alert}").json()
    assert found["status"] == "closed"
    assert "clos de soi-même" in found["closed"]["reason"]
    alert = scene.level(2, "clear", "alert", 900)
    scene.level(2, "alert", "clear", 9000)
    assert row(alert).status == "open"


def test_an_sos_is_an_incident_of_its_own_linked_to_the_approach(operator: Client, scene: Scene) -> None:
    approach = scene.level(1, "clear", "alert", 840)
    sos = scene.sos("demo-box-1")
    assert sos != approach
    assert row(sos).workflow == "bar_sos"
    assert links(operator, sos) == [(approach, "Alerte BAR")]
    assert links(operator, approach) == [(sos, WORKFLOWS["bar_sos"].title.fr)]


def links(client: Client, incident: str) -> list[tuple[str, str]]:
    return [(one["id"], one["title"]) for one in client.get(f"/console/incidents/{incident}").json()["linked"]]


def test_an_sos_before_the_approach_is_linked_with_it_too(operator: Client, scene: Scene) -> None:
    sos = scene.sos("demo-box-1")
    assert links(operator, sos) == []
    approach = scene.level(1, "clear", "pre_alert", 1900)
    other = scene.level(2, "clear", "alert", 900)
    assert links(operator, sos) == [(approach, "Pré-alerte BAR")]
    assert [one for one, _title in links(operator, approach)] == [sos]
    assert links(operator, other) == [], "another pair's"
    scene.level(1, "pre_alert", "clear", 2500)
    assert links(operator, sos) == [], "it has closed by itself"


def test_the_old_owner_keeps_an_incident_until_the_colleague_accepts(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident = scene.technical("demo-tgd-4", "low_battery")
    take(operator, incident)
    assert do(operator, incident, "offer", to="operateur").status_code == 200
    assert row(incident).owner.username == "operatrice"  # type: ignore[union-attr]
    assert colleague.get(f"/console/incidents/{incident}").json()["offered"]["login"] == "operateur"
    assert do(colleague, incident, "decline").status_code == 200
    assert do(colleague, incident, "accept").json()["reason"] == "not_offered"
    do(operator, incident, "offer", to="operateur")
    assert do(colleague, incident, "accept").status_code == 200
    assert row(incident).owner.username == "operateur"  # type: ignore[union-attr]
    assert kinds(incident)[-2:] == ["offered", "handed_over"]


def test_nobody_hands_over_to_a_stranger(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    for to in ("procureure", "nobody", "operatrice"):
        assert do(operator, incident, "offer", to=to).json()["field"] == "to"


def test_a_battery_is_put_aside_for_a_time_and_an_sos_never(operator: Client, scene: Scene) -> None:
    battery, sos = scene.technical("demo-tgd-4", "low_battery"), scene.sos("demo-tgd-2")
    take(operator, battery)
    take(operator, sos)
    assert do(operator, sos, "shelve", minutes=5, text="plus tard").json()["reason"] == "never"
    assert do(operator, battery, "shelve", minutes=5).json()["field"] == "text"
    assert do(operator, battery, "shelve", minutes=500, text="au chargeur").json()["field"] == "minutes"
    assert do(operator, battery, "shelve", minutes=5, text="au chargeur").status_code == 200
    scene.elapse(290)
    assert row(battery).rings == 0
    scene.elapse(11)
    assert row(battery).rings == 1


def test_anything_new_rings_in_what_was_put_aside(operator: Client, scene: Scene) -> None:
    incident = scene.technical("demo-tgd-4", "low_battery")
    take(operator, incident)
    do(operator, incident, "shelve", minutes=5, text="au chargeur")
    scene.technical("demo-tgd-4", "low_battery")
    assert row(incident).rings == 1


def test_two_sweepers_do_a_timer_once(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    scene.elapse(30)
    scene.elapse(0)
    assert kinds(incident).count("rings_supervisor") == 1


def test_a_timer_of_an_older_state_says_nothing(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    press(operator, incident, "line")
    scene.db.execute("UPDATE console_timer SET due_at = now() - interval '1 hour'")
    scene.elapse(0)
    assert row(incident).rings == 0


def test_the_association_learns_of_the_alarm_and_of_no_place(operator: Client, scene: Scene) -> None:
    factories.attribution(factories.case(), Device.objects.get(identifier="demo-tgd-1"))
    incident = scene.sos("demo-tgd-1")
    take(operator, incident)
    doubt_removed(operator, incident)
    assert close(operator, incident, reason="doubt_removed").status_code == 200
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    found = scene.db.execute("SELECT * FROM cases_alarmfollowup WHERE ref = %s", (incident,)).fetchall()
    assert len(found) == 1


def test_a_note_by_anybody_is_kept_and_only_the_owners_is_progress(
    operator: Client, colleague: Client, scene: Scene
) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    lease = row(incident).flow["at"]["main"]["lease_ms"]
    assert do(colleague, incident, "note", text="Voisine au téléphone.").status_code == 200
    assert row(incident).flow["at"]["main"]["lease_ms"] == lease
    assert do(operator, incident, "note", text="Toujours en ligne.").status_code == 200
    assert row(incident).flow["at"]["main"]["lease_ms"] > lease
    assert do(operator, incident, "note", text="  ").json()["field"] == "text"


@pytest.mark.parametrize("act", ["", "close", "take", "elapse", "__class__"])
def test_an_act_nobody_knows_changes_nothing(act: str, operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    assert do(operator, incident, act).status_code == 400
    assert version(incident) == 1


def test_a_console_begins_beats_and_leaves(operator: Client, colleague: Client, scene: Scene) -> None:
    first = post(operator, "/console/shift", {"seat": None, "heard": True, "audible": True}).json()
    again = post(operator, "/console/shift", {"seat": first["seat"], "audible": False}).json()
    assert (again["seat"], again["heard"]) == (first["seat"], True)
    others = post(colleague, "/console/shift", {"ask": True}).json()["colleagues"]
    mine = post(colleague, "/console/shift", {"seat": first["seat"], "audible": True}).json()
    assert mine["seat"] != first["seat"]  # nobody sits at somebody else's console
    assert others[0] == {"login": "operatrice", "name": "Maud Estève", "on_shift": True, "audible": False}
    assert post(operator, "/console/shift", {"seat": first["seat"], "end": True}).json() == {"seat": None}


def test_the_wall_counts_and_names_operators_to_a_supervisor_only(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2", ago_s=4)
    take(operator, incident)
    page = operator.get("/console/wall").content.decode()
    assert "Alarme d’un téléphone grave danger" in page
    assert "Maud Estève" not in page.partition("<main")[2]
    from django.contrib.auth.models import Group

    from egide.web.accounts.models import User

    User.objects.get(username="operatrice").groups.add(Group.objects.get_or_create(name="supervisor")[0])
    assert "Maud Estève" in operator.get("/console/wall?figures").content.decode()


def test_the_wall_says_what_a_monitor_that_is_behind_leaves_out_and_that_alarms_ring(
    operator: Client, scene: Scene
) -> None:
    assert "laissé" not in operator.get("/console/wall?figures").content.decode()
    scene.db.execute("INSERT INTO monitor_shed (cell, from_seq, to_seq, step, positions) VALUES (0, 1, 9, 2, 40)")
    page = operator.get("/console/wall?figures").content.decode()
    assert "l’historique des positions et les statistiques sont laissés de côté" in page
    assert "Chaque alarme est jugée et sonne." in page
    scene.db.execute("UPDATE monitor_shed SET ended_at = now()")
    assert "laissé" not in operator.get("/console/wall?figures").content.decode()


def test_a_process_without_a_screen_makes_what_somebody_has_ring_again(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)
    number = row(incident).pk
    with scene.db.transaction():
        assert rows.ring_again(scene.db.cursor(), number, "police_unacknowledged")
    assert row(incident).rings == 1


def test_an_operator_of_phones_alone_learns_nothing_of_the_author(operator: Client, scene: Scene) -> None:
    from egide.web.agencies.models import Membership

    for box, bracelet in (("demo-box-1", "demo-bracelet-1"),):
        scene.at(box, 47.32, 5.04)
        scene.at(bracelet, 47.33, 5.04)
    incident = scene.level(1, "clear", "alert", 840)
    wearer = scene.one("SELECT phone FROM people_person WHERE id = %s", scene.device("demo-bracelet-1")[1])
    before = operator.get(f"/console/incidents/{incident}").content.decode()
    assert wearer in before
    held = Membership.objects.filter(user__username="operatrice")
    held.filter(role="operator_bar").update(ends_on=timezone.localdate() - timedelta(days=1))
    whole = operator.get(f"/console/incidents/{incident}").json()
    listed = operator.get("/console/state").json()["incidents"][0]
    assert [party["role"] for party in whole["parties"]] == ["protected"]
    assert wearer not in str(whole) + str(listed)
    assert (whole["distance"], whole["radii"]) == (None, None)
    assert " / " not in listed["who"]
    held.update(ends_on=None)
    assert wearer in operator.get(f"/console/incidents/{incident}").content.decode()


def test_the_police_are_requested_while_a_feed_is_down_and_the_call_is_recorded(operator: Client, scene: Scene) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    take(operator, incident)
    asked = do(operator, incident, "request").json()
    assert [step["step"] for step in asked["steps"]] == ["police"]
    assert "quelle personne de la liste" in asked["steps"][0]["say"]
    assert (asked["call_police"]["number"], asked["call_police"]["tel"]) == ("17", "tel:17"), "no territory: by hand"
    for reference in ("V-1", "V-2"):
        call = {"unit": "Commissariat de Valombre", "person": "Brigadier Roux", "reference": reference}
        told = do(operator, incident, "press", task="main", step="police", code="police_reached", **call).json()
        assert told["steps"][0]["step"] == "checking"
        again = do(operator, incident, "press", task="main", step="checking", code="police_again").json()
        assert again["steps"][0]["step"] == "police", "and for another person of the list"
    assert kinds(incident).count("police_requested") == 2


def test_the_wearers_of_a_feed_that_is_down_are_called_after_the_protected_persons(
    operator: Client, scene: Scene
) -> None:
    incident = scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"})
    take(operator, incident)
    (step,) = do(operator, incident, "press", task="main", step="call", code="wearers").json()["steps"]
    assert (step["step"], step["call"], step["phone"]) == ("wearers", "", "")
    assert "restez joignable" in step["script"]
    assert "17" not in step["script"]


def numbers(whole: dict[str, Any]) -> set[str]:
    """Every number of the protected person on the screen; "" stands for "do not call"."""
    party = next(party for party in whole["parties"] if party["role"] == "protected")
    assert party["no_call"] == (party["phone"] == "")
    steps = {step["phone"] for step in whole["steps"] if step["call"]}
    assert all(step["no_call"] == (step["phone"] == "") for step in whole["steps"] if step["call"])
    return steps | {party["phone"]} | {one["value"] for one in (whole["contacts"] or {}).get("channels", [])}


@pytest.mark.parametrize("device", ["demo-tgd-1", "demo-box-1"])
def test_whoever_seems_to_be_hiding_is_never_rung_by_a_number_on_the_screen(
    device: str, operator: Client, scene: Scene
) -> None:
    incident = scene.sos(device)
    take(operator, incident)
    assert "" not in numbers(operator.get(f"/console/incidents/{incident}").json())
    hidden = press(operator, incident, "hiding").json()
    assert numbers(hidden) == {""}
    call = {"unit": "Commissariat", "person": "Brigadier Roux", "reference": "V-1"}
    for step, code in (("police", "police_reached"), ("on_the_way", "on_the_spot")):
        told = do(operator, incident, "press", task="main", step=step, code=code, **call).json()
        assert numbers(told) == {""}, step
    if device == "demo-box-1":
        assert next(p for p in told["parties"] if p["role"] == "wearer")["phone"], "the wearer may be called"


def test_after_the_one_call_back_the_number_is_gone(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-1")
    take(operator, incident)
    before = do(operator, incident, "press", task="main", step="line", code="no_line").json()
    assert before["steps"][0]["step"] == "call_back"
    assert "" not in numbers(before)
    after = do(operator, incident, "press", task="main", step="call_back", code="reached").json()
    assert after["steps"][0]["step"] == "doubt"
    assert numbers(after) == {""}


def test_where_the_file_forbids_a_call_back_no_number_is_sent_but_an_alert_calls_the_person_to_safety(
    operator: Client, scene: Scene
) -> None:
    forbid_to_call_back(scene, forbids=True)
    incident = scene.sos("demo-box-1")
    take(operator, incident)
    assert numbers(operator.get(f"/console/incidents/{incident}").json()) == {""}
    alert = scene.level(1, "clear", "alert", 840)
    assert "" not in numbers(operator.get(f"/console/incidents/{alert}").json())


def test_somebody_of_the_room_whose_role_nobody_wrote_down_sees_nothing_of_the_author(
    operator: Client, scene: Scene
) -> None:
    from egide.web.agencies.models import Membership

    scene.at("demo-box-1", 47.32, 5.04)
    scene.at("demo-bracelet-1", 47.33, 5.04)
    incident = scene.level(1, "clear", "alert", 840)
    name = str(Person.objects.get(pk=scene.device("demo-bracelet-1")[1]))
    assert name in operator.get("/console/state").json()["incidents"][0]["who"]
    Membership.objects.filter(user__username="operatrice").delete()
    whole = operator.get(f"/console/incidents/{incident}").json()
    assert [party["role"] for party in whole["parties"]] == ["protected"]
    assert (whole["distance"], whole["radii"]) == (None, None)
    listed = operator.get("/console/state").json()["incidents"][0]
    assert name not in listed["who"]
    assert take(operator, incident).status_code == 200, "who may see less may answer all the same"


def test_the_script_is_in_the_persons_language_and_in_both_of_ours_where_it_is_another(
    operator: Client, scene: Scene
) -> None:
    person = Person.objects.get(pk=scene.device("demo-tgd-1")[1])

    def step(locale: str, interpreter: str = "") -> dict[str, Any]:
        Person.objects.filter(pk=person.pk).update(locale=locale)
        incident = scene.sos("demo-tgd-1")
        Contacts.objects.filter(incident__public_id=incident).update(body={"interpreter": interpreter})
        found: dict[str, Any] = operator.get(f"/console/incidents/{incident}").json()["steps"][0]
        return found

    french = step("fr")
    assert (french["script"][:2], french["script_language"], french["script_beside"]) == ("« ", "fr", "")
    assert french["speaks"] == ""
    english = step("en")
    assert (english["script"][:1], english["script_language"], english["script_beside"]) == ("“", "en", "")
    arabic = step("ar", "arabe")
    assert (arabic["script_language"], arabic["script_beside_language"]) == ("fr", "en")
    assert (arabic["script"][:2], arabic["script_beside"][:1]) == ("« ", "“")
    assert "arabe" in arabic["speaks"]
    assert "Interprète" in arabic["speaks"]


def sos_row() -> dict[str, Any]:
    """What the wall says of picking up the alarms of phones."""
    return next(row for row in wall.figures(names=False)["picked"] if row["sos"])


def test_an_sos_nobody_took_is_a_miss_on_the_wall(operator: Client, scene: Scene) -> None:
    for name in ("demo-tgd-1", "demo-tgd-2"):
        take(operator, scene.sos(name))
    assert (sos_row()["count"], sos_row()["met"]) == (2, True)
    rings = scene.sos("demo-tgd-3")
    assert sos_row()["untaken"] == 0, "it has rung for a moment only"
    scene.db.execute("UPDATE console_incident SET opened_at = now() - interval '15 s' WHERE public_id = %s", (rings,))
    assert (sos_row()["untaken"], sos_row()["in_10"], sos_row()["in_30"]) == (1, 66.7, 100.0)
    scene.db.execute("UPDATE console_incident SET opened_at = now() - interval '31 s' WHERE public_id = %s", (rings,))
    row = sos_row()
    assert (row["count"], row["untaken"], row["in_10"], row["in_30"], row["met"]) == (2, 1, 66.7, 66.7, False)
    page = operator.get("/console/wall?figures").content.decode()
    assert "<b>1</b>" in page.split("picked-h")[2 if page.count("picked-h") > 1 else 1]


def test_the_wall_counts_alarms_and_interventions_and_when_they_came(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-2")
    scene.level(1, "clear", "alert", 840)
    take(operator, incident)
    press(operator, incident, "danger")
    press(operator, incident, "police_reached", unit="Commissariat", person="Brigadier Roux", reference="A-12")
    told = wall.figures(names=False)
    assert told["day"] == {
        "sos": 1, "alerts": 1, "pre_alerts": 0, "requested": 1, "taken_by_police": 1, "cancelled": 0
    }  # fmt: skip
    assert [row["count"] for row in told["lapses"]] == [1, 1, 1]
    assert "Alarmes et interventions" in operator.get("/console/wall?figures").content.decode()


def test_each_first_of_an_incident_is_counted_once_by_the_process_that_did_it(
    operator: Client, scene: Scene, django_capture_on_commit_callbacks: Any
) -> None:
    def counts() -> list[float]:
        return [
            next(s.value for m in one.collect() for s in m.samples if s.name.endswith("_count"))
            for one in lapses.HISTOGRAMS.values()
        ]

    before, incident = counts(), scene.sos("demo-tgd-2")
    with django_capture_on_commit_callbacks(execute=True):
        take(operator, incident)
        press(operator, incident, "danger")
        press(operator, incident, "weapon")
    assert [now - was for now, was in zip(counts(), before, strict=True)] == [1, 1, 1]
    assert all(not one._labelnames for one in lapses.HISTOGRAMS.values())


def test_a_pilots_phone_is_registered_by_a_command_and_is_never_called_a_tgd(operator: Client, scene: Scene) -> None:
    out = StringIO()
    who = {"given": "Lou", "family": "Martin", "phone": "06 39 98 00 01"}
    call_command("pilot", "essai-1", at="https://platform.example/", stdout=out, **who)
    address, _, fragment = out.getvalue().strip().partition("#")
    said = dict(parse_qsl(fragment))
    device = Device.objects.get(identifier="essai-1")
    assert (address, said["id"]) == ("https://platform.example/carnet/", "essai-1")
    assert bytes(device.key_hash) == sha256(said["key"].encode()).digest()
    assert (device.kind, device.status, device.person.phone) == ("pilot_phone", "issued", "06 39 98 00 01")  # type: ignore[union-attr]
    whole = operator.get(f"/console/incidents/{scene.sos('essai-1')}").json()
    assert whole["what"] == "téléphone pilote, pas un TGD"
    assert whole["workflow"]["title"] == "Alarme d’un téléphone pilote (pas un TGD)"
    assert "C’est un pilote, pas un TGD." in whole["sentence"]
    assert (whole["workflow"]["name"], whole["urgency"]) == ("pilot_alarm", 10)
    with pytest.raises(CommandError, match="--again"):
        call_command("pilot", "essai-1", stdout=out, **who)
    with pytest.raises(CommandError, match="Say who holds it"):
        call_command("pilot", "essai-2", stdout=out)
    with pytest.raises(CommandError, match="No pilot phone"):
        call_command("pilot", "demo-box-1", again=True, stdout=out)
    call_command("pilot", "essai-1", again=True, stdout=out)
    device.refresh_from_db()
    assert bytes(device.key_hash) != sha256(said["key"].encode()).digest()
    entries = Entry.objects.filter(object_kind="device", object_id=str(device.pk)).values("seq")
    made, again = (
        AuditText.objects.filter(entry_seq__in=entries).order_by("entry_seq").values_list("text", flat=True)
    )  # what was refused left none
    assert "pilot phone made" in made
    assert "new key" in again
    assert "Martin" not in made + again
