"""What the file promises the other processes: defaults, numbers, messages in the log, wake-ups, nothing rewritten."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

import psycopg
import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, connection, transaction

from egide.core.messages import Kind
from egide.log.frames import decode
from egide.web.console.models import Incident, IncidentEvent, Screen
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.models import Person, initials
from egide.web.registry.models import Device, DeviceKind, DeviceStatus
from tests.web.scene import Scene


def last_frame() -> Any:
    """The newest frame of the log, decoded."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT source, body FROM log_frame ORDER BY seq DESC LIMIT 1")
        source, body = cursor.fetchone()
    assert source == "file"
    return decode(bytes(body))


def new_device(identifier: str, kind: DeviceKind) -> Device:
    device = Device(identifier=identifier, kind=kind, key_hash=hashlib.sha256(b"k").digest())
    device.save()
    return device


def new_measure(alert_m: int = 1000, pre_alert_m: int = 2000, **more: Any) -> Measure:
    people = [Person.objects.create(given_name="Alix", family_name=name) for name in ("Un", "Deux")]
    measure = Measure(
        number="BAR-2030-0001", protected_person=people[0], wearer_person=people[1],
        protected_device=new_device("box", DeviceKind.BAR_BOX), wearer_device=new_device("band", DeviceKind.BAR_BRACELET),
        alert_m=alert_m, pre_alert_m=pre_alert_m, starts_on=date(2030, 1, 1), ends_on=date(2030, 6, 30), **more,
    )  # fmt: skip
    measure.save()
    return measure


def test_a_saved_measure_stands_in_the_log_as_the_monitor_reads_it(db: None) -> None:
    measure = new_measure()
    frame = last_frame()
    assert list(frame.messages["kind"]) == [Kind.CONTROL]
    assert frame.extras == [
        {
            "control": "measure", "measure": measure.pk, "protected_device": measure.protected_device_id,
            "wearer_device": measure.wearer_device_id, "protected_person": measure.protected_person_id,
            "wearer_person": measure.wearer_person_id, "alert_m": 1000, "pre_alert_m": 2000, "places": [], "status": "active",
        }
    ]  # fmt: skip


def test_an_ended_measure_is_said_to_the_log_too(db: None) -> None:
    measure = new_measure()
    measure.status = MeasureStatus.ENDED
    measure.save()
    assert last_frame().extras[0]["status"] == "ended"


def test_a_saved_device_stands_in_the_log(db: None) -> None:
    device = new_device("phone", DeviceKind.TGD)
    device.status = DeviceStatus.ISSUED
    device.save()
    assert last_frame().extras == [
        {"control": "device", "device": device.pk, "status": "issued", "kind": "tgd", "person": None, "feed": None}
    ]


def test_a_device_that_could_not_be_saved_is_not_in_the_log(db: None) -> None:
    new_device("phone", DeviceKind.TGD)
    before = last_frame().extras
    with pytest.raises(IntegrityError), transaction.atomic():
        new_device("phone", DeviceKind.TGD)
    assert last_frame().extras == before


@pytest.mark.parametrize("shortcut", ["update", "delete", "bulk_create", "bulk_update"])
def test_no_shortcut_changes_a_device_behind_the_logs_back(shortcut: str, db: None) -> None:
    with pytest.raises(TypeError, match="log"):
        getattr(Device.objects.all(), shortcut)()
    with pytest.raises(TypeError, match="log"):
        getattr(Measure.objects.all(), shortcut)()


@pytest.mark.parametrize(
    ("alert_m", "pre_alert_m"),
    [(1500, 3000), (0, 0), (11_000, 22_000), (2000, 3000), (2000, 2000), (3000, 6001), (999, 1998)],
)
def test_radii_no_french_order_may_say_are_refused_with_the_rule_that_says_so(
    alert_m: int, pre_alert_m: int, db: None
) -> None:
    with pytest.raises(ValidationError, match="BAR-15"):
        new_measure(alert_m, pre_alert_m)
    assert Measure.objects.filter(number="BAR-2030-0001").count() == 0


