"""Which workflow does an incident follow? One table by its kind, what it is about and how near the two are."""

from __future__ import annotations

from egide.core.workflow.alarms import ALARMS, ALERT, BAR_SOS, PILOT_ALARM, PRE_ALERT, REQUEST_FOR_HELP, TGD_ALARM
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


# Whose SOS it is, by the kind of the device that spoke; of any other kind, and of an unknown device, it is a phone's.
SOS_OF = {"bar_box": BAR_SOS, "pilot_phone": PILOT_ALARM}


def of(kind: str, cause: str, level: str, device_kind: str) -> Workflow:
    """The workflow of an incident: its kind, the key of its cause, its level, and the kind of the device that spoke.

    What no table names is an SOS if it says so, else a technical alarm: nothing is without a workflow.
    """
    if kind == "sos":
        return SOS_OF.get(device_kind, TGD_ALARM)
    if kind == "proximity":
        return ALERT if level == "alert" else PRE_ALERT
    if kind == "request_for_help":
        return REQUEST_FOR_HELP
    if kind == "possible_approach":
        return WORKFLOWS["possible_approach"]
    return WORKFLOWS[MATTERS.get(cause.partition(":")[0], "technical")]
