"""The places of an order in the room: frozen, named, said to hold or not, drawn; for an operator of bracelets alone (BAR-18, BO-01)."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.utils import timezone
from playwright.sync_api import expect

from egide.web.accounts.models import OPERATOR
from egide.web.agencies.models import AgencyKind, Membership
from egide.web.console import order
from egide.web.console.cases import cases_of
from egide.web.console.models import Contacts, Incident
from tests.web import factories as f
from tests.web.permissions.raw import rows
from tests.web.scene import Scene
from tests.web.test_browser import Desks

HOME, WORK = "Refuge Canari", "Atelier Rapace"
AT = (47.320011, 5.040022)
PLACES: list[dict[str, Any]] = [
    {"kind": "allowed", "name": WORK, "lat": 47.35, "lon": 5.1, "radius_m": 150, "first_day": None, "last_day": None,
     "hours": [{"days": [1, 2, 3, 4, 5], "from": "08:30", "to": "17:00"}]},
    {"kind": "forbidden", "name": HOME, "lat": AT[0], "lon": AT[1], "radius_m": 400, "hours": [], "first_day": None,
     "last_day": None},
]  # fmt: skip
MONDAY_NOON, SUNDAY_NOON = (
    int(datetime(2027, 1, day, 11, tzinfo=UTC).timestamp() * 1000) for day in (4, 10)
)  # 12:00 in Paris


def ordered(scene: Scene, places: list[dict[str, Any]] = PLACES) -> None:
    """The order of the first pair names two places."""
    scene.db.execute("UPDATE measures_measure SET places = %s WHERE id = %s", (json.dumps(places), scene.measure(1)))


def entered(scene: Scene, place: int = 1) -> str:
    """The wearer of the first pair is in a place of the order."""
    measure = scene.measure(1)
    return scene.ring(
        f"exclusion:{measure}", "technical", 20, measure=measure, kind="exclusion_entered", data={"place": place}
    )


def told(client: Client, incident: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(f"/console/incidents/{incident}").json()["order_places"]
    return found


def test_an_incident_keeps_the_places_of_its_order_and_an_operator_of_bracelets_reads_them(
    operator: Client, scene: Scene
) -> None:
    ordered(scene)
    incident = entered(scene)
    ordered(scene, [])  # what the file says later does not change what held then
    home, work = told(operator, incident)
    assert (home["kind"], home["name"], home["when"]) == ("forbidden", HOME, "à toute heure")
    assert (home["holds"], home["now_words"], home["until_ms"] is not None) == (True, "en vigueur maintenant", True)
    assert (home["circle"], home["radius_m"]) == ({"lat": AT[0], "lon": AT[1]}, 400)
    assert (work["kind"], work["name"]) == ("allowed", WORK)
    assert work["when"].endswith("08:30 – 17:00")
    assert (home["entered_words"], work["entered_words"]) == ("le porteur y est entré", "")


@pytest.mark.parametrize(
    ("at_ms", "words"),
    [(MONDAY_NOON, "en vigueur maintenant"), (SUNDAY_NOON, "hors des jours et heures maintenant")],
)
def test_what_holds_is_said_by_the_clocks_of_paris(at_ms: int, words: str, operator: Client, scene: Scene) -> None:
    ordered(scene)
    case = cases_of([Incident.objects.get(public_id=entered(scene)).pk])[0]
    work = order.places(case, at_ms)[1]
    assert (work["now_words"], work["holds"]) == (words, at_ms == MONDAY_NOON)
    five = int(datetime(2027, 1, 4, 16, tzinfo=UTC).timestamp() * 1000)
    assert work["until_ms"] == (five if at_ms == MONDAY_NOON else SUNDAY_NOON + (20 * 60 + 30) * 60_000)


def test_a_place_that_was_left_again_is_not_said_to_be_entered(operator: Client, scene: Scene) -> None:
    ordered(scene)
    incident, measure = entered(scene), scene.measure(1)
    scene.ring(f"exclusion:{measure}", "technical", 20, measure=measure, kind="exclusion_left", data={"place": 1},
               opens=False, counts=0)  # fmt: skip
    assert [one["entered"] for one in told(operator, incident)] == [False, False]


def test_an_operator_of_phones_reads_no_place_of_any_order(operator: Client, scene: Scene) -> None:
    ordered(scene)
    incidents = [entered(scene), scene.sos("demo-box-1"), scene.level(1, "clear", "alert", 840)]
    for incident in incidents:
        assert [one["name"] for one in told(operator, incident)] == [HOME, WORK]
    held = Membership.objects.filter(user__username="operatrice", role="operator_bar")
    held.update(ends_on=timezone.localdate() - timedelta(days=1))
    for incident in incidents:
        whole = operator.get(f"/console/incidents/{incident}").content.decode()
        assert json.loads(whole)["order_places"] == []
        assert [word for word in (HOME, WORK, str(AT[0]), str(AT[1])) if word in whole] == []
    assert HOME not in operator.get("/console/state").content.decode()


def test_nobody_outside_the_room_reads_them_by_any_query(scene: Scene) -> None:
    ordered(scene)
    entered(scene)
    inside = f.user()
    inside.groups.add(Group.objects.get(name=OPERATOR))
    assert HOME in str(rows(inside, "SELECT body::text FROM console_contacts"))
    for stranger in (None, f.member(f.agency(AgencyKind.PROSECUTION_OFFICE)), f.member(f.agency())):
        assert rows(stranger, "SELECT body::text FROM console_contacts") == []
        assert HOME not in str(rows(stranger, "SELECT frozen::text FROM console_incident"))


def test_an_incident_from_before_there_were_places_is_shown_all_the_same(operator: Client, scene: Scene) -> None:
    ordered(scene)
    incident = entered(scene)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("SELECT set_config('egide.system', 'on', true)")
        cursor.execute("UPDATE console_contacts SET body = body - 'places'")
        cursor.execute("SET LOCAL session_replication_role = origin")
    assert told(operator, incident) == []
    Contacts.objects.all().delete()
    assert operator.get(f"/console/incidents/{incident}").json()["order_places"] == []


def test_a_place_nobody_can_read_takes_no_alarm_from_the_screen(operator: Client, scene: Scene) -> None:
    ordered(scene, [{"kind": "forbidden", "name": HOME, "hours": "?"}])
    one = told(operator, entered(scene, 0))[0]
    assert (one["name"], one["circle"], one["holds"]) == (HOME, None, True)
    assert "illisibles" in one["now_words"]


@pytest.mark.browser
def test_the_page_names_the_places_and_draws_them_apart(desk: Desks, live: Scene) -> None:
    ordered(live)
    try:
        live.at("demo-box-1", 47.4, 5.04)
        live.at("demo-bracelet-1", AT[0], AT[1])
        entered(live)
        page = desk().sign_in()
        page.click("#list .row")
        row = page.locator(".order-places li").first
        expect(row).to_contain_text(f"Lieu interdit · {HOME}")
        expect(row).to_contain_text("le porteur y est entré · en vigueur maintenant")
        expect(page.locator(".order-places li").nth(1)).to_contain_text(f"Lieu autorisé · {WORK}")
        forbidden, allowed = page.locator("circle.order.forbidden"), page.locator("circle.order.allowed")
        expect(forbidden).to_have_attribute("fill-opacity", "0.16")
        expect(allowed).to_have_attribute("stroke-dasharray", re.compile(r"\d"))
        expect(page.locator("svg.sketch text", has_text=f"✕ {HOME}")).to_be_attached()
    finally:
        ordered(live, [])
