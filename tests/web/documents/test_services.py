"""A document is numbered, hashed, kept as it was made, and read through the lens; each of it is audited."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from egide.core.access.scale import Stage
from egide.web.audit.models import Entry
from egide.web.cases.models import Evaluation
from egide.web.documents import services
from egide.web.documents.fields import NotForThisReaderError
from egide.web.documents.kinds import Kind
from egide.web.documents.models import Document
from egide.web.documents.offers import KEPT, MADE_AT
from egide.web.documents.respondent_side import WouldTellError
from egide.web.documents.services import (
    AnotherCaseError,
    DestroyedError,
    NothingToPrintError,
    TamperedError,
    make,
    read,
    versions,
)
from egide.web.documents.typesetting import Pdf, TypesettingError
from egide.web.people.profile import Address, Channel
from tests.web import factories
from tests.web.documents import pdf
from tests.web.documents.story import AT, Story

pytestmark = pytest.mark.django_db


@dataclass
class Grants:
    """A lens that grants what it is told to, and remembers what it was asked."""

    granted: set[tuple[str, str]] = field(default_factory=set)
    asked: list[tuple[str, str]] = field(default_factory=list)

    def require(self, group: str, action: str = "read") -> None:
        """As `egide.web.permissions.Lens`."""
        self.asked.append((group, action))
        if (group, action) not in self.granted:
            raise PermissionDenied


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Documents that are not set: a few bytes instead, and the data they would have been set from."""
    seen: list[dict[str, Any]] = []

    def few_bytes(template: str, data: dict[str, Any], at: datetime) -> Pdf:
        seen.append(dict(data))
        return Pdf(f"%PDF- {template} {data['number']}".encode(), 1)

    monkeypatch.setattr(services, "typeset", few_bytes)
    return seen


def consent_form(story: Story, **more: Any) -> Document:
    """A consent form of the case."""
    return make(Kind.CONSENT, story.at_stage(Kind.CONSENT), story.staff, **{"at": AT} | more)


def test_a_document_is_stored_with_its_hash_and_pages_and_who_made_it(story: Story) -> None:
    made = Document.objects.get(pk=consent_form(story).pk)
    assert made.number == "TGD-2026-000001-CONS"
    assert made.body is not None
    assert bytes(made.sha256) == hashlib.sha256(made.body).digest()
    assert made.pages == len(pdf.reader(bytes(made.body)).pages) > 1
    assert (made.made_by, made.made_at, made.kind) == (story.staff, AT, "consent")
    assert made.groups == ["case_state", "consents", "emergency_contacts", "identity"]
    assert not story.canaries.found_in(f"{made.number} {made.title} {made}"), "nothing of its row names anybody"


def test_numbers_follow_one_another_without_holes(story: Story, quick: object) -> None:
    numbers = [consent_form(story).number for _ in range(3)]
    assert numbers == [f"TGD-2026-00000{n}-CONS" for n in (1, 2, 3)]


def test_numbers_begin_again_with_the_year_as_paris_counts_it(story: Story, quick: object) -> None:
    assert consent_form(story, at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC)).number == "TGD-2026-000001-CONS"
    assert consent_form(story, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC)).number == "TGD-2027-000001-CONS"


def test_a_document_that_could_not_be_set_uses_no_number(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*given: object) -> Pdf:
        raise TypesettingError("consent", "Typst refused it")

    with monkeypatch.context() as patch:
        patch.setattr(services, "typeset", fails)
        with pytest.raises(TypesettingError):
            consent_form(story)
    assert consent_form(story).number == "TGD-2026-000001-CONS"


def test_the_respondents_papers_have_a_series_of_their_own(story: Story, quick: object) -> None:
    consent_form(story)
    case = story.at_stage(Kind.RESPONDENT_NOTICE)
    notice = make(Kind.RESPONDENT_NOTICE, case, story.staff, at=AT, order=story.order)
    assert notice.number == "AVIS-2026-000001", "or its number would count the papers about phones"


def test_a_new_version_names_the_old_one_which_stays(story: Story) -> None:
    first = consent_form(story)
    second = consent_form(story, replaces=first)
    assert f"Il remplace le document n° {first.number}" in pdf.text(bytes(second.body or b"")).replace("\xa0", " ")
    assert [document.number for document in versions(second)] == [second.number, first.number]
    assert Document.objects.get(pk=first.pk).body is not None


