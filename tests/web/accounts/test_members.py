"""From an empty database to people who may sign in: districts, agencies, accounts and memberships, by commands alone."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from egide.core.access import Role
from egide.core.access.roles import RESPONDENT_SIDE
from egide.web.accounts.models import User
from egide.web.agencies.fitting import NAMED_ROLES, ROLES_OF
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction, Membership
from egide.web.audit.models import AuditText, Entry
from egide.web.cases.demo_district import PLACES, STAFF
from egide.web.console.seats import SUPERVISOR
from tests.web import factories as f
from tests.web.accounts.helping import give_password, is_in

pytestmark = pytest.mark.django_db


def run(*words: str) -> str:
    """What a command says."""
    said = io.StringIO()
    call_command(*words, stdout=said)
    return said.getvalue()


@pytest.fixture
def office() -> Agency:
    run("district", "add", "val", "Ressort du Val")
    run("agency", "add", "Parquet du Val", "--district", "val", "--kind", "prosecution_office")
    return Agency.objects.get(name="Parquet du Val")


@pytest.fixture
def martin(office: Agency) -> User:
    run("account", "add", "martin", "--given", "Lou", "--family", "Martin")
    return User.objects.get(username="martin")


def membership() -> Membership:
    return Membership.objects.get(user__username="martin")


def test_an_account_signs_in_with_a_password_that_it_must_change(martin: User, client: Client) -> None:
    password = run("account", "add", "dupont", "--given", "Dominique", "--family", "Dupont").splitlines()[0]
    assert give_password(client, "dupont", password) != ""
    assert client.get("/").headers["Location"] == "/account/password"
    assert not is_in(client)
    user = User.objects.get(username="dupont")
    assert (user.shown_name, user.must_change_password, user.is_staff) == ("Dominique Dupont", True, False)


def test_a_member_acts_from_a_day_to_a_day(martin: User, office: Agency) -> None:
    until = timezone.localdate() + timedelta(days=30)
    said = run("account", "join", "martin", "--agency", "Parquet du Val", "--role", "prosecutor", "--until", str(until))
    assert (membership().agency, membership().starts_on, membership().ends_on) == (office, timezone.localdate(), until)
    assert "authorises" not in said, "a prosecutor authorises others"
    assert "prosecutor of Parquet du Val" in run("account", "list")
    assert membership().authorised_by == "", "no command authorises: the prosecutor does"


def test_done_twice_it_stands_once_and_a_last_day_moves(martin: User, office: Agency) -> None:
    join = ("account", "join", "martin", "--agency", str(office.pk), "--role", "prosecutor_clerk")
    run(*join)
    assert "nothing was changed" in run(*join)
    later = timezone.localdate() + timedelta(days=60)
    run(*join, "--until", str(later))
    assert membership().ends_on == later
    assert "there already" in run("district", "add", "val", "Ressort du Val")
    again = run("agency", "add", "Parquet du Val", "--district", "val", "--kind", "prosecution_office")
    assert f"Number {office.pk}" in again
    assert "there already" in again
    assert (Jurisdiction.objects.filter(code="val").count(), Agency.objects.filter(name=office.name).count()) == (1, 1)


def test_who_leaves_is_out_at_once_and_out_of_the_room_with_the_last_membership(
    martin: User, office: Agency, client: Client
) -> None:
    run("account", "join", "martin", "--agency", str(office.pk), "--role", "prosecutor")
    run("account", "room", "martin", "supervisor")
    Membership.objects.update(starts_on=timezone.localdate() - timedelta(days=9))
    User.objects.update(must_change_password=False)
    client.force_login(martin)
    assert client.get("/file/").status_code == 200
    run("account", "leave", "martin", "--agency", str(office.pk))
    assert membership().ends_on == timezone.localdate() - timedelta(days=1)
    assert not is_in(client)
    assert not martin.groups.exists()
    assert "nothing was changed" in run("account", "leave", "martin", "--agency", str(office.pk))
    run("account", "join", "martin", "--agency", str(office.pk), "--role", "prosecutor")
    assert Membership.objects.filter(user=martin).count() == 2
    run("account", "leave", "martin", "--agency", str(office.pk))
    assert Membership.objects.filter(user=martin).count() == 1, "one that began today has no day before to end on"


def test_the_room_and_who_is_in_charge_there(martin: User) -> None:
    run("account", "add", "salle", "--given", "Sacha", "--family", "Roy", "--supervisor")
    groups = set(User.objects.get(username="salle").groups.values_list("name", flat=True))
    assert groups == {"operator", SUPERVISOR}
    run("account", "room", "salle", "operator")
    assert set(User.objects.get(username="salle").groups.values_list("name", flat=True)) == {"operator"}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("district add val Autre", "Choose another code"),
        ("district add du*val Nom", "letters, digits and hyphens"),
        ("agency add X --district nulle-part --kind court", "There are: .*val"),
        ("agency add X --district val --kind tribunal", "There are: .*support_association"),
        ("agency add X --district val --kind court --lead", "leave --lead away"),
        ("agency add X --district val --kind court --email nulle-part", "e-mail"),
        ("account add martin --given L --family M", "account password"),
        ("account add MARTIN --given L --family M", "already"),
        ("account add a/b --given L --family M", "valide|valid"),
        ("account join nobody --agency N --role prosecutor", "account list"),
        ("account join martin --agency Ailleurs --role prosecutor", "agency list"),
        ("account join martin --agency N --role procureur", "no role.*prosecutor_clerk"),
        ("account join martin --agency N --role operator_tgd", "has no operator_tgd.*prosecutor"),
        ("account join martin --agency N --role respondent", "has no respondent"),
        ("account join martin --agency N --role prosecutor --until 2020-01-01", "before the first"),
        ("account join martin --agency N --role prosecutor --from 31/12/2030", "2026-12-31"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(martin: User, office: Agency, words: str, says: str) -> None:
    with pytest.raises(CommandError, match=says):
        run(*(str(office.pk) if word == "N" else word for word in words.split()))
    assert not Membership.objects.filter(user=martin).exists()


def test_nobody_stands_on_the_respondents_side_and_elsewhere(martin: User, office: Agency) -> None:
    run("agency", "add", "SPIP du Val", "--district", "val", "--kind", "probation")
    run("account", "join", "martin", "--agency", "SPIP du Val", "--role", "probation")
    with pytest.raises(CommandError, match="second account"):
        run("account", "join", "martin", "--agency", str(office.pk), "--role", "committee_member")
    assert membership().role == "probation"


def test_every_act_is_in_the_trail_with_the_machines_account(martin: User, office: Agency) -> None:
    run("account", "join", "martin", "--agency", str(office.pk), "--role", "prosecutor")
    entries = Entry.objects.filter(action="write", object_kind__in=["district", "agency", "user", "membership"])
    kinds = list(entries.order_by("seq").values_list("object_kind", flat=True))
    assert kinds[-4:] == ["district", "agency", "user", "membership"]
    assert set(entries.values_list("actor", flat=True)) == {None}
    words = AuditText.objects.get(entry_seq=entries.latest("seq").seq).text
    assert "prosecutor from" in words
    assert "Martin" not in " ".join(AuditText.objects.values_list("text", flat=True))


def test_every_role_of_an_account_has_an_agency_and_nobody_elses_has() -> None:
    """Who is protected or accused signs in nowhere; the demo and the tests' people fit the table."""
    held = frozenset[Role]().union(*ROLES_OF.values())
    assert set(Role) - held == {Role.PROTECTED_PERSON, Role.RESPONDENT}
    assert set(ROLES_OF) == set(AgencyKind)
    kinds = {place.key: place.kind for place in PLACES}
    assert [one.login for one in STAFF if not set(one.roles) <= ROLES_OF[kinds[one.agency]]] == []
    assert [kind for kind, role in f.USUAL_ROLE.items() if Role(role) not in ROLES_OF[kind]] == []
    for kind in (AgencyKind.PROBATION, AgencyKind.PRISON, AgencyKind.PERPETRATOR_CENTRE):
        assert ROLES_OF[kind] <= RESPONDENT_SIDE, kind
    assert {Role.ASSOCIATION_WORKER, Role.ASSOCIATION_MANAGER, Role.OPERATOR_TGD, Role.OPERATOR_BAR} == NAMED_ROLES


def test_a_list_says_who_is_off_and_who_is_not_authorised(martin: User, office: Agency) -> None:
    run("agency", "add", "Aide du Val", "--district", "val", "--kind", "support_association", "--lead")
    said = run("account", "join", "martin", "--agency", "Aide du Val", "--role", "association_worker")
    assert "/file/members" in said
    assert "not authorised by the prosecutor" in run("account", "list")
    Membership.objects.update(authorised_by="Parquet", authorised_until=date(2030, 1, 2))
    run("account", "off", "martin")
    listed = run("account", "list")
    assert "authorised until 2030-01-02" in listed
    assert "Lou Martin · off" in listed
    assert "Aide du Val, leads" in run("agency", "list")
