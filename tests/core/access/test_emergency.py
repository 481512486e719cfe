"""Break-glass: one case, a reason, a few hours, a review; never past a wall, a bar or the role's own rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given

from egide.core.access import (
    BREAK_GLASS_LIMIT,
    BREAK_GLASS_REVIEW,
    Action,
    Actor,
    Barred,
    BarredKind,
    BreakGlass,
    CaseView,
    Group,
    Level,
    Obligation,
    Refused,
    Role,
    Stage,
    break_glass,
    decide,
    fields,
)
from egide.core.access.page import best
from tests.core.access import cast
from tests.core.access.cast import CASE, HOUR, NOW, at_stage, stranger

REASON = "caller locked in a cellar"


def opened(role: Role = Role.POLICE_DISPATCHER, case: CaseView = CASE) -> Actor:
    someone = stranger(role)
    return replace(someone, break_glass=break_glass(someone, case, REASON, NOW))


def test_a_dispatcher_of_another_place_finds_the_person_and_the_order_and_is_reviewed() -> None:
    seen = fields(opened(), CASE, NOW)
    assert {Group.IDENTITY, Group.ADDRESS, Group.CONTACT, Group.BAN_DECISION, Group.WEAPONS} <= set(seen)
    for answer in seen.values():
        assert answer.rule_id == "BG-01"
        assert answer.level <= Level.READ
        assert Obligation.REVIEW_AFTER in answer.obligations
        assert answer.until == NOW + BREAK_GLASS_LIMIT


def test_it_opens_no_hidden_address_no_position_no_account_and_no_trail() -> None:
    for role in (Role.POLICE_DISPATCHER, Role.POLICE_PATROL, Role.INVESTIGATOR, Role.PROSECUTOR):
        seen = set(fields(opened(role), CASE, NOW))
        assert not seen & {
            Group.HIDDEN_ADDRESS, Group.ALARM_POSITION, Group.WEARER_POSITION, Group.NARRATIVE, Group.AUDIT, Group.HEALTH,
            Group.DANGER_PROTECTED,
        }  # fmt: skip


def test_it_ends_by_itself_and_holds_for_one_case() -> None:
    someone = opened()
    assert decide(someone, CASE, Group.ADDRESS, Action.READ, NOW + BREAK_GLASS_LIMIT - HOUR).allowed
    assert not decide(someone, CASE, Group.ADDRESS, Action.READ, NOW + BREAK_GLASS_LIMIT).allowed
    assert not decide(someone, CASE, Group.ADDRESS, Action.READ, NOW - HOUR).allowed
    assert not decide(someone, replace(CASE, id="case-2"), Group.ADDRESS, Action.READ, NOW).allowed


def test_a_longer_end_written_by_hand_changes_nothing() -> None:
    for_ever = BreakGlass("case-1", REASON, NOW, NOW + timedelta(days=900))
    someone = replace(stranger(Role.POLICE_DISPATCHER), break_glass=for_ever)
    assert not decide(someone, CASE, Group.ADDRESS, Action.READ, NOW + BREAK_GLASS_LIMIT).allowed


def test_nothing_can_be_written_in_an_emergency() -> None:
    assert not any(decide(opened(Role.INVESTIGATOR), CASE, group, Action.WRITE, NOW).allowed for group in Group)


def test_a_barred_person_and_a_party_cannot_open_it_nor_use_one_opened_before() -> None:
    shut = replace(CASE, barred=frozenset({Barred(BarredKind.UNIT, "unit-9")}))
    with pytest.raises(Refused):
        break_glass(stranger(Role.POLICE_PATROL), shut, REASON, NOW)
    assert fields(opened(Role.POLICE_PATROL), shut, NOW) == {}
    husband = replace(stranger(Role.POLICE_PATROL), person="person-2")
    with pytest.raises(Refused):
        break_glass(husband, CASE, REASON, NOW)


@pytest.mark.parametrize("role", [r for r in Role if not r.row.break_glass])
def test_most_roles_have_no_emergency_access_even_with_one_in_their_hands(role: Role) -> None:
    with pytest.raises(Refused, match="no emergency access"):
        break_glass(stranger(role), CASE, REASON, NOW)
    forged = replace(stranger(role), break_glass=BreakGlass("case-1", REASON, NOW, NOW + HOUR))
    assert "BG-01" not in {answer.rule_id for answer in fields(forged, CASE, NOW).values()}


@pytest.mark.parametrize(
    ("reason", "lasting", "said"),
    [("", HOUR, "what the emergency is"), ("urgent", HOUR, "what the emergency is"), (REASON, 0 * HOUR, "at most"), (REASON, 5 * HOUR, "at most")],
)  # fmt: skip
def test_it_needs_words_and_an_end(reason: str, lasting: timedelta, said: str) -> None:
    with pytest.raises(Refused, match=said):
        break_glass(stranger(Role.POLICE_DISPATCHER), CASE, reason, NOW, lasting)


def test_an_archived_case_stays_shut() -> None:
    archived = at_stage(Stage.ARCHIVED)
    with pytest.raises(Refused, match="archived"):
        break_glass(stranger(Role.POLICE_DISPATCHER), archived, REASON, NOW)
    assert fields(opened(), archived, NOW) == {}


def test_somebody_else_reviews_it_within_days() -> None:
    glass = break_glass(stranger(Role.PROSECUTOR), CASE, REASON, NOW, HOUR)
    assert glass.review_by == NOW + BREAK_GLASS_REVIEW


@given(someone=cast.actors, case=cast.cases, group=cast.groups)
def test_an_emergency_never_gives_more_than_the_roles_own_rows_would(
    someone: Actor, case: CaseView, group: Group
) -> None:
    answer = decide(someone, case, group, Action.KNOW_EXISTS, NOW)
    if answer.rule_id == "BG-01":
        ceiling = max(best(someone.role, group, stage, with_consent=False) for stage in Stage)
        assert answer.level <= min(ceiling, Level.READ)
        assert someone.break_glass
        assert someone.break_glass.reason


@given(someone=cast.actors, case=cast.cases, group=cast.groups, action=cast.actions)
def test_an_emergency_never_takes_anything_away(someone: Actor, case: CaseView, group: Group, action: Action) -> None:
    with_glass = decide(someone, case, group, action, NOW)
    without = decide(replace(someone, break_glass=None), case, group, action, NOW)
    assert with_glass.allowed >= without.allowed
