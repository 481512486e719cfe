"""One human being, several cases: joined by whoever reads both, told to nobody else, and never across the two sides."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from egide.core.access import Role
from egide.web.accounts.sessions import FRESH
from egide.web.agencies.models import AgencyKind
from egide.web.audit.models import AuditText, Entry
from egide.web.cases import services as s
from egide.web.cases.models import Bar, Case, CaseEvent, CaseRespondent, Contact, MandatePurpose, Report
from egide.web.cases.services.ports import Actor
from egide.web.cases.services.whole import Whole
from egide.web.people.models import Person
from egide.web.people.profile import Channel, Profile
from egide.web.tasks.models import Task, TaskStatus
from tests.web import factories
from tests.web.cases.world import World, banned, evaluated, open_kinds, reported, someone, world
from tests.web.file.hands import Hands, Page

WORKER, CLERK, PROSECUTOR = Role.ASSOCIATION_WORKER, Role.PROSECUTOR_CLERK, Role.PROSECUTOR


@pytest.fixture
def w(db: None) -> World:
    return world()


def at(w: World, role: Role, case: Case | None = None) -> Hands:
    user = w.actors[role].user
    assert user is not None
    return Hands(user, case, w)


def typed(person: s.PersonGiven, **more: Any) -> dict[str, Any]:
    said = {"reporter": "person", "channel": "phone"}
    return said | {"given_name": person.given_name, "family_name": person.family_name} | more


def register(w: World, case: Case) -> list[int]:
    return [one.pk for one in Whole(Case.objects.get(pk=case.pk)).orders]


def test_a_worker_who_reports_somebody_the_association_follows_is_asked_before_a_second_case_opens(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    worker = at(w, WORKER)
    asked = worker.send("/file/report", refused=True, **typed(her, narrative="Il est revenu."))
    assert "rien n’est encore enregistré" in asked.words.lower()
    assert known.number in asked.words
    worker.still_there(asked, {"narrative": "Il est revenu."})
    assert Case.objects.count() == 1
    form = asked.form()
    body = {name: one.value for name, one in form.fields.items() if one.value}
    go_on = next(value for value in form.fields["known"].choices if value.startswith("go-on"))
    station = w.actors[Role.INVESTIGATOR].agency
    assert station is not None
    said = {
        "known": go_on,
        "phone": "06 39 98 55 55",
        "kept_out": [str(station.pk)],
        "reason_kept_out": "Il y travaille.",
    }
    with w.at():
        answer = worker.client.post(form.action, body | said)
    assert answer["Location"] == f"/file/cases/{known.public_id}"
    assert Case.objects.count() == 1
    assert Bar.objects.get(case=known).agency == station
    last = Report.objects.filter(case=known).order_by("-pk")[0]
    assert last.narrative.startswith("Il est revenu.")
    assert "06 39 98 55 55" in last.narrative  # what a further report has no field for stands in its words


def test_somebody_else_of_the_same_name_gets_a_case_and_the_follower_a_task(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    answer = at(w, WORKER)
    form = answer.send("/file/report", refused=True, **typed(her)).form()
    body = {name: one.value for name, one in form.fields.items() if one.value}
    with w.at():
        assert answer.client.post(form.action, body | {"known": "another"}).status_code == 302
    other = Case.objects.exclude(pk=known.pk).get()
    assert other.protected_person_id != known.protected_person_id
    assert "possible_duplicate" in open_kinds(known)


def test_the_same_person_in_a_new_case_keeps_her_orders(w: World) -> None:
    her, him = someone(), someone(channels=())
    known = evaluated(w, protected=her, respondents=(s.RespondentGiven(person=him),))
    order = banned(w, known)
    answer = at(w, WORKER)
    form = answer.send(
        "/file/report",
        refused=True,
        **typed(her, respondent_given_name=him.given_name, respondent_family_name=him.family_name),
    ).form()
    body = {name: one.value for name, one in form.fields.items() if one.value}
    with w.at():
        assert answer.client.post(form.action, body | {"known": f"same-{known.pk}"}).status_code == 302
    new = Case.objects.exclude(pk=known.pk).get()
    assert new.protected_person_id == known.protected_person_id
    assert register(w, new) == [order.pk]  # TGD-14 reads the ban
    assert "possible_duplicate" not in open_kinds(known)  # the association's own worker has said it
    for one in (her, him):  # the row that gave way keeps no name: nothing would ever erase it (TGD-43)
        assert Person.objects.filter(family_name=one.family_name).count() == 1


def test_a_report_after_the_archive_is_told_to_the_registry_which_joins_the_two(w: World) -> None:
    her, him = someone(), someone(channels=())
    old = evaluated(w, protected=her, respondents=(s.RespondentGiven(person=him),))
    order = banned(w, old)
    Case.objects.filter(pk=old.pk).update(closed_at=w.now, stage="archived")
    w.later(days=30)
    new = reported(w, protected=her, respondents=(s.RespondentGiven(person=him),))
    assert register(w, new) == []
    task = Task.objects.get(case=new, kind="archived_case", status=TaskStatus.OPEN)
    assert (task.agency, task.role) == (w.agency(CLERK), CLERK.value)
    assert not Task.objects.filter(case=old, kind="possible_duplicate").exists()
    clerk, worker = at(w, CLERK, new), at(w, WORKER, new)
    said = "Un dossier archivé du ressort"
    assert said in clerk.look().words
    assert said not in worker.look().words  # the association does not learn that there was a case
    assert said not in worker.look("/file/").words
    clerk.do("same-person", case=old.number, why="Même date de naissance.")
    assert register(w, new) == [order.pk]
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE


def test_a_strangers_case_is_offered_to_nobody(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    elsewhere = factories.district()
    factories.agency(AgencyKind.PROSECUTION_OFFICE, jurisdiction=elsewhere)
    association = factories.agency(jurisdiction=elsewhere, is_lead_association=True)
    stranger = Hands(factories.member(association), None, w)
    after = stranger.send("/file/report", **typed(her, phone=her.phone))  # recorded at once, nothing asked
    assert known.number not in after.words
    stranger.case = Case.objects.exclude(pk=known.pk).get()
    page = stranger.look(stranger.url("/do/same-person"))
    assert known.number not in page.words
    forced = stranger.client.post(stranger.url("/do/same-person"), {"case": known.pk, "why": "je devine"})
    assert forced.status_code == 422
    guessed = s.SamePerson(case=known.pk, why="je devine")
    actor = Actor(association.memberships.get().user, association.memberships.get())
    with w.at(), pytest.raises(s.Elsewhere):
        s.say_same_person(actor, _Open(), stranger.case, guessed)
    assert "possible_duplicate" in open_kinds(known)
    Case.objects.filter(pk=known.pk).update(closed_at=w.now, stage="archived")
    again = stranger.send("/file/report", **typed(her, channel="reception_sign"))
    assert known.number not in again.words
    assert not Task.objects.filter(kind="archived_case").exists()  # no office reads both


def test_a_role_that_reads_no_name_in_a_case_learns_of_no_namesake(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    dispatcher = w.actors[Role.POLICE_DISPATCHER]
    with w.at():
        found = s.look_for(dispatcher, her)
    assert (found.visible, found.hidden) == ((), (known,))


def test_who_is_protected_here_and_complained_of_there_stays_two_persons(w: World) -> None:
    somebody = someone()
    accused = reported(w, respondents=(s.RespondentGiven(person=somebody),))
    mine = reported(w, protected=somebody)
    assert "possible_duplicate" not in open_kinds(accused)
    worker = at(w, WORKER, mine)
    page = worker.look(worker.url("/do/same-person"))
    assert accused.number not in page.words
    assert worker.client.post(worker.url("/do/same-person"), {"case": accused.pk, "why": "x"}).status_code == 422
    clerk = at(w, CLERK, mine)
    row = CaseRespondent.objects.get(case=mine)
    theirs = CaseRespondent.objects.get(case=accused)
    body = {"respondent": row.pk, "known": theirs.pk, "why": "x"}
    assert clerk.client.post(clerk.url("/do/same-respondent"), body).status_code == 422
    people = {mine.protected_person_id, theirs.person_id}
    assert len(people) == 2


def test_rows_joined_by_force_across_the_two_sides_are_refused(w: World) -> None:
    her = someone()
    one, two = reported(w, protected=her), reported(w, protected=her)
    CaseRespondent.objects.filter(case=two).update(person=one.protected_person)  # as an older import could hold it
    with pytest.raises(s.CannotDo, match="never joined"):
        w.do(s.say_same_person, WORKER, two, s.SamePerson(case=one.pk, why="x"))


def test_whoever_is_kept_out_of_one_case_is_kept_out_of_the_other(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    brother, cousin = w.actors[Role.INVESTIGATOR].user, w.actors[CLERK].user
    assert brother is not None
    assert cousin is not None
    w.do(s.keep_out, WORKER, known, s.KeptOut(whom=brother, reason="le frère"))
    new = reported(w, protected=her)
    w.do(s.say_same_person, WORKER, new, s.SamePerson(case=known.pk, why="elle le dit"))
    assert Bar.objects.filter(case=new, user=brother).exists()
    w.do(s.keep_out, WORKER, new, s.KeptOut(whom=cousin, reason="le cousin"))
    assert Bar.objects.filter(case=known, user=cousin).exists()


def told(case: Case, act: str) -> list[tuple[list[str], str]]:
    """The groups and the words under which an act stands in the trail of a case and in its timeline."""
    events = CaseEvent.objects.filter(case=case, act=act).values_list("event", flat=True)
    entries = Entry.objects.filter(event__in=list(events), case=case.pk, action="write").order_by("seq")
    texts = dict(AuditText.objects.filter(entry_seq__in=[one.seq for one in entries]).values_list("entry_seq", "text"))
    return [(sorted(one.groups), texts.get(one.seq, "")) for one in entries]


def test_what_joining_did_to_the_other_case_stands_in_its_own_trail_and_its_tasks_pass_on(w: World) -> None:
    her, him = someone(), someone(channels=())
    known = reported(w, protected=her, respondents=(s.RespondentGiven(person=him),))
    friends = factories.agency(jurisdiction=w.district, name="Association du Pont")
    factories.mandate(known, friends, purpose=MandatePurpose.FOLLOW_UP)
    again = s.ContactMade(outcome=Contact.Outcome.ASKED_TO_CALL_BACK, incoming=True, next_at=w.now + timedelta(days=1))
    w.do(s.record_contact, WORKER, known, again)
    task = Task.objects.get(case=known, kind="call_back")
    assert task.agency == friends
    shown = Case.objects.get(pk=known.pk).version
    new = reported(
        w, protected=her, respondents=(s.RespondentGiven(person=him),), same_as=known.pk, kept_out=(friends,),
        reason_kept_out="Sa cousine y travaille.",
    )  # fmt: skip
    assert new.protected_person_id == known.protected_person_id
    task.refresh_from_db()
    assert (task.agency, task.status) == (w.agency(WORKER), TaskStatus.OPEN)
    assert told(known, "kept_out") == [(["barred_list"], "Sa cousine y travaille.")]
    ((groups, _),) = told(known, "same_person")
    assert {"identity", "contact", "safe_contact", "address"} <= set(groups)
    ((groups, _),) = told(known, "same_respondent")
    assert "respondent_identity" in groups
    assert Case.objects.get(pk=known.pk).version > shown  # a page opened before is out of date


def test_keeping_somebody_out_of_all_cases_of_a_person_stands_in_the_trail_of_each(w: World) -> None:
    her, station = someone(), w.agency(Role.INVESTIGATOR)
    known = reported(w, protected=her)
    new = reported(w, protected=her, same_as=known.pk)
    w.do(s.keep_out, WORKER, new, s.KeptOut(whom=station, reason="Il y travaille."))
    assert told(new, "kept_out") == told(known, "kept_out") == [(["barred_list"], "Il y travaille.")]
    w.do(s.keep_out, WORKER, new, s.KeptOut(whom=station, reason="Encore."))
    assert len(told(known, "kept_out")) == 1  # nothing changed there


def kept_out_by_a_clerk(w: World, her: s.PersonGiven, answer: str) -> tuple[Hands, dict[str, Any], Any]:
    """What the registry sends, which reads both cases and writes who is kept out of none."""
    clerk = at(w, CLERK)
    form = clerk.send("/file/report", refused=True, **typed(her, narrative="Son frère y travaille.")).form()
    body = {name: one.value for name, one in form.fields.items() if one.value}
    body |= {"known": answer, "kept_out": [str(w.agency(WORKER).pk)], "reason_kept_out": "Son frère y travaille."}
    with w.at():
        return clerk, body, clerk.client.post(form.action, body)


def test_a_report_closes_no_case_that_its_author_may_not_close(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    followed = {m.agency_id for m in Whole(known).mandates}
    clerk, _, came = kept_out_by_a_clerk(w, her, f"same-{known.pk}")
    assert came.status_code == 302
    new = Case.objects.exclude(pk=known.pk).get()
    assert Bar.objects.get().case == new
    assert {m.agency_id for m in Whole(Case.objects.get(pk=known.pk)).mandates} == followed
    assert (
        new.protected_person_id != known.protected_person_id
    )  # joined, they would show her new words to the association
    assert "Les deux dossiers restent séparés" in clerk.look("/file/").words
    assert "possible_duplicate" not in open_kinds(known)  # the association kept out would learn that she spoke
    task = Task.objects.get(case=new, kind="kept_apart", status=TaskStatus.OPEN)
    assert (task.agency, task.role) == (w.agency(PROSECUTOR), PROSECUTOR.value)
    clerk.case = new
    refused = clerk.send(clerk.url("/do/same-person"), refused=True, case=str(known.pk), why="Même naissance.")
    assert "Un magistrat du parquet doit d’abord dire qui est écarté" in refused.words
    out = s.KeptOut(whom=w.agency(WORKER), reason="Son frère y travaille.")
    w.do(s.keep_out, PROSECUTOR, known, out)
    clerk.do("same-person", case=known.number, why="Même naissance.")
    new.refresh_from_db()
    assert new.protected_person_id == known.protected_person_id


def test_a_case_opened_to_close_another_closes_nothing_when_the_two_are_joined(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    _, _, came = kept_out_by_a_clerk(w, her, "another")
    assert came.status_code == 302
    new = Case.objects.exclude(pk=known.pk).get()
    backwards = at(w, CLERK, known)
    page = backwards.send(backwards.url("/do/same-person"), refused=True, case=str(new.pk), why="Même naissance.")
    assert "Un magistrat du parquet doit d’abord dire qui est écarté" in page.words
    assert not Bar.objects.filter(case=known).exists()


def test_a_case_over_is_closed_by_the_office_that_reads_it_when_the_two_are_joined(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    Case.objects.filter(pk=known.pk).update(closed_at=w.now, stage="archived")
    kept_out_by_a_clerk(w, her, f"same-{known.pk}")
    new = Case.objects.exclude(pk=known.pk).get()
    assert new.protected_person_id == known.protected_person_id
    assert Bar.objects.filter(case=known, agency=w.agency(WORKER)).exists()


def test_whoever_goes_on_in_a_case_they_may_not_close_is_told_so_and_loses_nothing(w: World) -> None:
    her = someone()
    known = reported(w, protected=her)
    clerk, _, came = kept_out_by_a_clerk(w, her, f"go-on-{known.pk}")
    assert came.status_code == 422
    page = Page(came.status_code, came.content.decode(), "/file/report")
    assert "Votre fonction ne ferme ce dossier à personne" in page.words
    clerk.still_there(page, {"narrative": "Son frère y travaille.", "reason_kept_out": "Son frère y travaille."})
    form = page.form()
    assert form.fields["known"].value == [f"go-on-{known.pk}"]
    assert form.fields["kept_out"].value == [str(w.agency(WORKER).pk)]
    assert Report.objects.count() == 1
    assert not Bar.objects.exists()


@pytest.mark.parametrize(("answer", "asks"), [("same-", True), ("go-on-", True), ("another", False)])
def test_closing_a_known_case_through_a_report_asks_again_who_sits_there(w: World, answer: str, asks: bool) -> None:
    her = someone()
    known = reported(w, protected=her)
    worker = at(w, WORKER)
    session = worker.client.session
    session[FRESH] = 0
    session.save()
    said = typed(her, known=answer if answer == "another" else f"{answer}{known.pk}", reason_kept_out="Il y travaille.")
    with w.at():
        body = said | {"kept_out": [str(w.agency(Role.INVESTIGATOR).pk)]}
        page = worker.client.post("/file/report", body)
    assert ("Est-ce bien vous" in page.content.decode()) is asks
    assert Bar.objects.exists() is not asks
    if asks:
        assert "Il y travaille." in page.content.decode()
        with w.at():
            plain = worker.client.post("/file/report", said)  # nobody to keep out: nothing grave
        assert plain.status_code == 302


def test_the_last_word_on_a_number_holds_when_two_cases_are_joined(w: World) -> None:
    her = someone(
        phone="06 39 98 77 77",
        channels=(s.ChannelGiven(kind=Channel.Kind.PHONE, value="06 39 98 77 77", is_safe=True),),
    )
    known = reported(w, protected=her)
    w.later(days=2)
    again = s.PersonGiven(
        given_name=her.given_name, family_name=her.family_name, profile={"french_level": "little"},
        channels=(
            s.ChannelGiven(kind=Channel.Kind.PHONE, value="+33 6 39 98 77 77", is_safe=False),
            s.ChannelGiven(kind=Channel.Kind.EMAIL, value="elle@example.org", is_safe=True),
        ),
    )  # fmt: skip
    new = reported(w, protected=again)
    Channel.objects.filter(person=known.protected_person).update(checked_at=w.now.replace(year=2020))
    w.do(s.say_same_person, WORKER, new, s.SamePerson(case=known.pk, why="elle le dit"))
    ways = {one.value: one.is_safe for one in Channel.objects.filter(person=known.protected_person)}
    assert ways == {"06 39 98 77 77": False, "elle@example.org": True}
    assert Profile.objects.get(person=known.protected_person).french_level == "little"


def test_a_respondent_of_another_spelling_is_recognised_by_whoever_reads_both(w: World) -> None:
    her, him = someone(), someone(channels=())
    known = evaluated(w, protected=her, respondents=(s.RespondentGiven(person=him),))
    order = banned(w, known)
    new = reported(w, protected=her, respondents=(s.RespondentGiven(description="Son ex, « Momo »."),))
    w.do(s.say_same_person, WORKER, new, s.SamePerson(case=known.pk, why="elle le dit"))
    assert register(w, new) == []
    clerk = at(w, CLERK, new)
    clerk.do("same-respondent", known=him.family_name, why="La procédure le nomme.")
    assert register(w, new) == [order.pk]
    worker = at(w, WORKER, new)
    assert worker.look(worker.url("/do/same-respondent")).status == 403  # an association reads no author (TGD-42)


def test_a_discreet_sign_is_recorded_first_and_joined_later(w: World) -> None:
    her = someone()
    reported(w, protected=her)
    worker = at(w, WORKER)
    worker.send("/file/report?sign", **typed(her, channel="reception_sign"))
    assert Case.objects.count() == 2


class _Open:
    def may(self, group: str, action: str = "read") -> bool:
        return True

    def require(self, group: str, action: str = "read") -> None:
        return None
