"""A training shift shows the room's own screens over calls that are nobody's, and touches nothing real."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from egide.web.accounts.models import User
from egide.web.console import training
from egide.web.console.models import Training
from tests.web.conftest import post
from tests.web.scene import Scene

REAL = (
    "console_incident", "console_incidentevent", "console_screen", "console_timer", "console_seat", "console_transition",
    "police_request", "police_step", "outbox_message", "log_frame", "tgd_alarm", "cases_alarmfollowup", "tasks_task",
)  # fmt: skip


def counted(scene: Scene) -> dict[str, Any]:
    """Everything that is real, counted."""
    scene.db.execute("SELECT set_config('egide.system', 'on', true)")
    return {table: scene.one(f"SELECT count(*) FROM {table}") for table in REAL} | {
        "seq": scene.one("SELECT seq FROM console_screenhead")
    }


def later(seconds: float) -> None:
    """So much time passes in the running shift."""
    row = Training.objects.get(ended_at=None)
    text = json.dumps(row.state)
    state = json.loads(text)
    ms = int(1000 * seconds)
    state["began_ms"] -= ms
    for call in state["calls"]:
        call["at_ms"] -= ms
        for name in ("taken_ms", "closed_ms"):
            if call.get(name):
                call[name] -= ms
        for line in call.get("lines", []):
            line[0] -= ms
        for at in call.get("flow", {}).get("at", {}).values():
            at["since_ms"] -= ms
            at["lease_ms"] = None if at["lease_ms"] is None else at["lease_ms"] - ms
        if "flow" in call:
            call["flow"]["rings_ms"] -= ms
    Training.objects.filter(pk=row.pk).update(state=state)


def begun(client: Client, user: str, scenario: str) -> str:
    """A shift in which one call of our choice rings; its number."""
    client.post("/console/training/begin")
    row = Training.objects.get(user__username=user, ended_at=None)
    call = next(one for one in row.state["calls"] if one["scenario"] == scenario)
    row.state["calls"] = [call | {"at_ms": training.now_ms() - 500}]
    row.save()
    number: str = call["id"]
    return number


def test_a_whole_call_in_training_leaves_everything_real_as_it_was(operator: Client, scene: Scene) -> None:
    before = counted(scene)
    number = begun(operator, "operatrice", "hiding")
    state = operator.get("/console/training/state").json()
    assert [row["id"] for row in state["incidents"]] == [number]
    assert state["incidents"][0]["rings"] == 1
    base = f"/console/training/calls/{number}"
    shown = operator.get(base).json()
    assert shown["word"] == "SOS"
    taken = post(operator, f"{base}/take", {"version": 1}).json()
    assert "Un souffle" in taken["hears"]
    hiding = {"act": "press", "task": "main", "step": "line", "code": "hiding"}
    hidden = post(operator, f"{base}/do", hiding).json()
    assert hidden["call_police"]["unit"] == "Commissariat d’exercice"
    assert [party["phone"] for party in hidden["parties"]] == [""], "not rung in training either"
    call = {"act": "press", "task": "main", "step": "police", "code": "police_reached", "unit": "U", "person": "P"}
    assert post(operator, f"{base}/do", call | {"reference": "R"}).status_code == 200
    spot = {"act": "press", "task": "main", "step": "on_the_way", "code": "on_the_spot"}
    assert post(operator, f"{base}/do", spot).status_code == 200
    assert post(operator, f"{base}/close", {"reason": ""}).json()["field"] == "reason"
    done = post(operator, f"{base}/close", {"reason": "police", "text": ""}).json()
    assert done["closed"]["by"]["login"] == "operatrice"
    assert operator.get("/console/training/state").json()["over"]
    assert post(operator, "/console/training/shift", {"heard": True, "audible": True}).json()["seat"] is None
    shown = operator.post("/console/training/end", follow=True).content.decode()
    assert "La personne se cache" in shown
    assert counted(scene) == before


def test_what_the_trainee_does_is_for_the_trainee_alone(operator: Client, colleague: Client, scene: Scene) -> None:
    number = begun(operator, "operatrice", "duress")
    assert colleague.get("/console/training/state").json()["incidents"] == []
    assert colleague.get(f"/console/training/calls/{number}").status_code == 404
    assert post(colleague, f"/console/training/calls/{number}/take", {}).status_code == 404
    operator.post("/console/training/end")
    row = Training.objects.get(user__username="operatrice")
    path = f"/console/training/results/{row.public_id}"
    assert operator.get(path).status_code == 200
    assert colleague.get(path).status_code == 404


def test_what_the_file_would_say_is_shown_in_training_too(operator: Client, scene: Scene) -> None:
    number = begun(operator, "operatrice", "duress")
    found = operator.get(f"/console/training/calls/{number}").json()
    assert found["contacts"]["duress_word"] == "tilleul"


def test_a_second_begin_goes_on_with_the_shift_that_runs(operator: Client, scene: Scene) -> None:
    operator.post("/console/training/begin")
    operator.post("/console/training/begin")
    assert Training.objects.filter(user__username="operatrice").count() == 1
    page = operator.get("/console/training").content.decode()
    assert "EXERCICE" in page
    assert "data-drill" in page
    assert '"/console/state"' not in page
    assert '"/console/stream"' not in page


def test_time_goes_on_while_nobody_looks(operator: Client, scene: Scene) -> None:
    number = begun(operator, "operatrice", "comes_on")
    assert operator.get(f"/console/training/calls/{number}").json()["level"] == "pre_alert"
    later(90)
    found = operator.get(f"/console/training/calls/{number}").json()
    assert (found["level"], found["rings"], found["workflow"]["name"]) == ("alert", 2, "bar_alert")
    assert found["distance"]["m"] < 1000
    assert [party["role"] for party in found["parties"]] == ["protected", "wearer"]
    refused = post(operator, f"/console/training/calls/{number}/close", {"reason": "police"})
    assert (refused.status_code, refused.json()["reason"]) == (409, "not_yours")


@pytest.mark.parametrize("act", ["", "__class__", "elapse", "offer"])
def test_an_act_nobody_knows_is_none(act: str, operator: Client, scene: Scene) -> None:
    number = begun(operator, "operatrice", "hiding")
    assert post(operator, f"/console/training/calls/{number}/do", {"act": act}).status_code == 400


def test_a_shift_is_drawn_by_chance_and_again_by_its_seed(scene: Scene) -> None:
    users = User.objects.filter(username__in=("operatrice", "operateur"))
    orders = [[c["scenario"] for c in training.begin(user, seed=3).state["calls"]] for user in users]
    assert orders[0] == orders[1]
    Training.objects.all().delete()
    assert orders[0] != [c["scenario"] for c in training.begin(users[0], seed=4).state["calls"]]
