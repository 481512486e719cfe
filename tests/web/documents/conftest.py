"""Every kind of document of one case in which everything is filled in, made once for all tests that only look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from egide.web.documents.kinds import Kind
from egide.web.documents.services import make
from tests.web.documents.story import AT, Story, whole_case


@dataclass(frozen=True)
class Paper:
    """A document as it was made."""

    kind: Kind
    number: str
    title: str
    groups: list[str]
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Papers:
    """One of each kind, and the case they were made from."""

    story: Story
    of: dict[Kind, Paper]


@pytest.fixture
def story(db: None) -> Story:
    """A case with a canary in every text, rolled back after the test."""
    return whole_case()


@pytest.fixture(scope="session")
def papers(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Papers]:
    """Every kind, made from the same case. Nothing stays in the database."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        with transaction.atomic():
            story = whole_case()
            made: dict[Kind, Paper] = {}
            for kind in Kind:
                row = make(kind, story.at_stage(kind), story.staff, at=AT, **story.about(kind))
                made[kind] = Paper(kind, row.number, row.title, row.groups, bytes(row.body or b""))
            transaction.set_rollback(True)
        yield Papers(story, made)
