"""A real gateway process over a real PostgreSQL, devices that exist only here, and curl to speak for them."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
import pytest

from egide.core.messages import Kind
from egide.log.frames import decode
from egide.log.interface import verify_chain
from egide.log.postgres import PostgresLog

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
    """A gateway in a process of its own. `log_file` holds everything it printed."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        self.database_url = url
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log_file = folder / f"gateway-{self.port}.log"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
        environment |= {"EGIDE_DATABASE_URL": url, "EGIDE_GATEWAY_PORT": str(self.port), **settings}
        program = (
            "import sys; from egide.gateway.run import main; from egide.settings import load; sys.exit(main(load()))"
        )
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen([sys.executable, "-c", program], env=environment, stdout=log, stderr=log)

    def wait_ready(self) -> Gateway:
        ends = time.monotonic() + 20
        while time.monotonic() < ends:
            with contextlib.suppress(OSError):
                if self.curl("/readyz").status == 200:
                    return self
            assert self.process.poll() is None, self.log_file.read_text()
            time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log_file.read_text()}")

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

    def stop(self) -> int:
        self.process.terminate()
        return self.process.wait(15)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(15)


@pytest.fixture
def registry_url(database_url: str) -> str:
    """A database with the log's tables and a registry of devices."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(REGISTRY)
    return database_url


@pytest.fixture
def start_gateway(tmp_path: Path) -> Iterator[Callable[..., Gateway]]:
    """Starts gateways; stops those that still run at the end of the test."""
    started: list[Gateway] = []

    def start(url: str, **settings: str) -> Gateway:
        started.append(Gateway(url, tmp_path, **settings))
        return started[-1].wait_ready()

    yield start
    for gateway in started:
        if gateway.process.poll() is None:
            gateway.process.terminate()
    for gateway in started:
        with contextlib.suppress(subprocess.TimeoutExpired):
            gateway.process.wait(10)
        if gateway.process.poll() is None:
            gateway.kill()


@pytest.fixture
def gateway(registry_url: str, start_gateway: Callable[..., Gateway]) -> Gateway:
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
        frames = log.read(0, 1_000_000)
        assert verify_chain(b"", frames) == log.head().hash
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
