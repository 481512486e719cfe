"""May this sender pass that category on to that recipient, now, and on what ground? Default deny (SH-01).

A share passes with a text whose facts are stated, or with a live consent that matches category, recipient and purpose.
Duties come first: a public official's duty to notify is shown before anybody is asked for consent (CF-17).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from egide.core.access.groups import Category, Group, in_category
from egide.core.access.people import Barred, Consent, Purpose, is_barred
from egide.core.access.roles import ROLES, Role
from egide.core.access.rows import HERS_TO_GIVE
from egide.core.access.scale import Obligation
from egide.core.access.share_rules import SHARES, Fact, ShareRow
from egide.core.access.walls import wall_for

BARRED, CLOSED, DEFAULT = "X-BARRED", "X-CLOSED", "SH-01"


@dataclass(frozen=True, slots=True)
class Party:
    """One end of a share. `public_official` settles what the role leaves open (a social worker's employer)."""

    role: Role
    agency: str
    actor: str = ""
    unit: str = ""
    public_official: bool = False

    @property
    def public(self) -> bool:
        """Is CPP 40 addressed to this one?"""
        told = ROLES[self.role].public
        return self.public_official if told is None else told


@dataclass(frozen=True, slots=True)
class ShareDecision:
    """The answer, its ground, and the field groups of the category that may go; others stay behind a wall.

    `rule_id` is the row, wall or rule; `basis` the id of the text (SH-*), SH-16 for a consent.
    """

    allowed: bool
    rule_id: str
    basis: str
    fr: str
    en: str
    groups: frozenset[Group] = frozenset()
    duty: bool = False
    obligations: tuple[Obligation, ...] = (Obligation.AUDIT,)
    consent: str = ""


def _addressed(row: ShareRow, sender: Party, facts: Collection[Fact]) -> bool:
    if sender.role not in row.senders or not row.facts <= set(facts):
        return False
    if row.public_only and not sender.public:
        return False
    return not (row.unless_secrecy and ROLES[sender.role].secrecy)


def duties(sender: Party, facts: Collection[Fact]) -> tuple[ShareRow, ...]:
    """The texts that oblige this sender to tell somebody, given these facts: shown before any consent (CF-17)."""
    return tuple(row for row in SHARES if row.duty and _addressed(row, sender, facts))


def may_share(
    sender: Party,
    recipient: Party,
    category: Category,
    purpose: Purpose,
    at: datetime,
    consents: Iterable[Consent] = (),
    facts: Collection[Fact] = (),
    barred: Iterable[Barred] = (),
) -> ShareDecision:
    """May the sender pass this category of one case on to the recipient at that instant?

    A bar and a wall of the recipient win over every ground. A stated text wins over a consent, a duty over a faculty.
    Raises nothing, except ValueError for an instant without a zone.
    """
    bars = tuple(barred)
    for end in (sender, recipient):
        if is_barred(bars, end.actor, end.unit, end.agency):
            return ShareDecision(False, BARRED, "RQ-08", "personne ou unité écartée de ce dossier", "person or unit barred from this case")  # fmt: skip
    whole = in_category(category)
    groups = frozenset(group for group in whole if wall_for(recipient.role, group) is None)
    if not groups:
        wall = next(wall for group in sorted(whole) if (wall := wall_for(recipient.role, group)))
        return ShareDecision(False, wall.id, ", ".join(wall.sources), wall.fr, wall.en)
    grounds = [
        row
        for row in SHARES
        if recipient.role in row.recipients
        and category in row.categories
        and groups & row.groups
        and _addressed(row, sender, facts)
    ]
    if grounds:
        row = max(grounds, key=lambda ground: ground.duty)
        obligations = (Obligation.AUDIT, *row.obligations)
        return ShareDecision(True, row.id, row.basis, row.fr, row.en, groups & row.groups, row.duty, obligations)
    return _by_consent(sender, recipient, category, purpose, at, consents, groups & HERS_TO_GIVE)


def _by_consent(
    sender: Party,
    recipient: Party,
    category: Category,
    purpose: Purpose,
    at: datetime,
    consents: Iterable[Consent],
    groups: frozenset[Group],
) -> ShareDecision:
    if not groups:
        fr = f"« {category.fr} » : aucun texte ne s’applique et le consentement n’y suffit pas"
        en = f"“{category.en}”: no text applies, and consent is not enough for it"
        return ShareDecision(False, CLOSED, DEFAULT, fr, en)
    reasons: list[tuple[int, str, str]] = []
    for consent in consents:
        if consent.category is not category or consent.recipient != recipient.agency or not recipient.agency:
            continue
        if not consent.live(at):
            reasons.append((1, "le consentement est terminé, retiré ou pas encore en vigueur", "the consent is over, withdrawn or not yet in force"))  # fmt: skip
        elif consent.purpose is not purpose:
            reasons.append((2, "le consentement vaut pour une autre finalité", "the consent is for another purpose"))
        elif consent.sender not in ("", sender.agency):
            reasons.append((3, "le consentement désigne un autre organisme pour transmettre", "the consent names another agency to pass it on"))  # fmt: skip
        else:
            return ShareDecision(
                True,
                consent.id,
                "SH-16",
                f"consentement à transmettre « {category.fr} » à ce destinataire, pour cette finalité",
                f"consent to pass on “{category.en}” to this recipient for this purpose",
                groups,
                obligations=(Obligation.AUDIT, Obligation.ONLY_FOR_PURPOSE),
                consent=consent.id,
            )
    nearest = (0, "ni texte applicable, ni consentement : rien ne se transmet", "no text applies and there is no consent: nothing is passed on")  # fmt: skip
    _, fr, en = max([nearest, *reasons])
    return ShareDecision(False, DEFAULT, DEFAULT, fr, en)
