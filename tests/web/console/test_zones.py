"""The time to the next zone: from the last closing speed, while it means something, and never for an operator of phones."""

from __future__ import annotations

from django.test import Client

from egide.web.console import audience, present
from egide.web.console.cases import Case, cases_of
from egide.web.console.models import Incident, Transition
from tests.web.scene import Scene, now_ms

LAT, LON = 48.85, 2.35
METRE = 1 / 111_195  # a degree of latitude, roughly


def approach(scene: Scene, metres: float, closing_mps: float, ago_s: float = 5) -> Case:
    """The first pair so far apart, with what the core last saw of how fast they close."""
    scene.believed("demo-box-1", LAT, LON)
    scene.believed("demo-bracelet-1", LAT + metres * METRE, LON)
    incident = scene.level(1, "clear", "pre_alert", metres, ago_s=ago_s)
    Transition.objects.filter(measure=scene.measure(1)).update(detail={"closing_mps": closing_mps})
    return cases_of([Incident.objects.get(public_id=incident).pk])[0]


def said(case: Case) -> str:
    words: str = present.detail(case, now_ms())["next_zone"]
    assert present.live(case, now_ms())["next_zone"] == words
    return words


def test_the_time_to_the_next_zone_is_said_from_the_last_closing_speed(operator: Client, scene: Scene) -> None:
    case = approach(scene, 1600, 10)  # alert at 1,000 m, pre-alert at 2,000 m
    assert "zone d’alerte dans" in said(case)
    assert 55 <= int(said(case).rpartition("dans ")[2].split("\u00a0")[0]) <= 61
    assert said(case).endswith("s.")
    case = approach(scene, 2600, 2)
    assert "zone de pré-alerte dans" in said(case)
    assert said(case).endswith("\u00a0min.")


def test_nothing_is_said_of_a_zone_when_they_move_apart_or_nobody_knows(operator: Client, scene: Scene) -> None:
    assert said(approach(scene, 1600, 10, ago_s=130)) == "", "an old speed says nothing of now"
    assert said(approach(scene, 1600, -3)) == ""
    assert said(approach(scene, 900, 10)) == "", "no zone is left to reach"
    assert said(approach(scene, 1600, 0.1)) == "", "hours away"


def test_an_operator_of_phones_reads_nothing_of_it(operator: Client, scene: Scene) -> None:
    case = approach(scene, 1600, 10)
    assert said(case)
    assert said(audience.narrowed(case, "fr" + audience.PHONES)) == ""
