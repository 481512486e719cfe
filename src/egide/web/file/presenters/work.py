"""Where does a case stand, and what is due in it, for whom, by which rule? One line of state, then the tasks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from egide.core.access import Role
from egide.core.instruments import STEPS
from egide.core.law.calendar import paris_day
from egide.core.workflow.workflows import WORKFLOWS
from egide.web.cases.models import Attribution, AttributionStatus, Case, Stage
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.laws import Rule, rule
from egide.web.file.presenters.account import Told
from egide.web.file.saying import a_day, an_instant, due_words, pick, since_words, words
from egide.web.file.words import DECISIONS, DOMAINS, PARTNERS, STAGES, named
from egide.web.tasks.kinds import KINDS
from egide.web.tasks.models import Task

_STEPS = {step.id: step for step in STEPS}


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One thing due. `tone`: late, today, later. `act`: the form that does it, empty where there is none."""

    public_id: str
    kind: str
    what: str
    detail: str
    when: str
    tone: str
    owner: str
    rule: Rule | None
    by_hand: bool
    late: bool


@dataclass(frozen=True, slots=True)
class State:
    """The one line of a case: where it stands, and until when."""

    words: str
    details: tuple[str, ...]
    alarm_rings: bool


def state(case: Case, lens: Lens, whole: Whole) -> State:
    """The line, of what the reader may see."""
    details: list[str] = []
    rings = False
    running = next((a for a in reversed(whole.attributions) if a.status != AttributionStatus.RETURNED), None)
    if running is not None and lens.may("attribution", "dates"):
        details.append(_until(running))
    if running is not None and running.status == AttributionStatus.WITHDRAWN:
        rings = True
    known = lens.may("case_state")
    if known and case.stage == Stage.ENDED and whole.decisions:
        details.append(
            pick(
                "une nouvelle demande est possible à tout moment (TGD-26)",
                "a new request is possible at any time (TGD-26)",
            )
        )
    return State(stands(case, known), tuple(details), rings)


def stands(case: Case, known: bool) -> str:
    """Where a case stands, for a reader to whom that is known or not."""
    if known:
        return named(STAGES, case.stage)
    return pick("Ce dossier vous est ouvert en partie", "This case is open to you in part")


def _until(running: Attribution) -> str:
    last = running.shortened_to or running.ends_on
    text = pick(f"jusqu’au {a_day(last)} à minuit", f"until {a_day(last)} at midnight")
    if running.renewals:
        again = pick(f"{running.renewals} fois", "times")
        text += pick(f", renouvelé {again}", f", renewed {running.renewals} {again}")
    return text


def task_words(task: Task) -> str:
    """What there is to do."""
    kind = KINDS.get(task.kind)
    return words(kind.text) if kind is not None else task.kind


def task_line(task: Task, now: datetime) -> TaskLine:
    """A task for a list."""
    kind = KINDS.get(task.kind)
    late = task.due_at is not None and task.due_at <= now
    soon = task.due_at is not None and not late and paris_day(task.due_at) <= paris_day(now)
    return TaskLine(
        str(task.public_id), task.kind, task_words(task), _detail(task), due_words(task.due_at, now),
        "late" if late else "today" if soon else "later", _owner(task), rule(task.rule, paris_day(now)),
        kind is not None and kind.by_hand, late,
    )  # fmt: skip


def ticked(task: Task) -> Told:
    """A task that somebody said is done: what it was, what came of it, who said so and when."""
    assert task.ended_at is not None
    who = task.ended_by.shown_name if task.ended_by is not None else ""
    what = " : ".join(part for part in (task_words(task), _detail(task)) if part)
    return Told("act", what, an_instant(task.ended_at), task.outcome, who, "", paris_day(task.ended_at))


def in_order(rows: Iterable[Task]) -> list[Task]:
    """Open tasks, the most urgent first; those without a date last."""
    return sorted(rows, key=lambda t: (t.due_at is None, t.due_at, t.pk))


def waited(task: Task, now: datetime) -> str:
    """How long somebody has been waiting for it: since it was asked for, or since it can be done."""
    return since_words(max(task.opened_at, task.opens_at or task.opened_at), now)


def _detail(task: Task) -> str:
    step = _STEPS.get(task.data.get("step", ""))
    if step is not None:
        return words(step)
    if said := task.data.get("crossing"):
        return crossing_words(said)
    partner, domain = task.data.get("partner"), task.data.get("domain")
    if measure := task.data.get("measure"):
        return str(measure)
    if decision := task.data.get("decision"):
        return named(DECISIONS, decision)
    if domain:
        return named(DOMAINS, domain)
    return named(PARTNERS, partner) if partner else ""


def crossing_words(said: dict[str, Any]) -> str:
    """Which crossing: the incident, the measure, when, how long, how it ended. No place, no distance."""
    stays = " ; ".join(_stay(begins, ends) for begins, ends in said["times"])
    known = WORKFLOWS.get(said["workflow"])
    ended = known.closing(said["closed"]) if known is not None else None
    parts = [f"incident {said['incident'][:8]}", said["measure"], stays]
    if said["police"]:
        parts.append(pick("intervention demandée", "police requested"))
    if ended is not None:
        parts.append(words(ended.says))
    return " · ".join(parts)


def _stay(begins: str, ends: str | None) -> str:
    since = datetime.fromisoformat(begins)
    if ends is None:
        return pick(f"{an_instant(since)}, fin inconnue", f"{an_instant(since)}, end unknown")
    minutes = max(1, round((datetime.fromisoformat(ends) - since).total_seconds() / 60))
    return f"{an_instant(since)}, {minutes} min"


def _owner(task: Task) -> str:
    if task.assignee is not None:
        return task.assignee.shown_name
    if task.agency is not None:
        return task.agency.name
    if task.role in set(Role):
        return words(Role(task.role))
    return pick("Égide, sans intervention", "Égide, by itself")
