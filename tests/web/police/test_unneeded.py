"""The room tells a unit that it need not come: by voice first, with a name and a reason; its copies are cancelled, nothing closes."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from egide.channels import copies, outbox
from egide.web.console.models import Incident
from egide.web.outbox.models import Channel, Message
from egide.web.police.models import Request, RequestStatus
from egide.web.police.services import advance, end
from tests.channels.cap_rules import problems
from tests.web.conftest import post
from tests.web.police.conftest import District
from tests.web.test_actions import close, press, take

CALL = {"unit": "Commissariat central", "person": "Brigadier Vidal", "reference": "2026-118"}
WORDS = {"told": "Brigadier Vidal", "text": "fausse manœuvre confirmée par la personne"}


def do(client: Client, incident: str, act: str, **more: Any) -> Any:
    return post(client, f"/console/incidents/{incident}/do", {"act": act} | more)


def called(operator: Client, district: District, **call: str) -> str:
    """An alarm that was taken, and the unit has taken the call."""
    incident = str(district.rings().public_id)
    take(operator, incident)
    do(operator, incident, "request")
    assert press(operator, incident, "police_reached", **(CALL | call)).status_code == 200
    return incident


def unneeded(client: Client, incident: str, **more: str) -> Any:
    request = Request.objects.order_by("pk").last()
    assert request is not None
    return do(client, incident, "unneeded", **({"request": str(request.public_id)} | WORDS | more))


def test_a_unit_that_is_not_needed_is_cancelled_with_who_was_told_and_why(operator: Client, district: District) -> None:
    district.destination(Channel.CAP)
    incident = called(operator, district)
    answer = unneeded(operator, incident)
    assert answer.status_code == 200
    request = Request.objects.get()
    assert request.status == "cancelled"
    step = request.steps.latest("pk")
    assert (step.kind, step.actor) == ("cancelled", district.operator)
    assert step.words == "Brigadier Vidal · fausse manœuvre confirmée par la personne"
    told = answer.json()
    assert (told["status"], told["steps"][0]["step"], told["police"][0]["open"]) == ("open", "ending", False)
    assert "dit à Brigadier Vidal" in str(told["timeline"]).replace("\u00a0", " ")


def test_the_cancel_leaves_as_cap_after_the_alert_and_names_it(operator: Client, district: District) -> None:
    district.destination(Channel.CAP)
    incident = called(operator, district)
    first = _sent(district)
    unneeded(operator, incident)
    cancel = _sent(district)
    assert b"<msgType>Alert</msgType>" in first.body
    assert b"<msgType>Cancel</msgType>" in cancel.body
    assert str(Message.objects.order_by("pk")[0].public_id).encode() in cancel.body
    assert problems(cancel.body) == []
    assert "manœuvre".encode() not in cancel.body, "why stays in the record"


def _sent(district: District) -> copies.Post:
    """What the sender would put on the wire next, and it arrives."""
    from egide.channels.outcome import Outcome, Result

    db = district.scene.db
    db.execute("UPDATE outbox_message SET next_at = now()")  # the whole test is one moment of the database
    found = outbox.claim(db)
    assert found is not None
    claimed = replace(found[0], data=json.loads(str(found[0].data)))  # Django's connection leaves JSON as text
    body = copies.as_cap(claimed, copies.facts(db, claimed, "https://room.example"))
    assert outbox.settle(db, claimed, Outcome(Result.DELIVERED, 204)) == "delivered"
    return body


@pytest.mark.parametrize("missing", ["told", "text"])
def test_without_a_name_and_a_reason_nothing_is_cancelled(operator: Client, district: District, missing: str) -> None:
    incident = called(operator, district)
    answer = unneeded(operator, incident, **{missing: " "})
    assert (answer.status_code, answer.json()["field"]) == (400, missing)
    assert Request.objects.get().status == "requested"


def test_only_who_has_the_incident_cancels(operator: Client, colleague: Client, district: District) -> None:
    district.destination()
    incident = called(operator, district)
    answer = unneeded(colleague, incident)
    assert (answer.status_code, answer.json()["reason"]) == (409, "taken")
    assert Request.objects.get().status == "requested"
    assert Message.objects.count() == 1


def test_the_unit_that_moved_on_meanwhile_is_cancelled_all_the_same(operator: Client, district: District) -> None:
    incident = called(operator, district)
    advance(Request.objects.get(), RequestStatus.UNDER_WAY, district.dispatcher, district.police)
    assert unneeded(operator, incident).status_code == 200
    assert Request.objects.get().status == "cancelled"


def test_what_has_ended_cannot_be_cancelled(operator: Client, district: District) -> None:
    incident = called(operator, district)
    end(Request.objects.get(), "person_safe", "", district.dispatcher, district.police)
    answer = unneeded(operator, incident)
    assert (answer.status_code, answer.json()["reason"]) == (409, "changed")


def test_of_two_units_the_other_still_comes(operator: Client, district: District) -> None:
    incident = called(operator, district)
    press(operator, incident, "worse")
    press(operator, incident, "police_reached", **(CALL | {"unit": "Gendarmerie", "reference": "G-4"}))
    told = unneeded(operator, incident).json()
    assert (told["intervention"], told["steps"][0]["step"]) == ("requested", "on_the_way")
    assert [one["open"] for one in told["police"]] == [False, True]


def test_the_police_are_requested_again_by_the_same_key(operator: Client, district: District) -> None:
    incident = called(operator, district)
    unneeded(operator, incident)
    told = do(operator, incident, "request").json()
    assert (told["intervention"], told["steps"][0]["step"]) == ("requested", "police")
    assert told["call_police"]["unit"] == district.area.name
    assert press(operator, incident, "police_reached", **CALL).status_code == 200
    assert Request.objects.filter(status="requested").count() == 1


def test_worse_after_all_calls_the_police_again(operator: Client, district: District) -> None:
    incident = called(operator, district)
    unneeded(operator, incident)
    told = press(operator, incident, "worse").json()
    assert (told["intervention"], told["steps"][0]["step"]) == ("requested", "police")


def test_nothing_is_cancelled_by_itself_and_the_end_still_asks_for_words(operator: Client, district: District) -> None:
    incident = called(operator, district)
    press(operator, incident, "on_the_spot")
    close(operator, incident, reason="police", text="Prise en charge.")
    assert Incident.objects.get(public_id=incident).status == "closed"
    assert Request.objects.get().status == "requested"
    other = called(operator, district)
    unneeded(operator, other)
    assert close(operator, other, reason="doubt_removed").json()["field"] == "text"
    assert close(operator, other, reason="doubt_removed", text="Fausse manœuvre.").status_code == 200
