"""A request is a call that was made: who called whom, who answered, with which reference; copies follow it."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from egide.web.console.models import Incident, IncidentEvent
from egide.web.outbox.models import Message
from egide.web.police.models import Request, RequestStatus, RoutedBy, Step
from egide.web.police.services import (
    Incomplete,
    TooLate,
    advance,
    cancel_intervention,
    end,
    request_intervention,
    whom_to_call,
)
from tests.web.police.conftest import District


def asked(district: District, incident: Incident, **more: object) -> Request:
    values = {"unit": "Commissariat central", "person": "Brigadier Vidal", "reference": "2026-118", **more}
    return request_intervention(incident, district.operator, **values)  # type: ignore[arg-type]


def test_a_call_becomes_a_request_an_event_and_copies_in_one_transaction(district: District) -> None:
    district.destination()
    incident = district.rings()
    request = asked(district, incident)
    assert (request.unit, request.person, request.reference) == ("Commissariat central", "Brigadier Vidal", "2026-118")
    assert request.case == district.case
    assert request.requested_by == district.operator
    assert [step.kind for step in request.steps.all()] == ["requested"]
    event = IncidentEvent.objects.filter(incident=incident).latest("pk")
    assert (event.kind, event.actor, event.data["reference"]) == ("police_requested", district.operator, "2026-118")
    (message,) = Message.objects.filter(thread=str(request.public_id))
    assert message.kind == "police.requested"
    assert "Vidal" not in str(message.data)


def test_what_is_undone_sends_nothing(district: District) -> None:
    district.destination()
    incident = district.rings()

    def undone() -> None:
        with transaction.atomic():
            asked(district, incident)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        undone()
    assert not Request.objects.filter(incident=incident).exists()
    assert not Message.objects.exists()


@pytest.mark.parametrize("missing", ["unit", "person", "reference"])
def test_without_unit_name_and_reference_there_is_no_request(district: District, missing: str) -> None:
    incident = district.rings()
    with pytest.raises(Incomplete, match=missing):
        asked(district, incident, **{missing: "  "})
    assert not Request.objects.exists()


def test_one_press_twice_is_one_request(district: District) -> None:
    district.destination()
    incident, key = district.rings(), uuid4()
    first, second = asked(district, incident, key=key), asked(district, incident, key=key)
    assert first == second
    assert Message.objects.count() == 1


def test_a_second_call_is_a_second_request(district: District) -> None:
    incident = district.rings()
    assert asked(district, incident) != asked(district, incident, unit="Gendarmerie")


def test_nobody_is_sent_to_an_incident_that_is_closed(district: District) -> None:
    incident = district.rings()
    Incident.objects.filter(pk=incident.pk).update(status="closed")
    with pytest.raises(TooLate):
        asked(district, incident)


def test_the_alarm_position_finds_the_territory_before_any_declared_place(district: District) -> None:
    scene = district.scene
    inside, outside = (48.5, 2.5), (43.3, 5.4)
    opened = scene.level(1, "clear", "alert", 800)
    incident = Incident.objects.get(public_id=opened)
    scene.believed("demo-box-1", *inside)
    assert whom_to_call(incident).routed_by == RoutedBy.ALARM_POSITION
    assert whom_to_call(incident).area == district.area
    scene.believed("demo-box-1", *outside)
    assert whom_to_call(incident).routed_by != RoutedBy.ALARM_POSITION


def test_an_old_position_is_no_alarm_position(district: District) -> None:
    incident = Incident.objects.get(public_id=district.scene.level(1, "clear", "alert", 800))
    district.scene.believed("demo-box-1", 48.5, 2.5, ago_s=7200)
    assert whom_to_call(incident).routed_by != RoutedBy.ALARM_POSITION


def test_without_a_position_a_declared_place_finds_it(district: District) -> None:
    call = whom_to_call(district.rings())
    assert (call.area, call.routed_by) == (district.area, RoutedBy.DECLARED_PLACE)
    assert call.tel == "tel:+33199002001"


def test_without_either_the_district_of_the_case_does(district: District) -> None:
    district.case.protected_person.addresses.all().delete()
    assert whom_to_call(district.rings()).routed_by == RoutedBy.DISTRICT


def test_the_unit_says_each_step_once_and_only_forward(district: District) -> None:
    request = asked(district, district.rings())
    request = advance(request, RequestStatus.UNDER_WAY, district.dispatcher, district.police)
    assert request.acknowledged_at is not None, "who drives off has understood"
    again = advance(request, RequestStatus.ACKNOWLEDGED, district.dispatcher, district.police)
    assert again.status == RequestStatus.UNDER_WAY
    request = advance(again, RequestStatus.ON_THE_SPOT, district.dispatcher, district.police)
    request = end(request, "person_safe", "", district.dispatcher, district.police)
    assert request.status == RequestStatus.ENDED
    kinds = [step.kind for step in request.steps.order_by("pk")]
    assert kinds == ["requested", "under_way", "on_the_spot", "outcome:person_safe"]
    with pytest.raises(TooLate):
        cancel_intervention(request, district.operator, "plus besoin")


def test_two_who_press_at_once_are_told(district: District) -> None:
    request = asked(district, district.rings())
    stale = Request.objects.get(pk=request.pk)
    advance(request, RequestStatus.ACKNOWLEDGED, district.dispatcher, district.police)
    with pytest.raises(TooLate):
        advance(stale, RequestStatus.UNDER_WAY, district.dispatcher, district.police)


def test_a_request_that_is_cancelled_says_why_and_sends_a_copy_after_the_first(district: District) -> None:
    district.destination()
    request = asked(district, district.rings())
    with pytest.raises(Incomplete):
        cancel_intervention(request, district.operator, " ")
    cancel_intervention(request, district.operator, "fausse manœuvre confirmée par la personne")
    first, second = Message.objects.order_by("pk")
    assert (first.kind, second.kind) == ("police.requested", "police.cancelled")
    assert second.data["before"][0][0] == str(first.public_id)


def test_the_steps_of_a_request_are_never_changed(district: District) -> None:
    asked(district, district.rings())
    with pytest.raises(DatabaseError), transaction.atomic():
        Step.objects.update(words="autre")


def test_the_position_of_a_phone_is_kept_in_no_row_of_a_request(district: District) -> None:
    incident = Incident.objects.get(public_id=district.scene.level(1, "clear", "alert", 800))
    district.scene.believed("demo-box-1", 48.512345, 2.598765)
    district.destination()
    asked(district, incident)
    with connection.cursor() as cursor:
        for table in ("police_request", "police_step", "outbox_message"):
            cursor.execute(f"SELECT coalesce(json_agg(t)::text, '') FROM {table} t")
            told = cursor.fetchone()[0]
            assert "48.5" not in told
            assert "485123" not in told
