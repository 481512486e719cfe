"""`egide simulate` plays to a gateway until told to stop, waits for one that is not up, and ends clean."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from egide.simulation.cast import Device
from egide.simulation.client import Gateway
from egide.simulation.play import play
from egide.simulation.scenes import Scene
from tests.simulation.little_gateway import LittleGateway


@pytest.fixture
def devices_file(tmp_path: Path, cast: list[Device]) -> Path:
    path = tmp_path / "demo-devices.json"
    rows = [{f: getattr(d, f) for f in ("identifier", "key", "kind", "role", "measure", "alert_m")} for d in cast]
    path.write_text(json.dumps(rows))
    return path


def command(*arguments: object, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
    return subprocess.Popen(
        [sys.executable, "-m", "egide.cli.main", "simulate", *map(str, arguments)],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=kept | environment,
    )  # fmt: skip


def test_a_minute_of_the_scene_reaches_the_gateway_with_true_clocks(cast: list[Device]) -> None:
    gateway = LittleGateway(lambda _: (200, ""))
    told: list[str] = []

    async def main() -> None:
        await gateway.start()
        counts = await play(Scene(cast, 1), Gateway.at(gateway.url), 30, 2.2, told.append)
        assert counts["positions"] + counts["alarms"] == len(gateway.accepted) - 1  # the first asked if it is ready
        await gateway.stop()

    begun_ms = time.time() * 1000
    asyncio.run(main())
    ended_ms = time.time() * 1000
    alarms = [parse_qs(heard.body.decode()) for heard in gateway.accepted if b"alarm=" in heard.body]
    assert [(a["alarm"][0], "lat" in a) for a in alarms] == [("sos", True), ("sos", False), ("lowBattery", False)]
    assert all(begun_ms - 1 <= int(alarm["timestamp"][0]) <= ended_ms for alarm in alarms)
    assert {heard.path for heard in gateway.accepted} == {"/readyz", "/osmand", "/owntracks"}
    assert "accepted" in told[-1]
    assert not any(device.identifier in line for line in told for device in cast)


def test_it_waits_for_a_gateway_that_is_not_up_and_stops_when_told(devices_file: Path) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))  # bound, never listening: every connection is refused
        port = nobody.getsockname()[1]
        running = command("--devices", devices_file, "--gateway", f"http://127.0.0.1:{port}")
        assert running.stdout is not None
        assert running.stdout.readline() == "simulate: waiting for the gateway\n"
        running.send_signal(signal.SIGTERM)
        assert running.wait(10) == 0
        assert running.stdout.read() == ""
        running.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_clean_in_mid_stream(devices_file: Path, number: signal.Signals) -> None:
    async def main() -> None:
        gateway = LittleGateway(lambda _: (200, ""))
        await gateway.start()
        # The defaults: the file under EGIDE_HOME, the gateway of the settings.
        running = command(EGIDE_HOME=str(devices_file.parent), EGIDE_GATEWAY_PORT=str(gateway.port))
        async with asyncio.timeout(20):
            while len(gateway.accepted) < 4:
                await asyncio.sleep(0.05)
        running.send_signal(number)
        out, _ = await asyncio.to_thread(running.communicate, timeout=10)
        assert (running.returncode, out) == (0, "")
        await gateway.stop()

    asyncio.run(main())


def test_without_its_file_it_says_what_writes_it(tmp_path: Path) -> None:
    running = command(EGIDE_HOME=str(tmp_path))
    out, _ = running.communicate(timeout=20)
    assert running.returncode == 2
    assert "egide manage demo" in out
    assert "Traceback" not in out


@pytest.mark.parametrize("arguments", [("--speed", "0"), ("--speed", "x"), ("--seconds", "-1"), ("--speed", "nan")])
def test_a_speed_that_makes_no_sense_is_refused(arguments: tuple[str, str]) -> None:
    running = command(*arguments)
    out, _ = running.communicate(timeout=20)
    assert running.returncode == 2
    assert arguments[0] in out
