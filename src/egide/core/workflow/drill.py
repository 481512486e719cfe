"""A training shift: scenarios drawn and played by the very workflow of the room, on a state that is nobody's.

Pure: whoever calls keeps the state (plain JSON) and brings the clock and the chance. It can touch no incident, no
figure and no partner, because it knows none.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from egide.core.workflow import acts, flow
from egide.core.workflow.flow import Done, Flow
from egide.core.workflow.model import Facts, Workflow
from egide.core.workflow.scenarios import BY_NAME, SCENARIOS, Scenario, level
from egide.core.workflow.workflows import WORKFLOWS, of

FIRST_S = 4
GAP_S = (45, 80)  # between two rings
State = dict[str, Any]


def begin(chance: Random, now_ms: int, people: Sequence[dict[str, str]], ids: Sequence[str]) -> State:
    """All scenarios in an order of chance. `people`: two fictional ones for each; `ids`: a number for each."""
    at, calls = now_ms + 1000 * FIRST_S, []
    for n, scenario in enumerate(chance.sample(SCENARIOS, len(SCENARIOS))):
        protected, wearer = people[2 * n], people[2 * n + 1]
        calls.append({"id": ids[n], "scenario": scenario.name, "at_ms": at, "protected": protected, "wearer": wearer})
        at += 1000 * chance.randint(*GAP_S)
    return {"began_ms": now_ms, "seq": 1, "calls": calls}


def open_calls(state: State) -> list[dict[str, Any]]:
    """What has rung and is not closed."""
    return [call for call in state["calls"] if "flow" in call and flow_of(call).status != flow.CLOSED]


def is_over(state: State) -> bool:
    """Has every scenario rung and been closed?"""
    return all("flow" in call and flow_of(call).status == flow.CLOSED for call in state["calls"])


def scenario_of(call: dict[str, Any]) -> Scenario:
    """The scenario of a call."""
    return BY_NAME[call["scenario"]]


def table_of(call: dict[str, Any]) -> Workflow:
    """The procedure a call follows now."""
    return WORKFLOWS[call["workflow"]]


def flow_of(call: dict[str, Any]) -> Flow:
    """Where it stands."""
    return flow.of_json(call["flow"], table_of(call), call["urgency"], call["level"], call["at_ms"])


def facts_of(call: dict[str, Any]) -> Facts:
    """What the file says to the workflow."""
    return Facts(bool(scenario_of(call).person.get("call_back_forbidden")))


def found(state: State, number: str) -> dict[str, Any]:
    """A call that has rung. Raises LookupError."""
    call: dict[str, Any] | None = next((c for c in state["calls"] if c["id"] == number and "flow" in c), None)
    if call is None:
        raise LookupError(number)
    return call


def elapse(state: State, now_ms: int) -> bool:
    """Everything that happens by itself until now. True if anything did."""
    changed = False
    for call in state["calls"]:
        if now_ms < call["at_ms"]:
            continue
        if "flow" not in call:
            _ring(call)
            changed = True
        changed |= _goes_on(call, now_ms)
    state["seq"] += int(changed)
    return changed


def act(state: State, number: str, name: str, user: int, now_ms: int, **values: Any) -> dict[str, Any]:
    """One act of the trainee. Raises Refused, Incomplete, LookupError as the room's do."""
    call = found(state, number)
    before = flow_of(call)
    if name == "offer":
        raise flow.Incomplete("to")  # nobody else is in a training shift
    if name == "close":
        values["stands"] = call["level"] in ("alert", "pre_alert") and scenario_of(call).kind == "proximity"
    done = acts.act(name, table_of(call), before, user, now_ms, **values, facts=facts_of(call))
    if done.flow.owner != before.owner:
        call["taken_ms"] = now_ms
    _keep(call, done, now_ms, by=True)
    state["seq"] += 1
    return call


