"""The demo's devices through the real gateway: everything they say is understood, and stands in the log."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path

import psycopg

from egide.core.messages import Kind
from egide.core.observations import SignalKind
from egide.simulation.cast import Device
from egide.simulation.client import Gateway as Address
from egide.simulation.play import play
from egide.simulation.scenes import Scene
from tests.gateway.conftest import REGISTRY, GatewayProcess, read_log


def test_a_minute_of_the_demo_stands_in_the_log_and_nothing_was_refused(
    cast: list[Device], database_url: str, tmp_path: Path
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(REGISTRY)
        connection.execute("DELETE FROM registry_device")
        for number, device in enumerate(cast, 1):
            row = (number, device.identifier, device.kind, device.key.encode(), device.identifier == "tgd-1")
            connection.execute(
                "INSERT INTO registry_device (id, identifier, kind, key_hash, geolocation_consent)"
                " VALUES (%s, %s, %s, sha256(%s), %s)",
                row,
            )
    gateway = GatewayProcess(database_url, tmp_path)
    try:
        gateway.wait_ready()
        counts = asyncio.run(play(Scene(cast, 1), Address.at(gateway.url), 30, 2.1, lambda line: None))
        sealed = psycopg.connect(database_url, autocommit=True)
        positions = sealed.execute("SELECT alarm_id, count(*) FROM tgd_position GROUP BY 1").fetchall()
        alarms = sealed.execute("SELECT count(*) FROM tgd_alarm").fetchone()
        sealed.close()
    finally:
        gateway.stop()
    assert set(counts) <= {"positions", "alarms"}, "nothing was refused, put off or forgotten"
    assert counts["alarms"] == 3
    records = read_log(database_url).records
    kinds = Counter(Kind(record["kind"]) for record in records)
    phones = {number for number, device in enumerate(cast, 1) if device.role == "tgd"}
    fixes = Counter(record["device"] for record in records if record["kind"] == Kind.FIX)
    # Eight located devices, each from every second to every tenth of a second; and not one position of a phone.
    assert set(fixes) == set(range(1, 9))
    assert min(fixes.values()) >= 6
    assert kinds[Kind.FIX] <= counts["positions"]
    signals = Counter(SignalKind(record["signal"]) for record in records if record["kind"] == Kind.SIGNAL)
    assert signals == {SignalKind.SOS: 2, SignalKind.LOW_BATTERY: 1}
    assert not phones & set(fixes)
    # Both presses opened an alarm; only the phone whose holder agreed says where it is (TGD-12).
    assert alarms == (2,)
    assert len(positions) == 1
    assert positions[0][1] >= 7
