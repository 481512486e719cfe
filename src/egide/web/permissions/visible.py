"""Which cases does somebody see in a list or a search? The same answer as `lens_for`, as one condition of a query.

What opens a case to a role is asked of `core.access` itself, once a role, and kept: no rule is written here again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from egide.core import access
from egide.core.access import Category, Condition, Role, Stage
from egide.core.access.people import in_force
from egide.core.law.calendar import paris_day
from egide.web.audit.trail import current
from egide.web.cases.models import Bar, BreakGlass, Case, Consent
from egide.web.permissions.lookups import numbered
from egide.web.permissions.standing import authorisation, cases_with_alarm, live_consents, mandated_cases, memberships

if TYPE_CHECKING:
    from egide.web.accounts.models import User
    from egide.web.agencies.models import Membership

# What may open a case: a condition of the table, an open alarm, a consent for one category, an emergency access.
Need = Condition | Stage | Category | str
EMERGENCY = "emergency"
_AT = datetime(2030, 6, 1, 12, tzinfo=UTC)
_PLAIN: tuple[Need, ...] = (Condition.MANDATE, Condition.TERRITORY, Condition.AUTHORISED, Stage.ALARM, EMERGENCY)


@cache
def openings(role: Role) -> Mapping[Stage, tuple[frozenset[Need], ...]]:
    """By stage, the smallest sets of needs that open a case to a role. An empty set: always open; no set: never."""
    found: dict[Stage, tuple[frozenset[Need], ...]] = {}
    if not any(access.rows_for(role, group) for group in access.Group):
        return found
    needs = _needs(role)
    for stage in Stage:
        least: list[frozenset[Need]] = []
        for size in range(4):  # no row has more than three conditions (a test holds that)
            for chosen in combinations(needs, size):
                some = frozenset(chosen)
                if sum(isinstance(one, Category) for one in some) > 1 or any(known <= some for known in least):
                    continue
                if _opens(role, stage, some):
                    least.append(some)
        if stage is not Stage.ALARM and least:
            found[stage] = tuple(least)
    return found


def _needs(role: Role) -> tuple[Need, ...]:
    """What the role's rows ask for at all: the others would only be tried in vain, and a first page waits for this."""
    rows = {(group, row) for group in access.Group for row in access.rows_for(role, group)}
    asked: set[Need] = {condition for _, row in rows for condition in row.conditions}
    if any(Stage.ALARM in row.stages for _, row in rows):
        asked.add(Stage.ALARM)
    if access.ROLES[role].break_glass:
        asked.add(EMERGENCY)
    consented = {access.GROUPS[group].category for group, row in rows if Condition.CONSENT in row.conditions}
    return (*(need for need in _PLAIN if need in asked), *(c for c in Category if c.consentable and c in consented))


def _opens(role: Role, stage: Stage, needs: frozenset[Need]) -> bool:
    """Does an actor who has just these see a case that stands there?"""
    since, until = _AT - timedelta(hours=1), _AT + timedelta(hours=1)
    authorised = Condition.AUTHORISED in needs
    actor = access.Actor(
        id="actor",
        role=role,
        agency="agency",
        territories=frozenset({"here"} if Condition.TERRITORY in needs else ()),
        authorised_from=since if authorised else None,
        authorised_until=until if authorised else None,
        break_glass=access.BreakGlass("case", "a reason", since, until) if EMERGENCY in needs else None,
    )
    subject = access.CaseView(
        id="case",
        stage=stage,
        protected_person="person",
        territories=frozenset({"here"}),
        alarm_open=Stage.ALARM in needs,
        mandates=(access.Mandate("agency", since, until),) if Condition.MANDATE in needs else (),
        consents=tuple(
            access.Consent(category, category, "agency", access.Purpose.PROTECTION, since, until)
            for category in needs
            if isinstance(category, Category)
        ),
    )
    return access.may_open(actor, subject, _AT)


