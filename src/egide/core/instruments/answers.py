"""What was answered to a danger question, by whom and when. Several people may answer the same question.

Keeps the difference between no, "does not know" and never asked: only a yes or a no is knowledge. Judges nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Value(StrEnum):
    """An answer. Only `YES` and `NO` are knowledge; the two others are missing, and missing is never reassuring."""

    YES = "yes"
    NO = "no"
    DOES_NOT_KNOW = "does_not_know"
    NOT_ASKED = "not_asked"


class Speaker(StrEnum):
    """Who said it (RQ-87): a statement, a record and a professional's opinion are different things."""

    PROTECTED_PERSON = "protected_person"
    RESPONDENT = "respondent"
    RELATIVE = "relative"
    WITNESS = "witness"
    PROFESSIONAL = "professional"
    POLICE_RECORD = "police_record"
    COURT_RECORD = "court_record"
    HEALTH_RECORD = "health_record"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer to one item. `said_on` is the day it was said, not the day it was typed."""

    item: str
    value: Value
    said_by: Speaker
    said_on: date


# A yes from one source stands whatever the others say: nobody's "no" takes a danger away (design, rule 3).
_STRONGEST_FIRST = (Value.YES, Value.NO, Value.DOES_NOT_KNOW, Value.NOT_ASKED)


def values_of(items: Iterable[str], answers: Iterable[Answer]) -> dict[str, Value]:
    """What stands for each item when all its answers are heard, in whatever order: yes, else no, else unknown.

    Items nobody was asked about are there as `NOT_ASKED`; answers to other items are left aside.
    """
    said = _said(answers)
    return {
        item: next((value for value in _STRONGEST_FIRST if value in said.get(item, ())), Value.NOT_ASKED)
        for item in items
    }


def value_of(item: str, answers: Iterable[Answer]) -> Value:
    """The same for one item."""
    return values_of((item,), answers)[item]


def heard_differently(answers: Iterable[Answer]) -> frozenset[str]:
    """Items to which one source said yes and another no. To be talked over, never called a contradiction (RQ-09)."""
    return frozenset(item for item, values in _said(answers).items() if {Value.YES, Value.NO} <= values)


def _said(answers: Iterable[Answer]) -> dict[str, set[Value]]:
    said: dict[str, set[Value]] = {}
    for answer in answers:
        said.setdefault(answer.item, set()).add(answer.value)
    return said
