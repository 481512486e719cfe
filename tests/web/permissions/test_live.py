"""What running processes say to whoever watches them: no name, address or position stands in a metric or a log line.

Web, gateway, monitor, worker and auditor run as in service over a case full of canaries. Staff read it, a device posts a place and
an alarm; then every /metrics, access line and log is read. A control finds the canaries where they may stand.
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from egide.cluster import Cluster
from tests.monitor.conftest import CACHE
from tests.web.conftest import environment
from tests.web.permissions.canaries import WORD
from tests.web.permissions.test_crawl import LINK

PARTS = ("web", "gateway", "monitor", "worker", "auditor")
WATCHED = ("monitor", "worker", "auditor")  # those whose metrics have a port of their own
MOST = 12  # pages a role: the crawl of test_crawl.py goes further, this one looks behind
LATITUDE, LONGITUDE = 47.1234567, 5.7654321
PLACE = ("47.12345", "5.76543", "471234567", "57654321")


@dataclass
class Platform:
    """The processes, what was laid, what was read."""

    laid: dict[str, Any]
    ports: dict[str, int]
    home: Path
    pages: list[tuple[str, str]] = field(default_factory=list)

    def ask(self, part: str, path: str, session: str = "") -> tuple[int, str]:
        """Status and body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.ports[part]}{path}")
        if session:
            request.add_header("Cookie", f"{self.laid['cookie']}={session}")
        try:
            with urllib.request.urlopen(request, timeout=20) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(errors="replace")

    def log(self, part: str) -> str:
        """What a process has written to its output."""
        return (self.home / f"{part}.log").read_text(errors="replace")


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def platform(cluster: Cluster, web_template: str, demo_home: Path) -> Iterator[Platform]:
    """Everything runs, was read, and has heard a device."""
    url = cluster.create_database("web_alive", template=web_template)
    environ = environment(url, demo_home) | {"EGIDE_CACHE_DIR": CACHE}
    command = [sys.executable, "-m", "tests.web.permissions.lay_live"]
    done = subprocess.run(command, env=environ, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    running = Platform(json.loads(done.stdout), {part: _free() for part in PARTS}, demo_home)
    environ |= {"EGIDE_GATEWAY_URL": f"http://127.0.0.1:{running.ports['gateway']}"}  # where the auditor presses
    with contextlib.ExitStack() as stack:
        for part, port in running.ports.items():
            own = {"EGIDE_METRICS_PORT": str(port)} if part in WATCHED else {f"EGIDE_{part.upper()}_PORT": str(port)}
            log = stack.enter_context((demo_home / f"{part}.log").open("wb"))
            child = subprocess.Popen(
                [sys.executable, "-m", "egide.cli.main", part], env=environ | own, stdout=log, stderr=log
            )
            stack.callback(child.wait)
            stack.callback(child.kill)
        end = time.monotonic() + 120
        for part in PARTS:
            while not _ready(running, part):
                assert time.monotonic() < end, f"{part}: {running.log(part)}"
                time.sleep(0.2)
        for session in running.laid["sessions"].values():
            _read(running, session)
        _post(running, demo_home)
        yield running
    cluster.drop_database("web_alive")


def _ready(running: Platform, part: str) -> bool:
    try:
        return running.ask(part, "/readyz")[0] == 200
    except OSError:
        return False


def _read(running: Platform, session: str) -> None:
    """From the first page and the case on; the closed cases and an address that fails are asked for as well."""
    waiting = ["/file/", *(f"/file/cases/{one}" for one in running.laid["cases"]), "/file/nowhere"]
    seen: set[str] = set()
    while waiting and len(seen) < MOST:
        path = waiting.pop(0)
        if path in seen or not path.startswith("/file"):
            continue
        seen.add(path)
        _, body = running.ask("web", path, session)
        running.pages.append((path, body))
        waiting += LINK.findall(body)


def _post(running: Platform, home: Path) -> None:
    """A place and an alarm from a device that is known, and from one that is not."""
    device = next(
        one for one in json.loads((home / "demo-devices.json").read_text()) if one["identifier"] == "demo-box-1"
    )
    for key in (device["key"], "wrong"):
        where = {"latitude": LATITUDE, "longitude": LONGITUDE, "accuracy": 8}
        at = datetime.now(UTC).isoformat().replace("+00:00", "Z")
        body = {"device_id": "demo-box-1", "location": {"timestamp": at, "coords": where, "event": "sos"}}
        request = urllib.request.Request(
            f"http://127.0.0.1:{running.ports['gateway']}/osmand", json.dumps(body).encode(),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json"},
        )  # fmt: skip
        with contextlib.suppress(urllib.error.HTTPError), urllib.request.urlopen(request, timeout=20):
            pass
    time.sleep(1.5)  # the monitor has judged, the worker has made a round


def singing(running: Platform, text: str) -> set[str]:
    """The columns whose canaries sing in a text, and the place."""
    found = {running.laid["birds"][w.group(0)] for w in WORD.finditer(text) if w.group(0) in running.laid["birds"]}
    return found | {place for place in PLACE if place in text}


def test_the_canaries_sing_on_the_pages_so_they_could_be_heard_elsewhere(platform: Platform) -> None:
    assert len(platform.pages) >= MOST
    assert len(set().union(*(singing(platform, body) for _, body in platform.pages))) > 5


@pytest.mark.parametrize("part", [part for part in PARTS if part != "web"])
def test_live_metrics_hold_nothing_about_anybody(platform: Platform, part: str) -> None:
    status, told = platform.ask(part, "/metrics")
    assert status == 200
    assert told.count("# HELP") > 3
    assert singing(platform, told) == set()


def test_the_web_has_no_metrics_to_read(platform: Platform) -> None:
    assert platform.ask("web", "/metrics")[0] == 404


@pytest.mark.parametrize("part", PARTS)
def test_no_line_of_a_running_process_holds_a_word_a_place_or_the_address_of_a_case(
    platform: Platform, part: str
) -> None:
    said = platform.log(part)
    assert singing(platform, said) == set()
    assert not [case for case in platform.laid["cases"] if case in said], "an access line, or a failure, names a case"
    assert not [key for key in platform.laid["sessions"].values() if key in said]
    assert "Traceback" not in said


def test_a_leak_into_a_log_would_be_heard(platform: Platform) -> None:
    word = next(iter(platform.laid["birds"]))
    assert singing(platform, f"INFO opened for {word} at 47.12345") == {platform.laid["birds"][word], "47.12345"}
