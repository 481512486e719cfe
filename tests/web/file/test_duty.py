"""Article 40 is said to whom it is addressed, before any consent, and to nobody else (CF-17, SH-08)."""

from __future__ import annotations

import pytest

from egide.core.access import ROLES, Role
from egide.core.law.rules import conflict
from egide.web.file.duty import article_40
from tests.web import factories
from tests.web.cases.world import World, evaluated
from tests.web.file.hands import Hands, at

TOLD = "vous en avisez vous-même le procureur, sans délai"


@pytest.mark.parametrize("role", list(Role))
def test_it_is_addressed_to_public_officials_and_says_if_where_that_is_open(role: Role) -> None:
    said = article_40(role)
    public = ROLES[role].public
    assert (said is None) == (public is False or role is Role.PROSECUTOR)
    if said is not None:
        assert said.fr.startswith("Agent public" if public else "Si vous êtes agent public")


def test_it_is_said_after_a_report_to_an_investigator_and_not_to_an_association(w: World) -> None:
    social = factories.member(w.agency(Role.INVESTIGATOR), Role.STATION_SOCIAL_WORKER.value, since=w.today)
    users = {role: actor.user for role, actor in w.actors.items()} | {Role.STATION_SOCIAL_WORKER: social}
    for role, owed in ((Role.INVESTIGATOR, True), (Role.STATION_SOCIAL_WORKER, True), (Role.ASSOCIATION_WORKER, False)):
        user = users[role]
        assert user is not None
        came = Hands(user, None, w).send(
            "/file/report", narrative="Des coups, hier soir.", reporter="other", channel="phone"
        )
        assert (TOLD in came.words) is owed, role


def test_it_stands_above_a_consent_to_share_for_the_registry_only(w: World) -> None:
    case = evaluated(w)
    for role, owed in ((Role.PROSECUTOR_CLERK, True), (Role.ASSOCIATION_WORKER, False)):
        hands = at(w, role, case)
        page = hands.look(hands.url("/do/share"))
        assert page.status == 200
        assert ("Avant tout consentement" in page.words and TOLD in page.words) is owed, role


@pytest.mark.parametrize("name", ["CF-16", "CF-17"])
def test_both_conflicts_stand_in_the_register(name: str) -> None:
    assert conflict(name).won.fr
