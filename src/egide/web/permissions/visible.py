"""Which cases does somebody see in a list or a search, and what of them? The same answer as `lens_for`, for many at once.

What opens a case or a field group to a role is asked of `core.access` itself, once, and kept: no rule is written here again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from itertools import combinations
from typing import TYPE_CHECKING, Any

from django.db.models import Case as Either
from django.db.models import Exists, F, OuterRef, Q, QuerySet, When
from django.utils import timezone

from egide.core import access
from egide.core.access import Action, Category, Condition, Group, Role, Stage
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
def openings(
    role: Role, group: Group | None = None, action: Action = Action.READ
) -> Mapping[Stage, tuple[frozenset[Need], ...]]:
    """By stage, the smallest sets of needs that open a case to a role; with a `group`: that also grant it `action` on that.

    An empty set: always; no set: never.
    """
    found: dict[Stage, tuple[frozenset[Need], ...]] = {}
    groups = tuple(access.Group) if group is None else (group,)
    if not any(access.rows_for(role, one) for one in groups):
        return found
    needs, met = _needs(role, groups), _asked(group, action)
    for stage in Stage:
        least: list[frozenset[Need]] = []
        for size in range(4):  # no row has more than three conditions (a test holds that)
            for chosen in combinations(needs, size):
                some = frozenset(chosen)
                if sum(isinstance(one, Category) for one in some) > 1 or any(known <= some for known in least):
                    continue
                if met(*_someone(role, stage, some)):
                    least.append(some)
        if stage is not Stage.ALARM and least:
            found[stage] = tuple(least)
    return found


def _asked(group: Group | None, action: Action) -> Callable[[access.Actor, access.CaseView], bool]:
    """The question put to the table: does the case open, and may this be done with that group of it?"""

    def met(actor: access.Actor, subject: access.CaseView) -> bool:
        granted = group is None or access.decide(actor, subject, group, action, _AT).allowed
        return granted and access.may_open(actor, subject, _AT)

    return met


def _needs(role: Role, groups: Collection[Group]) -> tuple[Need, ...]:
    """What the role's rows ask for at all: the others would only be tried in vain, and a first page waits for this."""
    rows = {(group, row) for group in groups for row in access.rows_for(role, group)}
    asked: set[Need] = {condition for _, row in rows for condition in row.conditions}
    if any(Stage.ALARM in row.stages for _, row in rows):
        asked.add(Stage.ALARM)
    if access.ROLES[role].break_glass:
        asked.add(EMERGENCY)
    consented = {access.GROUPS[group].category for group, row in rows if Condition.CONSENT in row.conditions}
    return (*(need for need in _PLAIN if need in asked), *(c for c in Category if c.consentable and c in consented))


def _someone(role: Role, stage: Stage, needs: frozenset[Need]) -> tuple[access.Actor, access.CaseView]:
    """An actor who has just these, and a case that stands there."""
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
    return actor, subject


@cache
def _left_to_ask(
    role: Role, group: Group | None, action: Action, authorised: bool
) -> Mapping[Stage, tuple[frozenset[Need], ...]]:
    """`openings` for somebody who is authorised by name, or is not: that holds for every case alike."""
    found: dict[Stage, tuple[frozenset[Need], ...]] = {}
    for stage, sets in openings(role, group, action).items():
        rest = [needs - {Condition.AUTHORISED} for needs in sets if authorised or Condition.AUTHORISED not in needs]
        least = dict.fromkeys(needs for needs in rest if not any(other < needs for other in rest))
        if least:
            found[stage] = tuple(least)
    return found


def visible_cases(
    user: User, at: datetime | None = None, among: Collection[int] | None = None, reading: Group | None = None
) -> QuerySet[Case]:
    """The cases that exist for a user, at an instant (now). In a request: for the membership acted as; else for all.

    `among`: only these, by primary key. `reading`: only those of which the user may read that field group. A list made
    of it is a read: record it (`record("list", …)`).
    """
    return Reader(user, at).cases(reading, among)


