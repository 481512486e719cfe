"""A process that does what docs/operations.md says, line by line: the commands, then the people's first sign-ins.

    python -m tests.web.first_walk '["egide migrate", …]'     on the database of EGIDE_DATABASE_URL

Prints as JSON what each command said and what the people saw.
"""

from __future__ import annotations

import io
import json
import shlex
import sys
from contextlib import redirect_stdout
from datetime import date, timedelta
from typing import TYPE_CHECKING

from egide.cli.main import main

if TYPE_CHECKING:
    from tests.web.file.hands import Hands

OWN = "five words of one’s own choosing"


def typed(line: str) -> str:
    """What a line of the page says when it is typed."""
    said = io.StringIO()
    with redirect_stdout(said):
        code = main(shlex.split(line)[1:])
    assert code == 0, f"{line}: {code} {said.getvalue()}"
    return said.getvalue()


def first_sign_in(login: str, password: str) -> Hands:
    """Signs in with the password that was said; nothing opens before a second factor and a new one."""
    from django.test import Client

    from egide.web.accounts.models import User
    from tests.web.accounts.helping import give_password, secret_on, shown
    from tests.web.file.hands import Hands

    client = Client()
    assert give_password(client, login, "not what was said") == ""
    assert give_password(client, login, password) != ""
    assert client.get("/file/").headers["Location"] == "/account/", "no second factor yet"
    secret = secret_on(client.get("/account/factors/app").content.decode())
    assert client.post("/account/factors/app", {"code": shown(secret)}).status_code == 200
    assert client.get("/file/").headers["Location"] == "/account/password", "the password is not their own yet"
    assert client.post("/account/password", {"new_password1": OWN, "new_password2": OWN}).status_code == 302
    assert client.get("/file/").status_code == 200
    hands = Hands(User.objects.get(username=login))
    hands.client = client
    return hands


def walk(lines: list[str]) -> dict[str, object]:
    """The whole of it."""
    said = {line: typed(line) for line in lines}
    password = {shlex.split(line)[4]: words.splitlines()[0] for line, words in said.items() if "account add" in line}
    people = {login: first_sign_in(login, password[login]) for login in password}
    prosecutor, worker = people["procureure"], people["intervenante"]
    members = prosecutor.look("/file/members")
    numbers = sorted(members.form().fields["who"].choices)
    until = (date.today() + timedelta(days=365)).isoformat()
    prosecutor.client.post("/file/members", {"act": "authorise", "who": numbers, "until": until})
    named = prosecutor.look("/file/members")
    case = worker.send("/file/report", reporter="person", channel="phone", given_name="Ondine")
    return {
        "said": list(said.values()),
        "asked": numbers,
        "before": members.words,
        "named": named.words,
        "case": case.words,
    }


if __name__ == "__main__":
    json.dump(walk(json.loads(sys.argv[1])), sys.stdout)
