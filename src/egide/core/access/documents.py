"""What each paper of a TGD may hold, and how much of it. A paper is only as readable as what stands in it.

A template that shows a group outside its row is wrong (canary tests hold it); whoever may read the paper may see each
group in it to that level (a test holds that too).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from egide.core.access.groups import Group
from egide.core.access.rows import HOME, PART_I, PART_II, PLACES, REACH
from egide.core.access.scale import Level

G = Group


def _holds(groups: Iterable[Group], dates: Iterable[Group] = ()) -> Mapping[Group, Level]:
    return dict.fromkeys(groups, Level.READ) | dict.fromkeys(dates, Level.DATES_ONLY)


CONTAINS: Mapping[Group, Mapping[Group, Level]] = {
    G.DOC_CONSENT: _holds({G.IDENTITY, G.CONSENTS}),
    G.DOC_GEOLOCATION_CONSENT: _holds({G.IDENTITY, G.CONSENTS}),
    G.DOC_EVALUATION_REPORT: _holds(REACH | {G.FAMILY, G.CHILDREN, G.NARRATIVE, G.EVIDENCE, G.HEALTH, G.DANGER_PROTECTED, G.EVALUATION_REPORT, G.CONDITIONS, G.CONSENTS}),
    G.DOC_DECISION: _holds({G.IDENTITY, G.ATTRIBUTION, G.DECISION_REASONS, G.CONDITIONS, G.RESPONDENT_IDENTITY, G.BAN_DATES, G.BAN_DECISION}),
    G.DOC_HAND_OVER: _holds({G.IDENTITY, G.ATTRIBUTION, G.DEVICE}),
    G.DOC_LIAISON_OPERATOR: _holds(PART_I - {G.PHOTO}),
    G.DOC_LIAISON_POLICE: _holds(REACH | PLACES | HOME | PART_II | {G.PHOTO, G.ATTRIBUTION, G.DEVICE, G.WEAPONS}),
    G.DOC_LIAISON_ASSOCIATION: _holds(REACH | {G.ATTRIBUTION, G.DEVICE}, dates={G.BAN_DATES}),
    G.DOC_INFORMATION_SHEET: _holds({G.ATTRIBUTION, G.DEVICE}, dates={G.BAN_DATES}),
    G.DOC_COMMITTEE_SHEET: _holds({G.IDENTITY, G.CASE_STATE, G.MANDATES, G.COMMITTEE}, dates={G.ATTRIBUTION, G.BAN_DATES}),
    G.DOC_RETURN_CERTIFICATE: _holds({G.IDENTITY, G.ATTRIBUTION, G.DEVICE}),
}  # fmt: skip
