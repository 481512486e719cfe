"""Devices that retry, a gateway that is killed under them, a monitor behind: what rings is what would have rung anyway."""

from __future__ import annotations

import hashlib
import http.client
import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from egide.cluster import Cluster
from egide.core.geodesy import destination
from tests.gateway.conftest import GatewayProcess

from .conftest import monitor_process, one, rows, seed, wait_until
from .scene import HOUSE

SECONDS = 40
BEHIND_S = 42  # every fix is made in the past, and none so long ago that its maker counts as unseen


def register(url: str) -> None:
    """Devices 1 and 2 as the file would hold them."""
    with psycopg.connect(url) as connection:
        for number, kind in ((1, "bar_box"), (2, "bar_bracelet")):
            connection.execute(
                "INSERT INTO registry_device (id, identifier, kind, key_hash, status) OVERRIDING SYSTEM VALUE"
                " VALUES (%s, %s, %s, %s, 'issued')",
                (number, f"device-{number}", kind, hashlib.sha256(f"key-{number}".encode()).digest()),
            )


def said(start: float) -> list[tuple[int, dict[str, Any]]]:
    """What both devices say: a wearer who comes from 1.7 km to 500 m and leaves again at 60 m/s; an SOS in the middle."""
    posts = []
    for second in range(SECONDS):
        stamp = datetime.fromtimestamp(start + second, UTC).isoformat(timespec="milliseconds")
        for number, metres in ((1, 0.0), (2, 500 + abs(second - 20) * 60.0)):
            lat, lon = destination(*HOUSE, 90.0, metres)
            location: dict[str, Any] = {
                "timestamp": stamp,
                "coords": {"latitude": round(lat, 7), "longitude": round(lon, 7), "accuracy": 8},
            }
            if number == 1 and second == 15:
                location["extras"] = {"alarm": "sos"}
            posts.append((number, {"device_id": f"device-{number}", "location": location}))
    return posts


def post_until_taken(port: int, number: int, body: dict[str, Any]) -> int:
    """Posts as a phone does: again and again until a 2xx. Returns how often it had to."""
    tries = 0
    while True:
        tries += 1
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            headers = {"Authorization": f"Bearer key-{number}", "Content-Type": "application/json"}
            connection.request("POST", "/osmand", json.dumps(body), headers)
            if 200 <= connection.getresponse().status < 300:
                return tries
        except OSError:
            pass
        finally:
            connection.close()
        assert tries < 500
        time.sleep(0.02)


def run(url: str, folder: Path, kills: int) -> dict[str, Any]:
    """The scene through a gateway that is killed so many times; what stands in the database after it."""
    register(url)
    seed(url, 1, at_ms=time.time_ns() // 1_000_000 - 5_000)
    gateway = GatewayProcess(url, folder)
    gateway.wait_ready()
    retries = 0
    # Each position is looked for afterwards: a slow machine must not thin them.
    with monitor_process(url, EGIDE_MONITOR_SHED_S="0"):
        wait_until(lambda: one(url, "SELECT renewed_at > now() - interval '1 s' FROM monitor_lease"))
        start = float(int(time.time())) - BEHIND_S  # whole seconds: no rounding between the two runs
        posts = said(start)
        at = {len(posts) * (k + 1) // (kills + 1) for k in range(kills)}
        for i, (number, body) in enumerate(posts):
            if i in at:
                gateway.kill()
                gateway = GatewayProcess(url, folder, gateway.port)
            retries += post_until_taken(gateway.port, number, body) - 1
        wait_until(
            lambda: (
                one(url, "SELECT seq FROM monitor_lease")
                >= one(url, "SELECT max(seq) FROM log_frame WHERE source LIKE 'gateway%'")
            )
        )
    gateway.stop()
    base = round(start * 1000)
    kept = rows(url, "SELECT DISTINCT device_id, device_time_ms FROM console_position")
    told = rows(
        url, "SELECT measure_id, device_time_ms, kind, level_from, level_to, distance_cm FROM console_transition"
    )
    return {
        "positions": sorted((device, at - base) for device, at in kept),
        "transitions": sorted((measure, at - base, *rest) for measure, at, *rest in told),
        "incidents": sorted(rows(url, "SELECT cause, kind, urgency, level FROM console_incident")),
        "retries": retries,
        "acknowledged": len(posts),
    }


@pytest.fixture
def second_url(cluster: Cluster, _full_template: str) -> Any:
    yield cluster.create_database("killed_path", template=_full_template)
    cluster.drop_database("killed_path")


def test_killing_the_gateway_under_load_changes_nothing_that_rings(
    full_url: str, second_url: str, tmp_path: Path
) -> None:
    calm = run(full_url, tmp_path, kills=0)
    killed = run(second_url, tmp_path, kills=3)
    assert killed["retries"] > 0, "the kills were felt"
    assert [row[3:5] for row in calm["transitions"]] == [
        ("unknown", "pre_alert"),
        ("pre_alert", "alert"),
        ("alert", "pre_alert"),  # far beyond the radius: left at once
    ]
    assert [row[0] for row in calm["incidents"]] == ["proximity:1", "sos:1"]
    for what in ("transitions", "incidents", "positions"):
        assert killed[what] == calm[what]
    assert len(killed["positions"]) == killed["acknowledged"], "nothing that got 2xx is missing"
