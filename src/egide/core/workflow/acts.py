"""What may a person do with an incident, and what comes of it? One function an act; each refuses with a reason.

`ACTS` is the table: the name of an act, as the screens send it. Whoever comes second is told who came first; a step that
has passed meanwhile takes no key any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from egide.core.workflow.flow import (
    ALL,
    ASKED,
    CLOSED,
    ENDING,
    MAIN,
    ON_THE_WAY,
    POLICE,
    SILENT,
    At,
    Done,
    Flow,
    Incomplete,
    Refused,
    at_step,
    effect,
    ring,
)
from egide.core.workflow.model import Facts, Key, Step, Workflow

CALLED = ("reached", "no_answer")


def take(workflow: Workflow, flow: Flow, user: int, now_ms: int, *, task: str = "", over: bool = False) -> Done:
    """Gives what nobody has within a lease to `user`; with `over` also what a colleague has. Raises Refused."""
    _open(flow)
    names = [task] if task in flow.at else list(flow.at)
    free = [n for n in names if not flow.at[n].held(now_ms)]
    others = [n for n in names if flow.at[n].held(now_ms) and flow.at[n].owner != user]
    wanted = free + (others if over else [])
    if not wanted:
        raise Refused("taken", flow.at[others[0]].owner) if others else Refused("yours", user)
    done = Done(replace(flow, fence=flow.fence + 1, shelved_ms=None))
    before = flow.at[wanted[0]].owner
    for name in wanted:
        step = workflow.task(name).step(flow.at[name].step)
        done.flow = at_step(done.flow, name, _renewed(replace(flow.at[name], owner=user), step, now_ms))
    data: dict[str, Any] = {} if len(names) == len(workflow.tasks) == len(wanted) else {"tasks": wanted}
    if before is not None and before != user:
        done.tell("taken_over", **{"from": before}, **data)
    else:
        done.tell("kept" if before == user else "taken", **data)
    if flow.offered is not None and done.flow.owner != flow.owner:
        done.flow = replace(done.flow, offered=None)
    return _settled(done, now_ms)


def press(
    workflow: Workflow, flow: Flow, user: int, now_ms: int, *, task: str, step: str, code: str, text: str = "",
    facts: Facts | None = None,
) -> Done:  # fmt: skip
    """An outcome of the step `user` sees: it must still be the step. Raises Refused, Incomplete."""
    _open(flow)
    at = flow.at.get(task)
    if at is None or at.step != step:
        raise Refused("changed", flow.owner)
    _mine(at, user)
    table = workflow.task(task)
    key = next((k for k in table.step(step).keys if k.code == code), None)
    if key is None:
        raise Refused("changed", flow.owner)
    if key.needs_text and not text.strip():
        raise Incomplete("text")
    to = _leads(key, flow, facts or Facts()) or step
    since = at.since_ms if to == step else now_ms
    done = Done(replace(flow, shelved_ms=None, fence=flow.fence + 1))
    done.flow = at_step(done.flow, task, _renewed(replace(at, step=to, since_ms=since), table.step(to), now_ms))
    done.tell("key", task=task, step=step, code=code, to=to, **({"text": text} if text else {}))
    again = ("request",) if to == POLICE and flow.intervention == "unneeded" else ()
    for name in (*key.then, *again):
        effect(workflow, name, done, now_ms, code)
    return _settled(done, now_ms)


def _leads(key: Key, flow: Flow, facts: Facts) -> str:
    """Where a key leads, with what the file says and the one call-back there is (TGD-31)."""
    fact, instead = key.unless
    if fact and (facts.holds(fact) or (key.to == "call_back" and flow.call_backs > 0)):
        return instead
    return key.to


def request(workflow: Workflow, flow: Flow, user: int, now_ms: int) -> Done:
    """Requests an intervention, from any step, without any condition (CF-10). What nobody has is taken by it."""
    _open(flow)
    if flow.intervention == "requested":
        raise Refused("requested", flow.owner)
    if not any(at.owner == user for at in flow.at.values()):
        done = take(workflow, flow, user, now_ms)
    else:
        done = Done(replace(flow, fence=flow.fence + 1))
        _renew_mine(workflow, done, user, now_ms)
    effect(workflow, "request", done, now_ms, "")
    return _settled(done, now_ms)


def unneeded(
    workflow: Workflow, flow: Flow, user: int, now_ms: int, *, told: str, text: str, last: bool = True
) -> Done:
    """The unit was told by voice (`told`: whom) that it need not come, and why. Raises Refused, Incomplete.

    `last`: no other unit is still asked for. Then what remains is to close; P requests again at any moment.
    """
    _open(flow)
    _mine(flow.at[MAIN], user)
    if flow.intervention != "requested":
        raise Refused("changed", flow.owner)
    for field, words in (("told", told), ("text", text)):
        if not words.strip():
            raise Incomplete(field)
    done = Done(replace(flow, fence=flow.fence + 1))
    at, ending = flow.at[MAIN], workflow.task(MAIN).step(ENDING)
    if last:
        done.flow = replace(done.flow, intervention="unneeded")
    if last and at.step in (POLICE, ON_THE_WAY) and ending.name == ENDING:
        done.flow = at_step(done.flow, MAIN, replace(at, step=ENDING, since_ms=now_ms))
    _renew_mine(workflow, done, user, now_ms)
    done.tell("intervention_unneeded", told=told.strip(), text=text.strip())
    return _settled(done, now_ms)


def note(workflow: Workflow, flow: Flow, user: int, now_ms: int, *, text: str) -> Done:
    """Words for the record. By whoever has it they are progress; anybody may leave some."""
    _open(flow)
    if not text.strip():
        raise Incomplete("text")
    done = Done(replace(flow, fence=flow.fence + 1))
    _renew_mine(workflow, done, user, now_ms)
    done.tell("note", text=text.strip())
    return _settled(done, now_ms)


def called(workflow: Workflow, flow: Flow, user: int, now_ms: int, *, device: str, label: str, outcome: str) -> Done:
    """One call of the list of a feed that is down (OF-05): `reached` or `no_answer`. Raises Refused, Incomplete."""
    _open(flow)
    _mine(flow.at[MAIN], user)
    if outcome not in CALLED:
        raise Incomplete("outcome")
    done = Done(replace(flow, fence=flow.fence + 1, attempts=flow.attempts + 1))
    _renew_mine(workflow, done, user, now_ms)
    done.tell("called", device=device, label=label, outcome=outcome)
    return _settled(done, now_ms)


def offer(workflow: Workflow, flow: Flow, user: int, now_ms: int, *, to: int | None) -> Done:
    """Offers an incident to a colleague at the end of a shift; None takes the offer back. The owner keeps it."""
    _open(flow)
    _mine(flow.at[MAIN], user)
    if to == user:
        raise Incomplete("to")
    if to is None and flow.offered is None:
        raise Refused("not_offered", user)
    done = Done(replace(flow, offered=to, fence=flow.fence + 1))
    if to is None:
        done.tell("offer_withdrawn")
    else:
        done.tell("offered", to=to)
    return done


def accept(workflow: Workflow, flow: Flow, user: int, now_ms: int) -> Done:
    """Takes what was offered: from this moment it is `user`'s. Raises Refused."""
    _open(flow)
    if flow.offered != user:
        raise Refused("not_offered", flow.owner)
    before = flow.owner
    done = Done(replace(flow, offered=None, shelved_ms=None, fence=flow.fence + 1))
    for name, at in flow.at.items():
        if at.owner == before:
            step = workflow.task(name).step(at.step)
            done.flow = at_step(done.flow, name, _renewed(replace(at, owner=user), step, now_ms))
    done.tell("handed_over", **{"from": before})
    return _settled(done, now_ms)


