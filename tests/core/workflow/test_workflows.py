"""The tables of the room: whole, readable, reachable, and the same as the page people read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egide.core.workflow import flow as f
from egide.core.workflow.alarms import ALARMS, ALERT, BAR_SOS, PILOT_ALARM, PRE_ALERT, TGD_ALARM
from egide.core.workflow.model import EFFECTS, Step, Text, Workflow, read
from egide.core.workflow.page import page
from egide.core.workflow.workflows import MATTERS, WORKFLOWS, of

ROOT = Path(__file__).resolve().parents[3]


def steps(workflow: Workflow) -> list[Step]:
    return [step for task in workflow.tasks for step in task.steps]


def test_the_page_people_read_is_what_the_tables_say() -> None:
    """After a change: `python -m tests.core.workflow.test_workflows` writes it."""
    assert (ROOT / "docs/workflows.md").read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda w: w.name)
def test_a_workflow_kept_with_an_incident_comes_back_whole(workflow: Workflow) -> None:
    again = read(json.loads(json.dumps(workflow.body)))
    assert again == workflow
    assert again.hash == workflow.hash


def test_another_word_is_another_hash() -> None:
    body = TGD_ALARM.body | {"about": {"fr": "Autre.", "en": "Other."}}
    assert read(body).hash != TGD_ALARM.hash
    assert len({w.hash for w in WORKFLOWS.values()}) == len(WORKFLOWS)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda w: w.name)
def test_every_key_leads_somewhere_and_is_the_only_one_of_its_digit(workflow: Workflow) -> None:
    codes = {c.code for c in workflow.closings}
    for task in workflow.tasks:
        names = {step.name for step in task.steps}
        for step in task.steps:
            keys = [key.key for key in step.keys]
            assert len(keys) == len(set(keys)) <= 9
            assert all(len(key) == 1 and key in "123456789" for key in keys)
            assert {key.to for key in step.keys} - {""} <= names
            assert {key.unless[1] for key in step.keys} - {""} <= names
            assert {effect for key in step.keys for effect in key.then} <= set(EFFECTS)
            assert set(step.closings) <= codes
            assert 10 <= step.lease_s <= 300
            if step.after is not None:
                assert step.after.to in names


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda w: w.name)
def test_from_every_step_there_is_a_way_to_close(workflow: Workflow) -> None:
    for task in workflow.tasks:
        closable = {step.name for step in task.steps if step.closings}
        while more := {
            s.name for s in task.steps if s.name not in closable and any(k.to in closable for k in s.keys)
        }:  # fmt: skip
            closable |= more
        assert {step.name for step in task.steps} == closable


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda w: w.name)
def test_every_sentence_stands_in_both_languages(workflow: Workflow) -> None:
    def texts(value: object) -> list[Text]:
        if isinstance(value, Text):
            return [value]
        if isinstance(value, tuple):
            return [t for part in value for t in texts(part)]
        if hasattr(value, "__dataclass_fields__"):
            return [t for name in value.__dataclass_fields__ for t in texts(getattr(value, name))]
        return []

    found = texts(workflow)
    assert all(bool(t.fr) == bool(t.en) for t in found)
    assert all(t.said("fr-FR") == t.fr and t.said("en") == t.en for t in found)


@pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=lambda w: w.name)
def test_nothing_said_to_the_wearer_names_a_place_a_direction_or_a_distance(workflow: Workflow) -> None:
    for step in steps(workflow):
        if step.call == "wearer":
            words = f"{step.script.fr} {step.script.en}".lower()
            for told in (
                "mètre",
                "km",
                "metre",
                "nord",
                "north",
                "rue",
                "street",
                "domicile",
                "home",
                "elle est",
                "school",
            ):
                assert told not in words, (step.name, told)


@pytest.mark.parametrize("workflow", ALARMS, ids=lambda w: w.name)
def test_no_sentence_of_an_alarm_calls_a_crossing_a_breach(workflow: Workflow) -> None:
    for step in steps(workflow):
        for text in (step.title, step.do, step.script, *(k.says for k in step.keys)):
            assert "manquement" not in text.fr
            assert "violation" not in text.fr
            assert "breach" not in text.en


def test_an_sos_is_never_put_aside_and_never_closes_by_itself() -> None:
    for workflow in (TGD_ALARM, PILOT_ALARM, BAR_SOS):
        assert workflow.shelve_s == 0
        assert not workflow.clears
        assert workflow.urgency == min(w.urgency for w in WORKFLOWS.values())
    assert not ALERT.clears
    assert PRE_ALERT.clears


@pytest.mark.parametrize(
    ("kind", "cause", "level", "device", "name"),
    [
        ("sos", "sos:7", "", "tgd", "tgd_alarm"),
        ("sos", "sos:7", "", "", "tgd_alarm"),
        ("sos", "sos:7", "", "pilot_phone", "pilot_alarm"),
        ("sos", "sos:7", "", "bar_box", "bar_sos"),
        ("proximity", "proximity:1", "pre_alert", "", "bar_pre_alert"),
        ("proximity", "proximity:1", "alert", "", "bar_alert"),
        ("request_for_help", "request_for_help:7", "", "", "request_for_help"),
        ("possible_approach", "possible:1", "", "", "possible_approach"),
        ("technical", "strap:7", "", "", "strap"),
        ("technical", "battery:7", "", "", "battery"),
        ("technical", "silence:7", "", "", "silent"),
        ("technical", "feed:7", "", "", "feed_down"),
        ("technical", "nobody knows:7", "", "", "technical"),
    ],
)
def test_every_incident_has_its_workflow(kind: str, cause: str, level: str, device: str, name: str) -> None:
    assert of(kind, cause, level, device).name == name


def test_every_matter_has_a_workflow() -> None:
    assert set(MATTERS.values()) < set(WORKFLOWS)


def test_what_cannot_be_read_begins_again_at_the_first_step_and_rings() -> None:
    for kept in ({}, {"at": 3}, {"at": {"main": {"step": "doubt", "what": 1}}}):
        flow = f.of_json(kept, TGD_ALARM, 10, "", 5000)  # type: ignore[arg-type]
        assert (flow.at["main"].step, flow.rings) == ("line", f.ALL)


def test_a_state_kept_as_json_comes_back_as_it_was() -> None:
    flow = f.opened(ALERT, 20, "alert", 5000)
    assert f.of_json(json.loads(json.dumps(flow.json)), ALERT, 20, "alert", 9000) == flow


def test_a_call_of_the_next_day_is_promised_only_where_one_is_made() -> None:
    for workflow in WORKFLOWS.values():
        steps = [step for task in workflow.tasks for step in task.steps]
        promised = any("L’association" in step.script.fr or "association" in step.script.en for step in steps)
        assert promised == workflow.next_day, workflow.name


if __name__ == "__main__":
    (ROOT / "docs/workflows.md").write_text(page(), encoding="utf-8")
