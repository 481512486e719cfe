"""A training shift is played by the room's own procedures, on a state that is nobody's."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.workflow import drill, flow
from egide.core.workflow.scenarios import BY_NAME, SCENARIOS, level
from egide.core.workflow.workflows import WORKFLOWS, of

ME = 7


def begun(seed: int = 1) -> dict[str, Any]:
    people = [{"given": "A", "family": "B", "phone": "06 39 98 00 00"}] * (2 * len(SCENARIOS))
    return drill.begin(Random(seed), 0, people, [str(n) for n in range(len(SCENARIOS))])


def rung(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A shift in the second in which one call rings."""
    state = begun()
    call = next(one for one in state["calls"] if one["scenario"] == name)
    state["calls"] = [call]
    drill.elapse(state, call["at_ms"])
    return state, call


def press(state: dict[str, Any], call: dict[str, Any], code: str, at_s: float, text: str = "") -> None:
    values = {"task": "main", "step": drill.flow_of(call).at["main"].step, "code": code, "text": text}
    drill.act(state, call["id"], "press", ME, call["at_ms"] + int(1000 * at_s), **values)


def test_every_scenario_rings_once_within_ten_minutes_and_is_kept_as_plain_json() -> None:
    state = begun()
    drill.elapse(state, 600_000)
    assert all("flow" in call for call in state["calls"])
    assert json.loads(json.dumps(state)) == state
    assert {call["scenario"] for call in state["calls"]} == set(BY_NAME)


def test_each_scenario_has_six_at_least_and_ends_its_procedure_knows() -> None:
    assert len(SCENARIOS) >= 6
    for one in SCENARIOS:
        table = of(one.kind, f"{one.matter}:0", level(one, 0), one.device)
        ends = {closing.code for closing in (*table.closings, *WORKFLOWS["bar_alert"].closings)}
        assert set(one.ends) <= ends
        assert one.lesson.fr
        assert one.lesson.en
        steps = {
            step.name for name in (table.name, "bar_alert") for task in WORKFLOWS[name].tasks for step in task.steps
        }
        assert set(one.hears) <= steps


def test_a_call_that_is_answered_well_is_called_right_with_its_times() -> None:
    state, call = rung("hiding")
    drill.act(state, call["id"], "take", ME, call["at_ms"] + 6000)
    press(state, call, "hiding", 9)
    press(state, call, "police_reached", 20, "Unité · nom · référence")
    press(state, call, "on_the_spot", 60)
    drill.act(state, call["id"], "close", ME, call["at_ms"] + 70_000, code="police", text="")
    found = drill.result(call)
    assert (found["picked_s"], found["requested_s"], found["closed_s"]) == (6.0, 9.0, 70.0)
    assert found["police_right"]
    assert found["end_right"]
    assert drill.is_over(state)


def test_an_intervention_nobody_needed_and_a_lease_that_lapsed_are_told() -> None:
    state, call = rung("by_mistake")
    drill.act(state, call["id"], "take", ME, call["at_ms"] + 6000)
    drill.elapse(state, call["at_ms"] + 60_000)
    drill.act(state, call["id"], "take", ME, call["at_ms"] + 61_000)
    press(state, call, "danger", 62)
    press(state, call, "police_reached", 63, "Unité · nom · référence")
    press(state, call, "on_the_spot", 64)
    drill.act(state, call["id"], "close", ME, call["at_ms"] + 65_000, code="police", text="")
    found = drill.result(call)
    assert found["lapses"] >= 1
    assert found["police_right"] is False


def test_a_wearer_who_comes_on_turns_the_pre_alert_into_an_alert_and_one_who_turns_back_ends_it() -> None:
    state, call = rung("comes_on")
    assert call["workflow"] == "bar_pre_alert"
    drill.elapse(state, call["at_ms"] + 90_000)
    assert (call["workflow"], drill.flow_of(call).rings) == ("bar_alert", flow.SUPERVISOR)
    state, call = rung("turns_back")
    drill.elapse(state, call["at_ms"] + 120_000)
    assert drill.flow_of(call).reason == "cleared"
    assert drill.result(call)["end_right"]


def test_nobody_is_there_to_hand_over_to() -> None:
    state, call = rung("hiding")
    drill.act(state, call["id"], "take", ME, call["at_ms"])
    with pytest.raises(flow.Incomplete):
        drill.act(state, call["id"], "offer", ME, call["at_ms"], to=None)
    with pytest.raises(LookupError):
        drill.act(state, "nobody's", "take", ME, call["at_ms"])


@given(st.integers(0, 2**31), st.lists(st.integers(0, 400_000), max_size=6))
def test_looking_often_or_seldom_comes_to_the_same(seed: int, looks: list[int]) -> None:
    often, once = begun(seed), begun(seed)
    for at in sorted(looks):
        drill.elapse(often, at)
    drill.elapse(often, 400_000)
    drill.elapse(once, 400_000)
    for call in (*often["calls"], *once["calls"]):
        call.pop("played_s", None)
    assert often["calls"] == once["calls"]