def decline(workflow: Workflow, flow: Flow, user: int, now_ms: int) -> Done:
    """Says no to an offer: the old owner has it as before."""
    _open(flow)
    if flow.offered != user:
        raise Refused("not_offered", flow.owner)
    done = Done(replace(flow, offered=None, fence=flow.fence + 1))
    done.tell("offer_declined", to=flow.owner)
    return done


def shelve(workflow: Workflow, flow: Flow, user: int, now_ms: int, *, seconds: int, text: str) -> Done:
    """Puts an incident aside for a time, with a reason; never an SOS. Anything new in it rings at once."""
    _open(flow)
    _mine(flow.at[MAIN], user)
    if not workflow.shelve_s or flow.intervention in ASKED:
        raise Refused("never", user)
    if not 0 < seconds <= workflow.shelve_s:
        raise Incomplete("minutes")
    if not text.strip():
        raise Incomplete("text")
    done = Done(replace(flow, shelved_ms=now_ms + 1000 * seconds, rings=SILENT, fence=flow.fence + 1))
    done.tell("shelved", seconds=seconds, text=text.strip())
    return done


def unshelve(workflow: Workflow, flow: Flow, user: int, now_ms: int) -> Done:
    """Takes up again what was put aside."""
    _open(flow)
    if flow.shelved_ms is None:
        raise Refused("changed", flow.owner)
    done = take(workflow, replace(ring(flow, now_ms), rings=ALL), user, now_ms)
    done.events.insert(0, ("shelf_over", {}))
    return done


