"""One actor looks at one case in one request: what may be read, written, known to exist? Decided by `core.access` alone.

Everything a lens grants, keeps back or refuses goes into the trail. A stranger gets 404 and never learns that there is
something; who sees the case and asks for too much gets 403 with the sentence of the rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from egide.core import access
from egide.core.access import Action, Group, Level
from egide.web.audit.trail import record
from egide.web.cases.beside import beside, with_rows
from egide.web.cases.models import Case
from egide.web.permissions.database import everything
from egide.web.permissions.standing import Standing, actor_for, in_emergency, view_of

HIDDEN_BY_THE_SECOND_WALL = "X-ROWS"  # the two walls disagree: the narrower one wins, and the trail says so


@dataclass(slots=True)
class Lens:
    """Ask it once a field group; it answers the same for the whole request."""

    case: Case
    actor: access.Actor
    subject: access.CaseView
    at: datetime
    _known: dict[tuple[Group, Action], access.Decision] = field(default_factory=dict)

    def decision(self, group: str, action: str = "read") -> access.Decision:
        """The whole answer, with rule, sentences and obligations. Notes nothing. ValueError for an unknown word."""
        key = (Group(group), Action(action))
        if key not in self._known:
            self._known[key] = access.decide(self.actor, self.subject, *key, self.at)
        return self._known[key]

    def may(self, group: str, action: str = "read") -> bool:
        """May this be shown? `action`: `exists`, `dates`, `read`; `write` asks whether to offer the act."""
        decision = self.decision(group, action)
        if action != Action.WRITE:
            self._note("read" if decision.allowed else "withhold", group, action, decision.rule_id)
        return decision.allowed

    def level(self, group: str) -> Level:
        """How much of the group may be shown; what is shown must be no more."""
        decision = self.decision(group, Action.KNOW_EXISTS)
        level = decision.level if decision.allowed else Level.NONE
        seen = min(level, Level.READ)
        if seen:
            action = next(action for action in Action if action.needs == seen)
            self._note("read", group, action, decision.rule_id)
        return level

    def require(self, group: str, action: str = "read") -> access.Decision:
        """The same as `may`, or PermissionDenied with the rule's sentence. A write is in the trail from here on."""
        decision = self.decision(group, action)
        if not decision.allowed:
            record(
                "refuse", object_kind="case", object_id=self.case.public_id, case=self.case.pk,
                groups=[_named(group, action)], rule=decision.rule_id,
            )  # fmt: skip
            raise PermissionDenied(sentence(group, decision))
        if action == Action.WRITE:
            record(
                "write", object_kind="case", object_id=self.case.public_id, case=self.case.pk,
                groups=[group], rule=decision.rule_id, promised=True,
            )  # fmt: skip
        else:
            self._note("read", group, action, decision.rule_id)
        return decision

    def fields(self) -> Mapping[Group, access.Decision]:
        """Every group with something to show, and how much. Notes nothing: show each through `may` or `level`."""
        return access.fields(self.actor, self.subject, self.at)

    @property
    def break_glass(self) -> access.BreakGlass | None:
        """The emergency access the actor holds on this case, None without one in force."""
        glass = self.actor.break_glass
        return glass if glass is not None and glass.open(self.at) else None

    def _note(self, act: str, group: str, action: str, rule: str) -> None:
        record(
            act, object_kind="case", object_id=self.case.public_id, case=self.case.pk,
            groups=[_named(group, action)], rule=rule,
        )  # fmt: skip


def _named(group: str, action: str) -> str:
    return str(Group(group)) if action in (Action.READ, Action.WRITE) else f"{Group(group)}:{Action(action)}"


def sentence(group: str, decision: access.Decision) -> str:
    """Why not, in the reader's language: the group's name and the rule's words."""
    named = Group(group)
    return said(f"{named.fr} : {decision.fr}.", f"{named.en}: {decision.en}.")


def said(fr: str, en: str) -> str:
    """The one of two sentences that is in the reader's language."""
    return fr if (get_language() or "fr").startswith("fr") else en


def lens_of(standing: Standing, case: Case, at: datetime | None = None) -> Lens:
    """A lens outside of a request, for jobs and tests. It may show nothing at all: ask `lens_for` for a page."""
    now = at or timezone.now()
    actor = standing.actor
    own = [row for row in beside(case, "break_glass") if row.user_id == standing.user.pk]
    if held := [row for row in own if row.starts_at <= now < row.ends_at]:
        actor = in_emergency(actor, max(held, key=lambda row: row.ends_at))
    return Lens(case, actor, view_of(case, standing), now)


def lens_for(request: HttpRequest, public_id: UUID) -> tuple[Case, Lens]:
    """The case and a lens on it. Http404 for whoever is a stranger to it, barred, or a party to it; the trail says why."""
    standing = actor_for(request)
    if standing is None:
        record("refuse", object_kind="case", object_id=public_id)
        raise Http404
    case = _find(public_id)
    if case is None:
        _stranger(standing, public_id)
    lens = lens_of(standing, case)
    if not access.may_open(lens.actor, lens.subject, lens.at):
        _refuse(case, lens)
    return case, lens


def _find(public_id: UUID) -> Case | None:
    return (
        with_rows(Case.objects.select_related("protected_person", "jurisdiction")).filter(public_id=public_id).first()
    )


def _stranger(standing: Standing, public_id: UUID) -> NoReturn:
    """The row is not there for this actor: looks past the wall only to tell the trail which rule kept it back."""
    with everything("to name the rule of a refusal in the trail"):
        case = _find(public_id)
        lens = None if case is None else lens_of(standing, case)
    if case is None or lens is None:
        record("refuse", object_kind="case", object_id=public_id)
        raise Http404
    if access.may_open(lens.actor, lens.subject, lens.at):
        record("refuse", object_kind="case", object_id=public_id, case=case.pk, rule=HIDDEN_BY_THE_SECOND_WALL)
        raise Http404
    _refuse(case, lens)


def _refuse(case: Case, lens: Lens) -> NoReturn:
    rule = lens.decision(Group.CASE_STATE, Action.KNOW_EXISTS).rule_id
    record("refuse", object_kind="case", object_id=case.public_id, case=case.pk, rule=rule)
    raise Http404
