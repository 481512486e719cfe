"""A second factor: made, asked for, refused, used up, and needed before anything else where it is required."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.test import Client

from egide.settings import SettingError
from egide.web.accounts import factors, throttle
from egide.web.accounts.models import LoginFailure, User
from egide.web.audit.models import Entry
from egide.web.settings import second_factor
from tests.web.accounts.helping import PASSWORD, give_password, is_in, secret_on, shown, somebody, with_app

NOT_RIGHT = "Ce code n’est pas le bon"
STOPPED = "Trop d’essais"


@pytest.fixture
def someone(db: None) -> User:
    return somebody()


@pytest.fixture
def required(settings: Any) -> None:
    settings.SECOND_FACTOR = True


def second(client: Client, code: str) -> Any:
    return client.post("/sign-in/second", {"egide-code": code})


def test_an_app_is_added_by_the_code_it_shows_and_asked_for_at_the_next_sign_in(someone: User, client: Client) -> None:
    assert give_password(client) == "/"
    secret = secret_on(client.get("/account/factors/app").content.decode())
    assert NOT_RIGHT in client.post("/account/factors/app", {"code": "000000"}).content.decode()
    added = client.post("/account/factors/app", {"code": shown(secret, -1)}).content.decode()
    assert len(re.findall(r"<code>\d{4} \d{4}</code>", added)) == 10
    client.logout()

    assert give_password(client, next="/account/") == "/sign-in/second"
    assert not is_in(client)
    assert "Code de l’application" in client.get("/sign-in/second").content.decode()
    assert second(client, shown(secret)).headers["Location"] == "/account/"
    assert is_in(client)


def test_between_password_and_code_nobody_is_signed_in(someone: User, client: Client) -> None:
    with_app(someone)
    give_password(client)
    assert "_auth_user_id" not in client.session
    assert not Entry.objects.filter(action="sign_in", object_id=str(someone.pk)).exists()


def test_a_code_opens_once(someone: User, client: Client) -> None:
    secret = with_app(someone)
    code = shown(secret)
    give_password(client)
    assert second(client, code).status_code == 302
    client.logout()
    give_password(client)
    assert NOT_RIGHT in second(client, code).content.decode()
    assert second(client, shown(secret, 1)).status_code == 302


def test_a_recovery_code_opens_once_in_the_place_of_the_app(someone: User, client: Client) -> None:
    with_app(someone)
    codes = factors.new_codes(someone)
    give_password(client)
    assert second(client, f"{codes[3][:4]} {codes[3][4:]}").status_code == 302
    client.logout()
    give_password(client)
    assert NOT_RIGHT in second(client, codes[3]).content.decode()
    assert second(client, codes[4]).status_code == 302
    assert factors.listing(someone)[1] == 8


def test_new_recovery_codes_make_the_old_ones_void(someone: User, client: Client) -> None:
    with_app(someone)
    old = factors.new_codes(someone)
    assert set(factors.new_codes(someone)).isdisjoint(old)
    assert not factors.check_code(someone, old[0])


def test_ten_wrong_codes_stop_the_account_wherever_they_come_from_until_a_quarter_of_an_hour_has_passed(
    someone: User, client: Client
) -> None:
    secret = with_app(someone)
    give_password(client)
    for n in range(throttle.LIMITS["factor"]):
        client.defaults["REMOTE_ADDR"] = f"10.0.0.{n}"
        assert NOT_RIGHT in second(client, "123456").content.decode()
    assert STOPPED in second(client, shown(secret)).content.decode()
    LoginFailure.objects.update(at=F("at") - throttle.WINDOW - timedelta(seconds=1))
    assert second(client, shown(secret)).status_code == 302


def test_a_right_password_does_not_take_the_brake_off_the_code(
    someone: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(throttle.LIMITS, "factor", 2)
    with_app(someone)
    for _ in range(2):
        give_password(client)
        second(client, "123456")
    give_password(client)
    assert STOPPED in second(client, "123456").content.decode()


def test_a_refused_code_is_in_the_trail_without_what_was_typed(someone: User, client: Client) -> None:
    with_app(someone)
    give_password(client)
    second(client, "123456")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_kind) == ("refuse", "sign_in")
    assert "123456" not in repr(entry.__dict__)


def test_the_wait_for_a_code_ends_when_the_password_changes(someone: User, client: Client) -> None:
    secret = with_app(someone)
    give_password(client)
    someone.set_password("another one altogether")
    someone.save()
    assert second(client, shown(secret)).headers["Location"].startswith("/sign-in/")
    assert not is_in(client)


def test_the_second_step_is_nowhere_for_whoever_gave_no_password(db: None, client: Client) -> None:
    for answer in (client.get("/sign-in/second"), second(client, "123456")):
        assert answer.headers["Location"] == "/sign-in/"


def test_secrets_are_of_no_use_to_a_thief_of_the_database(someone: User) -> None:
    secret = with_app(someone)
    codes = factors.new_codes(someone)
    kept = repr(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    assert not any(code in kept for code in codes)


def test_secrets_of_another_installation_open_nothing_here(someone: User, settings: Any) -> None:
    secret = with_app(someone)
    settings.SECRET_KEY = "x" * 60
    assert not factors.check_code(someone, shown(secret))


# Required


def test_without_a_second_factor_nothing_opens_but_the_pages_that_make_one(
    required: None, someone: User, client: Client
) -> None:
    give_password(client)
    for path in ("/", "/console/", "/file/", "/account/password", "/account/factors/codes"):
        assert client.get(path).headers["Location"] == "/account/"
    assert client.get("/console/state", headers={"accept": "application/json"}).status_code == 401
    assert "Il faut un second facteur" in client.get("/account/").content.decode()
    secret = secret_on(client.get("/account/factors/app").content.decode())
    client.post("/account/factors/app", {"code": shown(secret)})
    assert client.get("/").headers.get("Location") != "/account/"
    assert client.get("/account/password").status_code == 200


def test_whoever_came_in_by_another_door_is_asked_for_the_factor_they_have(
    required: None, someone: User, client: Client
) -> None:
    secret = with_app(someone)
    client.force_login(someone)
    there = client.get("/file/?x=1").headers["Location"]
    assert there == "/sign-in/second?next=%2Ffile%2F%3Fx%3D1"
    assert client.post(there, {"egide-code": shown(secret)}).headers["Location"] == "/file/?x=1"


def test_the_last_factor_stays_where_one_is_required_and_goes_where_not(
    required: None, someone: User, client: Client, settings: Any
) -> None:
    secret = with_app(someone)
    give_password(client)
    second(client, shown(secret))
    number = Authenticator.objects.get(user=someone, type="totp").pk
    client.post(f"/account/factors/{number}/remove")
    assert "C’est votre seul second facteur" in client.get("/account/").content.decode()
    settings.SECOND_FACTOR = False
    client.post(f"/account/factors/{number}/remove")
    assert not Authenticator.objects.filter(user=someone).exists()


def test_nobody_takes_somebody_elses_factor_away(someone: User, client: Client) -> None:
    with_app(somebody("other"))
    give_password(client)
    number = Authenticator.objects.get(user__username="other").pk
    client.post(f"/account/factors/{number}/remove")
    assert Authenticator.objects.filter(pk=number).exists()


@pytest.mark.parametrize(
    ("said", "secure", "is_required"),
    [("", True, True), ("", False, False), ("true", False, True), ("false", True, False)],
)
def test_a_service_asks_for_a_second_factor_and_a_demo_does_not_unless_told(
    said: str, secure: bool, is_required: bool
) -> None:
    assert second_factor(said, secure) is is_required


def test_a_word_that_is_neither_is_refused() -> None:
    with pytest.raises(SettingError, match="EGIDE_WEB_SECOND_FACTOR"):
        second_factor("maybe", True)


# Not there at all


@pytest.mark.parametrize(
    "path", ["accounts/signup", "signup", "password/reset", "account/signup", "social/login", "email"]
)
def test_there_is_no_sign_up_no_reset_by_mail_and_no_social_sign_in(path: str, client: Client, db: None) -> None:
    for slash in ("", "/"):
        assert client.get(f"/{path}{slash}").status_code == 404


def test_a_given_password_opens_the_page_that_changes_it_and_nothing_else(someone: User, client: Client) -> None:
    User.objects.update(must_change_password=True)
    give_password(client)
    assert client.get("/").headers["Location"] == "/account/password"
    assert client.get("/account/").headers["Location"] == "/account/password"
    short = client.post("/account/password", {"new_password1": "short", "new_password2": "short"})
    assert "12" in short.content.decode()
    new = {"new_password1": "another four words", "new_password2": "another four words"}
    assert client.post("/account/password", new).headers["Location"] == "/account/"
    assert is_in(client)
    someone.refresh_from_db()
    assert someone.password.startswith("argon2$argon2id$")
    assert not someone.check_password(PASSWORD)


def test_a_new_secret_key_opens_what_the_old_one_closed_while_that_is_a_fallback(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from django.conf import settings

    from egide.web.accounts.factors import Adapter

    closed, old = Adapter().encrypt("a secret of an app"), settings.SECRET_KEY
    monkeypatch.setattr(
        settings, "SECRET_KEY", "another key of the tests, long enough to be one, and no more than that"
    )
    assert Adapter().decrypt(closed) != "a secret of an app"
    assert "EGIDE_SECRET_KEY_FALLBACKS" in caplog.text
    monkeypatch.setattr(settings, "SECRET_KEY_FALLBACKS", [old])
    assert Adapter().decrypt(closed) == "a secret of an app"
