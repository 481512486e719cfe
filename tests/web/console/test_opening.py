"""Somebody telephones instead of pressing: the room finds the device and rings its SOS, and the record says who did it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.audit.models import Entry
from egide.web.console.models import Incident
from egide.web.registry.models import DeviceStatus
from tests.web import factories as f
from tests.web.conftest import post
from tests.web.console.test_keyboard import enter
from tests.web.police.conftest import District, district  # noqa: F401 - a fixture
from tests.web.scene import Scene
from tests.web.test_actions import press, take
from tests.web.test_browser import Desks, accuse


def find(client: Client, said: str) -> Any:
    return post(client, "/console/open/find", {"q": said})


def opened(client: Client, device: str) -> Any:
    return post(client, "/console/open", {"device": device})


def test_a_device_is_found_by_what_a_caller_can_say(operator: Client, district: District) -> None:  # noqa: F811
    person = district.case.protected_person
    person.phone = "06 39 98 41 42"
    person.save()
    district.device.label = "TGD-77-0001"
    district.device.save()
    for said in ("tgd-77-0001", "essai-tgd", "+33 6 39 98 41 42", "0639984142", district.case.number):
        (one,) = find(operator, said).json()["found"]
        assert one["device"] == "essai-tgd", said
        assert person.family_name not in one["words"]
    assert Entry.objects.filter(action="search", object_kind="registry_device").count() == 5


@pytest.mark.parametrize("said", ["", "tgd", "TGD-77", "0000000000", "%", "essai-tg_"])
def test_a_part_of_a_name_finds_nobody(operator: Client, district: District, said: str) -> None:  # noqa: F811
    answer = find(operator, said)
    assert (answer.status_code, answer.json()["field"]) == (400, "q")


def test_an_sos_is_opened_by_hand_with_script_contacts_and_who_did_it(
    operator: Client, district: District  # noqa: F811
) -> None:  # fmt: skip
    f.profile(district.case.protected_person, duress_word="mirabelle")
    answer = opened(operator, "essai-tgd")
    assert answer.status_code == 200
    incident = Incident.objects.get(public_id=answer.json()["id"])
    assert (incident.kind, incident.urgency, incident.workflow, incident.status) == ("sos", 10, "tgd_alarm", "open")
    first = incident.events.get()
    assert (first.kind, first.actor, first.data["by_hand"]) == ("opened", district.operator, True)
    told = operator.get(f"/console/incidents/{incident.public_id}").json()
    assert told["contacts"]["duress_word"] == "mirabelle"
    assert "ouvert à la main" in told["sentence"]
    assert "Ouvert à la main" in told["timeline"][0]["text"]
    assert take(operator, str(incident.public_id)).status_code == 200
    assert press(operator, str(incident.public_id), "danger").json()["intervention"] == "requested"
    assert district.scene.one("SELECT count(*) FROM tgd_alarm") == 0, "a position comes of a press alone"


def test_an_sos_that_rings_already_rings_again_and_is_not_doubled(operator: Client, district: District) -> None:  # noqa: F811
    incident = district.rings()
    take(operator, str(incident.public_id))
    assert opened(operator, "essai-tgd").json()["id"] == str(incident.public_id)
    assert Incident.objects.filter(kind="sos", status="open").count() == 1
    last = incident.events.latest("pk")
    assert (last.kind, last.data["by_hand"], last.actor) == ("repeated", True, district.operator)


def test_the_pressed_key_joins_what_was_opened_by_hand(operator: Client, district: District) -> None:  # noqa: F811
    by_hand = opened(operator, "essai-tgd").json()["id"]
    assert str(district.rings().public_id) == by_hand


def test_the_box_of_a_bracelet_measure_opens_bar_31_and_a_bracelet_nothing(operator: Client, scene: Scene) -> None:
    (one,) = find(operator, "demo-box-1").json()["found"]
    assert Incident.objects.get(public_id=opened(operator, one["device"]).json()["id"]).workflow == "bar_sos"
    assert find(operator, "demo-bracelet-1").status_code == 400
    assert opened(operator, "demo-bracelet-1").status_code == 404


def test_an_operator_of_phones_finds_no_device_of_a_measure(operator: Client, scene: Scene) -> None:
    user = User.objects.get(username="operatrice")
    user.memberships.exclude(role=Role.OPERATOR_TGD).update(starts_on=timezone.localdate() + timedelta(days=1))
    number = scene.one("SELECT number FROM measures_measure ORDER BY id LIMIT 1")
    for said in ("demo-box-1", number):
        assert find(operator, said).status_code == 400
    assert opened(operator, "demo-box-1").status_code == 404
    assert find(operator, "demo-tgd-2").status_code == 200


def test_a_phone_in_stock_is_nobodys_alarm(operator: Client, district: District) -> None:  # noqa: F811
    district.device.status = DeviceStatus.STOCK
    district.device.save()
    assert opened(operator, "essai-tgd").status_code == 404


def test_a_priority_line_that_is_silent_twice_rings_of_itself(operator: Client, district: District) -> None:  # noqa: F811
    incident = str(district.rings().public_id)
    take(operator, incident)
    press(operator, incident, "danger")
    press(operator, incident, "police_no_answer")
    assert not Incident.objects.filter(kind="technical").exists()
    assert press(operator, incident, "police_no_answer").status_code == 200
    line = Incident.objects.get(kind="technical")
    assert line.cause == f"police_line:{district.area.pk}"
    assert "ligne prioritaire ne répond pas" in operator.get(f"/console/incidents/{line.public_id}").json()["sentence"]
    press(operator, incident, "police_no_answer")
    assert [e.kind for e in line.events.order_by("pk")] == ["opened", "repeated"]


@pytest.mark.browser
def test_by_keys_alone_somebody_who_telephones_has_an_sos(desk: Desks, live: Scene) -> None:
    page = desk().sign_in()
    page.keyboard.press("o")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("Quelqu’un téléphone")
    page.keyboard.type("demo-tgd-2")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("De qui est cette alarme")
    assert accuse(page) == []
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(page.locator(".sentence")).to_contain_text("ouvert à la main")
    enter(page, "Écouter la ligne")
    expect(page.locator("#timeline")).to_contain_text("la personne téléphone · Maud Estève")
