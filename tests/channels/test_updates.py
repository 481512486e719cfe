"""Whoever was told of an alarm is told when it changes: once, in order, and not more often than somebody can read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from defusedxml.ElementTree import fromstring

from egide.channels import updates
from tests.channels.cap_rules import CAP, problems
from tests.channels.conftest import FarSide, Office

Start = Callable[..., FarSide]


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updates, "APART_S", 0)


def told(office: Office, far_side: Start, channel: str = "webhook") -> tuple[FarSide, int]:
    """A unit has been told; the far side, and the number of the alarm."""
    side = far_side(204)
    message = office.message(office.destination(side.url, channel))
    office.step(office.sender(), 1)
    assert len(side.heard) == 1
    return side, office.one("SELECT incident_id FROM outbox_message WHERE id = %s", message)


def change(office: Office, incident: int, what: str) -> None:
    """The alarm changes, and the sender looks twice."""
    office.db.execute(f"UPDATE console_incident SET {what} WHERE id = %s", (incident,))
    office.step(office.sender(), 2)


def test_an_alarm_that_does_not_change_is_told_once(office: Office, far_side: Start) -> None:
    side, incident = told(office, far_side)
    change(office, incident, "version = version + 1")
    assert len(side.heard) == 1


@pytest.mark.parametrize("what", ["level = 'alert'", "urgency = 20", "repeats = repeats + 1", "status = 'closed'"])
def test_what_changes_materially_is_told_once_more(office: Office, far_side: Start, what: str) -> None:
    side, incident = told(office, far_side)
    change(office, incident, what)
    office.step(office.sender(), 2)
    assert [json.loads(heard.body)["type"] for heard in side.heard] == ["police.requested", "police.updated"]
    assert len({heard.headers["webhook-id"] for heard in side.heard}) == 2


def test_a_cap_update_names_every_message_before_it(office: Office, far_side: Start) -> None:
    side, incident = told(office, far_side, "cap")
    change(office, incident, "level = 'alert'")
    change(office, incident, "repeats = 3")
    bodies = [fromstring(heard.body) for heard in side.heard]
    assert [b.findtext(f"{CAP}msgType") for b in bodies] == ["Alert", "Update", "Update"]
    assert [problems(heard.body) for heard in side.heard] == [[], [], []]
    names = [b.findtext(f"{CAP}identifier") for b in bodies]
    referred = [part.split(",")[1] for part in (bodies[2].findtext(f"{CAP}references") or "").split()]
    assert referred == names[:2]
    said = {p[0].text: p[1].text for p in bodies[2].iter(f"{CAP}parameter")}
    assert (said["level"], said["presses"]) == ("alert", "4")


def test_what_waits_is_told_as_it_is_when_it_goes_out_and_not_twice(office: Office, far_side: Start) -> None:
    side = far_side(500, 204)
    message = office.message(office.destination(side.url))
    office.step(office.sender(), 1)
    change(office, office.one("SELECT incident_id FROM outbox_message"), "level = 'alert'")
    office.now(message)
    office.step(office.sender(), 3)
    assert [json.loads(heard.body)["data"]["level"] for heard in side.heard] == ["", "alert"]
    assert office.one("SELECT count(*) FROM outbox_message") == 1


@pytest.mark.parametrize("how", ["ended", "cancelled"])
def test_nothing_is_said_of_a_request_that_is_over(office: Office, far_side: Start, how: str) -> None:
    side, incident = told(office, far_side)
    office.db.execute("UPDATE police_request SET status = %s", (how,))
    change(office, incident, "level = 'alert'")
    assert len(side.heard) == 1


def test_many_changes_in_half_a_minute_are_one_update(
    office: Office, far_side: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(updates, "APART_S", 30)
    side, incident = told(office, far_side)
    for presses in range(1, 4):
        change(office, incident, f"repeats = {presses}")
    assert len(side.heard) == 1
    office.db.execute("UPDATE outbox_message SET created_at = now() - interval '31 s'")
    office.step(office.sender(), 2)
    assert [json.loads(heard.body)["data"]["presses"] for heard in side.heard] == [1, 4]


def test_an_uncertain_copy_waits_for_a_person_before_anything_more_is_said(office: Office, far_side: Start) -> None:
    side = far_side("cut", 204)
    office.message(office.destination(side.url))
    office.step(office.sender(), 1)
    change(office, office.one("SELECT incident_id FROM outbox_message"), "level = 'alert'")
    assert len(side.heard) == 1
    assert office.one("SELECT count(*) FROM outbox_message") == 1
