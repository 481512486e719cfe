"""Who gets in where: every address, as everybody."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from egide.web.accounts.models import User
from egide.web.agencies.models import Membership
from tests.web.scene import Scene

# An address with a new kind of parameter must get a sample here before it passes.
SAMPLES = {"uuid:public_id": str(UUID(int=0)), "slug:slug": "contact", "int:number": "1", "int:step": "1"}
OPEN_TO_ALL = {"sign-in/", "sign-in/second", "sign-in/key", "language/", "livez", "readyz"}
OWN_BY_POST = {
    "account/sessions/end-others",
    "account/sessions/<uuid:public_id>/end",
    "account/factors/<int:number>/remove",
}
OWN = OWN_BY_POST | {
    "account/",
    "account/factors/app",
    "account/factors/key",
    "account/factors/codes",
    "account/password",
}
# The pilot's phone: nobody signs in, its own key opens the one address that takes anything.
PHONE = {"carnet/", "carnet/send", "carnet/manifest.webmanifest", "carnet/worker.js"}
FILE = ("file/", "police/", "documents/")  # for members of an agency
ROOM_OF_POLICE = {"police/outbox", "police/outbox/decide"}
ANY_MEMBER = {"", "sign-out/"} | OWN
DEMO_ONLY = {"file/story", "file/story/enter"}  # 404 for everybody where there is no demo
POST_ONLY = OWN_BY_POST | {
    "file/act-as",
    "sign-out/",
    "language/",
    "console/incidents/<uuid:public_id>/take",
    "console/incidents/<uuid:public_id>/close",
    "console/incidents/<uuid:public_id>/do",
    "console/open",
    "console/open/find",
    "console/shift",
    "console/painted",
    "console/training/begin",
    "console/training/end",
    "console/training/shift",
    "console/training/calls/<uuid:public_id>/take",
    "console/training/calls/<uuid:public_id>/close",
    "console/training/calls/<uuid:public_id>/do",
    "police/requests/<uuid:public_id>/step",
    "police/outbox/decide",
    "documents/cases/<uuid:public_id>/<slug:slug>",
    "carnet/send",
}


def addresses() -> Iterator[str]:
    """Every route of the project, as it is written."""

    def walk(prefix: str, patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
        for pattern in patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(route, pattern.url_patterns)
            else:
                yield route

    return walk("", get_resolver().url_patterns)


def sample(route: str) -> str:
    """An address for a route."""
    for name, value in SAMPLES.items():
        route = route.replace(f"<{name}>", value)
    assert "<" not in route, f"{route}: add a sample for its parameter"
    return f"/{route}"


def ask(client: Client, route: str) -> int:
    method = client.post if route in POST_ONLY else client.get
    return method(sample(route)).status_code


@pytest.mark.parametrize("route", list(addresses()))
def test_an_anonymous_reader_is_sent_to_sign_in(route: str, db: None) -> None:
    client = Client()
    answer = (client.post if route in POST_ONLY else client.get)(sample(route))
    if route in PHONE:
        assert answer.status_code == (200 if route != "carnet/send" else 404)  # no gateway is named here
    elif route in DEMO_ONLY:
        assert answer.status_code == 404
    elif route in OPEN_TO_ALL:
        assert answer.status_code in (200, 302)
    else:
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("route", list(addresses()))
def test_a_member_of_no_room_gets_404_wherever_a_room_begins(route: str, db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("someone", is_superuser=True, is_staff=True))
    status = ask(client, route)
    if route in PHONE:
        assert status == (200 if route != "carnet/send" else 404)  # no gateway is named here
    elif route in OPEN_TO_ALL | ANY_MEMBER:
        assert status in (200, 302)
    else:
        assert status == 404


@pytest.mark.parametrize("route", sorted(POST_ONLY - OWN_BY_POST - PHONE - {"sign-out/", "language/"}))
def test_a_stranger_does_not_even_learn_which_method_an_address_takes(route: str, db: None) -> None:
    client = Client()
    client.force_login(User.objects.create_user("someone"))
    assert client.get(sample(route)).status_code == 404


@pytest.mark.parametrize("route", list(addresses()))
def test_an_operator_is_let_in(route: str, operator: Client) -> None:
    if route == "console/stream":
        pytest.skip("never ends; test_stream.py reads it from a real server")
    if route.startswith(FILE):
        Membership.objects.filter(
            user__username="operatrice"
        ).delete()  # whoever is in the room is not thereby in the file
    status = ask(operator, route)
    if route.startswith(FILE) and route not in ROOM_OF_POLICE:
        assert status == 404  # for members of an agency; tests/web/permissions walks it
    elif route in PHONE:
        assert status == (200 if route != "carnet/send" else 404)  # no gateway is named here
    elif route in ("console/open", "console/open/find", "console/shift", "console/painted", "police/outbox/decide"):
        assert status in (200, 302, 400, 404)  # let in; what was posted is incomplete
    elif "<uuid" in route and route not in OWN:
        assert status in (400, 404)  # no such incident, or no version given
    else:
        assert status in (200, 302)


def test_an_incident_nobody_has_is_404_for_an_operator_too(operator: Client) -> None:
    assert operator.get(f"/console/incidents/{UUID(int=7)}").status_code == 404


def test_an_operator_whose_account_was_closed_is_out_at_once(operator: Client) -> None:
    User.objects.filter(username="operatrice").update(is_active=False)
    assert operator.get("/console/state").status_code == 302


def test_an_operator_who_left_the_group_is_a_stranger_at_once(operator: Client) -> None:
    User.objects.get(username="operatrice").groups.clear()
    assert operator.get("/console/state").status_code == 404


def test_a_script_without_a_session_is_told_so_instead_of_being_redirected(scene: Scene) -> None:
    answer = Client().get("/console/state", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (401, {"reason": "signed_out"})


def test_an_incident_is_only_taken_and_closed_by_post(operator: Client, scene: Scene) -> None:
    incident = scene.sos("demo-tgd-1")
    assert operator.get(f"/console/incidents/{incident}/take").status_code == 405
    assert operator.get(f"/console/incidents/{incident}/close").status_code == 405


def test_a_post_from_another_site_changes_nothing(scene: Scene) -> None:
    incident = scene.sos("demo-tgd-1")
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.get(username="operatrice"))
    answer = client.post(f"/console/incidents/{incident}/take", {"version": 1}, content_type="application/json")
    assert answer.status_code == 403
    assert scene.one("SELECT count(*) FROM console_incident WHERE owner_id IS NOT NULL") == 0
