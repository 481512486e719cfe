"""What lists, their files and a search say of a case hangs on what may be read of it, not on that it opens.

Each role looks at one case that it has every other way to: authorised by name and not, before there is a phone, with one
and after it, without a consent for the identity.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone

from egide.core.access import Category, Group, Role
from egide.web.agencies.models import Membership
from egide.web.cases.models import Case
from egide.web.file.saying import words
from egide.web.file.words import STAGES
from egide.web.people.models import Person
from egide.web.permissions.visible import openings
from tests.web import factories as f
from tests.web.permissions.test_walk import opens, own_lens, signed_in, undone
from tests.web.permissions.walk import Ground, grounds, patient

SHOWN = (Group.IDENTITY, Group.CASE_STATE)


def way_in(role: Role) -> tuple[frozenset[object], ...]:
    """How a case, its identity and its state open to a role."""
    return tuple(frozenset(openings(role, group).items()) for group in (None, *SHOWN))


ROLES = list({way_in(role): role for role in Role}.values())  # one of each
LISTS = ("/file/", "/file/cases", "/file/cases?format=csv", "/file/to-decide", "/file/to-decide?format=csv")


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[Role, Ground]]:
    """The walk's ground, in one transaction for the whole module."""
    with django_db_blocker.unblock(), undone():
        patient()
        yield grounds()


def told_in_lists(ground: Ground) -> dict[str, str]:
    """What the lists, their files and the two searches say to somebody, in plain spaces."""
    client = signed_in(ground.user)
    told = {path: client.get(path) for path in LISTS}
    name = ground.canaries[ground.own.pk][Group.IDENTITY]
    told |= {f"search {words}": client.post("/file/search", {"q": words}) for words in (name, ground.own.number)}
    return {
        path: answer.content.decode().replace("\u202f", " ").replace("\xa0", " ")
        for path, answer in told.items()
        if answer.status_code == 200
    }


@pytest.mark.parametrize(
    ("stage", "named"), [("evaluation", True), ("active", False), ("active", True), ("ended", True)]
)
@pytest.mark.parametrize("role", ROLES, ids=str)
def test_lists_files_and_searches_say_who_it_is_and_where_it_stands_only_where_that_may_be_read(
    role: Role, stage: str, named: bool, laid: dict[Role, Ground]
) -> None:
    """Also to somebody to whom the case is open without its identity: who is not authorised by name, consented to for

    something else, or of the police before there is a phone.
    """
    ground = laid[role]
    with undone():
        Case.objects.filter(pk=ground.own.pk).update(stage=stage)
        Person.objects.filter(cases_as_protected=ground.own).update(given_name="Xanthe")  # initials of nobody else
        ground.own.consents.filter(category=Category.IDENTITY).update(withdrawn_at=timezone.now())
        if not named:
            Membership.objects.filter(pk=ground.membership.pk).update(authorised_by="")
        ground.membership.refresh_from_db()
        f.task(ground.own, agency=ground.membership.agency, role=role.value, kind="decide", due_at=timezone.now())
        Case.objects.filter(pk=ground.own.pk).update(changed_at=timezone.now())
        lens = own_lens(ground)
        open_, stands = opens(lens), words(STAGES[stage])
        reads = {group for group in SHOWN if open_ and lens.decision(group).allowed}
        family, told = ground.canaries[ground.own.pk][Group.IDENTITY], told_in_lists(ground)
        assert set(told) >= {"/file/", "/file/cases", "/file/cases?format=csv", f"search {family}"}
        for path, body in told.items():
            assert family not in body.replace(f'value="{family}"', ""), path
            assert "X. C." not in body or Group.IDENTITY in reads, path
            found = path.startswith("search") and ground.own.number in body.replace(f'value="{ground.own.number}"', "")
            if found:
                assert (stands in body) == (Group.CASE_STATE in reads), path
        listed = [told["/file/cases"], told["/file/cases?format=csv"], told[f"search {ground.own.number}"]]
        assert all((ground.own.number in body) == open_ for body in listed)
        assert all(("X. C." in body) == (Group.IDENTITY in reads) for body in listed)
        assert all((stands in body) == (Group.CASE_STATE in reads) for body in listed)
        assert (ground.own.number in told[f"search {family}"]) == (Group.IDENTITY in reads)