def _ring(call: dict[str, Any]) -> None:
    scenario = scenario_of(call)
    now_is = level(scenario, 0)
    table = of(scenario.kind, f"{scenario.matter}:0", now_is, scenario.device)
    call |= {
        "workflow": table.name, "urgency": scenario.urgency, "level": now_is, "version": 1, "repeats": 0, "played_s": 0.0,
        "taken_ms": None, "closed_ms": None, "lines": [[call["at_ms"], "opened", {}, False]],
        "flow": flow.opened(table, scenario.urgency, now_is, call["at_ms"], facts_of(call)).json,
    }  # fmt: skip


def _goes_on(call: dict[str, Any], now_ms: int) -> bool:
    """The distance changes, keys are pressed again, leases end: second by second, as in life."""
    scenario, changed = scenario_of(call), False
    until_s = (now_ms - call["at_ms"]) / 1000
    while call["played_s"] + 1 <= until_s and flow_of(call).status != flow.CLOSED:
        call["played_s"] += 1
        second, at_ms = call["played_s"], call["at_ms"] + int(1000 * call["played_s"])
        now_is, state = level(scenario, second), flow_of(call)
        again = second in scenario.repeats
        if again or now_is != call["level"]:
            rises = flow.LEVELS.index(now_is) > flow.LEVELS.index(call["level"])
            table, urgency = table_of(call), 20 if now_is == "alert" else scenario.urgency
            higher = of(scenario.kind, scenario.matter, now_is, scenario.device) if rises else table
            to = higher if higher.urgency < table.urgency else table
            done = flow.said_again(
                table,
                to,
                state,
                urgency=urgency,
                level=now_is,
                rings=again or rises,
                now_ms=at_ms,
                facts=facts_of(call),
            )
            call |= {"workflow": to.name, "level": now_is, "repeats": call["repeats"] + int(again)}
            call["urgency"] = done.flow.urgency
            done.events.insert(0, ("repeated" if again else f"level:{now_is}", {"signal": "sos"}))
            _keep(call, done, at_ms)
            changed = True
            continue
        done = flow.elapse(table_of(call), state, at_ms)
        if done.flow != state:
            _keep(call, done, at_ms)
            changed = True
    return changed


def _keep(call: dict[str, Any], done: Done, at_ms: int, *, by: bool = False) -> None:
    call["flow"] = done.flow.json
    call["version"] += 1
    call["lines"] += [[at_ms, kind, data, by] for kind, data in done.events]
    if done.flow.status == flow.CLOSED and call["closed_ms"] is None:
        call["closed_ms"] = at_ms


# -- afterwards -------------------------------------------------------------------------------------------------------


def result(call: dict[str, Any]) -> dict[str, Any]:
    """How long everything took, in seconds since the ring (None: it did not happen), and whether it was right."""
    scenario, lines = scenario_of(call), call.get("lines", [])

    def first(test: Any) -> float | None:
        at = next((line[0] for line in lines if test(line[1], line[2])), None)
        return None if at is None else round((at - call["at_ms"]) / 1000, 1)

    requested = first(lambda kind, data: kind == "intervention_requested")
    ended = flow_of(call) if "flow" in call else None
    closed = ended is not None and ended.status == flow.CLOSED
    return {
        "scenario": scenario.name, "rang": "flow" in call, "closed": closed, "reason": ended.reason if ended else "",
        "picked_s": first(lambda kind, data: kind in ("taken", "kept")),
        "first_s": first(lambda kind, data: kind == "key"),
        "requested_s": requested,
        "closed_s": None if call.get("closed_ms") is None else round((call["closed_ms"] - call["at_ms"]) / 1000, 1),
        "target_s": table_of(call).pick_up_s if "flow" in call else None,
        "police_right": (requested is not None) == scenario.police if closed else None,
        "end_right": (ended is not None and ended.reason in (scenario.ends or ("cleared",))) if closed else None,
        "lapses": sum(line[1] in ("rings_again", "rings_supervisor") for line in lines),
    }  # fmt: skip
