"""Every address, with every method, as every role, in one's own case, somebody else's, and one that one is barred from.

Each role walks once, when somebody asks what it met, in one transaction that is undone, over one ground for all roles; the
tests judge what it brought home. Where an answer cannot depend on what is varied (forty forms behind one door that is
shut, methods an address does not take, addresses that ask for no role), the roles share the ground: each goes a part,
together they go everywhere. In a case that is open each role sends a share of the forms, which together need not be all
that it has. WALK=all lets each go alone (make walk).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client

from egide.core.access import Group, Level, Role, may_open
from egide.web.accounts.models import OPERATOR, User
from egide.web.audit.models import Entry
from egide.web.cases.models import Case
from egide.web.permissions.lens import Lens, lens_of
from egide.web.permissions.standing import Standing
from tests.web import factories as f
from tests.web.permissions.walk import METHODS, TABLE, Ground, Row, Who, address, grounds, patient, routes

WITHOUT_CASE = [row for row in TABLE if row.who is not Who.CASE]
WITH_CASE = [row for row in TABLE if row.who is Who.CASE]
BY_ROLE = {Who.MEMBER, Who.SOME_ROLES}  # addresses without a case that ask in which role somebody comes
DONE = {200, 302, 400, 409, 422}  # let in; what was posted may still be incomplete
NOT_THIS_METHOD = {404, 405}
ALONE = os.environ.get("WALK") == "all"
SAME = 10  # an address without a case that is for all roles or for none of them: each tries one in so many
SHARE = len(Role)  # of the forms behind a shut door, each role tries one in so many: each form is tried by one role
HELD = 12  # in a case that is open, each role sends one in so many of the forms it has
REFUSED = 18  # and one in so many of those it has not
CLOSED = 6  # in cases that are closed to it, each role tries one address in so many, and its share of the forms
STRAY = 6  # a method that no row names is tried by one role in so many, another one at each address


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    """A new address: add its row to walk.TABLE, with what it needs of a case."""
    assert sorted(row.route for row in TABLE) == sorted(routes())


# The walk


@dataclass(frozen=True, slots=True)
class Visit:
    """One request: where, how, what came of it, and which canaries of which case sang in the answer."""

    row: Row
    method: str
    path: str
    status: int
    heard: frozenset[tuple[int, Group]]
    named: frozenset[int]  # cases whose number stands in the answer
    granted: bool = True  # does the table give what the address needs?

    def __str__(self) -> str:
        return f"{self.method} {self.path}: {self.status} {sorted(self.heard)}"


Met = TypeVar("Met")


class Walked(dict[Role, Met]):
    """What each role met; it sets out when it is first asked for."""

    def __init__(self, laid: dict[Role, Ground], walk: Callable[[int, Ground], Met]) -> None:
        super().__init__()
        self._laid, self._walk = laid, walk

    def __missing__(self, role: Role) -> Met:
        self[role] = self._walk(list(Role).index(role), self._laid[role])
        return self[role]


# On several workers each role stays with one of them.
EACH_ROLE = pytest.mark.parametrize(
    "role", [pytest.param(r, marks=pytest.mark.xdist_group(str(r)), id=str(r)) for r in Role]
)


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[Role, Ground]]:
    """The ground, in one transaction for the whole module."""
    with django_db_blocker.unblock(), undone():
        patient()
        yield grounds()


@contextmanager
def undone() -> Iterator[None]:
    """Whatever a request changes is undone."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def somewhere(route: str) -> str:
    """An address for a route that leads to nothing."""
    return address(route, {"public_id": uuid4(), "number": 1, "step": 1, "slug": "contact"})


def visit(client: Client, ground: Ground, row: Row, method: str, path: str, granted: bool = True) -> Visit:
    """Goes there, and listens."""
    answer = client.generic(method, path)
    body = "" if answer.streaming else answer.content.decode(errors="replace")
    heard = frozenset((case, g) for case, told in ground.canaries.items() for g, words in told.items() if words in body)
    named = frozenset(case.pk for case in (ground.own, ground.other, ground.barred) if case.number in body)
    return Visit(row, method, path, answer.status_code, heard, named, granted)


def own_lens(ground: Ground) -> Lens:
    case = Case.objects.get(pk=ground.own.pk)
    return lens_of(Standing(ground.user, ground.membership, frozenset({ground.membership.agency_id})), case)


def opens(lens: Lens) -> bool:
    return may_open(lens.actor, lens.subject, lens.at)


def in_case(row: Row, ground: Ground, case: Case) -> Iterator[tuple[int, dict[str, Any], str]]:
    """Its addresses in a case, numbered."""
    assert row.samples is not None
    for n, sample in enumerate(row.samples(ground, case)):
        yield n, sample, address(row.route, sample)


