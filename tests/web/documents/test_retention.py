"""Documents go when the law says so, and never while a phone is out or an end is unknown (TGD-43, TGD-45)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from egide.core.law.calendar import end_of_day
from egide.web.audit.models import Entry
from egide.web.cases.models import Attribution, Case, Order, ReturnCertificate
from egide.web.documents.models import Document
from egide.web.documents.retention import destroy_due, kept_until, reschedule
from tests.web import factories

pytestmark = pytest.mark.django_db

DECIDED = datetime(2026, 1, 10, 12, tzinfo=UTC)
RETURNED = datetime(2026, 5, 4, 9, tzinfo=UTC)
LATER = datetime(2027, 6, 1, tzinfo=UTC)


def attributed(returned: bool = True, **order: Any) -> Case:
    """A case whose phone was given in January, with a ban unless `order` says `frame=None`."""
    case = factories.case(stage="withdrawal")
    decision = factories.decision(case, decided_at=DECIDED)
    attribution = Attribution.objects.create(
        case=case, decision=decision, starts_on=date(2026, 1, 12), ends_on=date(2026, 7, 12)
    )
    if returned:
        ReturnCertificate.objects.create(attribution=attribution, returned_at=RETURNED, received_by=factories.user())
    fields = {"frame": "judicial_supervision", "starts_on": date(2026, 1, 5), "ends_on": date(2026, 9, 30)} | order
    if fields["frame"]:
        Order.objects.create(case=case, respondent=factories.respondent(case), **fields)
    return case


def paper(case: Case) -> Document:
    """A document of the case."""
    return Document.objects.create(
        case=case,
        kind="consent",
        number=f"T-{case.pk}-{Document.objects.count()}",
        title="x",
        body=b"x",
        sha256=b"h" * 32,
    )


def test_they_are_kept_as_long_as_the_ban() -> None:
    assert kept_until(attributed()) == end_of_day(date(2026, 9, 30))


def test_a_ban_that_ended_before_the_return_keeps_them_until_the_return() -> None:
    assert kept_until(attributed(ends_on=date(2026, 3, 1))) == end_of_day(date(2026, 5, 4))


def test_without_a_ban_the_attributions_term_answers_as_the_district_sets() -> None:
    case = attributed(frame=None)
    assert kept_until(case) == end_of_day(date(2026, 7, 12))


def test_a_ban_that_the_pairs_other_case_holds_keeps_the_papers_of_this_one() -> None:
    case = attributed(ends_on=date(2026, 3, 1))
    him = case.respondents.get().person
    again = factories.case(protected_person=case.protected_person)
    ban = Order.objects.create(
        case=again, respondent=factories.respondent(again, person=him), frame="judicial_supervision",
        starts_on=date(2026, 4, 1), ends_on=date(2027, 1, 31),
    )  # fmt: skip
    assert kept_until(case) == end_of_day(date(2027, 1, 31))
    Order.objects.filter(pk=ban.pk).update(ends_on=None)
    assert kept_until(case) is None


def test_a_ban_of_somebody_else_keeps_no_paper_of_an_attribution_that_names_its_respondent() -> None:
    case = attributed(ends_on=date(2026, 6, 30))
    Attribution.objects.filter(case=case).update(respondent=case.respondents.get())
    Order.objects.create(
        case=case, respondent=factories.respondent(case), frame="judicial_supervision", starts_on=date(2026, 1, 5)
    )
    assert kept_until(case) == end_of_day(date(2026, 6, 30))
    Attribution.objects.filter(case=case).update(respondent=None)
    assert kept_until(case) is None, "where the attribution names nobody, every ban of the case counts"


@pytest.mark.parametrize(
    "case_of",
    [
        lambda: attributed(returned=False),
        lambda: attributed(ends_on=None),
        lambda: attributed(frame="sealed_letter"),
        lambda: factories.case(stage="ended"),
    ],
    ids=["the phone is out", "the ban's end is unknown", "the frame is unknown", "nothing was attributed"],
)
def test_where_no_day_is_known_nothing_is_destroyed(case_of: Any) -> None:
    case = case_of()
    paper(case)
    assert kept_until(case) is None
    assert reschedule(case) is None
    assert destroy_due(LATER) == []


def test_when_the_day_is_over_the_body_goes_and_number_and_hash_stay() -> None:
    case = attributed()
    kept = paper(case)
    until = reschedule(case)
    assert until is not None
    assert destroy_due(until - timedelta(seconds=1)) == []
    before = Entry.objects.count()
    assert destroy_due(until) == [kept.number]
    left = Document.objects.get(pk=kept.pk)
    assert (left.body, left.destroyed_at, bytes(left.sha256)) == (None, until, b"h" * 32)
    entry = Entry.objects.order_by("seq")[before]
    assert (entry.action, entry.object_id, entry.rule) == ("destroy", str(kept.public_id), "TGD-43")
    assert destroy_due(LATER) == [], "once is enough"


def test_a_ban_prolonged_meanwhile_keeps_them_and_puts_the_row_right() -> None:
    case = attributed()
    kept = paper(case)
    reschedule(case)
    case.orders.update(ends_on=date(2027, 3, 31))
    assert destroy_due(datetime(2026, 12, 1, tzinfo=UTC)) == []
    kept.refresh_from_db()
    assert kept.retention_until == end_of_day(date(2027, 3, 31))


def test_a_second_phone_that_is_out_keeps_the_papers_of_the_first() -> None:
    case = attributed()
    paper(case)
    reschedule(case)
    again = factories.decision(case, decided_at=RETURNED)
    case.attributions.update(status="returned")
    Attribution.objects.create(case=case, decision=again, starts_on=date(2026, 6, 1), ends_on=date(2026, 11, 30))
    assert destroy_due(LATER) == []


def test_one_case_at_its_end_leaves_the_others_alone() -> None:
    over, going_on = attributed(), attributed(ends_on=date(2028, 1, 1))
    gone, kept = paper(over), paper(going_on)
    for case in (over, going_on):
        reschedule(case)
    assert destroy_due(LATER) == [gone.number]
    assert Document.objects.get(pk=kept.pk).body is not None
