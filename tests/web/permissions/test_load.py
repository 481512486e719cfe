"""`egide demo load`: cases in bulk, in a demo only, as many as asked for however often it is asked."""

from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from egide.web.cases.models import Case
from egide.web.console.management.commands import demo_load
from egide.web.people.models import Person
from egide.web.tasks.models import Task
from tests.web import factories as f

pytestmark = pytest.mark.django_db
LOADED = {"number__startswith": "CHARGE-"}


@pytest.fixture
def demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """A demo: its district, its association, the worker the cases are told by."""
    monkeypatch.setattr(demo_load, "is_demo", lambda: True)
    monkeypatch.setattr(demo_load, "BATCH", 40)
    district = f.district(code="load-test")
    monkeypatch.setattr(demo_load, "CODE", district.code)
    f.agency(jurisdiction=district)
    worker = f.user(username="load-test-worker")
    monkeypatch.setattr(demo_load, "_worker", lambda: worker.pk)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL egide.system = 'on'")


def load(cases: int) -> str:
    said = io.StringIO()
    call_command("demo_load", cases=cases, stdout=said)
    return said.getvalue()


def test_nothing_is_loaded_where_there_is_no_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_load, "is_demo", lambda: False)
    with pytest.raises(CommandError, match="no demo: nothing was loaded"):
        load(10)
    assert Case.objects.filter(**LOADED).count() == 0


@pytest.mark.usefixtures("demo")
def test_there_are_as_many_as_asked_for_and_a_second_run_adds_what_is_missing() -> None:
    assert load(60).startswith("60 fictional cases, 60 of them new")
    before = set(Case.objects.filter(**LOADED).values_list("number", "stage"))
    assert load(60).startswith("60 fictional cases, 0 of them new")
    assert load(100).startswith("100 fictional cases, 40 of them new")
    after = set(Case.objects.filter(**LOADED).values_list("number", "stage"))
    assert len(after) == 100
    assert before < after
    assert len({number for number, _ in after}) == 100


@pytest.mark.usefixtures("demo")
def test_what_is_loaded_is_fiction_and_hangs_together() -> None:
    load(100)
    cases = Case.objects.filter(**LOADED)
    people = Person.objects.filter(cases_as_protected__in=cases)
    assert people.count() == 100
    assert all(one.phone.startswith("06 39 98 ") for one in people)
    assert all(one.profile.name_key for one in people.select_related("profile"))
    assert all(one.mandates.count() == 1 and one.respondents.count() == 1 for one in cases)
    owed = Task.objects.filter(case__in=cases)
    assert 0 < owed.count() < 60
    assert not owed.filter(agency=None).exists()
