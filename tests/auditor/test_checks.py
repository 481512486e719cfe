"""Whatever should have happened and did not is found, from the log and the tables alone."""

from __future__ import annotations

import psycopg
import pytest

from egide.core.messages import build, tick_record
from egide.log.frames import encode
from tests.auditor.conftest import Platform


def test_a_platform_that_is_well_has_nothing_wrong(platform: Platform) -> None:
    assert platform.wrong() == {}


def test_a_press_without_an_incident_is_found_and_is_over_once_one_tells_of_it(platform: Platform) -> None:
    frame = platform.press()
    assert platform.wrong()["audit_sos"] == 1
    assert platform.wrong()["audit_sos"] == 1, "it is not forgotten by being read"
    platform.incident(frame)
    assert "audit_sos" not in platform.wrong()


def test_a_press_is_given_the_time_the_monitor_may_take(platform: Platform) -> None:
    platform.reader.grace_s = 60
    platform.press()
    assert platform.wrong() == {}


def test_the_second_press_of_a_frame_needs_its_own_event(platform: Platform) -> None:
    frame = platform.press()
    platform.incident(frame, index=1)
    assert platform.wrong()["audit_sos"] == 1


@pytest.mark.parametrize("body", [b"", b"broken", b"EGF1\xff\xff\xff\xff"])
def test_a_frame_nobody_can_read_is_stepped_over_and_the_press_after_it_is_found(
    platform: Platform, body: bytes
) -> None:
    platform.db.execute("SELECT egide_log_append(1, 'gateway-x', NULL, %s)", (body,))
    assert platform.wrong() == {}
    platform.press()
    assert platform.wrong()["audit_sos"] == 1
    assert platform.wrong()["audit_sos"] == 1, "in every round"


def test_whoever_starts_looks_back_at_what_came_before(platform: Platform) -> None:
    platform.press()
    body = encode(build([tick_record(0)]), [])
    for _ in range(50):
        platform.db.execute("SELECT egide_log_append(1, 'tick', NULL, %s)", (body,))
    assert platform.wrong()["audit_sos"] == 1


def test_an_incident_in_the_hands_of_an_account_that_was_switched_off_is_nobodys(platform: Platform) -> None:
    number = platform.incident()
    for active, wrong in ((True, {}), (False, {"audit_owner": 1})):
        platform.db.execute("UPDATE console_incident SET owner_id = %s WHERE id = %s", (platform.user(active), number))
        assert platform.wrong() == wrong


def test_an_open_incident_no_screen_was_told_of_does_not_ring(platform: Platform) -> None:
    platform.incident()
    platform.db.execute("DELETE FROM console_screen")
    assert platform.wrong()["audit_owner"] == 1


def test_an_sos_that_nobody_closed_is_not_closed(platform: Platform) -> None:
    number = platform.incident()
    platform.db.execute("UPDATE console_incident SET status = 'closed', closed_at = now() WHERE id = %s", (number,))
    assert platform.wrong() == {"audit_closed": 1}
    platform.db.execute("UPDATE console_incident SET closed_by_id = %s WHERE id = %s", (platform.user(), number))
    assert platform.wrong() == {}


@pytest.mark.parametrize(
    ("break_it", "word"),
    [
        ("UPDATE monitor_lease SET renewed_at = now() - interval '1 min'", "audit_monitor"),
        ("UPDATE monitor_lease SET seq = -1, judged_at = now() - interval '1 min'", "audit_monitor"),
        ("UPDATE outbox_guard SET beat_at = now() - interval '1 min'", "audit_worker"),
        ("UPDATE outbox_guard SET beat_at = NULL", "audit_worker"),
    ],
)
def test_a_process_that_does_nothing_is_found(platform: Platform, break_it: str, word: str) -> None:
    platform.db.execute(break_it)
    assert platform.wrong() == {word: 1}


def agency(platform: Platform) -> None:
    """Agency number 9."""
    platform.db.execute(
        "INSERT INTO agencies_jurisdiction (id, code, name) OVERRIDING SYSTEM VALUE VALUES (9, 'd', 'D')"
    )
    platform.db.execute(
        "INSERT INTO agencies_agency (id, kind, name, jurisdiction_id) OVERRIDING SYSTEM VALUE VALUES (9, 'police', 'U', 9)"
    )


