"""Each document holds exactly the fields its readers may have: every text of the case is a word found nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps

from egide.core.access.roles import RESPONDENT_SIDE, Role
from egide.web.cases.models import Decision, DecisionKind, Withdrawal
from egide.web.documents.kinds import KINDS, Kind
from egide.web.documents.services import make
from tests.web.documents import pdf
from tests.web.documents.conftest import Papers
from tests.web.documents.story import AT, Story

PERSON_NAME = {"protected.Person.given_name", "protected.Person.family_name"}
BORN = {"protected.Profile.birth_date", "protected.Profile.birth_place"}
HEAD = {"court.Jurisdiction.name", "case.Case.number"}
ASSOCIATION = {f"support_association.Agency.{name}" for name in ("name", "phone", "email")}
PHONE = {"case.Device.label", "case.StockPhone.make", "case.StockPhone.model", "case.StockPhone.imei"}
NUMBERS = {"case.StockPhone.sim", "case.StockPhone.phone_number", "case.Device.identifier"}
WORKER = {"worker.User.first_name", "worker.User.last_name"}
CLERK = {"clerk.User.first_name", "clerk.User.last_name"}


def _place(owner: str, *kinds: str) -> set[str]:
    return {f"{owner}.{kind}.Address.{name}" for kind in kinds for name in ("text", "host", "housing")}


def _relatives(*kinds: str) -> set[str]:
    return {f"protected.{kind}.Relative.{name}" for kind in kinds for name in ("name", "link", "phone")}


# Part I of TGD-38 as the sheets hold it: no photograph, no hidden address, no position.
PART_I = (
    HEAD | PERSON_NAME | BORN | ASSOCIATION | PHONE | NUMBERS
    | {f"protected.Profile.{n}" for n in ("address_as", "family_situation", "pets", "workplace", "workplace_phone")}
    | {"protected.Person.phone", "protected.Channel.value"}
    | {f"protected.safe.Channel.{n}" for n in ("value", "safe_hours", "note")}
    | _place("protected", "home", "host", "work", "school", "usual", "access_rights")
    | _relatives("lives_with", "family", "emergency", "trusted")
    | {"child.Person.given_name", "child.Person.family_name", "child.Profile.birth_date"}
    | {"child.CaseChild.school", "child.CaseChild.school_phone", "case.Decision.magistrate"}
)  # fmt: skip

VISITS = {"child.CaseChild.visiting_rights"}
BAN_DATES = {f"order.{who}.Order.{n}" for who in ("respondent", "second") for n in ("starts_on", "ends_on")}
ORDERS = {
    f"order.{who}.Order.{name}"
    for who in ("respondent", "second")
    for name in ("court", "reference", "decided_on", "notified_on", "starts_on", "ends_on")
}


def _author(who: str) -> set[str]:
    """Part II of TGD-39 about one respondent."""
    return (
        {f"{who}.Person.{n}" for n in ("given_name", "family_name", "phone")}
        | {f"{who}.Profile.{n}" for n in ("birth_date", "birth_place", "family_situation", "pets")}
        | {f"{who}.CaseRespondent.{n}" for n in ("alias", "description")}
        | {f"{who}.Channel.value"}
        | _place(who, "home", "host")
    )


CONSENT = HEAD | PERSON_NAME | ASSOCIATION
STATEMENTS = {f"case.{n}.Statement.{f}" for n in ("fact", "said", "opinion") for f in ("date_words", "text", "source")}

HOLDS: dict[Kind, set[str]] = {
    Kind.CONSENT: CONSENT | {"case.tgd.Consent.interpreter"},
    Kind.GEOLOCATION_CONSENT: CONSENT | {"case.tgd_geolocation.Consent.interpreter"},
    Kind.EVALUATION_REPORT: HEAD | PERSON_NAME | BORN | ASSOCIATION | WORKER | STATEMENTS
    | {f"case.Evaluation.{n}" for n in ("facts", "statements", "opinion")},
    Kind.DECISION: HEAD | PERSON_NAME | BORN | {"case.Decision.magistrate", "case.Decision.reasons"},
    Kind.HAND_OVER: CONSENT | PHONE | CLERK
    | {"case.StockPhone.phone_number", "case.Handover.place", "case.Handover.accompanied_by"},
    Kind.LIAISON_OPERATOR: PART_I,
    Kind.LIAISON_POLICE: PART_I | VISITS | ORDERS | _author("respondent") | _author("second"),
    Kind.LIAISON_ASSOCIATION: PART_I | VISITS | BAN_DATES,
    Kind.INFORMATION_SHEET: HEAD | ASSOCIATION,
    Kind.COMMITTEE_SHEET: HEAD | PERSON_NAME | BAN_DATES
    | {"case.CommitteeReview.opinion", "case.CommitteeReview.proposed_by", "case.CommitteeItem.question"}
    | {f"{who}.{n}" for who in ("support_association", "remote_assistance", "police") for n in ("Agency.name", "Mandate.purpose")},
    Kind.RETURN_CERTIFICATE: HEAD | PERSON_NAME | PHONE | CLERK
    | {"case.Device.identifier", "case.ReturnCertificate.association_present"},
    Kind.RESPONDENT_NOTICE: {"respondent.Person.given_name", "respondent.Person.family_name"}
    | {f"order.respondent.Order.{n}" for n in ("court", "reference", "decided_on", "notified_on", "starts_on", "ends_on")},
}  # fmt: skip

# What no paper ever holds, whoever reads it.
NEVER = (
    ".hidden.", "photo", "duress_word", "agreed_opening_phrase", "Bar.", "BreakGlass.", "Report.", "Contact.",
    "Interview.", "InterviewSession.", "FollowUpStep.", "FollowUpSummary.", "AlarmFollowUp.", "Review.words", "Task.",
    "Assessment.", "release_expected_on", ".username", "LiaisonSheet.", "DeviceTest.note", "sharing.",
)  # fmt: skip


def found(papers: Papers, kind: Kind) -> set[str]:
    """The fields whose canaries stand anywhere in that document: text, metadata, strings, streams, raw bytes."""
    return papers.story.canaries.found_in(pdf.everything(papers.of[kind].body))


@pytest.mark.parametrize("kind", Kind)
def test_a_document_holds_these_fields_and_no_other(papers: Papers, kind: Kind) -> None:
    assert found(papers, kind) == HOLDS[kind]


@pytest.mark.parametrize("kind", Kind)
def test_no_paper_holds_what_is_for_the_screen_or_for_nobody(papers: Papers, kind: Kind) -> None:
    assert not [name for name in found(papers, kind) if any(never in name for never in NEVER)]


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].readers & RESPONDENT_SIDE])
def test_a_paper_for_the_respondent_tells_nothing_of_the_protected_persons_life(papers: Papers, kind: Kind) -> None:
    told = found(papers, kind)
    life = ("protected", "child", "support_association", "remote_assistance", "police", "case.", "court.", "worker")
    assert not [name for name in told if name.startswith(life)]
    assert not [name for name in told if "second" in name], "nor anything of another respondent"


@pytest.mark.parametrize("kind", [kind for kind in Kind if KINDS[kind].readers & RESPONDENT_SIDE])
def test_a_paper_for_the_respondent_does_not_betray_that_a_phone_exists(papers: Papers, kind: Kind) -> None:
    dug_up = pdf.everything(papers.of[kind].body).casefold()
    for word in ("tgd", "téléphonegrave", "grave danger", "téléassistance", "téléprotection", "alarme", "association",
                 "égide", "egide", "liaison", "victime"):  # fmt: skip
        assert word not in dug_up, word


def test_the_respondents_papers_are_numbered_apart(papers: Papers) -> None:
    assert papers.of[Kind.RESPONDENT_NOTICE].number.startswith("AVIS-")
    assert all(papers.of[kind].number.startswith("TGD-") for kind in Kind if kind is not Kind.RESPONDENT_NOTICE)


def test_the_providers_sheet_has_nothing_of_the_author_and_no_photograph(papers: Papers) -> None:
    told = found(papers, Kind.LIAISON_OPERATOR)
    assert not [name for name in told if name.startswith(("respondent", "second", "order"))]
    assert not [page for page in pdf.reader(papers.of[Kind.LIAISON_OPERATOR].body).pages if page.images]
    assert "mise en cause" not in pdf.text(papers.of[Kind.LIAISON_OPERATOR].body)


def test_the_associations_sheet_has_of_the_author_the_dates_of_the_ban_only(papers: Papers) -> None:
    told = found(papers, Kind.LIAISON_ASSOCIATION)
    assert {name for name in told if name.startswith(("respondent", "second", "order"))} == BAN_DATES
    assert "contrôle judiciaire" not in pdf.text(papers.of[Kind.LIAISON_ASSOCIATION].body)


def test_the_persons_papers_do_not_say_where_the_respondent_is(papers: Papers) -> None:
    for kind in Kind:
        if Role.PROTECTED_PERSON in KINDS[kind].readers:
            assert not [name for name in found(papers, kind) if name.startswith(("respondent", "second", "order"))]


@pytest.mark.parametrize("made", DecisionKind)
def test_every_decision_and_its_information_sheet_hold_the_same_fields(story: Story, made: str) -> None:
    decision = story.canaries.fill("case", Decision, case=story.case, kind=made, decided_at=AT, basis="B", defects=[])
    if made == DecisionKind.WITHDRAWAL:
        Withdrawal.objects.filter(attribution=story.attribution).update(decision=decision)
    for kind in (Kind.DECISION, Kind.INFORMATION_SHEET):
        body = make(kind, story.at_stage(kind), story.staff, at=AT, decision=decision).body
        assert story.canaries.found_in(pdf.everything(bytes(body or b""))) == HOLDS[kind]


def test_the_story_fills_a_row_of_every_table_of_a_case(papers: Papers) -> None:
    not_about_a_case: set[Any] = {"CaseCounter", "CaseEvent"}  # numbers and acts: no personal word stands there
    for app in ("people", "cases", "danger"):
        for model in apps.get_app_config(app).get_models():
            assert model in papers.story.canaries.models or model.__name__ in not_about_a_case, model


def test_a_canary_that_is_there_is_found(papers: Papers) -> None:
    canaries = papers.story.canaries
    word = next(word for word, name in canaries.words.items() if name == "protected.home.Address.text")
    assert canaries.found_in(f"x{word.upper()}y") == {"protected.home.Address.text"}


def test_the_code_of_documents_cannot_reach_a_position() -> None:
    from pathlib import Path

    import egide.web.documents

    folder = Path(egide.web.documents.__file__).parent
    for file in folder.rglob("*.py"):
        code = file.read_text()
        assert not [
            name for name in ("egide.log", "egide.web.console", "tgd_position", "egide.gateway") if name in code
        ]
