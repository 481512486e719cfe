"""`egide demo load --cases N`: as many fictional cases as a country has, so that speed is tried where it is hard.

Copied in by thousands, not told act by act: these cases have no papers and no trail. Can be run again: it adds what is
missing up to N. It refuses wherever a file of demo logins does not lie in EGIDE_HOME. Nobody here exists.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone
from tqdm import tqdm

from egide.simulation.names import FAMILY, GIVEN
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction
from egide.web.cases.demo_district import CODE
from egide.web.file.story import is_demo
from egide.web.people.profile import name_key

BATCH = 5_000
DISTRICTS = 19  # besides the demo's own: it gets one case in twenty
SEED = 20260102
# How many cases of a hundred stand where, with the open task that goes with it.
STAGES = (
    (58, "ended", ""), (24, "archived", ""), (6, "active", "test_phone"), (3, "report", "first_contact"),
    (4, "evaluation", "hold_interview"), (3, "decision", "decide"), (2, "renewal", "prepare_renewal"),
)  # fmt: skip
OWED_BY_OFFICE = ("decide", "term")

_COLUMNS = (
    "n int, number text, given text, family text, name_key text, phone text, other_given text, other_family text,"
    " other_key text, stage text, task text, district bigint, office bigint, association bigint, worker bigint,"
    " opened timestamptz, changed timestamptz, due timestamptz"
)
# Keys are drawn first, so that every table is filled by one statement.
_FILL = (
    "UPDATE load SET person = nextval(pg_get_serial_sequence('people_person', 'id')),"
    " other = nextval(pg_get_serial_sequence('people_person', 'id')),"
    " case_id = nextval(pg_get_serial_sequence('cases_case', 'id'))",
    "INSERT INTO people_person (id, given_name, family_name, phone) SELECT person, given, family, phone FROM load"
    " UNION ALL SELECT other, other_given, other_family, '' FROM load",
    "INSERT INTO people_profile (person_id, name_key) SELECT person, name_key FROM load"
    " UNION ALL SELECT other, other_key FROM load",
    "INSERT INTO people_channel (person_id, kind, value, value_key, is_safe)"
    " SELECT person, 'phone', phone, right(regexp_replace(phone, '\\D', '', 'g'), 9), true FROM load",
    "INSERT INTO people_address (person_id, kind, text) SELECT person, 'home', n || ' rue de Nulle-Part' FROM load",
    "INSERT INTO cases_case (id, number, protected_person_id, jurisdiction_id, stage, opened_at, changed_at)"
    " SELECT case_id, number, person, district, stage, opened, changed FROM load",
    "INSERT INTO cases_caserespondent (case_id, person_id, link) SELECT case_id, other, 'former_cohabitant' FROM load",
    "INSERT INTO cases_mandate (case_id, agency_id, purpose, starts_at)"
    " SELECT case_id, association, 'evaluation', opened FROM load",
    "INSERT INTO cases_report (case_id, reporter, channel, received_at, narrative, handled_at)"
    " SELECT case_id, 'person', 'phone', opened, 'Récit fictif.', opened FROM load",
    "INSERT INTO cases_statement (case_id, nature, text, recorded_by_id)"
    " SELECT case_id, nature, 'Propos fictifs.', worker FROM load, unnest(ARRAY['fact', 'said']) AS nature",
    'INSERT INTO cases_contact (case_id, at, by_id, agency_id, channel, outcome, note)'
    " SELECT case_id, opened + i * interval '1 day', worker, association, 'phone', 'reached', 'Note fictive.'"
    " FROM load, generate_series(1, 3) AS i",
    'INSERT INTO cases_caseevent (case_id, at, act, "group", by_id, agency_id)'
    " SELECT case_id, opened + i * interval '1 day', 'contact_made', 'contacts_log', worker, association"
    " FROM load, generate_series(1, 4) AS i",
    "INSERT INTO tasks_task (case_id, key, kind, agency_id, opened_at, due_at)"
    " SELECT case_id, task, task, CASE WHEN task = ANY (%(office)s) THEN office ELSE association END, opened, due"
    " FROM load WHERE task <> ''",
)  # fmt: skip


class Command(BaseCommand):
    """Loads cases until there are as many as asked for."""

    help = "Fictional cases in bulk, into a demo only. Can be run again; adds what is missing."

    def add_arguments(self, parser: CommandParser) -> None:
        """How many."""
        parser.add_argument("--cases", type=int, default=100_000, help="how many there are afterwards (100000)")

    def handle(self, *args: Any, cases: int, **options: Any) -> None:
        """Runs it, a transaction for each five thousand."""
        if not is_demo():
            raise CommandError("This is no demo: nothing was loaded. Start `egide up` first, on the same EGIDE_HOME.")
        if Agency.objects.filter(jurisdiction__code=CODE).first() is None:
            raise CommandError("The demo's people are not there yet: `egide demo` lays them.")
        places = list(_places())
        worker = _worker()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(max(substr(number, 8)::int), 0) FROM cases_case WHERE number LIKE 'CHARGE-%%'"
            )
            there = int(cursor.fetchone()[0])
        now = timezone.now().replace(microsecond=0)
        with tqdm(total=cases, initial=min(there, cases), unit=" cases", disable=not sys.stderr.isatty()) as bar:
            for first in range(there + 1, cases + 1, BATCH):
                last = min(first + BATCH - 1, cases)
                _load(_rows(first, last, places, worker, now))
                bar.update(last - first + 1)
        with connection.cursor() as cursor:
            # What PostgreSQL would do minutes after the first page; it vacuums outside of transactions only.
            cursor.execute("ANALYZE" if connection.in_atomic_block else "VACUUM (ANALYZE)")
        self.stdout.write(f"{max(cases, there)} fictional cases, {max(0, cases - there)} of them new.")


Place = tuple[int, int, int]  # district, prosecution office, association


def _places() -> Iterator[Place]:
    """The demo's district, then those that are made for the load."""
    own = Jurisdiction.objects.get(code=CODE)
    made = (
        Jurisdiction.objects.get_or_create(code=f"charge-{n:02d}", defaults={"name": f"Ressort fictif {n}"})[0]
        for n in range(1, DISTRICTS + 1)
    )
    for district in (own, *made):
        kinds = (AgencyKind.PROSECUTION_OFFICE, AgencyKind.SUPPORT_ASSOCIATION)
        office, association = (
            Agency.objects.filter(jurisdiction=district, kind=kind).order_by("pk").first()
            or Agency.objects.create(jurisdiction=district, kind=kind, name=f"{kind.label} {district.code}")
            for kind in kinds
        )
        yield district.pk, office.pk, association.pk