def test_a_deadline_that_passed_and_was_said_to_nobody_is_found(platform: Platform) -> None:
    agency(platform)
    platform.db.execute(
        "INSERT INTO tasks_task (key, kind, role, opened_at, due_at, data, status, agency_id) VALUES"
        " ('k', 'x', '', now(), now() - interval '1 hour', '{}', 'open', 9)"
    )
    assert platform.wrong() == {"audit_deadlines": 1}
    platform.db.execute("UPDATE tasks_task SET escalation_level = 1")
    assert platform.wrong() == {}


def test_a_late_message_the_room_was_not_told_of_is_found(platform: Platform) -> None:
    agency(platform)
    db = platform.db
    db.execute(
        "INSERT INTO outbox_destination (id, agency_id, channel, address) OVERRIDING SYSTEM VALUE"
        " VALUES (9, 9, 'webhook', 'https://far.example')"
    )
    db.execute(
        "INSERT INTO outbox_message (destination_id, kind, thread, due_at) VALUES (9, 'k', 't', now() - interval '1 min')"
    )
    assert platform.wrong() == {"audit_outbox": 1}
    db.execute("UPDATE outbox_message SET rang_at = now()")
    assert platform.wrong() == {}


def test_a_forwarding_server_none_of_whose_devices_was_seen_is_found(platform: Platform) -> None:
    db = platform.db
    db.execute("INSERT INTO registry_feed (id, name, key_hash) OVERRIDING SYSTEM VALUE VALUES (1, 'relay', 'k')")
    for number, kind in ((1, "bar_box"), (2, "bar_bracelet")):
        db.execute(
            "INSERT INTO people_person (id, given_name, family_name) OVERRIDING SYSTEM VALUE VALUES (%s, 'A', 'B')",
            (number,),
        )
        db.execute(
            "INSERT INTO registry_device (id, identifier, kind, key_hash, status, feed_id, person_id)"
            " OVERRIDING SYSTEM VALUE VALUES (%s, %s, %s, 'k', 'issued', 1, %s)", (number, f"d{number}", kind, number),
        )  # fmt: skip
    db.execute(
        "INSERT INTO measures_measure (number, protected_person_id, wearer_person_id, protected_device_id, wearer_device_id,"
        " alert_m, pre_alert_m, starts_on, ends_on, status) VALUES ('M', 1, 2, 1, 2, 1000, 2000, now(), now(), 'active')"
    )
    assert platform.wrong() == {"audit_feed": 1}
    # One outage rings once: as long as the monitor's own incident of it is open, or one for each of its devices.
    for causes in (["feed:1"], ["feed:gateway"], ["feed:log"], ["silence:1", "silence:2"]):
        numbers = [platform.incident(cause=cause, kind="technical", urgency=50) for cause in causes]
        assert platform.wrong() == {}, causes
        db.execute(
            "UPDATE console_incident SET status = 'closed', closed_at = now(), closed_by_id = %s WHERE id = ANY(%s)",
            (platform.user(), numbers),
        )
        assert platform.wrong() == {"audit_feed": 1}, "closed, and nothing is heard: somebody has to look again"
    for cause in ("silence:1", "feed:2"):
        platform.incident(cause=cause, kind="technical", urgency=50)
    assert platform.wrong() == {"audit_feed": 1}, "that is another outage, or part of this one"
    db.execute(
        "INSERT INTO console_place (device_id, t_ms, seen_ms, lat_e7, lon_e7)"
        " VALUES (2, 0, (extract(epoch FROM now()) * 1000)::bigint, 0, 0)"
    )
    assert platform.wrong() == {}


def test_alarms_nobody_takes_or_no_console_shows_are_found(platform: Platform) -> None:
    number = platform.incident()
    platform.db.execute("UPDATE console_incident SET opened_at = now() - interval '2 min'")
    assert platform.wrong() == {"audit_unanswered": 1}, "before the first shift ever nobody can be missing"
    platform.shift_was()
    assert platform.wrong() == {"audit_unanswered": 1, "audit_consoles": 1}
    for name, wrong in (("egide web", True), ("egide room", False)):  # a pool's connection serves no console
        with psycopg.connect(platform.db.info.dsn, password=platform.db.info.password, application_name=name):
            assert ("audit_consoles" in platform.wrong()) is wrong, name
    platform.db.execute("UPDATE console_incident SET owner_id = %s WHERE id = %s", (platform.user(), number))
    assert platform.wrong() == {}
