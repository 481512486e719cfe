"""The danger instrument as tables to be read aloud: the part of docs/danger.md that comes from the code."""

from __future__ import annotations

from collections.abc import Iterable

from egide.core.instruments.items import Item, Side
from egide.core.instruments.levels import REVIEW_DAYS, TRIGGERS
from egide.core.instruments.rules import RULES, THRESHOLDS
from egide.core.instruments.short_form import SHORT_FORM
from egide.core.instruments.steps import NOTHING_HOLDS, SOURCES_DIFFER, STEPS, Step


def markdown() -> str:
    """Items, rules, clock, triggers and steps as Markdown tables, in this order."""
    parts = [f"### {side.en} / {side.fr}\n\n" + _items(side) for side in Side]
    parts += [
        "### Thresholds of our own form\n\n" + _table(("id", "at least", "level", "sources"), ((t.id, t.en, t.level.en, ", ".join(t.sources)) for t in THRESHOLDS)),
        "### Scoring rules\n\n" + _table(("name", "rule", "sources"), ((r.name, r.en, ", ".join(r.sources)) for r in RULES.values())),
        "### Days until the next look\n\n" + _table(("level", "niveau", "days"), ((level.en, level.fr, str(days)) for level, days in REVIEW_DAYS.items())),
        "### What opens a new assessment sooner\n\n" + _table(("what", "days", "sources"), ((t.en, str(t.days), ", ".join(t.sources)) for t in TRIGGERS)),
        "### Steps a result opens\n\n" + _table(("when", "step", "owner", "within", "sources"), (_step(step) for step in (*STEPS, SOURCES_DIFFER, NOTHING_HOLDS))),
    ]  # fmt: skip
    return "\n".join(parts)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def _items(side: Side) -> str:
    items = [item for item in SHORT_FORM.items if item.side is side]
    rows = ((item.id, _kind(item), item.en, item.fr, ", ".join(item.sources)) for item in items)
    return _table(("id", "kind", "question", "question (fr)", "sources"), rows)


def _kind(item: Item) -> str:
    return "**red**" if item.red else "aggravating" if item.aggravating else item.kind.value


def _step(step: Step) -> tuple[str, ...]:
    if step.items:
        when = "yes to " + ", ".join(step.items)
    elif step is SOURCES_DIFFER:
        when = "sources differ"
    elif step is NOTHING_HOLDS:
        when = "no safety factor, R02 unanswered"
    elif len(step.settings) == 1:
        when = "asked in the heat of the moment"
    else:
        when = ", ".join(level.en.split(",")[0].lower() for level in REVIEW_DAYS if level in step.levels)
    return when, step.en, step.owner, f"{step.due_h} h", ", ".join(step.sources)
