"""“My sessions”: what is listed, how one ends, and that an end is an end, for pages and for lines of events."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from egide.web.accounts import lines, sessions
from egide.web.accounts.models import SignedIn, User
from tests.web.accounts.helping import PASSWORD, is_in, somebody

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


def signed_in(user: User, device: str = FIREFOX) -> Client:
    client = Client(headers={"user-agent": device})
    assert client.post("/sign-in/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


@pytest.fixture
def someone(db: None) -> User:
    return somebody()


@pytest.mark.parametrize(
    ("told", "family"),
    [
        (FIREFOX, "Firefox · Windows"),
        (IPHONE, "Safari · iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36", "Chrome · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/141.0 Safari/537.36 Edg/141.0", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/141.0 Mobile Safari/537.36", "Chrome · Android"),
        ("curl/8", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_known_by_its_family_only(told: str, family: str) -> None:
    assert sessions.family(told) == family


def test_the_page_lists_where_i_am_signed_in_and_says_no_place(someone: User) -> None:
    here = signed_in(someone)
    signed_in(someone, IPHONE)
    signed_in(somebody("other"), "curl/8")
    page = here.get("/account/", REMOTE_ADDR="203.0.113.7").content.decode()
    assert page.count("Firefox · Windows</strong>") == 1
    assert page.count("Safari · iPhone</strong>") == 1
    assert "Appareil inconnu" not in page
    assert page.count("celle-ci") == 1
    assert "203.0.113" not in page
    assert "127.0.0.1" not in page


def test_one_session_is_ended_and_is_ended_at_once(someone: User) -> None:
    here, there = signed_in(someone), signed_in(someone, IPHONE)
    row = SignedIn.objects.get(device="Safari · iPhone")
    here.post(f"/account/sessions/{row.public_id}/end")
    assert not is_in(there)
    assert is_in(here)
    assert there.get("/console/state", headers={"accept": "*/*"}).json() == {"reason": "signed_out"}


def test_all_others_are_ended_together(someone: User) -> None:
    here, *others = (signed_in(someone) for _ in range(3))
    stranger = signed_in(somebody("other"))
    here.post("/account/sessions/end-others")
    assert [is_in(one) for one in (here, *others, stranger)] == [True, False, False, True]


def test_nobody_ends_somebody_elses_session(someone: User) -> None:
    other = signed_in(somebody("other"))
    row = SignedIn.objects.get(user__username="other")
    signed_in(someone).post(f"/account/sessions/{row.public_id}/end")
    assert is_in(other)


def test_a_new_password_ends_every_other_session(someone: User) -> None:
    here, there = signed_in(someone), signed_in(someone)
    new = {"new_password1": "another four words", "new_password2": "another four words"}
    assert here.post("/account/password", new).status_code == 302
    assert is_in(here)
    assert not is_in(there)
    assert SignedIn.objects.filter(user=someone).count() == 1


def test_signing_out_leaves_no_line(someone: User) -> None:
    client = signed_in(someone)
    client.post("/sign-out/")
    assert not SignedIn.objects.filter(user=someone).exists()


def test_a_session_ends_after_a_long_shift_however_busy_it_was(someone: User, settings: Any) -> None:
    client = signed_in(someone)
    session = client.session
    session[sessions.SINCE] = time.time() - settings.SESSION_COOKIE_AGE - 1
    session.save()
    assert client.get("/console/state", headers={"accept": "application/json"}).status_code == 401
    assert not SignedIn.objects.filter(user=someone).exists()


def test_last_use_is_right_to_the_minute_and_costs_nothing_in_between(
    someone: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(someone)
    SignedIn.objects.update(used_at=timezone.now() - timedelta(hours=1))
    before = SignedIn.objects.get().used_at
    is_in(client)
    assert SignedIn.objects.get().used_at == before
    monkeypatch.setattr(sessions, "TOUCH_S", 0.0)
    is_in(client)
    assert SignedIn.objects.get().used_at > before


def test_the_page_asks_as_many_questions_for_twelve_sessions_as_for_one(someone: User) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = signed_in(someone)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            is_in(client)
        counts.append(len(asked))
        for _ in range(11):
            Client().force_login(someone)
    assert counts[0] == counts[1]


def test_a_page_of_the_room_asks_nothing_about_accounts_but_who_this_is(operator: Client) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        assert operator.get("/console/state").status_code == 200
    told = [query["sql"] for query in asked]
    assert not [sql for sql in told if "accounts_signedin" in sql or "mfa_" in sql]
    assert len([sql for sql in told if "django_session" in sql]) == 1
    assert len([sql for sql in told if 'FROM "accounts_user"' in sql]) == 1


def test_a_challenge_for_nobody_yet_does_not_stay_and_a_shift_does(someone: User, settings: Any) -> None:
    client = Client()
    assert client.get("/sign-in/key").json()["publicKey"]["userVerification"] == "required"
    assert 0 < client.session.get_expiry_age() <= 600
    client.post("/sign-in/", {"username": someone.username, "password": PASSWORD})
    assert client.session.get_expiry_age() > 600
    assert client.session.get_expire_at_browser_close() is True


# Lines of events


async def room() -> AsyncIterator[bytes]:
    """A room that says something all the time."""
    while True:
        await asyncio.sleep(0.01)
        yield b": still here\n\n"


def heard(monkeypatch: pytest.MonkeyPatch, standing: Any) -> int:
    """How many words a line says before it ends, within a second."""
    monkeypatch.setattr(lines, "EVERY_S", 0.05)
    monkeypatch.setattr(lines, "watch", lines.Watch())
    monkeypatch.setattr(lines, "_standing", standing)

    async def listen() -> int:
        count = 0
        async with asyncio.timeout(1):
            async for _ in lines.until_ended(room(), ("key", 7)):
                count += 1
        return count

    return asyncio.run(listen())


def test_a_line_stops_within_seconds_of_the_end_of_its_session(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[set[lines.Reader]] = []

    def standing(readers: set[lines.Reader]) -> set[lines.Reader]:
        asked.append(readers)
        return readers if len(asked) < 3 else set()

    assert heard(monkeypatch, standing) > 3
    assert asked == [{("key", 7)}] * 3


def test_a_line_goes_on_while_the_database_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    def away(readers: set[lines.Reader]) -> set[lines.Reader]:
        raise OperationalError

    with pytest.raises(TimeoutError):
        heard(monkeypatch, away)


def test_a_line_stands_for_a_live_session_of_an_active_member_of_the_room(scene: Any) -> None:
    operator = User.objects.get(username="operatrice")
    stranger = somebody()
    for user in (operator, stranger):
        Client().force_login(user)
    keys = dict(SignedIn.objects.filter(user__in=[operator, stranger]).values_list("user_id", "session_key"))
    readers = {(key, user) for user, key in keys.items()} | {("gone", operator.pk)}
    standing = standing_here(readers)
    assert standing == {(keys[operator.pk], operator.pk)}
    Session.objects.filter(session_key=keys[operator.pk]).delete()
    assert standing_here(readers) == set()


def standing_here(readers: set[lines.Reader]) -> set[lines.Reader]:
    """The question, without giving the connection of the test back."""
    from unittest.mock import patch

    with patch.object(lines.connection, "close"):
        return lines._standing(readers)