def test_a_version_is_replaced_once_by_its_own_kind_in_its_own_case(story: Story, quick: object) -> None:
    first = consent_form(story)
    consent_form(story, replaces=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        consent_form(story, replaces=first)
    with pytest.raises(AnotherCaseError):
        make(Kind.GEOLOCATION_CONSENT, story.case, story.staff, at=AT, replaces=first)
    with pytest.raises(AnotherCaseError):
        make(Kind.CONSENT, factories.case(stage="evaluation"), story.staff, at=AT, replaces=first)


def test_a_row_of_another_case_is_refused(story: Story, quick: object) -> None:
    decision = factories.decision(factories.case())
    with pytest.raises(AnotherCaseError, match="decision"):
        make(Kind.DECISION, story.at_stage(Kind.DECISION), story.staff, at=AT, decision=decision)


@pytest.mark.parametrize("kind", services.NEEDS)
def test_what_is_not_recorded_yet_is_not_printed(kind: Kind) -> None:
    with pytest.raises(NothingToPrintError) as refused:
        make(kind, factories.case(stage="active"), None, at=AT)
    assert refused.value.said.fr.endswith(".")
    assert not Document.objects.exists()


def test_the_latest_row_is_meant_unless_another_is_named(story: Story, quick: list[dict[str, Any]]) -> None:
    case = story.at_stage(Kind.EVALUATION_REPORT)
    first = case.evaluations.get()
    Evaluation.objects.create(case=case, agency=first.agency, facts="Plus récents.", mandate_sent_at=AT)
    make(Kind.EVALUATION_REPORT, case, story.staff, at=AT)
    make(Kind.EVALUATION_REPORT, case, story.staff, at=AT, evaluation=first)
    assert [data["report"]["facts"] for data in quick] == ["Plus récents.", first.facts]


def test_a_withdrawn_agreement_to_geolocation_is_not_one(story: Story, quick: list[dict[str, Any]]) -> None:
    case = story.at_stage(Kind.LIAISON_OPERATOR)
    agreed = case.consents.filter(kind="tgd_geolocation")
    for withdrawn in (None, AT + timedelta(days=1), AT - timedelta(hours=1)):
        agreed.update(withdrawn_at=withdrawn)
        make(Kind.LIAISON_OPERATOR, case, story.staff, at=AT)
    assert [data["geolocation_since"] is not None for data in quick] == [True, True, False]


def test_drawing_up_by_hand_asks_the_lens(story: Story, quick: object) -> None:
    lens = Grants()
    with pytest.raises(PermissionDenied):
        consent_form(story, lens=lens)
    assert lens.asked == [("doc_consent", "write")]
    assert not Document.objects.exists()
    consent_form(story, lens=Grants({("doc_consent", "write")}))


def test_a_copy_is_the_document_under_a_name_that_names_nobody(story: Story) -> None:
    made = consent_form(story)
    copy = read(made, Grants({("doc_consent", "read")}))
    assert copy.body == bytes(made.body or b"")
    assert copy.file_name == "TGD-2026-000001-CONS.pdf"


def test_whoever_the_lens_refuses_gets_nothing(story: Story, quick: object) -> None:
    lens = Grants({("doc_consent", "write")})
    with pytest.raises(PermissionDenied):
        read(consent_form(story), lens)
    assert lens.asked == [("doc_consent", "read")]


def test_making_and_copying_stand_in_the_audit(story: Story, quick: object) -> None:
    before = Entry.objects.count()
    made = consent_form(story)
    read(made, Grants({("doc_consent", "read")}))
    write, export = Entry.objects.order_by("seq")[before:]
    assert (write.action, export.action) == ("write", "export")
    for entry in (write, export):
        assert (entry.object_kind, entry.object_id) == ("document", str(made.public_id))
        assert (entry.case, entry.groups) == (story.case.pk, ["doc_consent"])


def test_a_body_that_was_changed_is_not_handed_out(story: Story, quick: object) -> None:
    made = consent_form(story)
    made.body = b"%PDF- something else"
    with pytest.raises(TamperedError):
        read(made, Grants({("doc_consent", "read")}))


@pytest.mark.parametrize(
    "change",
    [
        {"body": b"another"},
        {"number": "TGD-2026-000009-CONS"},
        {"sha256": b"0" * 32},
        {"kind": "decision"},
        {"title": "Autre"},
        {"groups": []},
        {"made_at": AT + timedelta(days=1)},
        {"made_by": None},
        {"destroyed_at": AT},
        {"body": None},
    ],
)
def test_the_database_refuses_to_change_a_document(story: Story, quick: object, change: dict[str, Any]) -> None:
    made = consent_form(story)
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=made.pk).update(**change)


