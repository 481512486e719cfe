"""The access table as a page to be read aloud, and as a grid: the part of docs/access.md that comes from the code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from egide.core.access.decide import EMERGENCY_OPENS, GRANTS, rows_for
from egide.core.access.documents import CONTAINS
from egide.core.access.groups import GROUPS, Group
from egide.core.access.roles import ROLES, Role
from egide.core.access.scale import Condition, Level, Stage
from egide.core.access.share_rules import SHARES
from egide.core.access.walls import WALLS, wall_for

LETTER = {Level.NONE: "·", Level.EXISTS: "e", Level.DATES_ONLY: "d", Level.READ: "r", Level.WRITE: "w"}


class _Listed(Protocol):
    @property
    def value(self) -> str: ...


def best(role: Role, group: Group, stage: Stage, *, with_consent: bool) -> Level:
    """What the table gives when every condition of its rows holds, with or without a consent of the person."""
    if wall_for(role, group):
        return Level.NONE
    levels = [
        row.level
        for row in rows_for(role, group)
        if stage in row.stages and (with_consent or Condition.CONSENT not in row.conditions)
    ]
    return max(levels, default=Level.NONE)


def cell(role: Role, group: Group, stage: Stage) -> str:
    """One cell of the grid: the letter of the level, and the one a consent adds with a star."""
    alone, consented = (LETTER[best(role, group, stage, with_consent=w)] for w in (False, True))
    if consented == alone:
        return alone
    return f"{consented}*" if alone == LETTER[Level.NONE] else f"{alone} {consented}*"


def markdown() -> str:
    """Roles, groups, rows, walls, emergency, sharing, papers, and one grid a role."""
    return "\n".join((_roles(), _groups(), _grants(), _walls(), _emergency(), _shares(), _papers(), _grids()))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join("| " + " | ".join(cells) + " |\n" for cells in lines)


def _names(members: Iterable[_Listed], order: Iterable[_Listed]) -> str:
    kept = set(members)
    whole = list(order)
    if kept == set(whole):
        return "all"
    if len(whole) - len(kept) <= len(whole) // 4:
        return "all but " + ", ".join(one.value for one in whole if one not in kept)
    return ", ".join(one.value for one in whole if one in kept)


def _stages(stages: frozenset[Stage]) -> str:
    """A run of stages as "first … last", so that the table stays readable."""
    order = list(Stage)
    runs: list[list[Stage]] = []
    for stage in order:
        if stage not in stages:
            continue
        if runs and order.index(runs[-1][-1]) + 1 == order.index(stage):
            runs[-1].append(stage)
        else:
            runs.append([stage])
    if len(stages) == len(order):
        return "all"
    return ", ".join(run[0].value if len(run) == 1 else f"{run[0].value} … {run[-1].value}" for run in runs)


def _roles() -> str:
    rows = ((r.role.value, r.fr, r.en, r.side.value, ", ".join(r.sources)) for r in ROLES.values())
    return "### Roles\n\n" + _table(("role", "français", "English", "side", "sources"), rows)


def _groups() -> str:
    rows = ((g.group.value, g.fr, g.en, g.about.value, g.category.value, ", ".join(g.sources)) for g in GROUPS.values())
    return "### Field groups\n\n" + _table(("group", "français", "English", "about", "category", "sources"), rows)


def _grants() -> str:
    rows = (
        (
            grant.id,
            _names(grant.roles, Role),
            grant.level.en,
            _names(grant.groups, Group),
            _stages(grant.stages),
            ", ".join(c.value for c in Condition if c in grant.conditions) or "–",
            ", ".join(grant.sources),
        )
        for grant in GRANTS
    )
    return "### Rows\n\n" + _table(("row", "who", "may", "what", "when", "if", "sources"), rows)


def _walls() -> str:
    rows = ((w.id, _names(w.roles, Role), _names(w.groups, Group), w.en, ", ".join(w.sources)) for w in WALLS)
    return "### Must not receive\n\n" + _table(("wall", "who", "what", "why", "sources"), rows)


def _emergency() -> str:
    who = _names((role for role, row in ROLES.items() if row.break_glass), Role)
    return f"### Emergency access\n\nRoles: {who}.\n\nOpens, for reading: {_names(EMERGENCY_OPENS, Group)}.\n"


def _shares() -> str:
    rows = (
        (
            row.id,
            row.basis,
            _names(row.senders, Role) + (" (public officials)" if row.public_only else ""),
            _names(row.recipients, Role),
            ", ".join(sorted(c.value for c in row.categories)),
            ", ".join(sorted(f.value for f in row.facts)) or "–",
            "must" if row.duty else "may",
            row.en,
        )
        for row in SHARES
    )
    head = ("row", "basis", "sender", "recipient", "categories", "facts stated", "", "text")
    return "### Sharing without consent\n\n" + _table(head, rows)


def _papers() -> str:
    rows = (
        (doc.value, *(_names((g for g, held in holds.items() if held is level), Group) or "–" for level in (Level.READ, Level.DATES_ONLY)))
        for doc, holds in CONTAINS.items()
    )  # fmt: skip
    return "### What a paper may hold\n\n" + _table(("paper", "whole", "dates only"), rows)


def _grids() -> str:
    return "### The grid\n\n" + "\n".join(_grid(role) for role in Role)


def _grid(role: Role) -> str:
    walled = [group for group in Group if wall_for(role, group)]
    seen = [g for g in Group if any(cell(role, g, stage) != LETTER[Level.NONE] for stage in Stage)]
    text = f"#### {ROLES[role].en} / {ROLES[role].fr} (`{role.value}`)\n\n"
    if seen:
        rows = ((group.value, *(cell(role, group, stage) for stage in Stage)) for group in seen)
        text += _table(("group", *(stage.value for stage in Stage)), rows) + "\n"
    else:
        text += "Sees nothing of any case.\n\n"
    return text + f"Must not receive: {_names(walled, Group) if walled else 'nothing is walled off'}.\n"
