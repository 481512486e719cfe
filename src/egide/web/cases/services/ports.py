"""What the services need of the rest of the platform: who acts, what the actor may do, the audit, the documents.

The one place where another part is called by name, so that swapping one changes one file. It decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db.models import QuerySet

from egide.web import permissions
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, Membership
from egide.web.audit import trail
from egide.web.cases.models import Case
from egide.web.documents import retention
from egide.web.documents import services as documents
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody acting: a user in one membership. `membership` None: the person at home, or the platform itself."""

    user: User | None
    membership: Membership | None = None

    @property
    def agency(self) -> Agency | None:
        """In whose name."""
        return None if self.membership is None else self.membership.agency

    @property
    def role(self) -> str:
        """As what; a role of `core.access`."""
        return "" if self.membership is None else self.membership.role


PLATFORM = Actor(None)


class Lens(Protocol):
    """One actor looking at one case (`egide.web.permissions`)."""

    def may(self, group: str, action: str = "read") -> bool:
        """Whether the field group may be read or written."""

    def require(self, group: str, action: str = "read") -> object:
        """The same, or PermissionDenied, audited."""


class _Nothing:
    """The lens of the platform itself: what it does, it does without reading a field."""

    def may(self, group: str, action: str = "read") -> bool:
        return False

    def require(self, group: str, action: str = "read") -> None:
        raise AssertionError(f"the platform reads no field, yet {group} was asked for")


NOTHING: Lens = _Nothing()


def record(
    actor: Actor, action: str, *, object_kind: str, object_id: str, case: Case, groups: tuple[str, ...], rule: str,
    text: str = "",
) -> UUID:  # fmt: skip
    """Writes the act into the audit trail, in the same transaction; answers its number.

    Outside a request (a demo, the platform itself) the entry names the actor given.
    """

    def write() -> UUID:
        return trail.record(
            action, object_kind=object_kind, object_id=object_id, case=case.pk, groups=groups, rule=rule, text=text
        )

    if trail.current() is not None or actor.user is None:
        return write()
    agency = actor.agency
    with trail.acting(trail.Trail(actor=actor.user.pk, agency=None if agency is None else agency.pk, role=actor.role)):
        return write()


def visible_cases(actor: Actor, cases: QuerySet[Case]) -> QuerySet[Case]:
    """Of these cases, those the actor may know of."""
    if actor.user is None:
        return cases.none()
    return cases.filter(pk__in=permissions.visible_cases(actor.user).values("pk"))


def reads(actor: Actor, case: Case, group: str) -> bool:
    """Whether the actor may read a field group of another case than the one in hand. What was granted is in the trail."""
    if actor.user is None or actor.membership is None:
        return False
    held = permissions.standing_of(actor.user, actor.membership)
    return permissions.lens_of(held, case).may(group)


def writes(actor: Actor, case: Case, group: str) -> bool:
    """Whether the actor may write a field group of another case than the one in hand."""
    if actor.user is None or actor.membership is None:
        return False
    held = permissions.standing_of(actor.user, actor.membership)
    return permissions.lens_of(held, case).may(group, "write")


_PAPERS: ContextVar[bool] = ContextVar("egide_cases_papers", default=True)


@contextmanager
def without_papers() -> Iterator[None]:
    """Acts inside make no document. For a demo and its many cases; nothing else may."""
    token = _PAPERS.set(False)
    try:
        yield
    finally:
        _PAPERS.reset(token)


def make_document(kind: str, case: Case, actor: Actor, at: datetime, **about: Any) -> Document | None:
    """Has a document of that kind made for the case; None in a demo that wants none."""
    if not _PAPERS.get():
        return None
    return documents.make(Kind(kind), case, actor.user, at=at, **about)


def reschedule_documents(case: Case) -> None:
    """Says anew until when the case's documents are kept: an order, a term or a return may have changed (TGD-43)."""
    retention.reschedule(case)
