"""Where does an incident stand, what may each person do next, and what happens by itself when nobody does?

State × command → events and the next state; a refusal is an exception that says why. No clock: `now_ms` is the
database's, milliseconds. No database: whoever calls keeps the state, writes the events and sets the next timer
(`next_due`). One invariant carries everything: an open incident that is not put aside rings unless each of its tasks
has an owner within a lease.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from egide.core.workflow.model import After, Facts, Workflow

SILENT, ALL, SUPERVISOR = 0, 1, 2  # for whom an incident rings
OPEN, CLOSED = "open", "closed"
MAIN = "main"
HIDING = "hiding"  # what was noted of whoever seems to be hiding
CALL_BACK = "call_back"
POLICE = "police"  # the step a requested intervention leads to
ON_THE_WAY, ENDING = "on_the_way", "ending"  # the steps that follow it
ASKED = ("requested", "unneeded")  # the police were told of this incident, whether or not they are still needed
LEVELS = ("", "clear", "pre_alert", "alert")


class Refused(Exception):  # noqa: N818 - reads as what it is
    """Nothing was changed. `reason`: `closed`, `taken`, `yours`, `not_yours`, `changed`, `stands`, `not_yet`, `never`,
    `requested`, `not_offered`; `by` the user who has it, None where nobody does.
    """

    def __init__(self, reason: str, by: int | None = None) -> None:
        super().__init__(reason)
        self.reason, self.by = reason, by


class Incomplete(Exception):  # noqa: N818 - reads as what it is
    """Something must be added. `field`: `text`, `reason`, `minutes`, `to`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.field = name