def close(
    workflow: Workflow, flow: Flow, user: int, now_ms: int, *, code: str, text: str, stands: bool = False,
    asks_text: bool = False, facts: Facts | None = None,
) -> Done:  # fmt: skip
    """Closes with a reason of the step. `stands`: the pair is still inside. Raises Refused, Incomplete."""
    _open(flow)
    _mine(flow.at[MAIN], user)
    if stands and workflow.stands:
        raise Refused("stands", user)
    reason = workflow.closing(code)
    if reason is None:
        raise Incomplete("reason")
    if code not in closings(workflow, flow):
        raise Refused("not_yet", user)
    doubtful = flow.intervention in ASKED and code not in ("police", "cared")
    if (reason.needs_text or asks_text or doubtful) and not text.strip():
        raise Incomplete("text")
    done = Done(
        replace(flow, status=CLOSED, rings=SILENT, closed_by=user, reason=code, offered=None, shelved_ms=None, fence=flow.fence + 1)
    )  # fmt: skip
    done.tell("closed", reason=code, text=text.strip())
    if workflow.informs:
        named = {"authority": facts.authority} if facts is not None and facts.authority else {}
        done.tell("authority_to_inform", rule=workflow.informs, **named)
    return done


def closings(workflow: Workflow, flow: Flow) -> tuple[str, ...]:
    """The reasons with which it may be closed now: those that every task's step allows."""
    steps = [workflow.task(name).step(at.step) for name, at in flow.at.items()]
    return tuple(c.code for c in workflow.closings if all(c.code in step.closings for step in steps))


def _open(flow: Flow) -> None:
    if flow.status == CLOSED:
        raise Refused("closed", flow.closed_by)


def _mine(at: At, user: int) -> None:
    if at.owner is None:
        raise Refused("not_yours")
    if at.owner != user:
        raise Refused("taken", at.owner)


def _renewed(at: At, step: Step, now_ms: int) -> At:
    return replace(at, lease_ms=now_ms + 1000 * step.lease_s)


def _renew_mine(workflow: Workflow, done: Done, user: int, now_ms: int) -> None:
    for name, at in done.flow.at.items():
        if at.owner == user:
            done.flow = at_step(done.flow, name, _renewed(at, workflow.task(name).step(at.step), now_ms))


def _settled(done: Done, now_ms: int) -> Done:
    """Quiet once every task is held; otherwise it goes on ringing as it did."""
    flow = done.flow
    if all(at.held(now_ms) for at in flow.at.values()):
        done.flow = replace(flow, rings=SILENT)
    elif flow.rings == SILENT and flow.shelved_ms is None:
        done.flow = replace(flow, rings=ALL, rings_ms=now_ms)
    return done


# What a screen may ask for, with the names of the further values each takes.
ACTS: dict[str, tuple[Callable[..., Done], tuple[str, ...]]] = {
    "take": (take, ("task", "over")),
    "press": (press, ("task", "step", "code", "text", "facts")),
    "request": (request, ()),
    "unneeded": (unneeded, ("told", "text", "last")),
    "note": (note, ("text",)),
    "called": (called, ("device", "label", "outcome")),
    "offer": (offer, ("to",)),
    "accept": (accept, ()),
    "decline": (decline, ()),
    "shelve": (shelve, ("seconds", "text")),
    "unshelve": (unshelve, ()),
    "close": (close, ("code", "text", "stands", "asks_text", "facts")),
}


def act(name: str, workflow: Workflow, flow: Flow, user: int, now_ms: int, **values: Any) -> Done:
    """Does one act of the table. KeyError for a name that is not there; Refused, Incomplete as the act says."""
    do, takes = ACTS[name]
    return do(workflow, flow, user, now_ms, **{key: value for key, value in values.items() if key in takes})
