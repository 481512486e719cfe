"""The orders and bans in force between two people, until when, and what stands beside each (OP-08, IN-11)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from egide.core.law.answers import Answer, Status
from egide.core.law.frames import FRAMES, Frame
from egide.core.law.order_measures import MEASURES, Measure, beside
from egide.core.law.orders import End, standing
from egide.web.cases.law import law_order
from egide.web.cases.models import Order
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.file.laws import Condition, condition
from egide.web.file.saying import a_day, pick, words

_MARKS = {Status.SATISFIED: "yes", Status.NOT_SATISFIED: "no", Status.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order or ban. With `dates_only`, nothing but its days is told."""

    mark: str
    state: str
    frame: str
    span: str
    bans: str
    court: str
    dates_only: bool
    also: str = ""
    beside: tuple[Condition, ...] = ()


def _also(row: Order) -> str:
    """The other measures of an order, in a line; none where it has none (OP-08)."""
    told = ", ".join(words(MEASURES[Measure(one)].text) for one in row.also)
    return pick(f"aussi : {told}", f"also: {told}") if told else ""


def _beside(row: Order, day: date) -> tuple[Answer, ...]:
    """What the law says beside an order of the family judge: appeal, breach, weapons, address (OP-08, 12, 16, 17)."""
    return beside(law_order(row), frozenset(Measure(one) for one in row.also), day)


def orders(lens: Lens, whole: Whole, day: date) -> tuple[OrderLine, ...] | None:
    """Orders and bans between the two, those that stand first; None where the reader may not even know the days."""
    reads = lens.may("ban_decision")
    if not reads and not lens.may("ban_dates", "dates"):
        return None
    lines = []
    for row in whole.orders:
        found = standing(law_order(row), day)
        span = found.period
        first = a_day(span.first) if span.first else pick("début inconnu", "start unknown")
        ends = {
            End.FIXED: pick(f"au {a_day(span.last)}", f"to {a_day(span.last)}"),
            End.OPEN: pick("sans date de fin propre", "with no end of its own"),
            End.UNKNOWN: pick("fin inconnue : à rechercher", "end unknown: to be found out"),
        }[span.end]
        states = {
            "yes": pick("en vigueur", "in force"),
            "no": pick("n’est pas en vigueur", "not in force"),
            "unknown": pick("peut-être en vigueur", "may be in force"),
        }
        mark = _MARKS[found.answer.status]
        bans = ", ".join(
            t
            for t, said in ((pick("contact", "contact"), row.bans_contact), (pick("lieux", "places"), row.bans_places))
            if said
        )
        more = []
        if row.lifted_on is not None:
            more.append(pick(f"levée le {a_day(row.lifted_on)}", f"lifted on {a_day(row.lifted_on)}"))
        if row.related_case_filed_on is not None:
            filed = a_day(row.related_case_filed_on)
            more.append(pick(f"requête liée déposée le {filed}", f"related request filed on {filed}"))
        frame = words(FRAMES[Frame(row.frame)].label) if reads else pick("Interdiction de contact", "Contact ban")
        lines.append(
            OrderLine(
                mark,
                states[mark],
                frame,
                ", ".join(
                    (
                        pick(f"du {first} {ends}", f"from {first} {ends}"),
                        *(more if reads else more[:1] if row.lifted_on else ()),
                    )
                ),
                bans if reads else "",
                " · ".join(p for p in (row.court, row.reference) if p) if reads else "",
                not reads,
                _also(row) if reads else "",
                tuple(condition(a, day) for a in _beside(row, day)) if reads else (),
            )
        )
    return tuple(sorted(lines, key=lambda line: ("yes", "unknown", "no").index(line.mark)))