@dataclass(frozen=True, slots=True)
class At:
    """Where one task stands: its step, who has it, until when without progress, since when."""

    step: str
    since_ms: int = 0
    owner: int | None = None
    lease_ms: int | None = None

    def held(self, now_ms: int) -> bool:
        """Has somebody this task, within the lease?"""
        return self.owner is not None and self.lease_ms is not None and now_ms < self.lease_ms


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole state of one incident. `fence` grows with every change: an older timer has nothing to say any more."""

    at: dict[str, At]
    urgency: int
    level: str = ""
    status: str = OPEN
    rings: int = ALL
    rings_ms: int = 0
    shelved_ms: int | None = None
    offered: int | None = None
    intervention: str = ""  # "", "proposed", "requested", "unneeded"
    attempts: int = 0
    call_backs: int = 0
    notes: tuple[str, ...] = ()
    waits_s: int = 0  # a step that goes on by itself lasts this long, by the court's protocol; 0: as its table says
    fence: int = 0
    closed_by: int | None = None
    reason: str = ""

    @property
    def owner(self) -> int | None:
        """Who has the incident: who has its first task."""
        return self.at[MAIN].owner if MAIN in self.at else None

    @property
    def json(self) -> dict[str, Any]:
        """What is kept."""
        return asdict(self) | {"notes": list(self.notes)}


Event = tuple[str, dict[str, Any]]


@dataclass(slots=True)
class Done:
    """What came of a command: the next state and the lines for the record, in order."""

    flow: Flow
    events: list[Event] = field(default_factory=list)

    def tell(self, kind: str, **data: Any) -> None:
        """Adds a line."""
        self.events.append((kind, data))


def of_json(kept: dict[str, Any], workflow: Workflow, urgency: int, level: str, now_ms: int) -> Flow:
    """The state that was kept. Never fails: what cannot be read begins again at the first step, and rings."""
    try:
        at = {name: At(**value) for name, value in kept["at"].items()}
        flow = Flow(**kept | {"at": at, "notes": tuple(kept["notes"])})
    except (KeyError, TypeError, AttributeError):
        return _begin(workflow, urgency, level, now_ms, Facts())
    return _complete(workflow, flow, now_ms)


def _complete(workflow: Workflow, flow: Flow, now_ms: int) -> Flow:
    """Every task of the workflow has a place, and no other."""
    if set(flow.at) == {task.name for task in workflow.tasks}:
        return flow
    return replace(flow, at={t.name: flow.at.get(t.name, At(t.steps[0].name, now_ms)) for t in workflow.tasks})


def _begin(workflow: Workflow, urgency: int, level: str, now_ms: int, facts: Facts) -> Flow:
    at = {task.name: At(task.steps[0].name, now_ms) for task in workflow.tasks}
    if facts.protected_first and "protected" in at:
        at["protected"] = At("call_protected", now_ms)
    return Flow(at, urgency, level, rings_ms=now_ms, waits_s=facts.withdrawal_s)


def may_ring(workflow: Workflow, flow: Flow, facts: Facts) -> bool:
    """May whoever pressed the alarm key be rung? Not where the file forbids it, not once the person seems to be hiding,
    and not after the one call-back (TGD-31). True for procedures that know no call-back: there the call is the first.
    """
    if all(step.name != CALL_BACK for task in workflow.tasks for step in task.steps):
        return True
    return not facts.no_call_back and flow.call_backs == 0 and HIDING not in flow.notes


# -- what the log says: never refused ---------------------------------------------------------------------------------


def opened(workflow: Workflow, urgency: int, level: str, now_ms: int, facts: Facts | None = None) -> Flow:
    """A new incident: it rings for all."""
    return _begin(workflow, urgency, level, now_ms, facts or Facts())


def said_again(
    was: Workflow, now_is: Workflow, flow: Flow, *, urgency: int, level: str, rings: bool, now_ms: int,
    facts: Facts | None = None,
) -> Done:  # fmt: skip
    """The cause of an open incident was said again, or its level changed.

    `rings`: it would have opened one. A higher level, or a matter more urgent, rings again for all whoever has it; the
    urgency never falls. A repeat of what somebody has within the lease is shown, and rings for nobody else.
    """
    done = Done(replace(flow, level=level or flow.level, fence=flow.fence + 1))
    rises = LEVELS.index(level) > LEVELS.index(flow.level) if level in LEVELS and flow.level in LEVELS else bool(level)
    worse = rings and (rises or urgency < flow.urgency)
    done.flow = replace(done.flow, urgency=min(flow.urgency, urgency) if rings else flow.urgency)
    if now_is.name != was.name and now_is.urgency < was.urgency:
        done.flow = _raise(now_is, done.flow, now_ms, facts or Facts())
        done.tell("workflow_changed", **{"from": was.name, "to": now_is.name, "hash": now_is.hash})
        worse = True
    if worse or (rings and flow.shelved_ms is not None):
        done.flow = ring(done.flow, now_ms)
    if level == "clear" and was.clears and now_is.name == was.name and done.flow.intervention not in ASKED:
        done.flow = replace(done.flow, status=CLOSED, rings=SILENT, reason="cleared", shelved_ms=None, offered=None)
        done.tell("closed_by_itself", reason="cleared")
    return done


def _raise(to: Workflow, flow: Flow, now_ms: int, facts: Facts) -> Flow:
    """The approach follows the higher workflow from its beginning; whoever had it is still named."""
    begun = _begin(to, flow.urgency, flow.level, now_ms, facts)
    fresh, flow = begun.at, replace(flow, waits_s=begun.waits_s)
    if flow.intervention == "requested":
        fresh[MAIN] = replace(fresh[MAIN], step=POLICE)
    return replace(flow, at={name: replace(at, owner=flow.owner) for name, at in fresh.items()})


def ring(flow: Flow, now_ms: int) -> Flow:
    """For all, now: every lease ends, whoever has it stays named."""
    at = {name: replace(a, lease_ms=None) for name, a in flow.at.items()}
    return replace(flow, at=at, rings=max(flow.rings, ALL), rings_ms=flow.rings_ms if flow.rings else now_ms, shelved_ms=None)  # fmt: skip


def resumed(flow: Flow, now_ms: int) -> Flow:
    """Monitoring comes back after a gap: it rings again, whoever has it."""
    return flow if flow.status == CLOSED else ring(replace(flow, fence=flow.fence + 1), now_ms)


# -- what happens by itself -------------------------------------------------------------------------------------------


def due(workflow: Workflow, flow: Flow) -> list[tuple[int, str]]:
    """Everything that will happen by itself if nothing else does: (milliseconds, kind), soonest first."""
    if flow.status == CLOSED:
        return []
    if flow.shelved_ms is not None:
        return [(flow.shelved_ms, "shelf")]
    found: list[tuple[int, str]] = []
    if flow.rings == SILENT:  # what rings already has no lease to lose
        found += [(a.lease_ms, "lease") for a in flow.at.values() if a.lease_ms is not None]
    for task in workflow.tasks:
        at = flow.at[task.name]
        if (after := task.step(at.step).after) is not None:
            found.append((at.since_ms + 1000 * lasts_s(flow, after), "step"))
    if flow.rings == ALL:
        found.append((flow.rings_ms + 1000 * workflow.supervisor_s, "supervisor"))
    return sorted(found)


def lasts_s(flow: Flow, after: After) -> int:
    """How long a step lasts before it goes on by itself, in seconds: the court's time where it has settled one."""
    return flow.waits_s or after.seconds


