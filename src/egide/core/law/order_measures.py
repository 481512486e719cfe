"""What else may an order of the family judge contain, beside the bans on contact and places, and what follows from it?

The list of OP-08 and the shorter one of the immediate order (OP-14). It says nothing of what a judge ought to order.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from egide.core.law.answers import Answer, Status, answer
from egide.core.law.frames import Frame
from egide.core.law.model import LawBook
from egide.core.law.orders import Order, appeal_term, breach_penalty
from egide.core.law.rules import LAW
from egide.core.law.text import Text
from egide.core.law.words import say


class Measure(StrEnum):
    """A measure of an order, the bans on contact and places apart."""

    WEAPON_BAN = "weapon_ban"
    WEAPONS_HANDED_IN = "weapons_handed_in"
    CARE_OR_COURSE = "care_or_course"
    HOME = "home"
    PET = "pet"
    CHILDREN = "children"
    CONTRIBUTIONS = "contributions"
    ADDRESS_HIDDEN = "address_hidden"
    LEGAL_AID = "legal_aid"


@dataclass(frozen=True, slots=True)
class MeasureRow:
    """One measure: its words, and whether an immediate order may hold it too (OP-14)."""

    measure: Measure
    text: Text
    immediate: bool = False


_t = Text.of
MEASURES: dict[Measure, MeasureRow] = {
    row.measure: row
    for row in (
        MeasureRow(Measure.WEAPON_BAN, _t("interdiction de détenir une arme (2°)", "ban on weapons (2°)"), True),
        MeasureRow(
            Measure.WEAPONS_HANDED_IN,
            _t("remise des armes aux forces de l’ordre (2° bis)", "weapons handed in (2° bis)"),
            True,
        ),
        MeasureRow(Measure.CARE_OR_COURSE, _t("prise en charge ou stage (2° ter)", "care or course (2° ter)")),
        MeasureRow(
            Measure.HOME,
            _t("logement à la personne qui n’est pas violente (3°, 4°)", "home to the one who is not violent (3°, 4°)"),
        ),
        MeasureRow(Measure.PET, _t("animal du foyer (3° bis)", "pet (3° bis)")),
        MeasureRow(
            Measure.CHILDREN, _t("autorité parentale, visites (5°)", "parental authority, visits (5°)"), True
        ),  # OP-14: their suspension
        MeasureRow(Measure.CONTRIBUTIONS, _t("contributions à payer (5°)", "contributions to be paid (5°)")),
        MeasureRow(Measure.ADDRESS_HIDDEN, _t("adresse dissimulée (6°, 6° bis)", "address hidden (6°, 6° bis)"), True),
        MeasureRow(Measure.LEGAL_AID, _t("aide juridictionnelle (7°)", "legal aid (7°)")),
    )
}
CIVIL = frozenset({Frame.PROTECTION_ORDER, Frame.IMMEDIATE_PROTECTION_ORDER})


def measures_of(frame: Frame) -> tuple[Measure, ...]:
    """The measures an order of that frame may hold (OP-08, OP-14); none for one that is not the family judge's."""
    if frame not in CIVIL:
        return ()
    return tuple(row.measure for row in MEASURES.values() if row.immediate or frame is Frame.PROTECTION_ORDER)


def beside(order: Order, measures: frozenset[Measure], day: date, law: LawBook = LAW) -> tuple[Answer, ...]:
    """What stands beside an order of the family judge on that day: appeal, breach, weapons, a change of address.

    Each is information, none decides anything (OP-08, OP-12, OP-16, OP-17). Empty for another frame, or once it is lifted.
    """
    if order.frame not in CIVIL or order.lifted_on is not None:
        return ()
    found = []
    first = order.binds_from
    if order.frame is Frame.PROTECTION_ORDER and first is not None:
        last = appeal_term(first, law).last
        open_still = Status.SATISFIED if day <= last else Status.NOT_SATISFIED
        found.append(
            answer(
                law,
                "OP-12",
                day,
                open_still,
                say("order.appeal_until" if day <= last else "order.appeal_over", day=last),
            )
        )
    penalty = breach_penalty(day, law)
    found.append(
        answer(
            law, "OP-16", day, Status.SATISFIED, say("order.breach", years=penalty.years, euros=_euros(penalty.euros))
        )
    )
    if order.contact_ban and Measure.WEAPON_BAN not in measures:
        found.append(answer(law, "OP-08", day, Status.UNKNOWN, say("order.no_weapon_ban")))
    if Measure.CONTRIBUTIONS in measures:
        within, months, euros = (law.value("OP-17", name, day) for name in ("within_months", "months", "euros"))
        why = say("order.address_change", within_months=within, months=months, euros=_euros(euros))
        found.append(answer(law, "OP-17", day, Status.SATISFIED, why))
    return tuple(found)


def _euros(amount: int) -> Text:
    """An amount with its thousands kept apart, as each language does."""
    return Text.of(f"{amount:,}".replace(",", " "), f"{amount:,}")
