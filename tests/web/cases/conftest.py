"""A district for each test, and papers that are only asked for: setting a page is tested where pages are made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction

from egide.cluster import Cluster
from egide.web.cases.models import Attribution, Case
from egide.web.cases.services import ports
from egide.web.documents.models import Document
from tests.web.cases.world import World, handed, world

SYSTEM = "-c egide.system=on"


@pytest.fixture
def w(db: None) -> World:
    """A district with everybody in it."""
    return world()


@pytest.fixture
def committed(cluster: Cluster, web_template: str, django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """A district in a database of its own, where transactions commit: for acts that race each other."""
    from django.db import connection, connections

    from egide.web.settings import database

    url = cluster.create_database("web_race", template=web_template)
    before = connections.settings["default"]
    connection.close()
    with django_db_blocker.unblock():
        connections.settings["default"] = connections.configure_settings({"default": database(url, SYSTEM)})["default"]
        del connections["default"]
        yield world()
        connections["default"].close()
    connections.settings["default"] = before
    del connections["default"]
    cluster.drop_database("web_race")


@pytest.fixture(autouse=True)
def papers(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of the documents that were asked for, in order."""
    return _only_asked(monkeypatch)


def _only_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []

    def note(kind: str, case: Any, actor: Any, at: Any, **about: Any) -> Document:
        asked.append(kind)
        return Document.objects.create(
            case=case, kind=kind, number=f"{case.number}-{kind}-{len(asked)}", title=kind, body=b"page",
            sha256=hashlib.sha256(b"page").digest(), made_at=at,
        )  # fmt: skip

    monkeypatch.setattr(ports, "make_document", note)
    return asked


@pytest.fixture(scope="module")
def in_hand(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[World, int, int]]:
    """A phone is in the person's hands, once for a file of tests that begin there: the world, the case, the attribution."""
    with django_db_blocker.unblock(), transaction.atomic(), pytest.MonkeyPatch.context() as monkeypatch:
        _only_asked(monkeypatch)
        w = world()
        case, attribution = handed(w)
        yield w, case.pk, attribution.pk
        transaction.set_rollback(True)


@pytest.fixture
def after(in_hand: tuple[World, int, int]) -> Iterator[tuple[World, Case, Attribution]]:
    """The same for one test, which may do to it what it likes."""
    w, case, attribution = in_hand
    with transaction.atomic():
        yield (
            replace(w, phones=list(w.phones)),
            Case.objects.get(pk=case),
            Attribution.objects.get(pk=attribution),
        )
        transaction.set_rollback(True)
