"""Every line an incident's record can hold is said in words, in both languages: nobody reads a code at three in the morning."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

import egide
from egide.channels import outbox
from egide.core.proximity import state as s
from egide.core.workflow import causes
from egide.web.console.cases import Case, cases_of
from egide.web.console.models import Incident, IncidentEvent
from egide.web.console.timeline import event_words
from egide.web.outbox.models import Message
from egide.web.outbox.words import MESSAGES, message_words
from egide.web.police import services
from egide.web.police.models import RequestStatus
from tests.web.police.conftest import District, district  # noqa: F401 - a fixture
from tests.web.scene import Scene

SRC = Path(egide.__file__).parent
WRITERS = {"tell", "_tell", "ring_again", "add_line", "Done"}  # whoever calls these adds a line to a record
TOLD_BY_THE_MONITOR = {"feed_down", "feed_back", "unreadable_change", "dead_letter", "log_changed"}
BY_TABLE = {"key", "step"}  # worded from the procedure's own table; `test_procedures` reads each


def constants(node: ast.expr) -> Iterator[str]:
    """The words an argument may be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from constants(node.body)
        yield from constants(node.orelse)
    elif isinstance(node, ast.List):
        for one in node.elts:
            if isinstance(one, ast.Tuple):
                yield from constants(one.elts[0])


def written() -> set[str]:
    """Every kind of line the source writes: by name, or from one of the tables of kinds."""
    kinds: set[str] = set()
    for path in SRC.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in WRITERS:
                    kinds |= {word for argument in node.args for word in constants(argument)}
    tables = {*outbox.RINGS.values(), *services.TOLD.values(), *(s.KIND_NAMES[kind] for kind in causes.EVENTS)}
    return kinds | tables | {"opened", "repeated", "signal", "level", *TOLD_BY_THE_MONITOR}


def test_the_search_finds_what_is_known_to_be_written() -> None:
    known = {
        "taken",
        "kept",
        "police_requested",
        "police_outcome",
        "copy_gave_up",
        "police_unacknowledged",
        "audit_over",
    }
    assert known <= written()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_kind_of_line_has_words(operator: Client, scene: Scene, language: str) -> None:
    (case,) = cases_of([Incident.objects.get(public_id=scene.sos("demo-tgd-2")).pk])
    with translation.override(language):
        raw = [kind for kind in sorted(written() - BY_TABLE) if not worded(kind, case)]
    assert raw == []


def worded(kind: str, case: Case) -> bool:
    """Is this kind of line said, and not only named?"""
    said = event_words(IncidentEvent(kind=kind, data={}), case)
    return bool(said.strip()) and said != kind and "_" not in said


def test_every_kind_of_message_has_words() -> None:
    from egide.channels.copies import MSG_TYPES

    assert set(MESSAGES) == set(MSG_TYPES)


def asked(district: District) -> tuple[Incident, Any]:  # noqa: F811
    incident = district.rings()
    call = ("Commissariat central", "Brigadier Vidal", "2026-118")
    return incident, services.request_intervention(incident, district.operator, *call)


def told(operator: Client, incident: Incident) -> Any:
    return operator.get(f"/console/incidents/{incident.public_id}").json()


def test_the_incident_shows_how_far_the_unit_is(operator: Client, district: District) -> None:  # noqa: F811
    district.destination()
    incident, request = asked(district)
    (one,) = told(operator, incident)["police"]
    assert (one["unit"], one["reference"], one["state"], one["open"]) == (
        "Commissariat central", "2026-118", "demandée, pas encore lue", True,
    )  # fmt: skip
    assert f"Dans la boîte de {district.police.name}" in one["copy"]
    assert "copie en attente d’envoi" in one["copy"]
    Message.objects.update(status="uncertain")
    request = services.advance(request, RequestStatus.ACKNOWLEDGED, district.dispatcher, district.police)
    whole = told(operator, incident)
    (one,) = whole["police"]
    assert (one["state"], one["steps"][-1]["who"]) == ("prise en compte", district.police.name)
    assert "copie sans réponse" in one["copy"]
    assert any(district.police.name in line["text"] for line in whole["timeline"])
    services.end(request, "person_safe", "", district.dispatcher, district.police)
    (one,) = told(operator, incident)["police"]
    assert (one["state"], one["open"], one["steps"][-1]["what"]) == ("terminée", False, "personne en sécurité")


def test_a_request_nobody_acknowledges_says_so_where_it_rings(operator: Client, district: District) -> None:  # noqa: F811
    incident, _request = asked(district)
    district.scene.db.execute("UPDATE police_request SET due_at = now() - interval '1 s'")
    (one,) = told(operator, incident)["police"]
    assert one["late"]
    assert "rappelez la ligne prioritaire" in one["state"]
    outbox.ring_requests(district.scene.db)
    whole = told(operator, incident)
    assert "Aucune unité n’a encore pris la demande en compte" in whole["timeline"][0]["text"]
    assert "la salle a été alertée" in str(whole["police"][0]["steps"])


def test_the_page_of_the_outbox_names_a_message_in_words(operator: Client, district: District) -> None:  # noqa: F811
    district.destination()
    asked(district)
    Message.objects.update(status="uncertain")
    page = operator.get("/police/outbox").content.decode()
    assert message_words("police.requested") == "copie de la demande d’intervention"
    assert "copie de la demande d’intervention" in page
    assert "police.requested" not in page
