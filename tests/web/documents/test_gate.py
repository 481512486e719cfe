"""What may stand in a document is what its readers may read: the access table decides, the gate obeys."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from egide.core.access.groups import GROUPS, Group
from egide.core.access.roles import RESPONDENT_SIDE, Role
from egide.core.access.scale import Action, Obligation, Stage
from egide.core.access.walls import wall_for
from egide.web.documents import contents
from egide.web.documents.fields import (
    NotForThisReaderError,
    Sources,
    Take,
    account,
    may_stand,
    measure,
    person,
    respondent,
)
from egide.web.documents.kinds import KINDS, Kind
from egide.web.documents.models import Document
from egide.web.documents.services import make
from tests.web.documents.story import AT, Story

roles, stages, groups = st.sampled_from(Role), st.sampled_from(Stage), st.sampled_from(Group)


@given(roles, stages, groups, st.sampled_from(Action))
def test_a_wall_stands_in_documents_too(role: Role, stage: Stage, group: Group, action: Action) -> None:
    if wall_for(role, group):
        assert not may_stand(role, stage, group, action)


@given(roles, stages, groups)
def test_what_is_for_the_screen_only_never_comes_onto_paper(role: Role, stage: Stage, group: Group) -> None:
    if Obligation.NOT_EXPORTED in GROUPS[group].obligations:
        assert not may_stand(role, stage, group, Action.READ)
        assert not may_stand(role, stage, group, Action.SEE_DATES)


@given(roles, groups)
def test_who_may_read_may_also_see_dates_and_that_it_exists(role: Role, group: Group) -> None:
    if may_stand(role, Stage.ACTIVE, group, Action.READ):
        assert may_stand(role, Stage.ACTIVE, group, Action.SEE_DATES)
        assert may_stand(role, Stage.ACTIVE, group, Action.KNOW_EXISTS)


@pytest.mark.parametrize("group", [Group.PHOTO, Group.HIDDEN_ADDRESS, Group.ALARM_POSITION, Group.CALL_RECORDINGS])
def test_photograph_hidden_address_position_and_recordings_are_for_the_screen(group: Group) -> None:
    assert not [role for role in Role for stage in Stage if may_stand(role, stage, group, Action.READ)]


def test_the_operator_sees_in_documents_what_the_table_gives_the_operator() -> None:
    assert may_stand(Role.OPERATOR_TGD, Stage.ACTIVE, Group.ADDRESS, Action.READ)
    assert not may_stand(Role.OPERATOR_TGD, Stage.EVALUATION, Group.ADDRESS, Action.READ), "before there is a phone"
    assert not may_stand(Role.OPERATOR_TGD, Stage.ACTIVE, Group.BAN_DATES, Action.SEE_DATES)


def test_what_rests_on_a_consent_stays_off_paper() -> None:
    """A consent can be withdrawn; a paper cannot be called back."""
    assert not may_stand(Role.LAWYER_PROTECTED, Stage.ACTIVE, Group.NARRATIVE, Action.READ)


@pytest.mark.django_db
def test_a_field_that_one_reader_may_not_have_is_refused_to_all(story: Story) -> None:
    story.case.stage = "active"
    take = Take(Sources(case=story.case, at=AT), {Role.PROSECUTOR, Role.OPERATOR_TGD})
    assert take(person.NAME)
    with pytest.raises(NotForThisReaderError, match="operator_tgd may not have respondent_identity"):
        take(respondent.RESPONDENTS)
    assert take.taken == ("identity",)


@pytest.mark.django_db
def test_a_builder_that_reaches_too_far_makes_no_document_and_uses_no_number(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(take: Take, *rest: Any) -> Any:
        return contents.liaison_operator(take, *rest) | {"respondents": take(respondent.RESPONDENTS)}

    monkeypatch.setitem(contents.BUILDERS, Kind.LIAISON_OPERATOR, careless)  # type: ignore[arg-type]
    case = story.at_stage(Kind.LIAISON_OPERATOR)
    with pytest.raises(NotForThisReaderError):
        make(Kind.LIAISON_OPERATOR, case, story.staff, at=AT)
    assert not Document.objects.exists()
    assert make(Kind.LIAISON_POLICE, case, story.staff, at=AT).number == "TGD-2026-000001-LPOL"


@pytest.mark.django_db
def test_a_refusal_names_a_role_and_a_group_and_nobody(story: Story) -> None:
    story.case.stage = "active"
    with pytest.raises(NotForThisReaderError) as refused:
        Take(Sources(case=story.case, at=AT), {Role.RESPONDENT})(person.SAFE_CHANNELS)
    assert not story.canaries.found_in(str(refused.value))


def test_a_document_is_made_for_somebody() -> None:
    with pytest.raises(ValueError, match="without readers"):
        Take(Sources(case=type("C", (), {"stage": "active"})(), at=AT), ())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", Kind)
def test_who_reads_a_document_may_open_it_or_gets_it_from_somebody(kind: Kind) -> None:
    """A kind that none of its readers may open would be a paper nobody can print."""
    row = KINDS[kind]
    openers = [role for role in Role for stage in Stage if may_stand(role, stage, row.group, Action.READ)]
    writers = [role for role in Role for stage in Stage if may_stand(role, stage, row.group, Action.WRITE)]
    assert set(row.readers) & set(openers), "one of its readers opens it"
    assert writers, "somebody draws it up"


def test_no_kind_is_for_both_sides() -> None:
    for row in KINDS.values():
        assert row.readers <= RESPONDENT_SIDE or not row.readers & RESPONDENT_SIDE


def test_every_field_says_to_which_group_it_belongs() -> None:
    for module in (account, person, measure, respondent):
        fields = [value for value in vars(module).values() if type(value).__name__ == "Field"]
        assert len(fields) > 3
        assert all(field.groups for field in fields)
        assert len({field.name for field in fields}) == len(fields)
