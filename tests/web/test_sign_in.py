"""Signing in, being slowed down, choosing a language, and the headers every page carries."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from egide.web import settings as service
from egide.web.accounts import throttle
from egide.web.accounts.models import LoginFailure, User

WRONG = "Nom ou mot de passe non reconnu"
STOPPED = "Trop d’essais"


@pytest.fixture
def someone(db: None) -> User:
    return User.objects.create_user("someone", password="the right one, and long")


def attempt(client: Client, username: str, password: str, address: str = "10.0.0.1") -> str:
    answer = client.post("/sign-in/", {"username": username, "password": password}, REMOTE_ADDR=address)
    return "in" if answer.status_code == 302 else answer.content.decode()


def test_the_right_password_opens(someone: User, client: Client) -> None:
    assert attempt(client, "someone", "the right one, and long") == "in"


def test_an_unknown_name_a_wrong_password_and_a_closed_account_sound_the_same(someone: User, client: Client) -> None:
    wrong = attempt(client, "someone", "wrong")
    unknown = attempt(client, "nobody", "wrong")
    someone.is_active = False
    someone.save()
    closed = attempt(client, "someone", "the right one, and long")
    assert all(WRONG in text for text in (wrong, unknown, closed))


def test_whoever_guesses_five_times_waits_even_with_the_right_password(someone: User, client: Client) -> None:
    for _ in range(throttle.LIMITS["pair"]):
        assert WRONG in attempt(client, "someone", "wrong")
    assert STOPPED in attempt(client, "someone", "the right one, and long")
    assert attempt(client, "someone", "the right one, and long", address="10.0.0.2") == "in"


def test_names_that_do_not_exist_are_slowed_down_alike(someone: User, client: Client) -> None:
    for _ in range(throttle.LIMITS["pair"]):
        attempt(client, "nobody", "wrong")
    assert STOPPED in attempt(client, "nobody", "wrong")


def test_an_address_that_tries_many_names_is_stopped(
    someone: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(throttle.LIMITS, "address", 8)
    for n in range(throttle.LIMITS["address"]):
        attempt(client, f"name{n}", "wrong")
    assert STOPPED in attempt(client, "someone", "the right one, and long")


def test_a_success_starts_afresh(someone: User, client: Client) -> None:
    for _ in range(throttle.LIMITS["pair"] - 1):
        attempt(client, "someone", "wrong")
    assert attempt(client, "someone", "the right one, and long") == "in"
    client.logout()
    assert WRONG in attempt(client, "someone", "wrong")


def test_what_is_remembered_of_a_refusal_names_nobody(someone: User, client: Client) -> None:
    attempt(client, "someone", "wrong")
    kept = [bytes(row.key) for row in LoginFailure.objects.all()]
    assert kept
    assert all(len(key) == 32 and b"someone" not in key for key in kept)


def test_passwords_are_kept_by_argon2_at_its_full_cost_in_service(someone: User) -> None:
    assert someone.password.startswith("argon2$argon2id$")
    assert service.PASSWORD_HASHERS == ["django.contrib.auth.hashers.Argon2PasswordHasher"]


def test_the_page_is_french_until_somebody_chooses_otherwise(db: None) -> None:
    client = Client(headers={"accept-language": "en"})
    page = client.get("/sign-in/")
    assert 'lang="fr"' in page.content.decode()
    assert "Mot de passe" in page.content.decode()
    client.post("/language/", {"language": "en", "next": "/sign-in/"})
    page = client.get("/sign-in/")
    assert 'lang="en"' in page.content.decode()
    assert "Password" in page.content.decode()
    assert page.headers["Content-Language"] == "en"


def test_a_sign_in_never_leads_to_another_site(someone: User, client: Client) -> None:
    answer = client.post(
        "/sign-in/",
        {"username": "someone", "password": "the right one, and long", "next": "https://elsewhere.example/"},
    )
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/sign-in/", "/nothing/", "/livez"])
def test_every_answer_says_what_a_browser_may_load_keep_and_tell(path: str, client: Client, db: None) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert all(source.startswith("'") or source == "data:" for p in policy.values() for source in p.split())
    assert "no-store" in headers["Cache-Control"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_nonce_is_used_once_and_by_every_script_and_style_in_the_page(operator: Client) -> None:
    nonces = set()
    for _ in range(2):
        page = operator.get("/console/")
        nonce = re.search(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])
        assert nonce is not None
        nonces.add(nonce[1])
        inline = re.findall(r"<(?:script|style)(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", page.content.decode())
        assert inline
        assert all(f'nonce="{nonce[1]}"' in tag for tag in inline)
        assert not re.search(r"\sstyle=|\son\w+=", page.content.decode())
    assert len(nonces) == 2


def test_no_page_title_names_anybody(operator: Client) -> None:
    title = re.search(r"<title>(.*?)</title>", operator.get("/console/").content.decode())
    assert title is not None
    assert title[1] == "Salle des opérateurs · Égide"


def test_the_process_says_that_it_lives_and_works(client: Client, db: None) -> None:
    assert client.get("/livez").content == b"ok\n"
    assert client.get("/readyz").content == b"ok\n"