@pytest.mark.parametrize("km", range(1, 11))
def test_every_whole_number_of_kilometres_from_one_to_ten_is_allowed(km: int, db: None) -> None:
    assert new_measure(km * 1000, 2 * km * 1000).pk


def test_a_measure_does_not_end_before_it_starts(db: None) -> None:
    with pytest.raises(ValidationError, match="avant de commencer"):
        Measure(alert_m=1000, pre_alert_m=2000, starts_on=date(2030, 1, 2), ends_on=date(2030, 1, 1)).clean()


def test_a_change_of_a_device_wakes_the_gateways_whatever_statement_made_it(live: Scene, server: Any) -> None:
    with psycopg.connect(server.database_url, autocommit=True) as gateway:
        gateway.execute("LISTEN egide_registry")
        live.db.execute("UPDATE registry_device SET label = label WHERE identifier = 'demo-tgd-1'")
        assert [notice.channel for notice in gateway.notifies(timeout=5, stop_after=1)] == ["egide_registry"]


def test_an_incident_written_with_the_fewest_columns_gets_its_defaults_from_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO console_incident (cause, kind, urgency, frame_seq, idx, stream_time_ms)"
            " VALUES ('sos:1', 'sos', 10, 1, 0, 5)"
        )
    row = Incident.objects.get(cause="sos:1")
    assert (row.status, row.level, row.version, row.repeats, row.unverified) == ("open", "", 1, 0, False)
    assert row.public_id is not None
    assert row.opened_at is not None


def test_a_cause_has_one_open_incident_and_as_many_closed_ones_as_it_had(scene: Scene) -> None:
    first = scene.sos("demo-tgd-1")
    Incident.objects.filter(public_id=first).update(status="closed")
    second = scene.sos("demo-tgd-1")
    assert first != second
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(public_id=first).update(status="open")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE console_incidentevent SET kind = 'x'",
        "DELETE FROM console_incidentevent",
        "TRUNCATE console_incidentevent",
    ],
)
def test_what_happened_to_an_incident_is_never_rewritten(statement: str, scene: Scene) -> None:
    scene.sos("demo-tgd-1")
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert IncidentEvent.objects.count() == 1


def test_screen_numbers_have_no_hole_and_a_rolled_back_change_takes_none(scene: Scene) -> None:
    incident = scene.sos("demo-tgd-1")
    number = Incident.objects.get(public_id=incident).pk
    with connection.cursor() as cursor:
        for _ in range(3):
            point = transaction.savepoint()
            cursor.execute("SELECT egide_screen(%s, 'lost')", [number])
            transaction.savepoint_rollback(point)
            cursor.execute("SELECT egide_screen(%s, 'kept')", [number])
    seqs = list(Screen.objects.order_by("seq").values_list("seq", flat=True))
    assert seqs == list(range(seqs[0], seqs[0] + 4))


def test_whoever_gets_a_number_first_also_commits_first(live: Scene, server: Any) -> None:
    number = live.one("SELECT id FROM console_incident") or 0
    with psycopg.connect(server.database_url) as slow, psycopg.connect(server.database_url) as quick:
        first = slow.execute("SELECT egide_screen(%s, 'slow')", (number,)).fetchone()
        quick.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            quick.execute("SELECT egide_screen(%s, 'quick')", (number,))
        quick.rollback()
        slow.commit()
        second = quick.execute("SELECT egide_screen(%s, 'quick')", (number,)).fetchone()
        assert first is not None
        assert second == (first[0] + 1,)


@pytest.mark.parametrize(
    ("given", "family", "shown"),
    [("Alix", "Fabre", "A. F."), ("Jean-Marc", "Da Costa", "J.-M. D.-C."), ("", "", "?"), ("Élodie", "", "É.")],
)
def test_people_go_by_initials(given: str, family: str, shown: str) -> None:
    assert initials(given, family) == shown.replace(" ", "\u00a0")


def test_models_and_migrations_say_the_same(db: None) -> None:
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