def methods(row: Row, turn: int, n: int = 0, *, inside: bool = False) -> tuple[str, ...]:
    """The methods the role whose `turn` it is asks the n-th address of a row with; `inside`: it will be let in."""
    if ALONE:
        return METHODS
    other, last = METHODS[turn % len(METHODS)], row.methods[-1]
    if n == 0:
        chosen = row.methods if inside else (last,)
        return (*chosen, other) if other not in chosen and (turn + len(row.route)) % STRAY == 0 else chosen
    if inside:
        if (n + turn) % HELD:
            return ()
        return (last, "GET") if last != "GET" and (n + turn) % SHARE == 0 else (last,)
    return (last,) if (n + turn) % SHARE == 0 else ()


@pytest.fixture(scope="module")
def at_home(laid: dict[Role, Ground]) -> Walked[list[Visit]]:
    """Every role in its own case. Where it is open, forms it has are tried and forms it has not."""

    def walk(turn: int, ground: Ground) -> list[Visit]:
        client, lens = signed_in(ground.user), own_lens(ground)
        open_ = opens(lens)
        visits = []
        for number, row in enumerate(WITH_CASE):
            for n, sample, path in in_case(row, ground, ground.own):
                if not (open_ or ALONE or n or (number + turn) % CLOSED == 0):
                    continue
                granted = all(lens.decision(group, action).allowed for group, action in row.needs(sample))
                tried = methods(row, turn, n, inside=open_ and granted)
                if open_ and not granted and n and not ALONE and (n + turn) % REFUSED == 0:
                    tried = row.methods[-1:]
                for method in tried:
                    with undone():
                        visits.append(visit(client, ground, row, method, path, granted))
        return visits

    return Walked(laid, walk)


@dataclass(frozen=True, slots=True)
class Away:
    """What a role met in a case that is not open to it, and what the trail says of it."""

    case: int
    visits: list[Visit]
    refusals: int


@pytest.fixture(scope="module")
def away(laid: dict[Role, Ground]) -> Walked[list[Away]]:
    """Every role in somebody else's case and in one it is barred from."""

    def walk(turn: int, ground: Ground) -> list[Away]:
        client, places = signed_in(ground.user), []
        for nth, case in enumerate((ground.other, ground.barred)):
            with undone():
                visits = [
                    visit(client, ground, row, method, path)
                    for number, row in enumerate(WITH_CASE)
                    for n, _, path in in_case(row, ground, case)
                    if ALONE or n or (number + turn + nth) % CLOSED == 0
                    for method in methods(row, turn, n)
                ]
                refusals = Entry.objects.filter(actor=ground.user, action="refuse", case=case.pk).count()
            places.append(Away(case.pk, visits, refusals))
        return places

    return Walked(laid, walk)


@pytest.fixture(scope="module")
def outside(laid: dict[Role, Ground]) -> Walked[list[Visit]]:
    """Every role at the addresses that are about no case."""

    def walk(turn: int, ground: Ground) -> list[Visit]:
        client, visits = signed_in(ground.user), []
        cookies = client.cookies.output()
        for n, row in enumerate(WITHOUT_CASE):
            if not ALONE and row.who not in BY_ROLE and (n + turn) % SAME:
                continue
            for method in methods(row, turn, inside=True):
                with undone():
                    visits.append(visit(client, ground, row, method, somewhere(row.route)))
                client.cookies.load(cookies.replace("Set-Cookie: ", ""))  # signing out was undone as well
        return visits

    return Walked(laid, walk)


# In one's own case


def in_its_own_case(one: Visit, open_: bool) -> bool:
    if one.method not in one.row.methods:
        return one.status in NOT_THIS_METHOD
    if not open_:
        return one.status == 404
    return one.status in DONE if one.granted else one.status == 403


@EACH_ROLE
def test_ones_own_case_opens_as_far_as_the_table_says(
    role: Role, laid: dict[Role, Ground], at_home: Walked[list[Visit]]
) -> None:
    open_ = opens(own_lens(laid[role]))
    assert [str(one) for one in at_home[role] if not in_its_own_case(one, open_)] == []


@EACH_ROLE
def test_no_page_of_a_case_shows_a_group_that_its_reader_may_not_read(
    role: Role, laid: dict[Role, Ground], at_home: Walked[list[Visit]]
) -> None:
    lens = own_lens(laid[role])
    for one in at_home[role]:
        for case, group in one.heard:
            assert case == laid[role].own.pk, one
            decision = lens.decision(group)
            assert decision.allowed, f"{one}: {group}"
            assert decision.level >= Level.READ, f"{one}: {group}"


