"""The settings of a district: read by the prosecution office, changed by a prosecutor, never where the law forbids it."""

from __future__ import annotations

from datetime import timedelta

from egide.core.access import Role
from egide.core.law.calendar import end_of_day
from egide.core.law.practice import PRACTICE
from egide.web.audit.models import Entry
from egide.web.cases.models import Order
from egide.web.cases.services import refresh
from egide.web.file.district import CHOICES
from tests.web.cases.test_erasing import ended
from tests.web.cases.world import World, decided, open_task, reported
from tests.web.file.hands import at

PAGE = "/file/district"


def test_every_choice_of_a_setting_has_its_words() -> None:
    assert {one for row in PRACTICE for one in row.allowed} == set(CHOICES)


def test_a_prosecutor_sets_how_long_data_live_without_a_ban_and_the_clock_follows(w: World) -> None:
    case, attribution = ended(w)
    Order.objects.filter(case=case).delete()
    with w.at():
        refresh(case)
    assert open_task(case, "erase_file").due_at == end_of_day(attribution.ends_on)
    prosecutor = at(w, Role.PROSECUTOR, case)
    assert "Réglages du ressort" in prosecutor.look("/file/to-decide").words
    prosecutor.send(PAGE, retention_without_ban="until_return")
    w.district.refresh_from_db()
    assert w.district.practice == {"retention_without_ban": "until_return"}, "what equals the default is not stored"
    case.jurisdiction.refresh_from_db()
    with w.at():
        refresh(case)
    assert open_task(case, "erase_file").due_at == end_of_day(attribution.return_certificate.returned_at.date())
    entry = Entry.objects.filter(object_kind="district", action="write").latest("seq")
    assert (entry.rule, entry.object_id) == ("TGD-44", w.district.code)


def test_the_clock_of_the_report_is_the_districts(w: World) -> None:
    prosecutor = at(w, Role.PROSECUTOR, reported(w))
    prosecutor.send(PAGE, evaluation_report_hours="72")
    w.district.refresh_from_db()
    case = reported(w)
    assert open_task(case, "send_evaluation").due_at == w.now + timedelta(hours=72)


def test_where_a_phone_is_handed_over_and_how_reports_come_here_are_the_districts(w: World) -> None:
    case, _ = decided(w)
    prosecutor, clerk = at(w, Role.PROSECUTOR, case), at(w, Role.PROSECUTOR_CLERK, case)
    form = clerk.look(clerk.url("/do/hand-over")).form()
    assert form.fields["place"].value == ["Au tribunal"]
    told = "Voies habituelles dans ce ressort : la personne elle-même : toujours ouverte ; police"
    assert told in clerk.look("/file/report").words
    prosecutor.send(PAGE, hand_over_place="association", report_channels=["self"], basic_french_warning=False)
    form = clerk.look(clerk.url("/do/hand-over")).form()
    assert form.fields["place"].value == ["À l’association"]
    said = clerk.look("/file/report").words
    assert "Voies habituelles dans ce ressort : la personne elle-même : toujours ouverte. Un signalement" in said


def test_a_direct_request_is_never_closed_and_bounds_hold(w: World) -> None:
    prosecutor = at(w, Role.PROSECUTOR, reported(w))
    closed = prosecutor.send(PAGE, refused=True, report_channels=["lead_association"])
    assert "sort de ce qui est permis" in closed.words
    assert prosecutor.send(PAGE, refused=True, phone_test_days="90").status == 422
    w.district.refresh_from_db()
    assert w.district.practice == {}


def test_the_registry_reads_them_and_changes_none_and_nobody_else_finds_the_page(w: World) -> None:
    case = reported(w)
    clerk = at(w, Role.PROSECUTOR_CLERK, case)
    page = clerk.look(PAGE)
    assert "Le procureur seul change ces réglages." in page.words
    assert "Enregistrer</button>" not in page.body
    refused = clerk.send(PAGE, refused=True, phone_test_days="10")
    assert "Le procureur seul" in refused.words
    for role in (Role.ASSOCIATION_WORKER, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER, Role.TECHNICIAN):
        assert at(w, role, case).look(PAGE).status == 404
