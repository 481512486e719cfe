"""The data a screen reads: complete, in order, and with nothing in it that an operator need not know."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from egide.core.observations import Fix
from egide.gateway.tgd_gate import seal
from egide.web.people.models import Person
from tests.web.scene import Scene, now_ms


def state(client: Client) -> dict[str, Any]:
    answer: dict[str, Any] = client.get("/console/state").json()
    return answer


def detail(client: Client, incident: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.get(f"/console/incidents/{incident}").json()
    return answer


def test_nothing_open_is_an_empty_list_with_the_number_to_go_on_from(operator: Client, scene: Scene) -> None:
    found = state(operator)
    assert (found["incidents"], found["open"]) == ([], 0)
    assert found["seq"] == scene.one("SELECT seq FROM console_screenhead")


def test_the_most_urgent_comes_first_and_the_oldest_among_equals(operator: Client, scene: Scene) -> None:
    technical = scene.technical("demo-tgd-1", "low_battery", ago_s=900)
    alert = scene.level(1, "pre_alert", "alert", 800, ago_s=300)
    young = scene.sos("demo-tgd-2", ago_s=5)
    old = scene.sos("demo-tgd-3", ago_s=50)
    assert [row["id"] for row in state(operator)["incidents"]] == [old, young, alert, technical]


def test_people_are_initials_and_numbers_wherever_an_operator_looks(operator: Client, scene: Scene) -> None:
    scene.at("demo-box-1", 47.3, 5.0)
    incident = scene.level(1, "pre_alert", "alert", 800)
    scene.sos("demo-tgd-2")
    text = json.dumps([state(operator), detail(operator, incident)], ensure_ascii=False)
    for person in Person.objects.all():
        assert person.family_name not in text
        assert f"{person.given_name} " not in text.replace("Maud ", "")


def test_the_detail_holds_parties_radii_trail_and_timeline(operator: Client, scene: Scene) -> None:
    for ago in (40, 30, 20, 10):
        scene.at("demo-bracelet-1", 47.33 - ago / 1e4, 5.0, 15, ago)
        scene.at("demo-box-1", 47.32, 5.0, None, ago)
    scene.level(1, "clear", "pre_alert", 1900, ago_s=30)
    incident = scene.level(1, "pre_alert", "alert", 800, ago_s=10)
    found = detail(operator, incident)
    assert [party["role"] for party in found["parties"]] == ["protected", "wearer"]
    assert found["radii"] == {"alert_m": 1000, "pre_alert_m": 2000}
    protected, wearer = found["parties"]
    assert protected["place"]["accuracy_m"] is None
    assert wearer["place"]["accuracy_m"] == 15.0
    assert len(wearer["trail"]) == 4
    assert [p["at_ms"] for p in wearer["trail"]] == sorted(p["at_ms"] for p in wearer["trail"])
    assert [line["text"].split("\u00a0")[0] for line in found["timeline"]] == [
        "Zone d’alerte franchie", "Franchissement", "Incident ouvert", "Franchissement",
    ]  # fmt: skip


def test_a_conclusion_that_is_also_an_event_stands_once(operator: Client, scene: Scene) -> None:
    scene.level(1, "clear", "pre_alert", 1900, ago_s=30)
    incident = scene.level(1, "pre_alert", "alert", 800, ago_s=10)
    texts = [line["text"] for line in detail(operator, incident)["timeline"]]
    assert sum("alerte (" in text and "pré-" not in text for text in texts) == 1


def test_a_wearers_place_before_the_last_ten_minutes_is_not_drawn(operator: Client, scene: Scene) -> None:
    scene.at("demo-bracelet-1", 47.3, 5.0, 10, ago_s=1200)
    scene.at("demo-bracelet-1", 47.3, 5.0, 10, ago_s=1)
    incident = scene.level(1, "pre_alert", "alert", 800)
    assert len(detail(operator, incident)["parties"][1]["trail"]) == 1


def test_a_late_fix_does_not_move_anybody_back(operator: Client, scene: Scene) -> None:
    scene.at("demo-bracelet-1", 47.31, 5.0, 10, ago_s=1)
    scene.at("demo-bracelet-1", 47.99, 5.0, 10, ago_s=100)
    incident = scene.level(1, "pre_alert", "alert", 800)
    assert detail(operator, incident)["parties"][1]["place"]["lat"] == pytest.approx(47.31)


IN_2099 = 4_070_908_800_000


def test_a_clock_the_core_corrects_is_corrected_in_the_tail_too(operator: Client, scene: Scene) -> None:
    behind_ms = 20 * 60_000
    for ago in (60, 40, 20):
        scene.at("demo-bracelet-1", 47.31, 5.04 + ago / 1e4, ago_s=ago, by_its_clock=now_ms() - ago * 1000 - behind_ms)
    scene.believed("demo-bracelet-1", 47.31, 5.042, ago_s=20)
    incident = scene.level(1, "clear", "pre_alert", 1900)
    found = operator.get(f"/console/incidents/{incident}").json()
    wearer = next(party for party in found["parties"] if party["role"] == "wearer")
    assert len(wearer["trail"]) == 3
    assert [round((now_ms() - point["at_ms"]) / 1000, -1) for point in wearer["trail"]] == [60, 40, 20]


def test_a_jump_that_is_held_is_not_where_the_wearer_is_and_the_room_says_that_it_waits(
    operator: Client, scene: Scene
) -> None:
    scene.at("demo-bracelet-1", 47.31, 5.0, ago_s=20)
    scene.at("demo-bracelet-1", 48.9, 2.3, ago_s=2)  # 300 km in 18 seconds
    scene.believed("demo-bracelet-1", 47.31, 5.0, ago_s=20, held=True)
    incident = scene.level(1, "pre_alert", "alert", 800)
    found = detail(operator, incident)
    wearer = found["parties"][1]
    assert wearer["place"]["lat"] == pytest.approx(47.31)
    assert [point["lat"] for point in wearer["trail"]] == [pytest.approx(47.31)]
    assert wearer["held"] == "une position improbable attend confirmation"
    assert "Porteur\u00a0: une position improbable attend confirmation." in found["sentence"]
    assert found["parties"][0]["held"] == ""


def test_a_fix_dated_2099_does_not_pin_a_party_of_a_measure(operator: Client, scene: Scene) -> None:
    scene.at("demo-bracelet-1", 47.99, 5.0, ago_s=60, by_its_clock=IN_2099)
    scene.at("demo-bracelet-1", 47.31, 5.0, ago_s=1)
    scene.believed("demo-bracelet-1", 47.31, 5.0, ago_s=1)
    wearer = detail(operator, scene.level(1, "pre_alert", "alert", 800))["parties"][1]
    assert wearer["place"]["lat"] == pytest.approx(47.31)
    assert [point["lat"] for point in wearer["trail"]] == [pytest.approx(47.31)]


def test_a_device_the_core_does_not_follow_is_where_it_last_was_by_our_clock(operator: Client, scene: Scene) -> None:
    scene.believed("demo-bracelet-1", 40.0, 5.0, ago_s=3600)
    scene.db.execute("UPDATE measures_measure SET status = 'ended' WHERE id = %s", (scene.measure(1),))
    scene.at("demo-bracelet-1", 47.99, 5.0, ago_s=60, by_its_clock=IN_2099)
    scene.at("demo-bracelet-1", 47.31, 5.0, ago_s=1)
    wearer = detail(operator, scene.level(1, "pre_alert", "alert", 800))["parties"][1]
    assert wearer["place"]["lat"] == pytest.approx(47.31)


@pytest.fixture
def pressed(scene: Scene) -> Callable[..., tuple[str, int]]:
    """A phone whose key was pressed, with one sealed position."""

    def press(identifier: str) -> tuple[str, int]:
        device = scene.device(identifier)[0]
        key = os.urandom(32)
        alarm = scene.one(
            "INSERT INTO tgd_alarm (device_id, pressed_ms, key) VALUES (%s, %s, %s) RETURNING id", device, now_ms(), key
        )
        box = seal(key, Fix(now_ms(), 473_215_000, 50_415_000, 1500, None))
        scene.db.execute("INSERT INTO tgd_position (alarm_id, sealed) VALUES (%s, %s)", (alarm, box))
        return scene.sos(identifier), alarm

    return press


def place(client: Client, incident: str) -> dict[str, Any] | None:
    parties = detail(client, incident)["parties"]
    assert [party["role"] for party in parties] == ["protected"]  # nothing on anybody else exists here
    found: dict[str, Any] | None = parties[0]["place"]
    return found


def test_a_phones_place_is_shown_from_the_press(operator: Client, pressed: Callable[..., tuple[str, int]]) -> None:
    incident, _alarm = pressed("demo-tgd-1")
    found = place(operator, incident)
    assert found is not None
    assert (found["lat"], found["lon"], found["accuracy_m"]) == (47.3215, 5.0415, 15.0)
    assert "Position connue à 15" in detail(operator, incident)["sentence"]


@pytest.mark.parametrize(
    "end",
    [
        "UPDATE tgd_alarm SET closed_at = now() WHERE id = %s",
        "UPDATE tgd_alarm SET key = NULL WHERE id = %s",
        "UPDATE tgd_alarm SET erase_at = now() WHERE id = %s",
        "UPDATE registry_device SET geolocation_consent = false WHERE %s > 0",
        "UPDATE tgd_position SET sealed = 'tampered' WHERE alarm_id = %s",
    ],
)
def test_a_phones_place_is_nobodys_once_its_alarm_key_or_consent_has_ended(
    end: str, operator: Client, scene: Scene, pressed: Callable[..., tuple[str, int]]
) -> None:
    incident, alarm = pressed("demo-tgd-1")
    scene.db.execute(end, (alarm,))
    assert place(operator, incident) is None


def test_a_position_of_a_phone_in_the_common_table_is_never_read(operator: Client, scene: Scene) -> None:
    scene.at("demo-tgd-1", 47.3, 5.0)
    sos = scene.sos("demo-tgd-1")
    battery = scene.technical("demo-tgd-1", "low_battery")
    assert place(operator, sos) is None
    assert place(operator, battery) is None


def test_the_number_of_queries_does_not_grow_with_the_number_of_incidents(
    operator: Client, scene: Scene, django_assert_max_num_queries: Any
) -> None:
    for n in range(1, 7):
        scene.level(n, "clear", "pre_alert", 1900)
        scene.sos(f"demo-tgd-{n}")
        scene.technical(f"demo-bracelet-{n}", "strap", 40)
    with django_assert_max_num_queries(25):  # six of them ask who is barred, once for all
        assert len(state(operator)["incidents"]) == 18
