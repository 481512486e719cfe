"""What is a workflow made of? Tables of steps and keys that can be read aloud, printed, hashed and kept with an incident.

A workflow has tasks (one, or two that two operators can take); a task has steps; a step has keys. Nothing here decides:
`flow` does. Times are seconds; every rule names its source.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the languages of the screens."""

    fr: str
    en: str

    def said(self, language: str) -> str:
        """In a language, English for those without one."""
        return self.fr if language.startswith("fr") else self.en


NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class Key:
    """One outcome, one key. `to`: the step it leads to, empty to stay; `then`: what else happens (EFFECTS).

    `unless`: where the file says no, by the fact of the file: (fact, step to go to instead).
    """

    key: str
    code: str
    says: Text
    to: str = ""
    then: tuple[str, ...] = ()
    needs_text: bool = False
    unless: tuple[str, str] = ("", "")


# What a key can do besides leading to a step.
EFFECTS = {
    "attempt": "counts a call that was tried",
    "call_back": "counts the one call-back",
    "propose": "proposes to request an intervention",
    "request": "requests an intervention",
    "note": "notes a fact that police and association must know",
}


@dataclass(frozen=True, slots=True)
class After:
    """What happens by itself when a step has lasted: so many seconds, unless the other task stands at a step.

    `seconds` is the default: a court may have settled another time (`Facts.withdrawal_s`).
    """

    seconds: int
    to: str
    says: Text
    unless: tuple[str, ...] = ()  # steps of any other task
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Where a task stands: what to do, whom to call, what to say aloud, how long an operator may be silent about it.

    `closings`: the reasons with which the incident may be closed from here; none: it may not.
    """

    name: str
    title: Text
    call: str  # "subject", "protected", "wearer" or "" for nobody
    do: Text
    lease_s: int
    rule: str
    script: Text = NOTHING
    keys: tuple[Key, ...] = ()
    after: After | None = None
    closings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A part of the work one person can have. It begins at its first step."""

    name: str
    title: Text
    steps: tuple[Step, ...]

    def step(self, name: str) -> Step:
        """A step by its name; the first one for a name that is not there, so that nothing is ever without a step."""
        return next((s for s in self.steps if s.name == name), self.steps[0])


@dataclass(frozen=True, slots=True)
class Closing:
    """One way it ends."""

    code: str
    says: Text
    needs_text: bool = False


@dataclass(frozen=True, slots=True)
class Workflow:
    """One kind of incident, from the first ring to its end.

    `pick_up_s`: the target of the room; `supervisor_s`: ringing for all this long, it rings for the supervisor too;
    `shelve_s`: the longest it may be put aside, 0 never. `clears`: it closes by itself when the level clears.
    """

    name: str
    title: Text
    about: Text
    urgency: int
    pick_up_s: int
    supervisor_s: int
    tasks: tuple[Task, ...]
    closings: tuple[Closing, ...]
    rules: tuple[str, ...]
    shelve_s: int = 0
    clears: bool = False
    stands: bool = False  # cannot be closed while the level stands
    informs: str = ""  # the rule by which the authority is informed when it ends
    next_day: bool = False  # a task for the association on the next day (TGD-32, TGD-42)

    def task(self, name: str) -> Task:
        """A task by its name; the first one for a name that is not there."""
        return next((t for t in self.tasks if t.name == name), self.tasks[0])

    def closing(self, code: str) -> Closing | None:
        """A way it ends by its code, None when it is none of this workflow's."""
        return next((c for c in self.closings if c.code == code), None)

    @property
    def body(self) -> dict[str, Any]:
        """The whole table as plain values: what is kept, and what the hash is of."""
        return asdict(self)

    @property
    def hash(self) -> str:
        """SHA-256 of the table, sentences included: another word is another protocol. Worked out once for each table."""
        known = _HASHED.get(id(self))
        if known is not None and known[0] is self:
            return known[1]
        text = json.dumps(self.body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        found = hashlib.sha256(text.encode()).hexdigest()
        if len(_HASHED) >= 256:
            _HASHED.clear()
        _HASHED[id(self)] = (self, found)
        return found


# By identity, and with the table itself, so that no other can take its number. An SOS must not wait for a digest.
_HASHED: dict[int, tuple[Workflow, str]] = {}


def read(body: dict[str, Any]) -> Workflow:
    """The workflow of a kept body. KeyError, TypeError for what was never one."""

    def text(value: dict[str, str]) -> Text:
        return Text(**value)

    def key(value: dict[str, Any]) -> Key:
        rest = {"says": text(value["says"]), "then": tuple(value["then"]), "unless": tuple(value["unless"])}
        return Key(**value | rest)

    def after(value: dict[str, Any] | None) -> After | None:
        if value is None:
            return None
        rest = {"says": text(value["says"]), "unless": tuple(value["unless"]), "then": tuple(value["then"])}
        return After(**value | rest)

    def step(value: dict[str, Any]) -> Step:
        texts = {name: text(value[name]) for name in ("title", "do", "script")}
        rest = {"keys": tuple(map(key, value["keys"])), "after": after(value["after"])}
        return Step(**value | texts | rest | {"closings": tuple(value["closings"])})

    def task(value: dict[str, Any]) -> Task:
        return Task(value["name"], text(value["title"]), tuple(map(step, value["steps"])))

    def closing(value: dict[str, Any]) -> Closing:
        return Closing(**value | {"says": text(value["says"])})

    return Workflow(
        **body
        | {"title": text(body["title"]), "about": text(body["about"]), "rules": tuple(body["rules"])}
        | {"tasks": tuple(map(task, body["tasks"])), "closings": tuple(map(closing, body["closings"]))}
    )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the file, frozen with the incident, says to the workflow."""

    no_call_back: bool = False  # the file forbids the call-back
    protected_first: bool = False  # the court's protocol: the protected person is called at once
    withdrawal_s: int = 0  # the court's: withdrawal not confirmed for so long; 0: as the table says
    authority: str = ""  # whom the court's protocol names, to be informed
    others: frozenset[str] = field(default_factory=frozenset)

    def holds(self, name: str) -> bool:
        """Is a fact so? A name nobody knows is not."""
        return name in self.others or bool(getattr(self, name, False))
