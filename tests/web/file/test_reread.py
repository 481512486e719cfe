"""What somebody had to write can be read again: by whoever wrote it, and by whoever decides because of it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from egide.core.access import Role
from egide.web.audit.models import Entry
from egide.web.cases import services as s
from egide.web.cases.models import Attribution, Case
from tests.web import factories
from tests.web.cases.world import World, open_kinds
from tests.web.file.hands import Hands, at

WORKER, MANAGER, PROSECUTOR, CLERK = (
    Role.ASSOCIATION_WORKER,
    Role.ASSOCIATION_MANAGER,
    Role.PROSECUTOR,
    Role.PROSECUTOR_CLERK,
)
SUMMARY, CALLED, ASKED, HEARD = "Logement obtenu ; la peur reste.", "Elle va bien, elle a essayé la touche.", "« Je n’en veux plus. »", "« Il me l’a demandé. »"  # fmt: skip
TOGETHER, BEFORE_RELEASE = "Vue seule : elle demande à garder le téléphone.", "L’interdiction ne suffit pas."

After = tuple[World, Case, Attribution]


@pytest.fixture
def held(after: After) -> After:
    """A phone in somebody's hands."""
    after[0].later(hours=30)
    return after


def test_the_association_reads_its_summary_again_and_the_prosecutor_before_renewing(held: After) -> None:
    w, case, _ = held
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)
    assert "Le procureur la lit pour décider" in worker.look(worker.url("/do/summary")).words
    worker.do("summary", text="Ancienne synthèse.")
    w.later(hours=1)
    worker.do("summary", text=SUMMARY)
    for reader in (worker, at(w, MANAGER, case)):
        assert SUMMARY in reader.look().words
        assert "Ancienne synthèse." in reader.look().words
    assert SUMMARY in prosecutor.look().words
    for form in ("renew", "run-out", "withdraw"):
        shown = prosecutor.look(prosecutor.url(f"/do/{form}")).words
        assert SUMMARY in shown
        assert "Ancienne synthèse." not in shown, "the last one stands beside the form, the others on the case page"


def test_the_summary_is_for_whoever_wrote_it_and_whoever_decides(held: After) -> None:
    w, case, _ = held
    at(w, WORKER, case).do("summary", text=SUMMARY)
    for role in (CLERK, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER):
        assert SUMMARY not in at(w, role, case).look().words
    social = at(w, PROSECUTOR, case).look().words
    assert "Il y a quelque chose ici. Votre rôle vous permet de le savoir, sans plus." in social, (
        "the steps are still not the prosecutor's"
    )


def test_a_call_after_an_alarm_is_read_again_among_the_contacts(held: After) -> None:
    w, case, _ = held
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)
    for ref in ("a", "b"):
        with w.at():
            s.after_alarm(case, w.now, ref)
        w.later(hours=1)
    worker.do("alarm-call", outcome="reached", alone="yes", words=CALLED)
    page = worker.look().words
    assert page.count(CALLED) == 1, "one call answers both"
    assert "Appels après une alerte" in page
    assert CALLED not in prosecutor.look().words, "the contacts are the association's"


def test_what_the_person_says_alone_stands_beside_the_decision_on_the_withdrawal(held: After) -> None:
    w, case, _ = held
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)
    worker.do("ask-to-withdraw", words=ASKED)
    worker.do("confidential-call", alone="no", outcome="under_pressure", words=HEARD)
    for page in (worker.look(), prosecutor.look(), prosecutor.look(prosecutor.url("/do/withdraw"))):
        assert ASKED in page.words
        assert HEARD in page.words
    for role in (CLERK, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER):
        page = at(w, role, case).look()
        assert page.status == 200
        assert ASKED not in page.words
        assert HEARD not in page.words


def test_a_review_is_read_by_those_who_may_read_what_it_is_about(held: After) -> None:
    w, case, _ = held
    worker, prosecutor, clerk = at(w, WORKER, case), at(w, PROSECUTOR, case), at(w, CLERK, case)
    worker.do("cohabitation", on=w.today.isoformat(), words="Depuis dimanche.")
    worker.do("review-cohabitation", outcome="withdrawal_proposed", words=TOGETHER)
    clerk.do("detention", imprisoned="yes", release_at=w.now.strftime("%Y-%m-%dT%H:%M"))
    prosecutor.do("reexamine", outcome="protection_kept", words=BEFORE_RELEASE, not_told="Injoignable.")
    assert TOGETHER in worker.look().words
    assert BEFORE_RELEASE not in worker.look().words, "of the respondent an association knows the dates of the ban"
    beside = prosecutor.look(prosecutor.url("/do/withdraw")).words
    for words in (TOGETHER, BEFORE_RELEASE):
        assert words in prosecutor.look().words
        assert words in beside
    assert BEFORE_RELEASE in clerk.look().words


def test_what_came_of_a_task_is_read_again_by_the_agency_that_owed_it(held: After) -> None:
    w, case, _ = held
    worker = at(w, WORKER, case)
    task = factories.task(case, kind="possible_duplicate", key="possible_duplicate:1", agency=w.agency(WORKER))
    said = "Le parquet dit que c’est une autre personne."
    worker.send(worker.url(f"/do/tick-off?on={task.pk}"), outcome=said)
    for role in (WORKER, MANAGER):
        assert said in at(w, role, case).look().words
    for role in (PROSECUTOR, CLERK, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER):
        assert said not in at(w, role, case).look().words


def test_the_case_page_asks_no_more_for_many_decisions_summaries_calls_and_reviews(held: After) -> None:
    w, case, _ = held
    worker, prosecutor = at(w, WORKER, case), at(w, PROSECUTOR, case)

    def once() -> None:
        worker.do("summary", text=SUMMARY)
        task = factories.task(case, kind="possible_duplicate", key=f"{w.now}", agency=w.agency(WORKER))
        worker.send(worker.url(f"/do/tick-off?on={task.pk}"), outcome="Rien de commun.")
        with w.at():
            s.after_alarm(case, w.now)
        worker.do("alarm-call", outcome="reached", alone="yes", words=CALLED)
        worker.do("ask-to-withdraw", words=ASKED)
        worker.do("confidential-call", alone="yes", outcome="request_maintained", words=HEARD)
        assert "decide_withdrawal" in open_kinds(case)
        w.later(days=160)
        prosecutor.do("renew", reasons="Danger persistant.")
        w.later(days=30)

    once()
    first = [asked(worker), asked(prosecutor)]
    once()
    assert [asked(worker), asked(prosecutor)] == first


def asked(hands: Hands) -> int:
    """How many queries the case page takes."""
    hands.look()
    with CaptureQueriesContext(connection) as told:
        assert hands.look().status == 200
    return len(told)


def test_that_the_prosecutor_read_the_summary_is_in_the_trail(held: After) -> None:
    w, case, _ = held
    before = Entry.objects.count()
    at(w, PROSECUTOR, case).look()
    read = Entry.objects.order_by("pk")[before:]
    (seen,) = [one for one in read if one.action == "read" and "for_decision" in one.groups]
    assert "PR-06" in seen.rule.split()
