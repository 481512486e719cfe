"""Which workflow does an incident follow? One table by its kind, what it is about and how near the two are."""

from __future__ import annotations

from egide.core.workflow.alarms import ALARMS, ALERT, BAR_SOS, PRE_ALERT, REQUEST_FOR_HELP, TGD_ALARM
from egide.core.workflow.model import Workflow
from egide.core.workflow.technical import TECHNICAL

WORKFLOWS: dict[str, Workflow] = {w.name: w for w in (*ALARMS, *TECHNICAL)}
BY_HASH: dict[str, Workflow] = {w.hash: w for w in WORKFLOWS.values()}

# By what the cause is about, the word before the colon of its key (`causes`).
MATTERS = {
    "strap": "strap",
    "tamper": "case",
    "case": "case",
    "jamming": "case",
    "battery": "battery",
    "low_battery": "battery",
    "position": "position_unknown",
    "stuck": "position_unknown",
    "silence": "silent",
    "connection_lost": "silent",
    "shutdown": "silent",
    "feed": "feed_down",
    "audit_feed": "feed_down",
    "phone_test": "phone_test",
    "exclusion": "exclusion",
    "search": "search",
}


def of(kind: str, cause: str, level: str, phone: bool) -> Workflow:
    """The workflow of an incident: its kind, the key of its cause, its level, and whether a phone (not a box) spoke.

    What no table names is an SOS if it says so, else a technical alarm: nothing is without a workflow.
    """
    if kind == "sos":
        return TGD_ALARM if phone else BAR_SOS
    if kind == "proximity":
        return ALERT if level == "alert" else PRE_ALERT
    if kind == "request_for_help":
        return REQUEST_FOR_HELP
    if kind == "possible_approach":
        return WORKFLOWS["possible_approach"]
    return WORKFLOWS[MATTERS.get(cause.partition(":")[0], "technical")]
