"""What must somebody tell the prosecutor, whatever the person agrees to? Said before anybody is asked for a consent (CF-17).

It is the duty of the official who reads it, never of the association (SH-08), and Égide notifies nobody in their place.
"""

from __future__ import annotations

from egide.core.access import ROLES, Role
from egide.core.access.share_rules import Fact
from egide.core.access.sharing import Party, duties
from egide.core.law.text import Text

_DUTY = Text.of(
    "si vous avez appris un crime ou un délit dans vos fonctions, vous en avisez vous-même le procureur, sans délai (art. 40 "
    "du code de procédure pénale). C’est votre devoir, pas celui de l’association, et il ne dépend d’aucun consentement.",
    "if you learned of a crime or an offence in your office, you notify the prosecutor yourself, without delay (art. 40 "
    "of the code of criminal procedure). It is your duty, not the association’s, and depends on no consent.",
)
_AN_OFFICIAL = Text.of("Agent public", "Public official")
_IF_ONE = Text.of("Si vous êtes agent public", "If you are a public official")


def article_40(role: Role | None) -> Text | None:
    """The sentence on article 40 for somebody in that role; None where it is not addressed to them.

    Where the role leaves open whether its holder is a public official, it says so.
    """
    if role is None:
        return None
    party = Party(role, "", public_official=ROLES[role].public is not False)
    told = duties(party, {Fact.OFFENCE_LEARNED_IN_OFFICE})
    if not any(row.basis == "SH-08" for row in told):
        return None
    who = _AN_OFFICIAL if ROLES[role].public else _IF_ONE
    return Text.of(f"{who.fr} : {_DUTY.fr}", f"{who.en}: {_DUTY.en}")
