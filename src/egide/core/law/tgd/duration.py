"""How long does an attribution last, when is its renewal prepared, and does the contact ban last as long?

Terms are days of the calendar in Paris and end at 24:00. A term that ends never stops a phone: it rings for a decision.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from egide.core.law.answers import Answer, Status, answer, holds
from egide.core.law.calendar import Term, add_months, whole_days_between
from egide.core.law.frames import Frame
from egide.core.law.model import LawBook
from egide.core.law.orders import Order, certain_last, contact_ban_until, contact_bans
from egide.core.law.practice import PracticeSettings
from egide.core.law.rules import LAW
from egide.core.law.tgd.facts import Attribution, Shortening
from egide.core.law.words import say


def terms_of(attribution: Attribution, law: LawBook = LAW) -> tuple[Term, ...]:
    """The term of the attribution and of each renewal, in order (TGD-27, TGD-28).

    Terms in time are counted from the first day of the first, so that 31 August, 29 February and 31 August follow one
    another without drift. A renewal decided after its term was over begins a new count on its own day: the gap shows.
    A term that was shortened ends on the day decided, and what follows is counted from that day.
    Raises ValueError if renewals are out of order.
    """
    first, renewals = attribution.starts_on, attribution.renewed_on
    anchor, months = first, law.value("TGD-27", "months", attribution.decided_on)
    terms = [Term(first, add_months(first, months))]
    for since, renewed_on in zip((date.min, *renewals), (*renewals, None), strict=True):
        cut = _shortened(terms[-1], attribution.shortened, since, renewed_on or date.max)
        if cut is not None:
            anchor, months, terms[-1] = cut, 0, Term(terms[-1].first, cut)
        if renewed_on is None:
            break
        more = law.value("TGD-27", "months", renewed_on)
        if renewed_on < terms[-1].first:
            raise ValueError(f"a renewal of {renewed_on} comes before the term it renews")
        if renewed_on > terms[-1].last:
            anchor, months = renewed_on, more
            terms.append(Term(anchor, add_months(anchor, months)))
        else:
            months += more
            terms.append(Term(terms[-1].last + timedelta(days=1), add_months(anchor, months)))
    return tuple(terms)


def _shortened(term: Term, shortenings: Iterable[Shortening], since: date, until: date) -> date | None:
    """The last day the prosecutor gave a term that was the present one between two days; None: it was left as it was.

    A shortening bites on the term in which its new last day lies: one decided on the day of a renewal is not mistaken.
    """
    days = [s.to for s in shortenings if since <= s.decided_on <= until and term.first <= s.to < term.last]
    return min(days, default=None)


def term_of(attribution: Attribution, law: LawBook = LAW) -> Term:
    """The term that runs now: that of the last renewal. It ends at 24:00 of its last day. Raises as `terms_of`."""
    return terms_of(attribution, law)[-1]


def renewal_window(attribution: Attribution, practice: PracticeSettings, law: LawBook = LAW) -> Term:
    """The days in which a renewal is prepared, the last being the term's own. No text sets a window: it is a setting.

    A renewal may be decided at any time before; the number of renewals is not limited (TGD-27).
    """
    term = term_of(attribution, law)
    opens = term.last - timedelta(days=practice.renewal_opens_days)
    return Term(max(opens, term.first), term.last)


def may_be_shortened(orders: Iterable[Order], not_followed: bool | None, day: date, law: LawBook = LAW) -> Answer:
    """Whether the prosecutor may shorten the six months: an OPPI ended, and no protection order followed (TGD-28).

    `not_followed`: somebody says that the request for an OP was not granted. A register that holds no OP does not say so.
    """
    if not holds(law, "TGD-28", day):
        return answer(law, "TGD-28", day, Status.NOT_SATISFIED, say("rule.not_yet"))
    register = tuple(orders)
    oppis = [o for o in register if o.frame is Frame.IMMEDIATE_PROTECTION_ORDER]
    if not oppis:
        return answer(law, "TGD-28", day, Status.NOT_SATISFIED, say("shorten.no_oppi"))
    earliest = min(o.decided_on or o.binds_from or day for o in oppis)
    granted = any(
        o.frame is Frame.PROTECTION_ORDER and (o.decided_on or o.binds_from or day) >= earliest for o in register
    )
    if granted or not_followed is False:
        return answer(law, "TGD-28", day, Status.NOT_SATISFIED, say("shorten.followed"))
    ends = [o.lifted_on for o in oppis if o.lifted_on is not None and o.lifted_on <= day]
    if not_followed is None or len(ends) < len(oppis):
        return answer(law, "TGD-28", day, Status.UNKNOWN, say("shorten.pending"))
    return answer(law, "TGD-28", day, Status.SATISFIED, say("shorten.possible", day=max(ends)))


def ban_watch(attribution: Attribution, orders: Iterable[Order], day: date, law: LawBook = LAW) -> Answer:
    """Whether the contact ban lasts as long as the phone, seen from that day (IN-11).

    Not satisfied with the number of days left bare; unknown where the ban's end is not known for certain.
    """
    bans, last = tuple(orders), term_of(attribution, law).last
    span = contact_ban_until(bans, day, law)
    if span is None:
        if contact_bans(bans, day, law):
            return answer(law, "IN-11", day, Status.UNKNOWN, say("watch.unknown"))
        return answer(law, "IN-11", day, Status.NOT_SATISFIED, say("watch.none", day=last))
    ends = certain_last(span)
    if ends is None or ends >= last:
        return answer(law, "IN-11", day, Status.SATISFIED, say("watch.covered", day=last))
    if span.doubtful_after is not None:
        return answer(law, "IN-11", day, Status.UNKNOWN, say("watch.unknown"))
    bare = whole_days_between(ends, last)
    return answer(law, "IN-11", day, Status.NOT_SATISFIED, say("watch.ends_first", ban=ends, day=last, days=bare))
