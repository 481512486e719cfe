"""The documents of a case for its page: each with its number, its day and its hash, and those one click draws up.

What the reader may open or draw up is answered by `documents.offers`, through the lens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from egide.core.law.frames import FRAMES, Frame
from egide.web.cases.models import Case, Order
from egide.web.cases.services.ports import Lens
from egide.web.cases.services.whole import Whole
from egide.web.documents.offers import Listed, listed, offered
from egide.web.file.saying import a_day, an_instant, pick, words


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One document. `number` and `hash` empty: known to exist, no more. `public_id` empty: it cannot be opened."""

    title: str
    number: str
    made: str
    pages: str
    hash: str
    state: str
    public_id: str


@dataclass(frozen=True, slots=True)
class OfferLine:
    """One document that one click draws up. `order`: the order it reminds of, empty for the others."""

    slug: str
    title: str
    about: str
    order: str


def papers(case: Case, lens: Lens) -> list[Listed]:
    """Those the reader may open or know of."""
    return listed(case, lens)


def lines(made: list[Listed]) -> tuple[PaperLine, ...]:
    """The same for the page."""
    return tuple(_line(one) for one in made)


def _line(one: Listed) -> PaperLine:
    row = one.document
    knows_more = one.opens or one.destroyed
    state = ""
    if one.destroyed:
        state = pick("détruit : sa durée de conservation est passée", "destroyed: its retention is over")
    elif not one.latest:
        state = pick("remplacé par une version plus récente", "replaced by a newer version")
    pages = pick(f"{row.pages} page{'s' if row.pages > 1 else ''}", f"{row.pages} page{'s' if row.pages > 1 else ''}")
    return PaperLine(
        one.title, row.number if knows_more else "", an_instant(row.made_at), pages if knows_more else "",
        one.hash if knows_more else "", state, str(row.public_id) if one.opens else "",
    )  # fmt: skip


def draw_up(lens: Lens, whole: Whole, made: list[Listed], now: datetime) -> tuple[OfferLine, ...]:
    """What may be drawn up now."""
    found = []
    for one in offered(lens, whole, made, now):
        about = pick("nouvelle version", "new version") if one.again else ""
        if one.order is not None:
            about = _order(one.order)
        found.append(OfferLine(one.kind.value, one.title, about, "" if one.order is None else str(one.order.pk)))
    return tuple(found)


def _order(order: Order) -> str:
    frame = words(FRAMES[Frame(order.frame)].label) if order.frame in set(Frame) else order.frame
    day = order.starts_on or order.notified_on or order.decided_on
    return pick(f"{frame}, {a_day(day)}", f"{frame}, {a_day(day)}")
