"""Who reads what on the file's pages, role by role; and what no page may ever do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from egide.web import permissions
from egide.web.cases.models import Attribution, Case, Contact, Decision, Evaluation, Statement
from egide.web.tasks import lists
from tests.web import factories
from tests.web.file.world import FAMILY, GIVEN, PHONE, PLACE, World, attributed, evaluated, world

pytestmark = pytest.mark.skipif(not hasattr(permissions, "lens_for"), reason="the lens is not there yet")


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """The evaluation is sent: laid once, for a file of tests that begin there."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield evaluated(world())
        transaction.set_rollback(True)


@pytest.fixture
def there(laid: World) -> Iterator[World]:
    """The same for one test, which may do to it what it likes."""
    with transaction.atomic():
        yield replace(laid, case=Case.objects.get(pk=laid.case.pk))
        transaction.set_rollback(True)


def text(answer: Any) -> str:
    body: str = answer.content.decode()
    return body.replace("\u00a0", " ").replace("\u202f", " ")


def title(answer: Any) -> str:
    found = re.search(r"<title>(.*?)</title>", text(answer), re.S)
    assert found is not None
    return found[1]


def test_the_worker_finds_the_person_and_the_safe_way_to_reach_her(there: World) -> None:
    body = text(there.client(there.worker).get(there.url()))
    assert GIVEN in body
    assert PHONE in body
    assert "peut être utilisé" in body
    assert "aucun message" in body
    assert "C’est pour le rendez-vous du dentiste" in body
    assert body.index("ne pas utiliser") > body.index("peut être utilisé")


def test_the_association_reads_nothing_of_the_respondent(there: World) -> None:
    assert "Ostrelet" not in text(there.client(there.worker).get(there.url()))


def test_the_prosecutor_reads_the_file_and_learns_only_that_there_is_a_follow_up(there: World) -> None:
    body = text(there.client(there.prosecutor).get(there.url()))
    assert "Ostrelet" in body
    assert "Rendez-vous pris." not in body
    assert "Il y a quelque chose ici. Votre rôle vous permet de le savoir, sans plus" in body


def test_a_stranger_a_barred_agency_and_a_number_nobody_has_are_the_same_404(there: World) -> None:
    stranger = there.client(there.stranger)
    assert stranger.get(there.url()).status_code == 404
    assert stranger.get(there.url("/decide")).status_code == 404
    assert stranger.get("/file/cases/00000000-0000-0000-0000-000000000000").status_code == 404
    factories.bar(there.case, agency=there.association)
    assert there.client(there.worker).get(there.url()).status_code == 404


def test_somebody_who_is_a_member_of_nothing_finds_no_file(db: None) -> None:
    client = Client()
    client.force_login(factories.user())
    assert [client.get(path).status_code for path in ("/file/", "/file/phones", "/file/to-decide", "/file/report")] == [
        404
    ] * 4


def test_a_worker_cannot_open_the_prosecutors_pages(there: World) -> None:
    client = there.client(there.worker)
    assert client.get("/file/to-decide").status_code == 404
    assert client.get("/file/phones").status_code == 404
    assert client.get(there.url("/decide")).status_code == 403


def test_the_home_names_a_case_by_number_and_initials(there: World) -> None:
    body = text(there.client(there.worker).get("/file/"))
    assert there.case.number in body
    assert "Q. V." in body
    assert GIVEN not in body
    assert FAMILY not in body


