"""The one gate between the file and a page: a document takes a field, and gets it only if all its readers may read it.

Whether they may is decided by `core.access.decide`, with its walls, for the stage the case is in: access and document
cannot disagree. A builder never sees a row of the database, only what the gate lets through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Generic, TypeVar

from egide.core.access.decide import decide
from egide.core.access.groups import Group
from egide.core.access.people import Actor, CaseView, Mandate
from egide.core.access.roles import Role
from egide.core.access.scale import Action, Obligation, Stage
from egide.web.cases.models import (
    Attribution,
    Case,
    CommitteeReview,
    Decision,
    Evaluation,
    Handover,
    Order,
    ReturnCertificate,
)

T = TypeVar("T")

_AT = datetime(2026, 1, 1, tzinfo=UTC)  # any instant: the model reader's standing never ends


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """The rows one document is made from. What the document is not about is None."""

    case: Case
    at: datetime
    attribution: Attribution | None = None
    decision: Decision | None = None
    evaluation: Evaluation | None = None
    handover: Handover | None = None
    committee: CommitteeReview | None = None
    certificate: ReturnCertificate | None = None
    order: Order | None = None


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """One thing a document may say. Every one of `groups` must be open to every reader, at the level of `action`."""

    name: str
    groups: frozenset[Group]
    read: Callable[[Sources], T]
    action: Action = Action.READ


class NotForThisReaderError(PermissionError):
    """A reader of this document may not have this field at this stage. The text names a role and a group, nobody."""


@cache
def may_stand(role: Role, stage: Stage, group: Group, action: Action) -> bool:
    """May a document for this role hold this group at this stage?

    Asked of a model reader: mandated, in the territory, individually authorised, the person concerned, and with no
    consent, for a paper outlives its withdrawal. Groups that are for the screen only stay there (`not_exported`): of
    them a document says at most that they exist.
    """
    own = {Role.PROTECTED_PERSON: "protected", Role.RESPONDENT: "respondent"}
    since = _AT - timedelta(days=1)
    reader = Actor(
        id="reader",
        role=role,
        agency="agency",
        territories=frozenset({"territory"}),
        person=own.get(role, ""),
        authorised_from=since,
    )
    case = CaseView(
        id="case",
        stage=stage,
        protected_person="protected",
        respondents=frozenset({"respondent"}),
        territories=frozenset({"territory"}),
        mandates=(Mandate("agency", since),),
    )
    decision = decide(reader, case, group, action, _AT)
    on_screen_only = Obligation.NOT_EXPORTED in decision.obligations and action is not Action.KNOW_EXISTS
    return decision.allowed and not on_screen_only


class Take:
    """Takes fields for the readers of one document, and remembers which groups it took from."""

    def __init__(self, sources: Sources, readers: Iterable[Role]) -> None:
        self._sources = sources
        self._readers = tuple(sorted(readers))
        self._stage = Stage(sources.case.stage)
        self._taken: set[Group] = set()
        if not self._readers:
            raise ValueError("a document without readers has nothing to say")

    def __call__(self, field: Field[T]) -> T:
        """What the field says. Raises NotForThisReaderError."""
        for group in sorted(field.groups):
            for role in self._readers:
                if not may_stand(role, self._stage, group, field.action):
                    raise NotForThisReaderError(
                        f"{field.name}: {role} may not have {group} in a document at the stage {self._stage}"
                    )
        self._taken |= field.groups
        return field.read(self._sources)

    @property
    def taken(self) -> tuple[str, ...]:
        """The groups taken from so far, in order."""
        return tuple(sorted(group.value for group in self._taken))
