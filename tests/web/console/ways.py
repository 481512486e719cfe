"""From the first ring to the end of each procedure, read off its table: which keys somebody presses, and how it closes.

The shortest way for each procedure, or with `every` one way for each key of each step.
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

    def __str__(self) -> str:
        keys = "-".join(press.key.code for press in (*self.presses, *self.beside, *self.then))
        return f"{self.workflow.name}:{keys}:{self.closing.code if self.closing else 'by itself'}"


def leads(task: Task, step: Step, key: Key) -> Step:
    """The step a key leads to."""
    return task.step(key.to) if key.to else step


def nearest(task: Task, step: Step, done: Callable[[Step], bool]) -> tuple[Press, ...]:
    """The fewest keys from a step to one that is `done`."""
    waiting: deque[tuple[Step, tuple[Press, ...]]] = deque([(step, ())])
    seen = {step.name}
    while waiting:
        at, path = waiting.popleft()
        if done(at):
            return path
        for key in at.keys:
            to = leads(task, at, key)
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