def test_a_home_that_cannot_show_everything_says_so(there: World, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = text(there.client(there.prosecutor).get("/file/"))
    assert "au moins" not in whole
    monkeypatch.setattr(lists, "LIMIT", 1)
    assert "1 tâches ouvertes au moins, dont 0 en retard : voici" in text(there.client(there.prosecutor).get("/file/"))


def test_the_home_says_who_is_waited_for_since_when_and_what_changed(there: World) -> None:
    prosecutor = there.client(there.prosecutor)
    prosecutor.get("/file/")
    body = text(there.client(there.worker).get("/file/"))
    waiting = body.partition('id="waiting"')[2].partition("</section>")[0]
    assert re.search(rf'<span class="owner">{there.office.name}</span><br><span class="small">depuis', waiting)
    changed = text(there.client(there.clerk).get("/file/")).partition('id="changed"')[2].partition("</section>")[0]
    assert "Envoyer l’évaluation" in changed or "Évaluation" in changed
    assert there.worker.shown_name in changed
    assert "Noter un contact" not in changed, "the association’s own log is not told to the prosecution office"
    mine = body.partition('id="changed"')[2].partition("</section>")[0]
    assert there.case.number not in mine, "what one did oneself is no news"


def test_what_others_owe_later_is_folded_away_and_ones_own_work_says_whose_it_is(there: World) -> None:
    now, office = timezone.now(), there.office
    role = {"agency": office, "role": "prosecutor"}
    factories.task(there.case, kind="term", due_at=now + timedelta(days=60), opens_at=now + timedelta(days=30), **role)
    factories.task(there.case, kind="decide_withdrawal", due_at=now + timedelta(days=30), **role)
    mine = {"agency": there.association, "role": "association_worker", "due_at": now + timedelta(days=1)}
    factories.task(there.case, kind="call_back", assignee=there.worker, **mine)
    factories.task(there.case, kind="look_at_case", **mine)
    body = text(there.client(there.worker).get("/file/"))
    waiting = body.partition('id="waiting"')[2].partition("</section>")[0]
    pressing, _, later = waiting.partition("<summary>À venir")
    assert "Décider de l’attribution" in pressing
    assert "Terme de l’attribution" not in pressing
    assert "Terme de l’attribution" in later
    assert "Décider de la suite de la demande de retrait" in later
    due = body.partition('id="due"')[2].partition("</section>")[0]
    assert '<span class="small">vous</span>' in due
    assert '<span class="small">toute l’équipe</span>' in due


def test_the_evaluation_is_written_with_the_timeline_in_sight(there: World) -> None:
    page = text(world_with_an_open_evaluation(there))
    assert page.index("Fait constaté") < page.index("Propos rapporté") < page.index("Avis professionnel")
    assert "« Il m’attend en bas. »" in page
    assert "l’hiver dernier" in page


def world_with_an_open_evaluation(there: World) -> Any:
    """The form of the evaluation, as if its report had not left yet."""
    Evaluation.objects.filter(case=there.case).update(sent_at=None)
    return there.client(there.worker).get(there.url("/do/evaluation"))


def test_a_list_leads_nobody_to_a_page_that_is_not_there(there: World) -> None:
    factories.mandate(there.case, there.provider, purpose="remote_assistance")
    factories.mandate(there.case, there.association, purpose="follow_up")
    technician = factories.member(there.provider, "technician")
    task = factories.task(there.case, agency=there.provider, role="technician", kind="erase_provider")
    Case.objects.filter(pk=there.case.pk).update(stage="ended")
    operator = there.client(there.operator)
    assert operator.get(there.url()).status_code == 404
    assert there.case.number not in text(operator.get("/file/")), "a case that is closed to them is no work of theirs"
    theirs = text(there.client(technician).get("/file/"))
    assert there.case.number in theirs
    assert 'href="/file/phones?state=to_erase"' in theirs
    assert there.url() not in theirs
    assert there.client(technician).get("/file/phones?state=to_erase").status_code == 200
    task.assignee = there.operator
    task.save()
    given = text(operator.get("/file/"))
    assert there.case.number in given
    assert there.url() not in given


def test_no_address_and_no_title_holds_a_name(there: World) -> None:
    for user in (there.worker, there.prosecutor, there.clerk):
        client = there.client(user)
        for path in ("/file/", there.url(), there.url("/do/contact"), there.url("/decide"), "/file/to-decide"):
            answer = client.get(path)
            if answer.status_code == 200:
                assert GIVEN not in title(answer)
                assert FAMILY not in title(answer)
                for link in re.findall(r'(?:href|action)="([^"]*)"', text(answer)):
                    assert GIVEN.lower() not in link.lower()
                    assert FAMILY.lower() not in link.lower()


def test_a_search_goes_by_post_and_finds_only_ones_own_cases(there: World) -> None:
    mine = text(there.client(there.worker).post("/file/search", {"q": FAMILY}))
    assert there.case.number in mine
    other = text(there.client(there.stranger).post("/file/search", {"q": FAMILY}))
    assert there.case.number not in other
    assert there.client(there.worker).get("/file/search").status_code == 302


def test_the_prosecutors_list_says_how_dangerous_and_since_when(there: World) -> None:
    body = text(there.client(there.prosecutor).get("/file/to-decide"))
    assert there.case.number in body
    assert "depuis" in body
    assert re.search(r"Très élevé|Élevé|Non évalué", body)


def test_no_page_says_low_or_no_danger(there: World) -> None:
    for path in ("/file/", "/file/to-decide", there.url(), there.url("/decide")):
        body = text(there.client(there.prosecutor).get(path)).lower()
        assert not re.search(r"danger faible|aucun danger|pas de danger|low danger<", body)


def test_everything_to_decide_stands_on_one_page(there: World) -> None:
    body = text(there.client(there.prosecutor).get(there.url("/decide")))
    for part in ("Faits", "Propos", "Avis", "TGD-14", "TGD-15", "TGD-11", "propose un téléphone"):
        assert part in body


def test_a_decision_needs_reasons_and_loses_nothing_that_was_typed(there: World) -> None:
    client = there.client(there.prosecutor)
    answer = client.post(there.url("/decide"), {"what": "attribute", "reasons": "", "version": there.case.version})
    assert answer.status_code == 422
    assert "rien n’a été changé" in text(answer).lower()
    assert not Decision.objects.filter(case=there.case).exists()
    stale = client.post(there.url("/decide"), {"what": "refuse", "reasons": "Motifs gardés.", "version": 1})
    assert stale.status_code == 409
    assert "Motifs gardés." in text(stale)


def test_a_prosecutor_attributes_a_phone(there: World) -> None:
    client = there.client(there.prosecutor)
    answer = client.post(
        there.url("/decide"), {"what": "attribute", "reasons": "Danger avéré.", "version": there.case.version}
    )
    assert answer.status_code == 302
    assert Attribution.objects.filter(case=there.case).exists()
    assert "Le téléphone est attribué" in text(client.get(there.url()))


def test_a_decision_taken_outside_is_recorded_with_what_it_lacks(db: None) -> None:
    built = world()
    answer = built.client(built.prosecutor).post(
        built.url("/decide"),
        {
            "what": "outside",
            "reasons": "Urgence.",
            "magistrate": "M. le substitut",
            "decided_at": "2026-01-05T10:00",
            "version": built.case.version,
        },
    )
    assert answer.status_code == 302
    decision = Decision.objects.get(case=built.case)
    assert decision.taken_outside
    assert decision.defects


def test_a_contact_by_an_unsafe_way_is_not_even_offered(there: World) -> None:
    body = text(there.client(there.worker).get(there.url("/do/contact")))
    assert PHONE in body
    assert "q.v@example.org" not in body


def test_a_worker_records_a_contact_and_a_statement(there: World) -> None:
    client = there.client(there.worker)
    before = Contact.objects.filter(case=there.case).count()
    answer = client.post(
        there.url("/do/contact"), {"channel": "0", "outcome": "reached", "incoming": "on", "hidden_number": "on"}
    )
    assert answer.status_code == 302, text(answer)
    assert Contact.objects.filter(case=there.case).count() == before + 1
    answer = client.post(
        there.url("/do/statement"), {"nature": "said", "text": "Ses mots.", "date_words": "au printemps"}
    )
    assert answer.status_code == 302
    assert Statement.objects.filter(case=there.case, text="Ses mots.").exists()


def test_an_evaluation_saves_itself_while_it_is_written(db: None) -> None:
    built = world()
    evaluation = Evaluation.objects.get(case=built.case)
    body = {"evaluation": evaluation.pk, "facts": "Premiers faits", "version": built.case.version, "autosave": "1"}
    answer = built.client(built.worker).post(built.url("/do/evaluation"), body)
    assert answer.status_code == 200
    assert "Enregistré" in answer.json()["words"]
    evaluation.refresh_from_db()
    assert (evaluation.facts, evaluation.sent_at) == ("Premiers faits", None)


def test_the_danger_form_begins_at_not_asked_and_stops_where_one_likes(db: None) -> None:
    built = world()
    client = built.client(built.worker)
    first = client.post(built.url("/danger"))
    assert first.status_code == 302
    page = text(client.get(first.url))
    assert page.count('value="not_asked" checked') == page.count('value="not_asked"')
    assert client.post(first.url, {"P01": "yes", "go": "pause"}).status_code == 302
    assert re.search(r'name="P01" value="yes" checked', text(client.get(first.url)))
    assert "Un brouillon n’est pas un résultat" in text(client.get(built.url()))


@pytest.mark.parametrize("version", ["²", "9" * 5000])
def test_a_version_that_is_no_number_ends_no_form_in_an_error(there: World, version: str) -> None:
    assert there.client(there.worker).post(there.url("/do/contact"), {"version": version}).status_code == 422
    assert there.client(there.prosecutor).post(there.url("/decide"), {"version": version}).status_code == 422


def test_a_report_opens_a_case_for_whoever_takes_it(db: None) -> None:
    built = world()
    before = Case.objects.count()
    answer = built.client(built.worker).post(
        "/file/report", {"given_name": "Romarin", "reporter": "person", "channel": "phone"}
    )
    assert answer.status_code == 302, text(answer)
    assert Case.objects.count() == before + 1


def test_a_hidden_address_is_not_there_for_a_role_that_may_not_read_it(there: World) -> None:
    factories.mandate(there.case, there.probation)
    answer = there.client(there.probation_officer).get(there.url())
    if answer.status_code == 200:
        assert PLACE not in text(answer)
        assert GIVEN not in text(answer)
        assert PHONE not in text(answer)


def test_the_home_and_the_case_ask_a_fixed_number_of_queries(there: World) -> None:
    from django.db import connection

    client = there.client(there.worker)

    def asked(path: str) -> int:
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as told:
            assert client.get(path).status_code == 200
        return len(told)

    home, case = asked("/file/"), asked(there.url())
    for n in range(12):
        factories.task(there.case, agency=there.association, role="association_worker", due_at=timezone.now())
        Statement.objects.create(case=there.case, nature="fact", text=f"Fait {n}", recorded_by=there.worker)
        Contact.objects.create(
            case=there.case,
            at=timezone.now(),
            by=there.worker,
            agency=there.association,
            channel="phone",
            outcome="no_answer",
        )
    assert asked("/file/") == home
    assert asked(there.url()) == case


def test_the_story_is_not_there_outside_a_demo(db: None) -> None:
    assert Client().get("/file/story").status_code == 404
    assert Client().post("/file/story/enter", {"login": "x"}).status_code == 404


def test_after_the_decision_the_clerk_is_led_to_the_hand_over(there: World) -> None:
    attributed(there)
    body = text(there.client(there.clerk).get(there.url()))
    assert "Remettre le téléphone" in body
    assert there.client(there.clerk).get(there.url("/do/hand-over")).status_code == 200


def test_every_form_opens_for_somebody(there: World) -> None:
    from egide.web.file.acting import FORMS

    attributed(there)
    opened = set()
    for user in (there.worker, there.prosecutor, there.clerk):
        client = there.client(user)
        for slug in set(FORMS) - opened:
            status = client.get(there.url(f"/do/{slug}")).status_code
            assert status in (200, 403), (slug, status)
            if status == 200:
                opened.add(slug)
    assert set(FORMS) - opened <= {"return", "evaluation", "send-evaluation", "acknowledge", "detention"} | set()
