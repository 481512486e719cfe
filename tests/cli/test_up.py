"""`egide up`: everything runs, survives the death of its parts, keeps its data, and leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from egide.cluster import Cluster

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(sys.platform != "linux", reason="what is tied to its parent is tied by Linux"),
]

PARTS = {"gateway", "monitor", "web", "worker", "auditor"}


class Up:
    """One `egide up` under watch: what it said, and every process that ever belonged to it."""

    def __init__(self, home: Path, *arguments: str, **environ: str) -> None:
        self.home = home
        clean = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "egide.cli.main", "up", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean | {"EGIDE_HOME": str(home)} | environ,
        )
        self.lines: list[str] = []
        self.family: dict[int, psutil.Process] = {}
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line.rstrip())

    def says(self, part: str, seconds: float = 300, since: int = 0) -> str:
        """The first line, from number `since` on, that holds `part`."""
        found: list[str] = []

        def heard() -> bool:
            found[:] = [line for line in self.lines[since:] if part in line]
            return bool(found)

        assert self.until(heard, seconds), "\n".join(self.lines)
        return found[0]

    def until(self, true: Callable[[], bool], seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end and self.process.poll() is None:
            self.children()
            time.sleep(0.05)
        if self.process.poll() is not None:
            self._reader.join(5)  # its last words
        return true()

    def children(self) -> dict[str, int]:
        """Which part runs as which process now; everybody ever seen is remembered."""
        running = {}
        with contextlib.suppress(psutil.NoSuchProcess):
            for child in psutil.Process(self.process.pid).children(recursive=True):
                self.family[child.pid] = child
                with contextlib.suppress(psutil.NoSuchProcess, psutil.AccessDenied, IndexError):
                    running[child.cmdline()[-1]] = child.pid
        return running

    def nothing_left(self) -> bool:
        _, alive = psutil.wait_procs(list(self.family.values()), timeout=15)
        return not alive

    def end(self, sig: signal.Signals = signal.SIGTERM) -> int:
        self.children()
        self.process.send_signal(sig)
        code = self.process.wait(60)
        self._reader.join(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return code


@pytest.fixture
def home() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="egide-test-"))
    made.chmod(0o711)
    yield made / "var"
    Cluster(made / "var" / "pg").stop()
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture
def up(home: Path) -> Iterator[Up]:
    started = Up(home, "--room-only")
    yield started
    if started.process.stdout is not None and not started.process.stdout.closed:  # also of one that died by itself
        started.end(signal.SIGKILL)


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return int(answer.status)


def _frames(home: Path) -> int:
    with psycopg.connect(Cluster(home / "pg").url()) as connection:
        row = connection.execute("SELECT seq FROM log_head WHERE cell = 1").fetchone()
        assert row
        return int(row[0])


def test_everything_starts_survives_its_parts_and_leaves_nothing(home: Path, up: Up) -> None:
    address = up.says("Égide runs:").split()[-2]
    assert set(up.children()) >= PARTS
    assert _status(f"{address}readyz") == 200
    assert _status(address) == 200  # the page to sign in

    # A second one on the same folder is refused in a sentence.
    second = Up(home)
    assert second.process.wait(10) == 2
    assert second.says("already runs on")
    second.end()

    # A part that is killed comes back.
    monitor, since = up.children()["monitor"], len(up.lines)
    os.kill(monitor, signal.SIGKILL)
    up.says("ended (killed by SIGKILL)", 10, since)
    assert up.until(lambda: up.children().get("monitor", monitor) != monitor, 30)

    # So does PostgreSQL, and what stood in the log stands there still.
    before, since = _frames(home), len(up.lines)
    Cluster(home / "pg").kill()
    up.says("postgres │ runs.", 30, since)
    assert up.until(lambda: _frames(home) > before, 30)

    written = _frames(home)
    assert up.end(signal.SIGINT) == 0
    assert up.nothing_left()

    # A second start keeps the data.
    again = Up(home, "--room-only")
    try:
        again.says("Égide runs:")
        assert _frames(home) >= written
    finally:
        # Killed without a chance to tidy up, it leaves nothing either.
        again.end(signal.SIGKILL)
    assert again.nothing_left()


def test_a_port_that_is_taken_is_replaced_and_said(home: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        started = Up(home, "--no-simulate", EGIDE_WEB_PORT=str(port))
        try:
            line = started.says(f"Port {port} is taken: EGIDE_WEB_PORT is", 20)
            assert str(port) not in line.split("EGIDE_WEB_PORT is")[1]
        finally:
            started.end()  # in the middle of its start
        assert started.nothing_left()


def test_secrets_of_the_demo_are_for_their_owner_only(home: Path, up: Up) -> None:
    up.says("PostgreSQL", 20)
    assert (home / "secrets.json").stat().st_mode & 0o777 == 0o600
    secret = (home / "secrets.json").read_text().split('"')[3]
    assert len(secret) >= 50
    assert not any(secret in line for line in up.lines)
    assert up.end() in (0, 1)
    assert up.nothing_left()
