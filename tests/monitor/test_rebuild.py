"""A log that was recreated, cut or damaged stops the monitor and rings; rebuilt from the file, nothing said since is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import psycopg
import pytest
from psycopg.types.json import Jsonb

from egide.cli.main import main
from egide.core import messages as m
from egide.core.observations import Signal, SignalKind
from egide.core.proximity import kernel
from egide.log.frames import encode
from egide.monitor import columns
from egide.monitor.fold import Fold
from egide.monitor.rebuild import policy_set

from .conftest import environment, monitor_process, one, rows, seed, wait_until
from .scene import fix
from .test_monitor import caught_up, feed

RING = "SELECT cause, kind, status, repeats FROM console_incident WHERE cause LIKE 'log:%'"
SCREENS = "SELECT count(*) FROM console_screen s JOIN console_incident i ON i.id = s.incident_id WHERE cause = 'log:1'"


def sos(device: int, stream_ms: int) -> bytes:
    """A frame with one SOS."""
    return encode(m.build([m.signal_record(device, Signal(SignalKind.SOS, stream_ms), stream_ms)]), [])


def now_ms() -> int:
    return time.time_ns() // 1_000_000


Rebuild = Callable[..., int]


@pytest.fixture
def rebuild(full_url: str, monkeypatch: pytest.MonkeyPatch) -> Rebuild:
    """The command as a technician types it."""
    for name, value in environment(full_url).items():
        monkeypatch.setenv(name, value)
    return lambda *words: main(["rebuild", *words])


def execute(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def the_file(url: str) -> None:
    """Two devices and one measure in the tables of the file, as the web keeps them."""
    execute(
        url,
        "INSERT INTO people_person (id, given_name, family_name) OVERRIDING SYSTEM VALUE VALUES (10, 'A', 'B'), (11, 'C', 'D')",
        "INSERT INTO registry_device (id, identifier, kind, key_hash, status, person_id) OVERRIDING SYSTEM VALUE VALUES"
        " (1, 'd-1', 'bar_box', 'x', 'issued', 10), (2, 'd-2', 'bar_bracelet', 'x', 'issued', 11)",
        "INSERT INTO measures_measure (id, number, protected_person_id, wearer_person_id, protected_device_id,"
        " wearer_device_id, alert_m, pre_alert_m, starts_on, ends_on) OVERRIDING SYSTEM VALUE VALUES"
        " (1, 'BAR-1', 10, 11, 1, 2, 1000, 2000, now(), now())",
    )


def damage(url: str, how: str) -> None:
    """What can befall a log."""
    if how == "recreated":
        execute(
            url,
            "TRUNCATE log_frame, log_source",
            "UPDATE log_head SET seq = 0, hash = '', incarnation = gen_random_uuid()",
        )
    elif how == "cut":
        execute(
            url,
            "DELETE FROM log_frame WHERE seq > 3",
            "UPDATE log_head SET seq = 3, hash = (SELECT hash FROM log_frame WHERE seq = 3)",
        )
    elif how == "cut, and longer again":  # gateways went on meanwhile
        damage(url, "cut")
        feed(url, [sos(1, 5)] * 40, source="gateway-2")
    elif how == "a hole below the cursor":
        execute(url, "DELETE FROM log_frame WHERE seq = (SELECT seq - 2 FROM monitor_lease)")
    elif how == "all below the cursor":
        execute(url, "DELETE FROM log_frame WHERE seq <= (SELECT seq FROM monitor_lease)")
    elif how == "changed below the cursor":
        execute(url, "UPDATE log_frame SET body = body || ' ' WHERE seq = (SELECT seq - 2 FROM monitor_lease)")


def stopped_by(url: str, how: str) -> None:
    """A monitor dies on the spot, the log is damaged meanwhile: the next one stops, and that rings."""
    damage(url, how)
    with monitor_process(url) as child:
        assert child.wait(timeout=30) == 3
    assert rows(url, RING) == [("log:1", "technical", "open", 0)]
    assert one(url, SCREENS) == 1, "it rings"


@pytest.mark.parametrize("how", ["a hole below the cursor", "all below the cursor", "changed below the cursor"])
def test_frames_that_are_missing_below_the_cursor_are_never_folded_over(
    full_url: str, rebuild: Rebuild, how: str
) -> None:
    the_file(full_url)
    seed(full_url, 1, at_ms=now_ms())
    with monitor_process(full_url, EGIDE_MONITOR_SNAPSHOT_S="1") as child:
        wait_until(lambda: one(full_url, "SELECT count(*) FROM monitor_snapshot"))
        child.terminate()
        assert child.wait(10) == 0
    with monitor_process(full_url, EGIDE_MONITOR_SNAPSHOT_S="600"):
        feed(full_url, [sos(1, now_ms()) for _ in range(12)])
        wait_until(lambda: caught_up(full_url))
    feed(full_url, [sos(1, now_ms())], source="gateway-2")  # after the cursor: the log itself has gone on
    stopped_by(full_url, how)
    assert rebuild("--yes") == 0
    with monitor_process(full_url) as child:
        wait_until(lambda: caught_up(full_url))
        assert child.poll() is None


def test_a_new_engine_after_a_rebuild_begins_where_the_file_was_said_again(full_url: str, rebuild: Rebuild) -> None:
    """The numbers a rebuild leaves out are no hole: nothing before them is needed."""
    the_file(full_url)
    seed(full_url, 1, at_ms=now_ms())
    with monitor_process(full_url):
        feed(full_url, [sos(1, now_ms()) for _ in range(12)])
        wait_until(lambda: caught_up(full_url))
    stopped_by(full_url, "cut")
    assert rebuild("--yes") == 0
    feed(full_url, [sos(1, now_ms())], source="gateway-2")
    with monitor_process(full_url):
        wait_until(lambda: caught_up(full_url))
    execute(full_url, "UPDATE monitor_snapshot SET engine = 'an older one', layout = 'laid out otherwise'")
    with monitor_process(full_url) as child:
        feed(full_url, [sos(1, now_ms())], source="gateway-3")
        wait_until(lambda: caught_up(full_url))
        assert child.poll() is None


@pytest.mark.parametrize("how", ["recreated", "cut, and longer again"])
def test_another_log_stops_the_monitor_rings_and_can_be_rebuilt_from_the_file(
    full_url: str, rebuild: Rebuild, capsys: pytest.CaptureFixture[str], how: str
) -> None:
    the_file(full_url)
    seed(full_url, 1, at_ms=now_ms())
    with monitor_process(full_url) as child:
        feed(full_url, [sos(1, now_ms()) for _ in range(12)])
        wait_until(lambda: caught_up(full_url))
        assert rebuild("--yes") == 2
        assert "Stop every monitor" in capsys.readouterr().err
        child.terminate()
        assert child.wait(10) == 0
    pressed = rows(full_url, "SELECT repeats FROM console_incident WHERE cause = 'sos:1'")
    damage(full_url, how)
    with monitor_process(full_url) as child:
        assert child.wait(timeout=30) == 3
    assert rows(full_url, RING) == [("log:1", "technical", "open", 0)]
    assert one(full_url, SCREENS) == 1, "it rings"

    # Meanwhile a gateway goes on: somebody presses, under a number that was used before.
    feed(full_url, [sos(2, now_ms() + 60_000)], source="gateway-9")
    assert rebuild() == 1
    assert "--yes" in capsys.readouterr().out
    assert rebuild("--yes") == 0
    with monitor_process(full_url) as child:
        wait_until(lambda: caught_up(full_url))
        late = now_ms() + 120_000
        at = [fix(1, 0, 0.0), fix(2, 0, 500.0)]
        near = [(*record[:5], late, late, *record[7:]) for record in at]
        feed(full_url, [encode(m.build(near), [])], source="gateway-9", first=2)
        wait_until(lambda: one(full_url, "SELECT count(*) FROM console_incident WHERE cause = 'proximity:1'"))
        wait_until(lambda: caught_up(full_url))
        assert child.poll() is None
    assert one(full_url, "SELECT count(*) FROM console_incident WHERE cause = 'request_for_help:2'") == 1
    if how != "cut, and longer again":
        assert rows(full_url, "SELECT repeats FROM console_incident WHERE cause = 'sos:1'") == pressed


def state(url: str) -> dict[str, Any]:
    """What the newest snapshot remembers, as far as it is asked for here."""
    arrays = columns.unpack(one(url, "SELECT body FROM monitor_snapshot ORDER BY seq DESC LIMIT 1"))
    rare = json.loads(arrays["rare"].tobytes())
    return {**rare, "policy": dict(zip(rare["policy"], arrays["policy"].tolist(), strict=True))}


def test_a_new_engine_without_the_logs_first_day_takes_up_all_the_file_knows(full_url: str) -> None:
    the_file(full_url)
    execute(
        full_url,
        "INSERT INTO registry_device (id, identifier, kind, key_hash, status, person_id) OVERRIDING SYSTEM VALUE VALUES"
        " (3, 'd-3', 'bar_box', 'x', 'issued', 10), (4, 'd-4', 'bar_bracelet', 'x', 'issued', 11)",
        "INSERT INTO measures_measure (id, number, protected_person_id, wearer_person_id, protected_device_id,"
        " wearer_device_id, alert_m, pre_alert_m, starts_on, ends_on, status) OVERRIDING SYSTEM VALUE VALUES"
        " (2, 'BAR-2', 10, 11, 3, 4, 1000, 2000, now(), now(), 'suspended')",
    )
    seed(full_url, 1, at_ms=now_ms())
    said = {"control": "policy", "values": {"silence": 77.0}}
    set_silence = encode(m.build([m.control_record(now_ms(), 0)]), [said])

    def strap() -> bytes:
        return encode(m.build([m.signal_record(2, Signal(SignalKind.STRAP, now_ms()), now_ms())]), [])

    borne = "SELECT technical FROM measures_burden WHERE person_id = 11"
    with monitor_process(full_url) as child:
        feed(full_url, [set_silence, strap(), strap()])
        wait_until(lambda: one(full_url, borne) == 2)
        child.terminate()
        assert child.wait(10) == 0
    execute(
        full_url,
        "DELETE FROM log_frame WHERE seq <= (SELECT max(seq) FROM log_frame WHERE source NOT LIKE 'monitor%')",
        "UPDATE monitor_snapshot SET engine = 'an older one', layout = 'laid out otherwise'",
    )
    with monitor_process(full_url) as child:
        wait_until(lambda: one(full_url, "SELECT count(*) FROM monitor_snapshot WHERE engine <> 'an older one'"))
        found = state(full_url)
        feed(full_url, [strap()], source="gateway-2")
        wait_until(lambda: one(full_url, borne) != 2)
        assert child.poll() is None
    assert one(full_url, borne) == 3, "it is counted on from what stood there"
    assert (found["policy"]["silence"], found["suspended"]) == (77.0, [2])


def test_values_of_the_policy_are_found_by_their_names_and_those_nobody_had_set_are_not_taken_along(
    full_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Another version's table: another order, a name that is gone, a value it came with."""
    fold = Fold(kernel.run)
    arrays = fold.arrays()
    rare = {**json.loads(arrays["rare"].tobytes()), "policy": ["exit_dwell", "of_old", "silence"]}
    arrays |= {
        "policy": np.array([30.0, 5.0, 77.0]),
        "rare": np.frombuffer(json.dumps(rare).encode(), np.uint8),
    }
    later = {"control": "policy", "values": {"feed_least": 4}}
    with psycopg.connect(full_url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO monitor_snapshot (cell, seq, engine, layout, defaults, body) VALUES (1, 0, 'older', 'x', %s, %s)",
            (Jsonb({"exit_dwell": 30.0, "of_old": 4.0, "silence": 180.0}), columns.pack(arrays)),
        )
        feed(full_url, [b"broken", encode(m.build([m.control_record(1, 0)]), [later])])
        assert policy_set(connection, 1) == {"silence": 77.0, "feed_least": 4.0}
    assert "of_old" in caplog.text
