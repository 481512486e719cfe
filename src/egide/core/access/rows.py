"""The shape of a grant: one line of the access table, to be read aloud: these roles, these groups, when, how much, if."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from egide.core.access.groups import GROUPS, About, Group, about
from egide.core.access.roles import Role
from egide.core.access.scale import Condition, Level, Stage


@dataclass(frozen=True, slots=True)
class Grant:
    """These roles get this level on these groups in these stages, when all conditions hold. Rows only ever add."""

    id: str
    roles: frozenset[Role]
    groups: frozenset[Group]
    stages: frozenset[Stage]
    level: Level
    conditions: frozenset[Condition]
    sources: tuple[str, ...]


def grant(
    name: str,
    roles: Role | Iterable[Role],
    level: Level,
    groups: Iterable[Group],
    stages: frozenset[Stage],
    conditions: Iterable[Condition],
    *sources: str,
) -> Grant:
    """One row, in the order in which it is read."""
    who = frozenset({roles}) if isinstance(roles, Role) else frozenset(roles)
    return Grant(name, who, frozenset(groups), stages, level, frozenset(conditions), sources)


# Sets of groups that several rows name. PART_I and PART_II are the lists of the arrêté (TGD-38, TGD-39).
REACH = frozenset({Group.IDENTITY, Group.CONTACT, Group.SAFE_CONTACT, Group.EXPRESSION})
PLACES = frozenset({Group.ADDRESS, Group.WORKPLACE, Group.USUAL_PLACES, Group.CHILDREN_PLACES})
HOME = frozenset({Group.FAMILY, Group.CHILDREN, Group.EMERGENCY_CONTACTS})
PERSON = REACH | PLACES | HOME | {Group.HIDDEN_ADDRESS}
PART_I = PERSON | {Group.PHOTO, Group.ATTRIBUTION, Group.DEVICE}
PART_II = frozenset({Group.RESPONDENT_IDENTITY, Group.RESPONDENT_CONTACT, Group.RESPONDENT_ADDRESS, Group.BAN_DATES, Group.BAN_DECISION})  # fmt: skip
ACCOUNT = frozenset({Group.NARRATIVE, Group.EVIDENCE, Group.HEALTH, Group.DANGER_PROTECTED})
SOCIAL = frozenset({Group.SOCIAL_SITUATION, Group.NEEDS, Group.CONTACTS_LOG, Group.FOR_DECISION})
ORDER = about(About.ORDER)

# What her consent can open to somebody whom no text lets in: what is hers, and is not a paper for others or a reason
# that speaks of the respondent.
HERS_TO_GIVE = frozenset(
    group for group in about(About.PROTECTED, About.PROTECTION) if GROUPS[group].category.consentable
) - {
    Group.REPORT, Group.EVALUATION_REPORT, Group.CONDITIONS, Group.DECISION_REASONS, Group.DOC_EVALUATION_REPORT,
    Group.DOC_DECISION, Group.DOC_LIAISON_OPERATOR, Group.DOC_LIAISON_POLICE, Group.DOC_LIAISON_ASSOCIATION,
}  # fmt: skip
