"""The access table as a whole: complete, readable, and the same in the code, in decisions and in the documentation."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from egide.core.access import (
    CONTAINS,
    DOCUMENTS,
    GRANTS,
    GROUPS,
    ROLES,
    SHARES,
    WALLS,
    Action,
    Category,
    Condition,
    Decision,
    Fact,
    Group,
    Level,
    Obligation,
    Role,
    Stage,
    decide,
    fields,
    wall_for,
)
from egide.core.access.page import best, cell, markdown
from tests.core.access.cast import EVERY_CONSENT, NOW, actor, at_stage

DOCS = Path(__file__).parents[3] / "docs" / "access.md"
SOURCE = re.compile(r"(TGD|BAR|OP|EV|GR|DG|DW|RQ|AC|SH|IN|SP|OF)-\d\d|G\.2|design")


@pytest.mark.parametrize("role", Role)
def test_every_role_stage_group_and_action_has_the_answer_of_the_table(role: Role) -> None:
    for stage in Stage:
        for case, with_consent in ((at_stage(stage), False), (replace(at_stage(stage), consents=EVERY_CONSENT), True)):
            for group in Group:
                expected = best(role, group, stage, with_consent=with_consent)
                for action in Action:
                    answer = decide(actor(role), case, group, action, NOW)
                    assert isinstance(answer, Decision)
                    assert answer.level == expected, (role, stage, group)
                    assert answer.allowed == (expected >= action.needs)
                    assert answer.rule_id
                    assert answer.fr
                    assert answer.en
                    assert Obligation.AUDIT in answer.obligations


def test_the_tables_in_the_documentation_are_those_of_the_code() -> None:
    assert markdown() in DOCS.read_text(), "python -m tests.core.access.snapshot writes them"


def test_every_word_of_the_table_has_a_row_and_both_languages() -> None:
    assert set(ROLES) == set(Role)
    assert set(GROUPS) == set(Group)
    assert set(CONTAINS) == DOCUMENTS
    for words in (Role, Group, Stage, Level, Condition, Category, Obligation, Fact):
        for word in words:
            assert word.fr
            assert word.en


def test_ids_are_unique_and_every_row_names_its_source() -> None:
    for ids in ([g.id for g in GRANTS], [w.id for w in WALLS], [s.id for s in SHARES]):
        assert len(ids) == len(set(ids))
    for sources in [row.sources for table in (GRANTS, WALLS, ROLES.values(), GROUPS.values()) for row in table]:
        assert sources
        assert all(SOURCE.fullmatch(source) for source in sources), sources


def test_no_row_gives_what_a_wall_takes_back() -> None:
    hidden = [(g.id, role, group) for g in GRANTS for role in g.roles for group in g.groups if wall_for(role, group)]
    assert hidden == []


def test_nothing_is_written_in_an_archived_case_and_only_the_prosecutors_read_it() -> None:
    archived = at_stage(Stage.ARCHIVED)
    for role in Role:
        levels = {group: answer.level for group, answer in fields(actor(role), archived, NOW).items()}
        assert {group for group, level in levels.items() if level is Level.WRITE} <= {Group.STOCK}
        if role not in (Role.PROSECUTOR, Role.PROSECUTOR_CLERK):
            assert set(levels) <= {Group.AUDIT, Group.STOCK}


def test_whatever_no_machine_writes_somebody_can_write() -> None:
    by_machines = {
        Group.CASE_STATE, Group.ALARM_POSITION, Group.WEARER_POSITION, Group.CALL_RECORDINGS, Group.AUDIT, Group.BAR_BURDEN,
    }  # fmt: skip
    written = {group for grant in GRANTS if grant.level is Level.WRITE for group in grant.groups}
    assert written == set(Group) - by_machines


def test_only_the_prosecutor_decides_on_a_phone() -> None:
    for group in (Group.ATTRIBUTION, Group.DECISION_REASONS, Group.DOC_DECISION):
        writers = {
            role for role in Role for stage in Stage if best(role, group, stage, with_consent=True) is Level.WRITE
        }
        assert writers == {Role.PROSECUTOR}


def test_a_consent_opens_only_what_is_the_persons_to_give() -> None:
    for role in Role:
        for stage in Stage:
            for group in Group:
                if "*" in cell(role, group, stage):
                    assert GROUPS[group].category.consentable


def test_the_safety_plan_is_the_persons_own() -> None:
    for role in Role:
        alone = {best(role, Group.SAFETY_PLAN, stage, with_consent=False) for stage in Stage}
        assert alone == {Level.NONE} or role is Role.PROTECTED_PERSON


class TestPapers:
    @pytest.mark.parametrize("paper", sorted(DOCUMENTS))
    def test_whoever_may_read_a_paper_may_read_what_stands_in_it(self, paper: Group) -> None:
        for role in Role:
            for stage in set(Stage) - {Stage.ARCHIVED}:
                if best(role, paper, stage, with_consent=False) < Level.READ:
                    continue
                for group, enough in CONTAINS[paper].items():
                    assert self._ever(role, group) >= enough, (role, stage, paper, group)

    def _ever(self, role: Role, group: Group) -> Level:
        return max(best(role, group, stage, with_consent=False) for stage in Stage)

    def test_the_operators_sheet_holds_no_photo_and_nothing_of_the_respondent(self) -> None:
        for group in CONTAINS[Group.DOC_LIAISON_OPERATOR]:
            assert wall_for(Role.OPERATOR_TGD, group) is None
        assert Group.PHOTO not in CONTAINS[Group.DOC_LIAISON_OPERATOR]

    def test_the_associations_sheet_holds_the_dates_of_the_ban_and_nothing_else_of_it(self) -> None:
        sheet = CONTAINS[Group.DOC_LIAISON_ASSOCIATION]
        assert Group.BAN_DATES in sheet
        assert not {group for group in sheet if wall_for(Role.ASSOCIATION_WORKER, group)}

    def test_no_paper_holds_a_position_or_a_paper(self) -> None:
        for paper, groups in CONTAINS.items():
            assert not groups.keys() & (DOCUMENTS | {Group.ALARM_POSITION, Group.WEARER_POSITION}), paper

    def test_a_hidden_address_goes_into_the_operators_sheet_only(self) -> None:
        assert {paper for paper, groups in CONTAINS.items() if Group.HIDDEN_ADDRESS in groups} == {
            Group.DOC_LIAISON_OPERATOR
        }
