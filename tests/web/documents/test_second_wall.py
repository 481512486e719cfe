"""Under the web's own database role a document says the same: row-level security hides no line of a sheet in silence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from egide.web.documents import services
from egide.web.documents.kinds import Kind
from egide.web.documents.services import make
from egide.web.documents.typesetting import Pdf
from egide.web.permissions.database import name_actor
from tests.web import factories
from tests.web.as_application import the_application
from tests.web.documents.story import AT, Story

pytestmark = pytest.mark.django_db

# Who draws up or causes which kinds (core.access, write).
MAKERS = {
    "prosecution_office": ("prosecutor", set(Kind)),
    "support_association": (
        "association_worker",
        {
            Kind.CONSENT,
            Kind.GEOLOCATION_CONSENT,
            Kind.EVALUATION_REPORT,
            Kind.HAND_OVER,
            Kind.INFORMATION_SHEET,
            Kind.RETURN_CERTIFICATE,
        },
    ),
}


@pytest.mark.parametrize("agency", MAKERS)
def test_a_document_made_as_the_web_says_what_one_made_by_the_tables_owner_says(
    story: Story, monkeypatch: pytest.MonkeyPatch, agency: str
) -> None:
    seen: list[dict[str, Any]] = []

    def few_bytes(template: str, data: dict[str, Any], at: datetime) -> Pdf:
        seen.append({key: value for key, value in data.items() if key != "number"})
        return Pdf(b"%PDF- few", 1)

    monkeypatch.setattr(services, "typeset", few_bytes)
    role, kinds = MAKERS[agency]
    maker = factories.user()
    held = factories.membership(maker, story.rows["agencies"][agency], role, since=AT.date())
    for kind in kinds:
        case, about = story.at_stage(kind), story.about(kind)
        make(kind, case, maker, at=AT, **about)
        with the_application():
            name_actor(maker.pk, held.pk)
            make(kind, case, maker, at=AT, **about)
        as_owner, as_web = seen[-2:]
        assert as_web == as_owner, kind