def _worker() -> int:
    from egide.web.accounts.models import User

    return User.objects.get(username="intervenante").pk


def _rows(first: int, last: int, places: list[Place], worker: int, now: datetime) -> Iterator[tuple[Any, ...]]:
    """Always the same for a number: what was loaded yesterday and what is added today fit together."""
    drawn = [(stage, task) for share, stage, task in STAGES for _ in range(share)]
    for n in range(first, last + 1):
        chance = random.Random(SEED + n)  # noqa: S311 - fiction, not a secret
        given, family = chance.choice(GIVEN), f"{chance.choice(FAMILY)} {chance.choice(FAMILY)}"
        other, others = chance.choice(GIVEN), chance.choice(FAMILY)
        stage, task = chance.choice(drawn)
        opened = now - timedelta(days=chance.randrange(10, 900 if stage in ("ended", "archived") else 90))
        changed = opened + timedelta(days=5)
        number = chance.randrange(10_000)
        yield (
            n, f"CHARGE-{n:07d}", given, family, name_key(given, family), f"06 39 98 {number // 100:02d} {number % 100:02d}",
            other, others, name_key(other, others), stage, task, *places[n % len(places)], worker, opened, changed,
            now + timedelta(hours=chance.randrange(-72, 400)),
        )  # fmt: skip


def _load(rows: Iterator[tuple[Any, ...]]) -> None:
    """One batch: copied beside the tables, then put into them (COPY itself stops before row-level security)."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMP TABLE load ({_COLUMNS}, person bigint, other bigint, case_id bigint) ON COMMIT DROP"
        )
        columns = ", ".join(part.split()[0] for part in _COLUMNS.split(","))
        with cursor.copy(f"COPY load ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        for statement in _FILL:
            cursor.execute(statement, {"office": list(OWED_BY_OFFICE)} if "%(office)s" in statement else None)
        cursor.execute("DROP TABLE load")
