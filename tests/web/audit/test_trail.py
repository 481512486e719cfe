"""What somebody does in a request stands in the trail: once, in order, in the same transaction, refusals included."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from egide.web.agencies.models import Jurisdiction
from egide.web.audit.models import AuditText, Entry
from egide.web.audit.trail import Trail, acting, current, record
from tests.web import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(settings: Any) -> Client:
    """Somebody signed in, on the addresses of `urls.py`."""
    settings.ROOT_URLCONF = "tests.web.audit.urls"
    somebody = f.user(username="somebody")
    browser = Client(raise_request_exception=False)
    browser.force_login(somebody)
    return browser


def last() -> int:
    return Entry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0


def ask(client: Client, path: str) -> tuple[int, list[tuple[str, str, list[str], str]]]:
    """The status of an answer, and what the request left in the trail."""
    before = last()
    status = client.get(path).status_code
    new = Entry.objects.filter(seq__gt=before).order_by("seq")
    assert {entry.actor.username for entry in new if entry.actor} <= {"somebody"}
    return status, [(e.action, e.object_id, e.groups, e.rule) for e in new]


def test_what_was_read_in_one_request_is_one_entry(client: Client) -> None:
    assert ask(client, "/reads") == (200, [("read", "c1", ["contact", "identity"], "PR-01 PR-03")])


def test_a_write_stands_with_its_row(client: Client) -> None:
    assert ask(client, "/writes") == (200, [("write", "written", ["tasks"], "PR-02")])
    assert Jurisdiction.objects.filter(code="written").exists()


def test_a_refusal_is_written_though_the_view_was_undone(client: Client) -> None:
    assert ask(client, "/refuses") == (403, [("refuse", "c1", ["photo"], "W-02")])
    assert "The photograph is not for this role." in client.get("/refuses").content.decode()
    assert not Jurisdiction.objects.filter(code="undone").exists()


def test_a_404_is_written_too(client: Client) -> None:
    assert ask(client, "/hides") == (404, [("refuse", "c2", [], "X-BARRED")])


def test_a_view_that_broke_leaves_what_it_read_and_not_what_it_would_have_written(client: Client) -> None:
    assert ask(client, "/breaks") == (500, [("read", "c1", ["identity"], "PR-01")])
    assert not Jurisdiction.objects.filter(code="undone").exists()


def test_a_write_in_a_savepoint_that_was_undone_is_not_recorded(client: Client) -> None:
    assert ask(client, "/half") == (200, [("write", "kept", ["tasks"], "PR-02")])


def test_a_view_without_a_transaction_is_recorded_after_it(client: Client) -> None:
    assert ask(client, "/apart") == (200, [("write", "apart", ["tasks"], "PR-02")])


def test_postgresql_is_told_who_acts(client: Client) -> None:
    user = f.User.objects.get(username="somebody")
    assert client.get("/who").content.decode() == f"egide_app {user.pk}"


def test_nobody_signed_in_is_nobody_to_postgresql_either(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.web.audit.urls"
    assert Client().get("/who").content.decode() == "egide_app "


def test_an_entry_outside_any_request_is_the_systems_own_and_written_at_once() -> None:
    event = record("write", object_kind="task", object_id=7, case=3)
    entry = Entry.objects.get(event=event)
    assert (entry.actor_id, entry.object_id, entry.case) == (None, "7", 3)
    assert current() is None


def test_an_act_undone_as_a_whole_leaves_its_refusals() -> None:
    def act() -> None:
        with acting(Trail()):
            record("write", object_kind="x")
            record("refuse", object_kind="y")
            raise ValueError("no")

    before = last()
    with pytest.raises(ValueError, match="no"):
        act()
    assert [e.object_kind for e in Entry.objects.filter(seq__gt=before)] == ["y"]


def test_a_promised_write_gives_way_to_the_service_that_says_what_it_wrote() -> None:
    before = last()
    with acting(Trail()):
        record("write", object_kind="case", case=5, groups=["tasks"], promised=True)
        record("write", object_kind="case", case=5, groups=["consents"], promised=True)
        record("write", object_kind="task", object_id=9, case=5, groups=["tasks"])
    assert [(e.object_kind, e.groups) for e in Entry.objects.filter(seq__gt=before).order_by("seq")] == [
        ("case", ["consents"]),
        ("task", ["tasks"]),
    ]


def test_personal_words_stand_outside_the_chain_and_can_be_erased() -> None:
    event = record("search", object_kind="case", text="Fabre Alix")
    entry = Entry.objects.get(event=event)
    kept = AuditText.objects.get(pk=entry.seq)
    assert kept.text == "Fabre Alix"
    assert entry.text_hash is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(e)::text FROM audit_entry e WHERE seq = %s", [entry.seq])
        assert "Fabre" not in cursor.fetchone()[0]
    kept.delete()
    assert Entry.objects.get(event=event).text_hash == entry.text_hash


def test_the_same_words_twice_leave_two_different_hashes() -> None:
    events = [record("search", text="Fabre") for _ in range(2)]
    one, other = (bytes(Entry.objects.get(event=event).text_hash or b"") for event in events)
    assert one != other


def test_what_follows_from_an_act_names_it() -> None:
    with acting(Trail(cause=(cause := uuid.uuid4()))):
        first = record("read", object_kind="incident")
        second = record("write", object_kind="request", parent=first)
    assert Entry.objects.get(event=first).parent == cause
    assert Entry.objects.get(event=second).parent == first


def test_who_comes_and_goes_is_in_the_trail() -> None:
    somebody = f.user(username="comes")
    somebody.set_password("a password long enough")
    somebody.save()
    browser, before = Client(), last()
    browser.post("/sign-in/", {"username": "comes", "password": "wrong"})
    browser.post("/sign-in/", {"username": "comes", "password": "a password long enough"})
    browser.post("/sign-out/")
    acts = Entry.objects.filter(seq__gt=before).order_by("seq").values_list("action", "actor_id")
    assert list(acts) == [("refuse", None), ("sign_in", somebody.pk), ("sign_out", somebody.pk)]


def test_a_request_that_records_nothing_takes_no_number(client: Client) -> None:
    before = last()
    client.get("/who")
    assert last() == before


def test_a_foreign_key_that_points_nowhere_is_found_before_the_end_of_the_chain_is_locked() -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO agencies_agency (kind, name, jurisdiction_id) VALUES ('other', 'x', 999999)")
        with pytest.raises(IntegrityError):
            record("write")
        transaction.set_rollback(True)
