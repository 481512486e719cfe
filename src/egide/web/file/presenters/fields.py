"""How a part of a case is laid out: groups of fields, each saying who sees it, or only that it exists.

The lens is asked once a group; a group it keeps back wholly is no group at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from egide.core.access import Group, Level, Role, Stage, rows_for, wall_for
from egide.web.cases.services.ports import Lens
from egide.web.file.saying import language, words
from egide.web.file.words import SEEN_BY

Offers = Mapping[str, Sequence[tuple[str, str]]]  # by field group: the acts its card offers, as addresses and words


@dataclass(frozen=True, slots=True)
class Field:
    """One label and its lines. `tone`: "warn" for what must not be overlooked, else empty. `href`: where it is changed.

    `image`: the address of a picture that stands in the place of lines; the label says what it shows.
    """

    label: str
    lines: tuple[str, ...]
    tone: str = ""
    href: str = ""
    image: str = ""


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields of one field group. `only_exists`: the reader may know that there is something, and no more.

    `offers`: what the reader may write there, as addresses and words; with them a card may hold no field yet.
    """

    title: str
    who: str
    fields: tuple[Field, ...] = ()
    only_exists: bool = False
    offers: tuple[tuple[str, str], ...] = ()


@dataclass
class Sheet:
    """Lays groups of fields out under one lens and for one stage."""

    lens: Lens
    stage: str
    offers: Offers = field(default_factory=dict)
    groups: list[FieldGroup] = field(default_factory=list)

    def add(self, group: Group, fill: Callable[[], Iterable[Field | None]], *, title: str = "") -> None:
        """Adds the group if the lens grants it; `fill` is not called otherwise, so that nothing is read for nobody."""
        name = title or words(group)
        if self.lens.may(group.value):
            filled = tuple(one for one in fill() if one is not None and (one.lines or one.image))
            offers = tuple(self.offers.get(group.value, ()))
            if filled or offers:
                self.groups.append(FieldGroup(name, who_sees(group, self.stage), filled, offers=offers))
        elif self.lens.may(group.value, "exists"):
            self.groups.append(FieldGroup(name, who_sees(group, self.stage), only_exists=True))


def one(label: str, *lines: str, tone: str = "", href: str = "") -> Field | None:
    """A field of these lines; none where all of them are empty."""
    kept = tuple(line for line in lines if line)
    return Field(label, kept, tone, href) if kept else None


def who_sees(group: Group, stage: str) -> str:
    """Who may read the group at this stage, in a few words; the conditions of the rows still apply to each."""
    return _who_sees(group, stage, language())


@lru_cache(maxsize=2048)
def _who_sees(group: Group, stage: str, _language: str) -> str:
    """The same, kept: there are some hundred answers, and none changes while the process runs."""
    named = [words(name) for name, roles in SEEN_BY if any(_reads(Role(role), group, stage) for role in roles)]
    return ", ".join(named)


def _reads(role: Role, group: Group, stage: str) -> bool:
    if wall_for(role, group) is not None:
        return False
    return any(row.level >= Level.READ and Stage(stage) in row.stages for row in rows_for(role, group))