def next_due(workflow: Workflow, flow: Flow) -> tuple[int, str] | None:
    """The one timer an incident needs: when and for what; None when nothing will happen by itself."""
    found = due(workflow, flow)
    return found[0] if found else None


def elapse(workflow: Workflow, flow: Flow, now_ms: int) -> Done:
    """Does what is due. Running it early, late or twice does no harm: nothing that is not due happens."""
    done = Done(flow)
    if flow.status == CLOSED:
        return done
    if flow.shelved_ms is not None:
        if now_ms < flow.shelved_ms:
            return done
        done.flow = ring(flow, now_ms)
        done.tell("shelf_over", rings=True)
    for task in workflow.tasks:
        _after(workflow, task.name, done, now_ms)
    flow = done.flow
    lapsed = [name for name, at in flow.at.items() if not at.held(now_ms)]
    if lapsed and flow.rings == SILENT:
        done.flow = flow = replace(flow, rings=ALL, rings_ms=now_ms)
        done.tell("rings_again", rings=True, tasks=lapsed)
    if flow.rings == ALL and now_ms >= flow.rings_ms + 1000 * workflow.supervisor_s:
        done.flow = replace(flow, rings=SUPERVISOR)
        done.tell("rings_supervisor", rings=True)
    if done.events or done.flow != flow:
        done.flow = replace(done.flow, fence=done.flow.fence + 1)
    return done


def _after(workflow: Workflow, task: str, done: Done, now_ms: int) -> None:
    """A step that has lasted too long goes on by itself, and rings: somebody else may be needed for it."""
    at = done.flow.at[task]
    after = workflow.task(task).step(at.step).after
    if after is None or now_ms < at.since_ms + 1000 * lasts_s(done.flow, after):
        return
    if any(other.step in after.unless for name, other in done.flow.at.items() if name != task):
        done.flow = at_step(done.flow, task, replace(at, since_ms=now_ms))  # asked again after as long
        return
    done.flow = at_step(done.flow, task, replace(at, step=after.to, since_ms=now_ms, lease_ms=None))
    done.tell("step", rings=True, task=task, **{"from": at.step, "to": after.to})
    for name in after.then:
        effect(workflow, name, done, now_ms, "")


def at_step(flow: Flow, task: str, at: At) -> Flow:
    return replace(flow, at=flow.at | {task: at})


def effect(workflow: Workflow, name: str, done: Done, now_ms: int, code: str) -> None:
    flow = done.flow
    if name == "attempt":
        done.flow = replace(flow, attempts=flow.attempts + 1)
    elif name == "call_back":
        done.flow = replace(flow, call_backs=flow.call_backs + 1, attempts=flow.attempts + 1)
    elif name == "note":
        done.flow = flow if code in flow.notes else replace(flow, notes=(*flow.notes, code))
    elif name == "propose" and not flow.intervention:
        done.flow = replace(flow, intervention="proposed")
        done.tell("intervention_proposed")
    elif name == "request" and flow.intervention != "requested":
        done.flow = _to_police(workflow, replace(flow, intervention="requested"), now_ms)
        done.tell("intervention_requested", notes=list(flow.notes), **({"code": code} if code else {}))


def _to_police(workflow: Workflow, flow: Flow, now_ms: int) -> Flow:
    """The first task calls the police, unless it does already."""
    at, task = flow.at[MAIN], workflow.task(MAIN)
    if at.step == POLICE or task.step(POLICE).name != POLICE:
        return flow
    lease = task.step(POLICE).lease_s * 1000 + now_ms if at.owner is not None and at.lease_ms is not None else None
    return at_step(flow, MAIN, replace(at, step=POLICE, since_ms=now_ms, lease_ms=lease))