class Reader:
    """What one user sees in lists at one instant: what opens cases is asked of PostgreSQL once, however many it is about.

    In a request it is who acts, in the membership acted as; outside of one, the user in every membership that holds.
    """

    def __init__(self, user: User, at: datetime | None = None) -> None:
        self._user = user
        self._at = at or timezone.now()
        self._held = memberships(user, paris_day(self._at))
        self._known = {one: _Known(one, self._at) for one in _acting(user, self._held)}

    def cases(self, reading: Group | None = None, among: Collection[int] | None = None) -> QuerySet[Case]:
        """The cases that exist for the user; `among`, `reading` as in `visible_cases`."""
        bars = Bar.objects.filter(case=OuterRef("pk"), ended_at=None)
        kept_out = bars.filter(Q(user=self._user) | Q(agency__in=[one.agency_id for one in self._held]))
        rows = Case.objects.filter(self._wanted(reading, among)).exclude(Exists(kept_out))
        return rows if among is None else rows.filter(numbered(among))

    def where(self, group: Group) -> Q:
        """A condition on `cases()`: may the user read that group there? Empty where every case that is open shows it."""
        return Q() if self._everywhere(group) else self._wanted(group, None)

    def reads(self, case: Case, group: Group, action: Action = Action.READ) -> bool:
        """May the user do that with a group of a case that is open to the user? Looks at its stage and its district."""
        stage = Stage(case.stage)
        return any(
            all(self._meets(membership, need, case) for need in needs)
            for membership in self._known
            for needs in self._openings(membership, group, action).get(stage, ())
        )

    def latest_first(self) -> tuple[Any, ...]:
        """How `cases()` are put in order: by their last change where the user may know of it, then by number.

        The order of a list must not tell when something happened in a case to somebody who does not read its state.
        """
        if self._everywhere(Group.CASE_STATE):
            return ("-changed_at",)
        known = [When(one, then=F("changed_at")) for one in self._all_conditions(Group.CASE_STATE, None)]
        return (Either(*known).desc(nulls_last=True), "number") if known else ("number",)

    def _openings(
        self, membership: Membership, group: Group | None, action: Action = Action.READ
    ) -> Mapping[Stage, tuple[frozenset[Need], ...]]:
        return _left_to_ask(Role(membership.role), group, action, _is_authorised(membership, self._at))

    def _everywhere(self, group: Group) -> bool:
        """Is the group read wherever a case is open? For most roles that is settled before any case is looked at."""
        pairs = ((self._openings(one, group), self._openings(one, None)) for one in self._known)
        return all(
            {stage: frozenset(sets) for stage, sets in read.items()}
            == {stage: frozenset(sets) for stage, sets in opened.items()}
            for read, opened in pairs
        )

    def _meets(self, membership: Membership, need: Need, case: Case) -> bool:
        if need is Condition.TERRITORY:
            return case.jurisdiction_id == membership.agency.jurisdiction_id
        return case.pk in self._known[membership].cases(need)

    def _wanted(self, group: Group | None, among: Collection[int] | None) -> Q:
        wanted = Q(pk__in=[])
        for condition in self._all_conditions(group, among):
            wanted |= condition
        return wanted

    def _all_conditions(self, group: Group | None, among: Collection[int] | None) -> Iterator[Q]:
        for membership in self._known:
            yield from self._conditions(membership, group, among)

    def _conditions(self, membership: Membership, group: Group | None, among: Collection[int] | None) -> Iterator[Q]:
        """One condition for each set of needs, with all the stages in which it is enough."""
        by_needs: dict[frozenset[Need], list[str]] = {}
        for stage, sets in self._openings(membership, group).items():
            for needs in sets:
                by_needs.setdefault(needs, []).append(stage.value)
        for needs, stages in by_needs.items():
            condition = Q(stage__in=stages)
            if Condition.TERRITORY in needs:
                condition &= Q(jurisdiction=membership.agency.jurisdiction_id)
            named = [self._known[membership].cases(need) for need in needs - {Condition.TERRITORY}]
            if named:
                both = frozenset.intersection(*named) if among is None else frozenset(among).intersection(*named)
                if not both:
                    continue
                condition &= numbered(both)
            yield condition


def _acting(user: User, held: list[Membership]) -> list[Membership]:
    """The memberships that count: in a request of the user's own the one acted as, else all that hold."""
    trail = current()
    if trail is None or not trail.is_of(user.pk):
        return held
    return [one for one in held if one.pk == trail.membership] or held[:1]  # nothing picked: as in `actor_for`


def _is_authorised(membership: Membership, at: datetime) -> bool:
    """Is the person authorised by name at that instant?"""
    since, until = authorisation(membership)
    return since is not None and in_force(at, since, until)


class _Known:
    """The cases each need names, asked once: by their numbers PostgreSQL reads those rows, by conditions it would read

    every case of the country and ask the wall about each.
    """

    def __init__(self, membership: Membership, at: datetime) -> None:
        self._membership = membership
        self._at = at

    def cases(self, need: Need) -> frozenset[int]:
        """The cases, by primary key, for which a need is met."""
        if need is Condition.MANDATE:
            return self._mandated
        if need is Stage.ALARM:
            return self._ringing
        if need == EMERGENCY:
            return self._taken
        assert isinstance(need, Category), need
        return self._consented.get(need.value, frozenset())

    @cached_property
    def _mandated(self) -> frozenset[int]:
        return mandated_cases(self._membership.user_id, [self._membership.agency_id], self._at)

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
    def _consented(self) -> dict[str, frozenset[int]]:
        rows = Consent.objects.filter(
            live_consents(self._at),
            recipient=self._membership.agency_id,
            purpose__in=[purpose.value for purpose in access.Purpose],
        )
        found: dict[str, set[int]] = {}
        for category, case in rows.values_list("category", "case_id"):
            found.setdefault(category, set()).add(case)
        return {category: frozenset(cases) for category, cases in found.items()}
