"""A real gateway process over a real PostgreSQL, devices that exist only here, and curl to speak for them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from egide.core.messages import Kind
from egide.gateway.run import server
from egide.log.frames import decode
from egide.log.interface import verify_chain
from egide.log.postgres import PostgresLog
from egide.settings import load

# The tables the web's migrations make, as far as the gateway reads them.
REGISTRY = """
CREATE TABLE registry_feed (id bigint PRIMARY KEY, name text NOT NULL, key_hash bytea NOT NULL);
CREATE TABLE registry_device (
    id bigint PRIMARY KEY, identifier text NOT NULL UNIQUE, kind text NOT NULL, person_id bigint,
    feed_id bigint REFERENCES registry_feed, key_hash bytea NOT NULL, status text NOT NULL DEFAULT 'issued',
    geolocation_consent boolean NOT NULL DEFAULT false
);
INSERT INTO registry_feed VALUES (1, 'relay', sha256('feed-key-1')), (2, 'other relay', sha256('feed-key-2'));
INSERT INTO registry_device (id, identifier, kind, feed_id, key_hash, status, geolocation_consent) VALUES
    (1, 'box-1', 'bar_box', 1, sha256('key-1'), 'issued', false),
    (2, 'bracelet-2', 'bar_bracelet', 1, sha256('key-2'), 'issued', false),
    (3, 'phone 3', 'pilot_phone', NULL, sha256('key-3'), 'issued', false),
    (10, 'tgd-10', 'tgd', 1, sha256('key-10'), 'issued', false),
    (11, 'tgd-11', 'tgd', 1, sha256('key-11'), 'issued', true),
    (12, 'tgd-12', 'tgd', NULL, sha256('key-12'), 'stock', false),
    (13, 'tgd-13', 'tgd', NULL, sha256('key-13'), 'returned', true);
"""


class Reply(NamedTuple):
    """What curl got: the status, the body and the headers in small letters."""

    status: int
    body: str
    headers: dict[str, str]


class Gateway:
    """A gateway that listens, wherever it runs, and curl to speak to it."""

    def __init__(self, database_url: str, port: int | None = None) -> None:
        self.database_url = database_url
        self.port = port or _free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        own = {"EGIDE_DATABASE_URL": self.database_url, "EGIDE_GATEWAY_PORT": str(self.port)}
        return {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")} | own | settings

    def is_running(self) -> bool:
        raise NotImplementedError

    def stop(self) -> int:
        """Tells it to stop, as an administrator would; answers its exit code."""
        raise NotImplementedError

    def wait_ready(self) -> None:
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{self.url}/readyz", timeout=5):
                return
            assert self.is_running(), "the gateway ended"
            time.sleep(0.02)
        raise AssertionError("the gateway does not become ready")

    def curl(self, path: str, *arguments: str, data: bytes | None = None) -> Reply:
        """One request. `data` is posted as it is. Status 0: no answer."""
        more = [] if data is None else ["--data-binary", "@-"]
        done = subprocess.run(
            ["curl", "--silent", "--include", "--max-time", "10", *arguments, *more, self.url + path],
            input=data or b"",
            capture_output=True,
        )
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        while head.startswith(b"HTTP/1.1 100"):
            head, _, body = body.partition(b"\r\n\r\n")
        if not head:
            return Reply(0, "", {})
        first, *lines = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        return Reply(int(first.split()[1]), body.decode(), headers)


class GatewayThread(Gateway):
    """A gateway in a thread of the test: quick to start."""

    def __init__(self, database_url: str, **settings: str) -> None:
        super().__init__(database_url)
        self._server = server(load(self._environment(settings)))
        self._thread = threading.Thread(target=self._server.run)
        self._thread.start()

    def is_running(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> int:
        self._server.should_exit = True
        self._thread.join(30)
        assert not self._thread.is_alive()
        return 0


class GatewayProcess(Gateway):
    """A gateway in a process of its own: to kill, and to read all it prints (`log_file`)."""

    def __init__(self, database_url: str, folder: Path, port: int | None = None, **settings: str) -> None:
        super().__init__(database_url, port)
        self.log_file = folder / f"gateway-{self.port}.log"
        program = "import sys; from egide.gateway.run import *; from egide.settings import load; sys.exit(main(load()))"
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", program], env=self._environment(settings), stdout=log, stderr=log
            )

    def is_running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


@pytest.fixture
def registry_url(database_url: str) -> str:
    """A database with the log's tables and a registry of devices."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(REGISTRY)
    return database_url


@pytest.fixture
def start_process(tmp_path: Path) -> Iterator[Callable[..., GatewayProcess]]:
    """Starts gateways in processes, waits until they are ready, and ends those that are left after the test."""
    started: list[GatewayProcess] = []

    def start(url: str, port: int | None = None, **settings: str) -> GatewayProcess:
        started.append(GatewayProcess(url, tmp_path, port, **settings))
        started[-1].wait_ready()
        return started[-1]

    yield start
    for gateway in started:
        if gateway.is_running():
            gateway.kill()


@pytest.fixture
def start_gateway() -> Iterator[Callable[..., GatewayThread]]:
    """Starts gateways in threads, waits until they are ready, and stops them after the test."""
    started: list[GatewayThread] = []

    def start(url: str, **settings: str) -> GatewayThread:
        started.append(GatewayThread(url, **settings))
        started[-1].wait_ready()
        return started[-1]

    yield start
    for gateway in started:
        gateway.stop()


@pytest.fixture
def gateway(registry_url: str, start_gateway: Callable[..., GatewayThread]) -> Gateway:
    """One gateway that is ready."""
    return start_gateway(registry_url)


class Logged(NamedTuple):
    """Everything in the log: records in order, each with its text or an empty one."""

    records: list[dict[str, Any]]

    def of(self, device: int, kind: Kind | None = None) -> list[dict[str, Any]]:
        return [r for r in self.records if r["device"] == device and kind in (None, r["kind"])]


def read_log(url: str) -> Logged:
    """The whole log of a database, its chain checked."""
    records: list[dict[str, Any]] = []
    with PostgresLog(url) as log:
        while True:
            frames, head = log.read(0, 1_000_000), log.head()
            if head.seq == (frames[-1].seq if frames else 0):  # nothing came in between
                break
        assert verify_chain(b"", frames) == head.hash
    for frame in frames:
        messages, extras = (decoded := decode(frame.body)).messages, decoded.extras
        assert messages.dtype.names is not None
        for message in messages:
            record = {name: int(message[name]) for name in messages.dtype.names}
            records.append({**record, "text": extras[record["extra"]] if record["extra"] >= 0 else {}})
    return Logged(records)


def rows(url: str, query: str, *parameters: object) -> list[tuple[Any, ...]]:
    """The rows of one query; an empty list for a statement that has none."""
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query, parameters)
        return cursor.fetchall() if cursor.description else []


def key_hash(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
