"""What an administrator can do for somebody who cannot sign in; there is no mail that could."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from egide.web.accounts import factors, throttle
from egide.web.accounts.models import User
from egide.web.audit.models import Entry
from tests.web.accounts.helping import PASSWORD, give_password, is_in, somebody, with_app


@pytest.fixture
def someone(db: None) -> User:
    return somebody()


def account(act: str, name: str = "someone") -> str:
    said = io.StringIO()
    call_command("account", act, name, stdout=said)
    return said.getvalue()


def test_a_new_password_is_said_once_and_must_be_changed(someone: User, client: Client) -> None:
    give_password(client)
    password = account("password").splitlines()[0]
    assert not is_in(client)
    assert give_password(client, password=PASSWORD) == ""
    give_password(client, password=password)
    assert client.get("/").headers["Location"] == "/account/password"


def test_lost_factors_are_taken_away_and_every_session_with_them(someone: User, client: Client) -> None:
    with_app(someone)
    factors.new_codes(someone)
    client.force_login(someone)
    account("factors")
    assert factors.kinds(someone) == set()
    assert not is_in(client)


def test_a_locked_account_is_let_in_again(someone: User, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(throttle.LIMITS, "name", 3)
    for n in range(3):
        client.post("/sign-in/", {"username": "someone", "password": "no"}, REMOTE_ADDR=f"10.0.0.{n}")
    assert give_password(client) == ""
    account("unlock")
    assert give_password(client) == "/"


def test_an_account_that_is_off_is_out_at_once(someone: User, client: Client) -> None:
    client.force_login(someone)
    account("off")
    assert not is_in(client)
    account("on")
    assert give_password(client) == "/"


def test_what_was_done_is_in_the_trail_and_an_unknown_name_is_said(someone: User) -> None:
    account("end-sessions")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_kind, entry.object_id) == ("write", "user", str(someone.pk))
    with pytest.raises(CommandError):
        account("unlock", "nobody")
