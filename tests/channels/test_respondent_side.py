"""Nothing that goes out to the respondent's side derives from the protected person's position: words, copies, templates."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from egide.channels import copies, position
from egide.channels.outbox import Claim
from egide.channels.position import Place
from egide.web.agencies.models import AgencyKind
from tests.channels.conftest import Office
from tests.test_house import SRC

AT = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
CLAIM = Claim(
    1, 1, 1, "6f1c", "police.requested", "t", {"request": "r", "before": []}, 1, AT, 1, "webhook", "salle@police.example",
    "police", "",
)  # fmt: skip
HERE, ELSEWHERE = Place(48.123456, 2.654321, 12.0, 5), Place(43.3, 5.4, None, 9)
FACTS = copies.Facts(
    "r", "2026-118", "Commissariat", AT, "requested", "Commissariat", "sos", "", 1, True, HERE, "https://e.example/r"
)


def test_a_mail_says_the_same_wherever_somebody_is() -> None:
    """A mail may be read by anybody it is passed on to."""
    one = copies.as_mail(CLAIM, FACTS, "e@here.example").as_bytes()
    assert one == copies.as_mail(CLAIM, replace(FACTS, position=ELSEWHERE), "e@here.example").as_bytes()
    assert one == copies.as_mail(CLAIM, replace(FACTS, position=None), "e@here.example").as_bytes()


def test_a_cancellation_carries_no_position() -> None:
    cancelled = replace(CLAIM, kind="police.cancelled", data={"request": "r", "before": [["6f1c", AT.isoformat()]]})
    for made in (
        copies.as_webhook(cancelled, replace(FACTS, position=None)),
        copies.as_cap(cancelled, replace(FACTS, position=None)),
    ):
        assert b"48.12" not in made.body


def _alarm(office: Office) -> int:
    office.db.execute(
        "INSERT INTO registry_device (id, identifier, kind, key_hash, status) OVERRIDING SYSTEM VALUE"
        " VALUES (77, 'box', 'bar_box', 'k', 'issued')"
    )
    office.db.execute(
        "INSERT INTO console_place (device_id, t_ms, seen_ms, lat_e7, lon_e7) SELECT 77, t, t, 481234560, 26543210"
        " FROM (SELECT (extract(epoch FROM now()) * 1000)::bigint AS t) now"
    )
    incident = office.incident()
    office.db.execute("UPDATE console_incident SET device_id = 77 WHERE id = %s", (incident,))
    return incident


def test_only_police_and_gendarmerie_are_ever_told_a_position(office: Office) -> None:
    incident = _alarm(office)
    for kind in AgencyKind.values:
        found = position.alarm_position(office.db, incident, kind)
        assert (found is not None) == (kind in ("police", "gendarmerie")), kind


def test_a_copy_for_the_respondents_side_would_hold_no_position_even_if_somebody_laid_a_destination(
    office: Office,
) -> None:
    incident = _alarm(office)
    request = office.request(incident)
    for kind in ("probation", "prison", "perpetrator_centre"):
        claim = replace(CLAIM, incident=incident, agency_kind=kind, data={"request": request, "before": []})
        told = copies.facts(office.db, claim, "")
        made: list[Any] = [copies.as_webhook(claim, told).body, copies.as_cap(claim, told).body]
        assert not [body for body in made if b"48.1" in body or b"2.65" in body], kind


def test_a_closed_alarm_has_no_position_for_anybody(office: Office) -> None:
    incident = _alarm(office)
    office.db.execute("UPDATE console_incident SET status = 'closed'")
    assert position.alarm_position(office.db, incident, "police") is None


@pytest.mark.parametrize(
    "path", sorted((SRC / "web/documents/typst").glob("respondent*.typ")), ids=lambda path: path.name
)
def test_no_template_for_the_respondent_asks_for_a_place_of_the_protected_person(path: Path) -> None:
    text = path.read_text().lower()
    assert not [word for word in ("position", "latitude", "longitude", "distance_m", "bearing") if word in text]
