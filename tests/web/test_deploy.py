"""What runs in service: Django finds nothing to say, plain HTTP goes no further, and the web holds no more than it needs."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from typing import Any

import pytest
from django.test import Client


def in_service(code: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Runs Python with the settings of a service, in a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EGIDE_", "DJANGO_"))}
    told = {"EGIDE_SECRET_KEY": secrets.token_urlsafe(64), "DJANGO_SETTINGS_MODULE": "egide.web.settings"}
    return subprocess.run(
        [sys.executable, "-c", code], env=kept | told | settings, capture_output=True, text=True, check=False
    )


def test_django_finds_nothing_to_say_about_a_service() -> None:
    done = in_service("from egide.cli.main import main; raise SystemExit(main(['manage', 'check', '--deploy']))")
    assert (done.returncode, done.stderr) == (0, "")
    assert "no issues" in done.stdout
    assert "0 silenced" in done.stdout


def test_plain_http_is_sent_on_except_for_whoever_asks_whether_we_live(settings: Any, db: None) -> None:
    settings.SECURE_SSL_REDIRECT = True
    answer = Client().get("/sign-in/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "https://testserver/sign-in/")
    assert Client().get("/sign-in/", secure=True).status_code == 200
    assert Client().get("/livez").status_code == 200
    assert Client().get("/readyz").status_code == 200


DATABASES = """
import json
import egide.web.asgi
from django.conf import settings
print(json.dumps(settings.DATABASES["default"]))
"""


@pytest.mark.parametrize(
    ("urls", "user", "first"),
    [
        ({"EGIDE_DATABASE_URL": "postgresql://owner@db/egide"}, "owner", ""),
        (
            {
                "EGIDE_DATABASE_URL": "postgresql://owner@db/egide",
                "EGIDE_WEB_DATABASE_URL": "postgresql://egide_web@db/egide?options=-c%20lock_timeout%3D5s",
            },
            "egide_web",
            "-c lock_timeout=5s ",
        ),
    ],
    ids=["the owner's URL", "a login of its own"],
)
def test_the_web_process_acts_as_its_role_from_the_first_connection(
    urls: dict[str, str], user: str, first: str
) -> None:
    done = in_service(DATABASES, **urls)
    database = json.loads(done.stdout)
    assert database["USER"] == user
    assert database["OPTIONS"]["options"].startswith(first)
    assert database["OPTIONS"]["options"].endswith("-c role=egide_app")
    assert database["ATOMIC_REQUESTS"] is True
