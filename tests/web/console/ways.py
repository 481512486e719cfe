"""From the first ring to the end of each procedure, read off its table: which keys somebody presses, and how it closes.

The shortest way for each procedure, one way for each key of each step (`every`), or every key of every step in as few
calls as there have to be (`rounds`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from egide.core.workflow.model import Closing, Key, Step, Task, Workflow
from egide.core.workflow.workflows import WORKFLOWS
from tests.web.scene import Scene


@dataclass(frozen=True, slots=True)
class Press:
    """One key of one step; `to` is the step that shows then."""

    step: Step
    key: Key
    to: Step


@dataclass(frozen=True, slots=True)
class Way:
    """Through one procedure: what the first operator presses, what the second one does in the other task, the end."""

    workflow: Workflow
    presses: tuple[Press, ...]
    closing: Closing | None  # None: it closes by itself
    beside: tuple[Press, ...] = ()
    then: tuple[Press, ...] = ()  # by the first operator again, where the other task requested the police
    requests: bool = False  # the first operator begins with P
    forbids: bool = False  # the file forbids to call back

    def __str__(self) -> str:
        keys = "-".join(press.key.code for press in (*self.presses, *self.beside, *self.then))
        return f"{self.workflow.name}:{keys}:{self.closing.code if self.closing else 'by itself'}"


def leads(task: Task, step: Step, key: Key, forbids: bool = False) -> Step:
    """The step a key leads to, also where the file forbids to call back."""
    to = key.unless[1] if forbids and key.unless[0] == "no_call_back" else key.to
    return task.step(to) if to else step


def nearest(task: Task, step: Step, done: Callable[[Step], bool], forbids: bool = False) -> tuple[Press, ...]:
    """The fewest keys from a step to one that is `done`."""
    waiting: deque[tuple[Step, tuple[Press, ...]]] = deque([(step, ())])
    seen = {step.name}
    while waiting:
        at, path = waiting.popleft()
        if done(at):
            return path
        for key in at.keys:
            to = leads(task, at, key, forbids)
            if to.name not in seen:
                seen.add(to.name)
                waiting.append((to, (*path, Press(at, key, to))))
    raise AssertionError(f"{task.name}: from {step.name} no key leads there")


def ways(every: bool = False) -> Iterator[Way]:
    """The ways to be walked."""
    for workflow in WORKFLOWS.values():
        task = workflow.tasks[0]
        other = workflow.tasks[1] if len(workflow.tasks) > 1 else None
        for path in paths(task, every):
            last = path[-1].to if path else task.steps[0]
            if workflow.clears and not asked(path):
                yield Way(workflow, path, None)
                continue
            beside = nearest(other, other.steps[0], lambda s: s.name == "safe") if other is not None else ()
            codes = set(last.closings) & set(beside[-1].to.closings if beside else last.closings)
            yield Way(workflow, path, next(c for c in workflow.closings if c.code in codes), beside)
        for path in paths(other, every) if other is not None and every else ():
            first = nearest(task, task.steps[0], closes)
            then = nearest(task, task.step("police"), closes) if asked(path) else ()
            codes = set((then or first)[-1].to.closings) & set(path[-1].to.closings)
            yield Way(workflow, first, next(c for c in workflow.closings if c.code in codes), path, then)


def rounds() -> Iterator[Way]:
    """Every key of every step, each pressed once at least, in few and long calls; also what only P or the file leads to.

    What the second task presses is pressed before the first one goes on with the police it requested.
    """
    for workflow in WORKFLOWS.values():
        task = workflow.tasks[0]
        other = workflow.tasks[1] if len(workflow.tasks) > 1 else None
        beside = nearest(other, other.steps[0], lambda s: s.name == "safe") if other is not None else ()
        by_keys = reached(task, task.steps[0])
        for path in together(task, task.steps[0], by_keys):
            by_itself = workflow.clears and not asked(path)
            yield (
                Way(workflow, path, None, ()) if by_itself else Way(workflow, path, end(workflow, path, beside), beside)
            )
        for path in together(other, other.steps[0], reached(other, other.steps[0])) if other is not None else ():
            then = nearest(task, task.step("police") if asked(path) else task.steps[0], closes)
            yield Way(workflow, (), end(workflow, then, path), path, then)
        if any(step.name == "police" for step in task.steps):
            police = task.step("police")
            for path in together(task, police, reached(task, police) - by_keys):
                yield Way(workflow, path, end(workflow, path, beside), beside, requests=True)
        hidden = reached(task, task.steps[0], forbids=True) - by_keys
        for path in together(task, task.steps[0], hidden, forbids=True):
            yield Way(workflow, path, end(workflow, path, beside), beside, forbids=True)


def by_p(name: str) -> Way:
    """P at the first step, the call to the police, and the nearest end."""
    workflow = WORKFLOWS[name]
    task = workflow.tasks[0]
    assert task.step("police").name == "police", f"{name}: P leads to no call"
    path = nearest(task, task.step("police"), closes)
    return Way(workflow, path, end(workflow, path, ()), requests=True)


def end(workflow: Workflow, path: tuple[Press, ...], beside: tuple[Press, ...]) -> Closing:
    """With which reason it may be closed after both tasks."""
    codes = set(path[-1].to.closings) & set(beside[-1].to.closings if beside else path[-1].to.closings)
    return next(c for c in workflow.closings if c.code in codes)


def reached(task: Task, first: Step, forbids: bool = False) -> set[tuple[str, str]]:
    """The keys somebody can come to from a step: (step, key)."""
    steps = {first.name: first}
    for _ in task.steps:
        steps |= {
            to.name: to
            for step in tuple(steps.values())
            for to in (leads(task, step, key, forbids) for key in step.keys)
        }
    return {(step.name, key.code) for step in steps.values() for key in step.keys}


def together(task: Task, first: Step, left: set[tuple[str, str]], forbids: bool = False) -> Iterator[tuple[Press, ...]]:
    """From a step to one that closes, again and again, until none of the keys is left that was not pressed."""
    left = set(left)
    while left:
        at, path = first, list[Press]()
        while left:
            if not any((at.name, key.code) in left for key in at.keys):
                try:
                    path += nearest(task, at, lambda s: any((s.name, key.code) in left for key in s.keys), forbids)
                except AssertionError:
                    break  # what is left lies behind another key: another call
                at = path[-1].to
            new = [key for key in at.keys if (at.name, key.code) in left]
            key = min(new, key=lambda k, at=at: leads(task, at, k, forbids) is not at)  # type: ignore[misc]
            path.append(Press(at, key, leads(task, at, key, forbids)))
            left.discard((at.name, key.code))
            at = path[-1].to
        yield (*path, *nearest(task, at, closes, forbids))


def asked(path: tuple[Press, ...]) -> bool:
    """Was an intervention requested on the way?"""
    return any("request" in press.key.then for press in path)


def closes(step: Step) -> bool:
    """May it be closed from here, for more than that nobody could be reached?"""
    return bool(set(step.closings) - {"passed_on"})


def paths(task: Task, every: bool) -> Iterator[tuple[Press, ...]]:
    """From the first step to one that closes: the nearest, or through each key."""
    first = task.steps[0]
    if not every:
        yield nearest(task, first, closes)
        return
    for step in task.steps:
        try:
            before = nearest(task, first, lambda s, step=step: s.name == step.name)  # type: ignore[misc]
        except AssertionError:
            continue  # only the file, or P, leads there
        for key in step.keys:
            to = leads(task, step, key)
            yield (*before, Press(step, key, to), *nearest(task, to, closes))


def _of(device: str, signal: str) -> Callable[[Scene], str]:
    return lambda scene: scene.technical(device, signal, 40)


def _help(scene: Scene) -> str:
    device, person = scene.device("demo-bracelet-2")
    return scene.ring("request_for_help:1", "request_for_help", 30, device=device, person=person, data={"signal": "sos"})  # fmt: skip


# How each procedure begins. A test keeps the names the same as those of the tables.
BEGINS: dict[str, Callable[[Scene], str]] = {
    "tgd_alarm": lambda scene: scene.sos("demo-tgd-1"),
    "pilot_alarm": lambda scene: scene.sos("demo-pilot-1"),
    "bar_sos": lambda scene: scene.sos("demo-box-1"),
    "bar_alert": lambda scene: scene.level(2, "clear", "alert", 900),
    "bar_pre_alert": lambda scene: scene.level(3, "clear", "pre_alert", 3500),
    "request_for_help": _help,
    "strap": _of("demo-bracelet-3", "strap"),
    "case": _of("demo-bracelet-3", "tamper"),
    "battery": _of("demo-tgd-4", "low_battery"),
    "position_unknown": _of("demo-box-4", "position"),
    "silent": _of("demo-box-5", "silence"),
    "possible_approach": lambda scene: scene.possible(4),
    "exclusion": lambda scene: scene.ring("exclusion:4", "technical", 20, measure=scene.measure(4)),
    "search": lambda scene: scene.ring("search:5", "technical", 40, measure=scene.measure(5)),
    "feed_down": lambda scene: scene.ring("feed:gateway", "technical", 40, data={"signal": "feed_down"}),
    "phone_test": _of("demo-tgd-3", "phone_test"),
    "technical": _of("demo-bracelet-6", "other_alarm"),
}


def cleared(scene: Scene, workflow: str) -> None:
    """The pair is apart again, where there is one."""
    if workflow == "bar_alert":
        scene.level(2, "alert", "clear", 4500)
    elif workflow == "bar_pre_alert":
        scene.level(3, "pre_alert", "clear", 7000)


_FORBIDS = """
INSERT INTO people_profile (person_id, name_key, call_back_forbidden)
SELECT person_id, '', %s FROM registry_device WHERE identifier IN ('demo-tgd-1', 'demo-box-1', 'demo-pilot-1')
ON CONFLICT (person_id) DO UPDATE SET call_back_forbidden = excluded.call_back_forbidden
"""


def forbid_to_call_back(scene: Scene, forbids: bool) -> None:
    """What the file says of whoever presses a key here, from the next incident on."""
    scene.db.execute("SELECT set_config('egide.system', 'on', false)")
    scene.db.execute(_FORBIDS, [forbids])