def visible_cases(user: User, at: datetime | None = None, among: Collection[int] | None = None) -> QuerySet[Case]:
    """The cases that exist for a user, at an instant (now). In a request: for the membership acted as; else for all.

    `among`: only these, by primary key; what opens others is not read then. A list made of it is a read: record it
    (`record("list", …)`).
    """
    now = at or timezone.now()
    held = memberships(user, paris_day(now))
    trail = current()
    acted = trail.membership if trail is not None and trail.is_of(user.pk) else None
    if acted is not None and any(one.pk == acted for one in held):
        acting = [one for one in held if one.pk == acted]
    elif trail is not None and trail.is_of(user.pk):
        acting = held[:1]  # nothing picked: the first, as in `actor_for`
    else:
        acting = held
    wanted = Q(pk__in=[])
    for membership in acting:
        for condition in _conditions(membership, now, among):
            wanted |= condition
    bars = Bar.objects.filter(case=OuterRef("pk"), ended_at=None)
    kept_out = bars.filter(Q(user=user) | Q(agency__in=[one.agency_id for one in held]))
    rows = Case.objects.filter(wanted).exclude(Exists(kept_out))
    return rows if among is None else rows.filter(numbered(among))


def _conditions(membership: Membership, at: datetime, among: Collection[int] | None) -> Iterator[Q]:
    """One condition for each set of needs, with all the stages it opens."""
    by_needs: dict[frozenset[Need], list[str]] = {}
    for stage, sets in openings(Role(membership.role)).items():
        for needs in sets:
            by_needs.setdefault(needs, []).append(stage.value)
    known = _Known(membership, at, among)
    for needs, stages in by_needs.items():
        if Condition.AUTHORISED in needs and not _is_authorised(membership, at):
            continue
        condition = Q(stage__in=stages)
        if Condition.TERRITORY in needs:
            condition &= Q(jurisdiction=membership.agency.jurisdiction_id)
        named = [known.cases(need) for need in needs - {Condition.AUTHORISED, Condition.TERRITORY}]
        if named:
            both = frozenset.intersection(*named)
            if not both:
                continue
            condition &= numbered(both)
        yield condition


def _is_authorised(membership: Membership, at: datetime) -> bool:
    """Is the person authorised by name at that instant?"""
    since, until = authorisation(membership)
    return since is not None and in_force(at, since, until)


class _Known:
    """The cases each need names, asked once: by their numbers PostgreSQL reads those rows, by conditions it would read

    every case of the country and ask the wall about each.
    """

    def __init__(self, membership: Membership, at: datetime, among: Collection[int] | None) -> None:
        self._membership = membership
        self._at = at
        self._among = among

    def cases(self, need: Need) -> frozenset[int]:
        """The cases, by primary key, for which a need is met."""
        if need is Condition.MANDATE:
            return self._mandated
        if need is Stage.ALARM:
            return self._ringing
        if need == EMERGENCY:
            return self._taken
        assert isinstance(need, Category), need
        return frozenset(self._consented.get(need.value, ()))

    def _of(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows if self._among is None else rows.filter(numbered(self._among, "case__id"))

    @cached_property
    def _mandated(self) -> frozenset[int]:
        ours = mandated_cases(self._membership.user_id, [self._membership.agency_id], self._at)
        return ours if self._among is None else ours.intersection(self._among)

    @cached_property
    def _ringing(self) -> frozenset[int]:
        trail = current()
        known = trail.known if trail is not None and trail.is_of(self._membership.user_id) else {}
        if (found := known.get(cases_with_alarm)) is None:
            found = known[cases_with_alarm] = cases_with_alarm()
        return frozenset(found)

    @cached_property
    def _taken(self) -> frozenset[int]:
        rows = BreakGlass.objects.filter(user=self._membership.user_id, starts_at__lte=self._at, ends_at__gt=self._at)
        since = self._at - access.BREAK_GLASS_LIMIT
        return frozenset(rows.filter(starts_at__gt=since).values_list("case_id", flat=True))

    @cached_property
    def _consented(self) -> dict[str, list[int]]:
        rows = Consent.objects.filter(
            live_consents(self._at),
            recipient=self._membership.agency_id,
            purpose__in=[purpose.value for purpose in access.Purpose],
        )
        found: dict[str, set[int]] = {}
        for category, case in self._of(rows).values_list("category", "case_id"):
            found.setdefault(category, set()).add(case)
        return {category: sorted(cases) for category, cases in found.items()}