def test_the_canaries_sing_for_somebody(laid: dict[Role, Ground], at_home: Walked[list[Visit]]) -> None:
    """A canary that no page shows to anybody proves nothing."""
    own = laid[Role.PROSECUTOR].own.pk
    silent = set(laid[Role.PROSECUTOR].canaries[own])
    for role in Role:
        silent -= {group for one in at_home[role] for case, group in one.heard if case == own}
        if not silent:
            break
    assert silent == set()


# In somebody else's case, and in one that one is barred from


@EACH_ROLE
def test_somebody_elses_case_and_one_barred_from_are_not_there_and_every_attempt_is_in_the_trail(
    role: Role, away: Walked[list[Away]]
) -> None:
    for place in away[role]:
        for one in place.visits:
            assert one.status == 404 or (one.status == 405 and one.method not in one.row.methods), one
            assert not one.heard, one
            assert place.case not in one.named, one
        assert place.refusals == sum(one.status == 404 for one in place.visits)


# Without a case


def outside_a_case(one: Visit) -> bool:
    row, none = one.row, one.status in NOT_THIS_METHOD
    if row.who in (Who.ROOM, Who.DEMO, Who.PHONE) or row.route == "file/act-as":  # no membership of that name
        return none
    if one.method not in (*row.methods, "HEAD", "OPTIONS"):
        return none or one.status == 302  # sent on, with nothing done
    return one.status in DONE | {405} or (row.who is Who.SOME_ROLES and none)


@EACH_ROLE
def test_an_address_without_a_case_lets_in_whom_it_is_for_and_names_no_case_that_is_closed(
    role: Role, laid: dict[Role, Ground], outside: Walked[list[Visit]]
) -> None:
    ground = laid[role]
    open_ = {ground.own.pk} if opens(own_lens(ground)) else set()
    assert [str(one) for one in outside[role] if not outside_a_case(one)] == []
    for one in outside[role]:
        assert one.named <= open_, one
        assert {case for case, _ in one.heard} <= open_, one


@EACH_ROLE
def test_a_search_finds_what_is_open_and_nothing_else(role: Role, laid: dict[Role, Ground]) -> None:
    ground = laid[role]
    with undone():
        client, open_ = signed_in(ground.user), opens(own_lens(ground))
        for case in (ground.own, ground.other, ground.barred):
            for words in (ground.canaries[case.pk][Group.IDENTITY], case.number):
                body = client.post("/file/search", {"q": words}).content.decode().replace(f'value="{words}"', "")
                if str(case.public_id) in body:
                    assert open_, f"{words}: a case that is not open was found"
                    assert case.pk == ground.own.pk, f"{words}: a case that is not open was found"
                elif words == ground.own.number:
                    assert not open_, "one's own case is found by its number"
        assert Entry.objects.filter(actor=ground.user, action="search").count() == 6


# Nobody, and those who are members of nothing


def test_nobody_signed_in_is_sent_to_sign_in(laid: dict[Role, Ground]) -> None:
    ground, client = laid[Role.PROSECUTOR], Client()
    for n, row in enumerate(TABLE):
        for method in methods(row, n, inside=True):
            one = visit(client, ground, row, method, somewhere(row.route))
            if row.who is Who.ANYBODY:
                assert one.status in (200, 302, 405), one
            elif row.who in (Who.DEMO, Who.PHONE):
                assert one.status in NOT_THIS_METHOD, one
            else:
                assert one.status in (302, 401, 405), one
            assert not one.heard, one


@pytest.mark.parametrize("who", ["superuser", OPERATOR])
def test_a_member_of_nothing_finds_nothing_of_the_file_superuser_or_operator(
    who: str, laid: dict[Role, Ground]
) -> None:
    from django.contrib.auth.models import Group as Members

    ground, user = laid[Role.PROSECUTOR], f.user(is_superuser=who == "superuser", is_staff=who == "superuser")
    if who == OPERATOR:
        user.groups.add(Members.objects.get_or_create(name=OPERATOR)[0])
    client = signed_in(user)
    cookies = client.cookies.output()
    for n, row in enumerate(TABLE):
        for method in methods(row, n + (who == OPERATOR), inside=True):
            if row.endless and who == OPERATOR:
                continue
            with undone():
                one = visit(client, ground, row, method, somewhere(row.route))
            client.cookies.load(cookies.replace("Set-Cookie: ", ""))  # signing out was undone as well
            if row.who in (Who.ANYBODY, Who.SIGNED_IN) or (row.who is Who.ROOM and who == OPERATOR):
                assert one.status in (200, 302, 400, 404, 405), one
            else:
                assert one.status in NOT_THIS_METHOD, one
            assert not one.heard, one
