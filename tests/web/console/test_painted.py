"""The last step of an alarm's way: the browser says what it has painted, and the wall holds it against the target."""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.test import Client

from egide.web.console import views, wall
from egide.web.console.painted import Painted
from tests.web.conftest import post
from tests.web.scene import Scene
from tests.web.test_actions import take


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Painted:
    """No screen has confirmed anything yet."""
    mine = Painted()
    monkeypatch.setattr(views, "painted", mine)
    monkeypatch.setattr(wall, "painted", mine)
    return mine


def confirm(operator: Client, pairs: Any) -> int:
    """What a screen posts, and how many of it counted."""
    answer = post(operator, "/console/painted", {"painted": pairs})
    assert answer.status_code == 200
    return int(answer.json()["counted"])


def number(scene: Scene, incident: str) -> int:
    """The newest number for the screens of an incident."""
    query = (
        "SELECT max(seq) FROM console_screen s JOIN console_incident i ON i.id = s.incident_id WHERE i.public_id = %s"
    )
    return int(scene.one(query, incident))


def test_from_the_press_to_the_first_screen_that_shows_it_and_no_other(
    operator: Client, colleague: Client, scene: Scene, fresh: Painted
) -> None:
    pressed_s = time.monotonic() - 3
    seq = number(scene, scene.sos("demo-tgd-2", ago_s=3))
    assert "Aucun écran" in operator.get("/console/wall?figures").content.decode()
    assert confirm(operator, [[seq, 500]]) == 1
    assert confirm(colleague, [[seq, 0]]) == 0, "the second screen is not the first"
    found = fresh.figures()
    assert found is not None
    assert found["count"] == 1
    assert 2.4 < found["half_s"] < time.monotonic() - pressed_s - 0.4, "half a second of it was after the painting"
    assert not found["met"]
    page = operator.get("/console/wall?figures").content.decode()
    assert "manqué" in page.partition("Du message de l’appareil à l’écran")[2].partition("</table>")[0]


def test_what_did_not_ring_is_counted_for_nobody_and_nonsense_changes_nothing(
    operator: Client, scene: Scene, fresh: Painted
) -> None:
    incident = scene.sos("demo-tgd-2")
    take(operator, incident)  # a change, but none that rings
    assert confirm(operator, [[number(scene, incident), 0]]) == 0
    for nonsense in (None, "x", [[1]], [["1", 0]], [[True, 0]], [[1, -1]], [[2**70, 0]], [[10**9, 0]], [{}] * 600):
        assert confirm(operator, nonsense) == 0
    assert fresh.figures() is None


def test_a_ring_by_itself_begins_with_its_own_number_not_with_the_press_before_it(
    operator: Client, scene: Scene, fresh: Painted
) -> None:
    incident = scene.sos("demo-tgd-2", ago_s=100)
    scene.elapse(25)  # nobody took it: it rings for the supervisor
    assert confirm(operator, [[number(scene, incident), 0]]) == 1
    found = fresh.figures()
    assert found is not None
    assert found["most_s"] < 5


def test_ninety_nine_of_a_hundred_decide() -> None:
    screens = Painted()
    for took_s, met in (([0.2] * 99 + [9.0], True), ([0.2] * 97 + [9.0] * 3, False)):
        screens._times.clear()
        screens._times.extend((time.monotonic(), one) for one in took_s)
        found = screens.figures()
        assert found is not None
        assert found["met"] is met
