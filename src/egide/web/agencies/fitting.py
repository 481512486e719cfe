"""Which roles may an agency of a kind hold, and which of them must the prosecutor name? Two tables, read by whoever makes members.

No text lists the posts of an agency; the kinds follow facts G.1 and are ours. A role that stands in no row is nobody's
account: who is protected or accused never signs in.
"""

from __future__ import annotations

from collections.abc import Mapping

from egide.core.access import Group, Role, rows_for
from egide.core.access.roles import POLICE, RESPONDENT_SIDE
from egide.core.access.scale import Condition
from egide.web.agencies.models import AgencyKind

_K, _R = AgencyKind, Role
_SYSTEM = frozenset({_R.AUDITOR, _R.ADMINISTRATOR})
# Lawyers and interpreters have an agency of their own; what they see hangs on their role and on the mandate.
_OTHER = frozenset({
    _R.SPECIALISED_ASSOCIATION, _R.CHILD_SERVICES, _R.PREFECT, _R.COMMITTEE_MEMBER, _R.STATION_PSYCHOLOGIST,
    _R.INTERPRETER, _R.LAWYER_PROTECTED, _R.LAWYER_RESPONDENT,
})  # fmt: skip

ROLES_OF: Mapping[AgencyKind, frozenset[Role]] = {
    _K.PROSECUTION_OFFICE: frozenset({_R.PROSECUTOR, _R.PROSECUTOR_CLERK, _R.COMMITTEE_MEMBER}) | _SYSTEM,
    _K.COURT: frozenset({
        _R.FAMILY_JUDGE, _R.INVESTIGATING_JUDGE, _R.CUSTODY_JUDGE, _R.TRIAL_JUDGE, _R.SENTENCE_JUDGE, _R.CLERK, _R.TECHNICIAN,
        _R.COMMITTEE_MEMBER,
    }) | _SYSTEM,
    _K.SUPPORT_ASSOCIATION: frozenset({_R.ASSOCIATION_WORKER, _R.ASSOCIATION_MANAGER, _R.COMMITTEE_MEMBER}),
    _K.REMOTE_ASSISTANCE: frozenset({_R.OPERATOR_TGD, _R.OPERATOR_BAR, _R.TECHNICIAN, _R.ADMINISTRATOR}),
    _K.POLICE: POLICE | {_R.STATION_SOCIAL_WORKER, _R.STATION_PSYCHOLOGIST, _R.COMMITTEE_MEMBER},
    _K.GENDARMERIE: POLICE | {_R.STATION_SOCIAL_WORKER, _R.STATION_PSYCHOLOGIST, _R.COMMITTEE_MEMBER},
    _K.STATION_SOCIAL_WORK: frozenset({_R.STATION_SOCIAL_WORKER, _R.STATION_PSYCHOLOGIST}),
    _K.PROBATION: frozenset({_R.PROBATION}),
    _K.PRISON: frozenset({_R.PRISON_ADMINISTRATION}),
    _K.PERPETRATOR_CENTRE: frozenset({_R.PERPETRATOR_PROGRAMME}),
    _K.MUNICIPALITY: frozenset({_R.MUNICIPAL_POLICE, _R.COMMITTEE_MEMBER}),
    _K.HEALTH: frozenset({_R.HEALTH_PROFESSIONAL}),
    _K.OTHER: _OTHER,
}  # fmt: skip


def _asks_for_a_name(role: Role) -> bool:
    return any(Condition.AUTHORISED in row.conditions for group in Group for row in rows_for(role, group))


# Who reads something only if the prosecutor authorised them by name (TGD-41, TGD-42): as the access table says.
NAMED_ROLES = frozenset(role for role in Role if _asks_for_a_name(role))


def rule_of(role: Role) -> str:
    """Under which rule a role is authorised by name: who answers alarms, or who supports the person."""
    return "TGD-42" if role in ROLES_OF[AgencyKind.SUPPORT_ASSOCIATION] else "TGD-41"


def other_side(one: Role, other: Role) -> bool:
    """Does exactly one of the two stand on the respondent's side? One account never holds both (AC-21)."""
    return (one in RESPONDENT_SIDE) != (other in RESPONDENT_SIDE)
