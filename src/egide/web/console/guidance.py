"""What an operator does next and how an incident may be closed, in the reader's language: the workflow's tables, worded.

The tables stand in `core.workflow`; this module only finds the ones an incident opened with and says them. It decides
nothing.
"""

from __future__ import annotations

import time
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from egide.core.workflow import flow as flows
from egide.core.workflow.flow import Flow
from egide.core.workflow.model import Closing, Text, Workflow
from egide.core.workflow.workflows import BY_HASH, WORKFLOWS, of
from egide.incidents import rows
from egide.web.console.models import Incident, IncidentKind, IncidentLevel, IncidentStatus
from egide.web.measures.models import Measure, MeasureStatus


def said(text: Text) -> str:
    """A sentence of the tables in the language that is active."""
    return text.said(get_language() or "fr")


def table_of(incident: Incident, device_kind: str = "") -> Workflow:
    """The workflow an incident opened with, whole, also when the code has moved on since."""
    known = BY_HASH.get(incident.workflow_hash)
    if known is not None:
        return known
    if not incident.workflow_hash:
        return of(incident.kind, incident.cause, incident.level, device_kind)
    with connection.cursor() as cursor:
        return rows.workflow_of(
            cursor, incident.workflow_hash, incident.kind, incident.cause, incident.level, device_kind
        )  # fmt: skip


def flow_of(incident: Incident, table: Workflow) -> Flow:
    """Where it stands."""
    kept = incident.flow if isinstance(incident.flow, dict) else {}
    return flows.of_json(kept, table, incident.urgency, incident.level, time.time_ns() // 1_000_000)


def closing_words(workflow: str, code: str) -> str:
    """How a reason is said. The code itself where no table knows it."""
    tables = [WORKFLOWS[workflow]] if workflow in WORKFLOWS else []
    found: Closing | None = next(
        (c for t in (*tables, *WORKFLOWS.values()) if (c := t.closing(code)) is not None), None
    )
    return code if found is None else said(found.says)


def key_words(table: Workflow, task: str, step: str, code: str) -> str:
    """How an outcome that was pressed is said. A step of the workflow before the alert is looked for there too."""
    for one in (table, WORKFLOWS["bar_pre_alert"]):
        for key in one.task(task).step(step).keys:
            if key.code == code:
                return said(key.says)
    return code


def step_title(table: Workflow, data: dict[str, Any]) -> str:
    """The title of the step something led to by itself."""
    return said(table.task(str(data.get("task"))).step(str(data.get("to"))).title)


def still_inside(level: str) -> bool:
    """Does the level still stand? Then closing asks for a sentence, whatever the reason."""
    return level in (IncidentLevel.ALERT, IncidentLevel.PRE_ALERT)


def stands(incident: Incident, measure: Measure | None) -> bool:
    """Is the pair still inside, of a measure that is watched? Then the incident cannot be closed.

    The core says a level when it changes: once closed, nothing would ring before the wearer has left and come back.
    """
    return (
        incident.kind == IncidentKind.PROXIMITY
        and still_inside(incident.level)
        and measure is not None
        and measure.status == MeasureStatus.ACTIVE
        and incident.status == IncidentStatus.OPEN
    )


def step_json(case: Any, task: str) -> dict[str, Any]:
    """One task as a screen shows it: step, words, keys, whom to call."""
    table, flow = case.table, case.flow
    at = flow.at[task]
    step = table.task(task).step(at.step)
    return {
        "task": task,
        "task_title": said(table.task(task).title),
        "step": step.name,
        "title": said(step.title),
        "say": said(step.do),
        "source": step.rule,
        "keys": [
            {
                "key": k.key,
                "code": k.code,
                "says": said(k.says),
                "text": k.needs_text,
                "police": k.code == "police_reached",
            }
            for k in step.keys
        ],
        "lease_s": step.lease_s,
        "lease_ms": at.lease_ms,
        "after_ms": None if step.after is None else at.since_ms + 1000 * flows.lasts_s(flow, step.after),
        "after": "" if step.after is None else said(step.after.says),
    }