def test_a_destroyed_document_leaves_number_and_hash_and_cannot_come_back(story: Story, quick: object) -> None:
    made = consent_form(story)
    Document.objects.filter(pk=made.pk).update(body=None, destroyed_at=AT)
    left = Document.objects.get(pk=made.pk)
    assert (left.number, bytes(left.sha256)) == (made.number, made.sha256)
    with pytest.raises(DestroyedError):
        read(left, Grants({("doc_consent", "read")}))
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=made.pk).update(body=made.body, destroyed_at=None)


def notice(story: Story, **order: Any) -> Document:
    """The respondent's notice of an order changed so."""
    for name, value in order.items():
        setattr(story.order, name, value)
    story.order.save()
    case = story.at_stage(Kind.RESPONDENT_NOTICE)
    return make(Kind.RESPONDENT_NOTICE, case, story.staff, at=AT, order=story.order)


def test_an_address_typed_into_an_order_does_not_reach_the_respondent(story: Story, quick: object) -> None:
    Address.objects.create(person=story.case.protected_person, kind="host", text="7 rue Imaginée, Fictionville")
    with pytest.raises(WouldTellError) as refused:
        notice(story, reference="RG 26/42, ne pas paraître au 7, RUE IMAGINEE (Fictionville)")
    assert "imagin" not in str(refused.value).casefold()
    assert not Document.objects.exists()


def test_a_telephone_typed_into_an_order_does_not_reach_the_respondent_however_it_is_written(
    story: Story, quick: object
) -> None:
    Channel.objects.create(person=story.case.protected_person, kind="phone", value="06 39 98 11 22", is_safe=True)
    with pytest.raises(WouldTellError):
        notice(story, court="Tribunal, appeler le 06.39.98.11.22")


def test_the_town_of_the_court_is_no_secret(story: Story, quick: object) -> None:
    district = story.case.jurisdiction
    district.name = "Tribunal judiciaire de Fictionville"
    district.save()
    Address.objects.create(person=story.case.protected_person, kind="usual", text="Fictionville")
    assert notice(story, court="Tribunal judiciaire de Fictionville").number


@pytest.mark.parametrize("over", [{"lifted_on": date(2026, 2, 1)}, {"ends_on": date(2026, 3, 1)}])
def test_an_order_that_is_over_is_not_recalled(story: Story, quick: object, over: dict[str, Any]) -> None:
    with pytest.raises(NothingToPrintError, match="no longer in force"):
        notice(story, **over)


@pytest.mark.parametrize("going_on", [{"ends_on": date(2026, 3, 2)}, {"ends_on": None}, {"frame": "sealed_letter"}])
def test_an_order_on_its_last_day_or_without_a_known_end_is(
    story: Story, quick: object, going_on: dict[str, Any]
) -> None:
    assert notice(story, **going_on).number


def test_a_case_with_nothing_in_it_prints_that_nothing_is_recorded(db: None) -> None:
    case = factories.case(stage="hand_over")
    decision = factories.decision(case, reasons="")
    case.attributions.create(decision=decision, starts_on=date(2026, 3, 2), ends_on=date(2026, 9, 1))
    for kind in (Kind.CONSENT, Kind.LIAISON_OPERATOR, Kind.LIAISON_POLICE, Kind.LIAISON_ASSOCIATION, Kind.DECISION):
        text = pdf.text(bytes(make(kind, case, None, at=AT).body or b""))
        assert "non renseigné" in text
        assert "None" not in text


def test_a_sign_for_what_cannot_be_drawn_is_explained_on_the_page(story: Story) -> None:
    person = story.case.protected_person
    person.given_name = "李小龙"
    person.save()
    text = pdf.text(bytes(consent_form(story).body or b""))
    assert "���" in text
    assert "Certains caractères n’ont pas pu être imprimés" in text


def test_the_words_of_the_law_are_those_of_the_day(story: Story, quick: list[dict[str, Any]]) -> None:
    consent_form(story)
    assert quick[0]["sources"] == ["CPP art.\u00a041-3-1 al.\u00a01 (TGD-11)", "arrêté du 22\u00a0avril 2015, art.\u00a05 et 6 (TGD-43)"]  # fmt: skip
    assert (quick[0]["months"], quick[0]["provider_days"]) == (6, 3)


@pytest.mark.parametrize("kind", Kind)
def test_a_kind_is_made_at_these_stages_and_refused_at_the_others(story: Story, quick: object, kind: Kind) -> None:
    made = set()
    for stage in KEPT | {Stage.ARCHIVED}:
        story.case.stage = stage
        with suppress(NotForThisReaderError):
            make(kind, story.case, story.staff, at=AT, **story.about(kind))
            made.add(stage)
    assert made == MADE_AT[kind]
