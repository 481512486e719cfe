"""Who may see, write or pass on which part of a case, and why? One table, walls that win over it, default deny.

`decide` answers for one field group, `fields` for a page, `may_open` says whether the case exists for the actor at
all, `may_share` whether something may be passed on. Pure: no clock, no database; the caller audits every answer.
"""

from egide.core.access.decide import (
    GRANTS,
    Decision,
    Refused,
    break_glass,
    decide,
    fields,
    may_open,
    may_report,
    rows_for,
)
from egide.core.access.documents import CONTAINS
from egide.core.access.groups import DOCUMENTS, GROUPS, About, Category, Group, about, in_category
from egide.core.access.people import (
    BREAK_GLASS_LIMIT,
    BREAK_GLASS_REVIEW,
    Actor,
    Barred,
    BarredKind,
    BreakGlass,
    CaseView,
    Consent,
    Mandate,
    Purpose,
)
from egide.core.access.roles import RESPONDENT_SIDE, ROLES, Role, Side
from egide.core.access.rows import Grant
from egide.core.access.scale import Action, Condition, Level, Obligation, Stage
from egide.core.access.share_rules import SHARES, Fact, ShareRow
from egide.core.access.sharing import Party, ShareDecision, duties, may_share
from egide.core.access.walls import WALLS, Wall, wall_for

__all__ = [
    "BREAK_GLASS_LIMIT",
    "BREAK_GLASS_REVIEW",
    "CONTAINS",
    "DOCUMENTS",
    "GRANTS",
    "GROUPS",
    "RESPONDENT_SIDE",
    "ROLES",
    "SHARES",
    "WALLS",
    "About",
    "Action",
    "Actor",
    "Barred",
    "BarredKind",
    "BreakGlass",
    "CaseView",
    "Category",
    "Condition",
    "Consent",
    "Decision",
    "Fact",
    "Grant",
    "Group",
    "Level",
    "Mandate",
    "Obligation",
    "Party",
    "Purpose",
    "Refused",
    "Role",
    "ShareDecision",
    "ShareRow",
    "Side",
    "Stage",
    "Wall",
    "about",
    "break_glass",
    "decide",
    "duties",
    "fields",
    "in_category",
    "may_open",
    "may_report",
    "may_share",
    "rows_for",
    "wall_for",
]
