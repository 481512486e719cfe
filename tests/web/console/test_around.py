"""Whom the room calls around a protected person: never somebody the file has ended, in no alarm, old or new (TGD-38)."""

from __future__ import annotations

import pytest
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from egide.core.access import Role
from egide.web.cases.models import Case
from egide.web.console.models import Contacts, Incident, IncidentStatus, Screen
from egide.web.people.profile import Profile, Relative
from egide.web.registry.models import Device, DeviceKind, DeviceStatus
from tests.web.cases.world import World, reported, world
from tests.web.file.hands import at
from tests.web.scene import Scene

WORKER = Role.ASSOCIATION_WORKER


@pytest.fixture
def w(db: None) -> World:
    return world()


def followed(w: World) -> Case:
    """A case with a phone, a neighbour to be called, and a friend."""
    case = reported(w)
    Profile.objects.filter(person=case.protected_person).update(duress_word="mirabelle")
    Device(
        identifier="essai-tgd", kind=DeviceKind.TGD, status=DeviceStatus.ISSUED, key_hash=b"k" * 32,
        person=case.protected_person,
    ).save()  # fmt: skip
    hands = at(w, WORKER, case)
    hands.do("relative", kind="emergency", name="Capucine", phone="06 39 98 00 11", order="1")
    hands.do("relative", kind="trusted", name="Odilon", phone="06 39 98 00 12", order="2")
    return case


def ended(w: World, case: Case, name: str) -> None:
    """The worker says that somebody is to be called no more."""
    row = Relative.objects.get(person=case.protected_person, name=name)
    hands = at(w, WORKER, case)
    hands.send(hands.url(f"/do/relative-more?on={row.pk}"), over=True)


def called(operator: Client, incident: str) -> list[str]:
    told = operator.get(f"/console/incidents/{incident}").json()["contacts"]
    assert told["duress_word"] == "mirabelle"
    return [one["name"] for one in told["relatives"]]


def test_an_alarm_that_opens_after_a_trusted_person_turned_does_not_name_them(
    w: World, scene: Scene, operator: Client
) -> None:
    case = followed(w)
    ended(w, case, "Capucine")
    assert called(operator, scene.sos("essai-tgd")) == ["Odilon"]


def test_an_open_alarm_forgets_whoever_is_ended_and_its_screens_are_drawn_again(
    w: World, scene: Scene, operator: Client, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    case = followed(w)
    rings = scene.sos("essai-tgd")
    assert called(operator, rings) == ["Capucine", "Odilon"]
    incident = Incident.objects.get(public_id=rings)
    number = Screen.objects.filter(incident=incident).count()
    with django_capture_on_commit_callbacks(execute=True):
        ended(w, case, "Capucine")
    assert called(operator, rings) == ["Odilon"]
    assert Screen.objects.filter(incident=incident).count() == number + 1


def test_a_closed_alarm_and_the_alarm_of_somebody_else_keep_what_they_took(w: World, scene: Scene) -> None:
    case = followed(w)
    closed = Incident.objects.get(public_id=scene.sos("essai-tgd"))
    Incident.objects.filter(pk=closed.pk).update(status=IncidentStatus.CLOSED)
    other = Contacts.objects.get(incident__public_id=scene.sos("demo-tgd-2"))
    ended(w, case, "Capucine")
    assert "Capucine" in str(Contacts.objects.get(incident=closed).body)
    assert Contacts.objects.get(pk=other.pk).body == other.body
