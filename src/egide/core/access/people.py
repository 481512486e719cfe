"""Who asks, about which case, on what standing: the facts a decision about access needs, and nothing else.

All spans are instants with a zone, half open: in force from `starts_at`, over at `ends_at`. The caller turns legal
dates into instants; nothing here reads a clock.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from egide.core.access.groups import Category
from egide.core.access.roles import Role
from egide.core.access.scale import ALARM, Stage


def in_force(at: datetime, starts_at: datetime, ends_at: datetime | None) -> bool:
    """Is `at` within the half-open span? ValueError for an instant without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return starts_at <= at and (ends_at is None or at < ends_at)


class Purpose(StrEnum):
    """What information is shared for. A consent names one."""

    PROTECTION = "protection"
    EVALUATION = "evaluation"
    JUSTICE = "justice"
    HOUSING = "housing"
    CARE = "care"
    CHILDREN = "children"
    SOCIAL_RIGHTS = "social_rights"
    LEGAL_SUPPORT = "legal_support"


@dataclass(frozen=True, slots=True)
class Consent:
    """The protected person lets one recipient agency have one category for one purpose (SH-16, RQ-32).

    `sender` empty: whoever holds it may pass it on; else that agency only. A withdrawal acts from its own instant.
    """

    id: str
    category: Category
    recipient: str
    purpose: Purpose
    starts_at: datetime
    ends_at: datetime
    withdrawn_at: datetime | None = None
    sender: str = ""

    def live(self, at: datetime) -> bool:
        """Given, not yet over, not withdrawn, and for a category that is hers to give."""
        withdrawn = self.withdrawn_at is not None and self.withdrawn_at <= at
        return not withdrawn and self.category.consentable and in_force(at, self.starts_at, self.ends_at)


@dataclass(frozen=True, slots=True)
class Mandate:
    """An agency (association, court, unit, provider) was given this case."""

    agency: str
    starts_at: datetime
    ends_at: datetime | None = None


class BarredKind(StrEnum):
    """What a bar names."""

    ACTOR = "actor"
    UNIT = "unit"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True)
class Barred:
    """A named person, unit or agency that must never see the case (RQ-08). Has no end: somebody lifts it."""

    kind: BarredKind
    id: str


# How long an emergency access may last, and how soon another person reviews it. Ours; no text gives a number.
BREAK_GLASS_LIMIT = timedelta(hours=4)
BREAK_GLASS_REVIEW = timedelta(hours=72)


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """An emergency access to one case, for a reason, for a while, to be reviewed (see `decide.break_glass`)."""

    case: str
    reason: str
    opened_at: datetime
    ends_at: datetime

    @property
    def review_by(self) -> datetime:
        """By when another person must have reviewed it."""
        return self.opened_at + BREAK_GLASS_REVIEW

    def open(self, at: datetime) -> bool:
        """Is it in force? Never past the limit, whatever `ends_at` says, and never without a reason."""
        ends_at = min(self.ends_at, self.opened_at + BREAK_GLASS_LIMIT)
        return bool(self.reason.strip()) and in_force(at, self.opened_at, ends_at)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody in one role of one agency.

    `person`: the person record of the same human, where there is one: nobody works on a case they are a party to.
    `authorised_from`, `authorised_until`: individual authorisation (TGD-41, TGD-42); None, None is none at all.
    """

    id: str
    role: Role
    agency: str = ""
    unit: str = ""
    territories: frozenset[str] = frozenset()
    person: str = ""
    authorised_from: datetime | None = None
    authorised_until: datetime | None = None
    break_glass: BreakGlass | None = None


@dataclass(frozen=True, slots=True)
class CaseView:
    """What a decision must know of a case, and no content of it.

    `alarm_territories`: where an open alarm is, if that is elsewhere.
    """

    id: str
    stage: Stage
    protected_person: str
    respondents: frozenset[str] = frozenset()
    territories: frozenset[str] = frozenset()
    alarm_open: bool = False
    alarm_territories: frozenset[str] = frozenset()
    mandates: tuple[Mandate, ...] = ()
    consents: tuple[Consent, ...] = ()
    barred: frozenset[Barred] = frozenset()

    @property
    def stages(self) -> frozenset[Stage]:
        """The case's stage, and `alarm` beside it while one is open."""
        return frozenset({self.stage}) | ALARM if self.alarm_open else frozenset({self.stage})

    def is_barred(self, actor: str, unit: str, agency: str) -> bool:
        """Is this person, or the unit or agency they belong to, barred from the case?"""
        return is_barred(self.barred, actor, unit, agency)


def is_barred(barred: Iterable[Barred], actor: str, unit: str, agency: str) -> bool:
    """Does any of these bars name this person, this unit or this agency? Empty names match nothing."""
    named = {(BarredKind.ACTOR, actor), (BarredKind.UNIT, unit), (BarredKind.AGENCY, agency)}
    return any(bar.id and (bar.kind, bar.id) in named for bar in barred)
