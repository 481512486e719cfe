"""The whole path over HTTP: posts a second through gateway, log and monitor to committed rows, everything synced.

The load generator runs on the same cores. Arrival is the gateway's clock, commit is PostgreSQL's own commit timestamp
of the row. Every post is waited for; what is counted is what got a 2xx, and every one of those must be a row.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import psycopg

from egide.cluster import Cluster
from egide.core.geodesy import destination
from egide.core.messages import build, control_record
from egide.log.frames import encode
from egide.log.postgres import append

PORT = 8397
KEY = "bench-" + "k" * 40


def children(url: str, names: list[str], stdout: int | None = None) -> list[subprocess.Popen[bytes]]:
    """Processes of the platform, configured as in production."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")},
        "EGIDE_DATABASE_URL": url,
        "EGIDE_GATEWAY_PORT": str(PORT),
        "EGIDE_SECRET_KEY": "bench " * 12,
    }
    command = [sys.executable, "-m", "egide.cli.main"]
    return [subprocess.Popen([*command, name], env=environment, stdout=stdout) for name in names]


def migrate(url: str) -> None:
    """Every table in a database. Raises CalledProcessError."""
    child = children(url, ["migrate"], stdout=subprocess.DEVNULL)[0]
    if child.wait() != 0:
        raise subprocess.CalledProcessError(child.returncode, "egide migrate")


def seed(url: str, pairs: int, feed_key: str = "") -> None:
    """Devices 1 to 2 * pairs with one key, and their measures, in the registry and in the log; over one feed, if it has a
    key."""
    digest = hashlib.sha256(KEY.encode()).digest()
    with psycopg.connect(url) as connection:
        feed = None
        if feed_key:
            row = connection.execute(
                "INSERT INTO registry_feed (name, key_hash) VALUES ('bench', %s) RETURNING id",
                (hashlib.sha256(feed_key.encode()).digest(),),
            ).fetchone()
            feed = row[0] if row else None
        with connection.cursor().copy(
            "COPY registry_device (identifier, label, kind, key_hash, status, geolocation_consent, feed_id) FROM STDIN"
        ) as copy:
            for n in range(2 * pairs):
                kind = "bar_bracelet" if n % 2 else "bar_box"
                copy.write_row((f"bench-{n}", "", kind, digest, "issued", False, feed))
        ids = [row[0] for row in connection.execute("SELECT id FROM registry_device ORDER BY id")]
        changes: list[dict[str, Any]] = [
            {
                "control": "measure",
                "measure": k + 1,
                "status": "active",
                "alert_m": 1000,
                "pre_alert_m": 2000,
                "protected_device": ids[2 * k],
                "wearer_device": ids[2 * k + 1],
            }
            for k in range(pairs)
        ]
        now = time.time_ns() // 1_000_000
        body = encode(build([control_record(now, i) for i in range(pairs)]), changes)
        append(connection, 1, "file", None, body)


class Poster(asyncio.Protocol):
    """One connection that posts one fix after another, each waiting for the answer of the one before."""

    def __init__(
        self, devices: list[int], places: list[tuple[float, float]], end: float, over: asyncio.Future[None]
    ) -> None:
        self.devices, self.places, self.end, self.over = devices, places, end, over
        self.sent = self.answered = self.refused = 0
        self.waits: list[float] = []
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._post()

    def _post(self) -> None:
        if time.monotonic() >= self.end:
            if not self.over.done():
                self.over.set_result(None)
            return
        which = self.sent % len(self.devices)
        device = self.devices[which]
        lat, lon = self.places[which]
        now = time.time()
        lat += 1e-6 * (self.sent // len(self.devices) % 100)
        body = (
            b'{"location":{"timestamp":"%s","coords":{"latitude":%.7f,"longitude":%.7f,"accuracy":8.5,"speed":1.2}},'
            b'"device_id":"bench-%d"}'
        ) % (self._stamp(now), lat, lon, device)
        self.began = time.perf_counter()
        self.sent += 1
        self.transport.write(  # type: ignore[attr-defined]
            b"POST /osmand HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\n"
            b"Content-Length: %d\r\n\r\n%s" % (KEY.encode(), len(body), body)
        )

    @staticmethod
    def _stamp(now: float) -> bytes:
        whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(now))
        return f"{whole}.{int(now * 1000) % 1000:03d}Z".encode()

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, rest = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        if len(rest) < length:
            return
        self.buffer = rest[length:]
        self.waits.append(time.perf_counter() - self.began)
        if head[9:10] == b"2":
            self.answered += 1
        else:
            self.refused += 1
        self._post()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.over.done():
            self.over.set_result(None)


async def load(pairs: int, connections: int, seconds: float) -> dict[str, Any]:
    """Posts for some seconds over some connections; counts and waits as the devices saw them."""
    loop = asyncio.get_running_loop()
    end = time.monotonic() + seconds
    devices = list(range(2 * pairs))
    posters = []
    for c in range(connections):
        mine = devices[c::connections]
        places = [destination(43 + (d // 2) % 700 / 100, (d // 2) % 600 / 100, 90.0, 5000.0 * (d % 2)) for d in mine]
        over = loop.create_future()
        _, poster = await loop.create_connection(
            lambda mine=mine, places=places, over=over: Poster(mine, places, end, over),
            "127.0.0.1",
            PORT,  # type: ignore[misc]
        )
        posters.append(poster)
    await asyncio.gather(*(p.over for p in posters))
    await asyncio.sleep(0.2)
    waits = sorted(w for p in posters for w in p.waits)
    return {
        "answered": sum(p.answered for p in posters),
        "refused": sum(p.refused for p in posters),
        "seconds": seconds,
        "wait_ms": {f"p{q}": round(1000 * waits[min(len(waits) - 1, len(waits) * q // 100)], 2) for q in (50, 95, 99)},
    }


@contextmanager
def platform(pairs: int) -> Iterator[str]:
    """A fresh durable cluster with gateway and monitor running."""
    folder = Path(tempfile.mkdtemp(prefix="egide-bench-"))
    folder.chmod(0o711)
    with Cluster(folder / "pg") as cluster:
        url = cluster.create_database("bench")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER SYSTEM SET track_commit_timestamp = on")
        cluster.restart()
        migrate(url)
        seed(url, pairs)
        running = children(url, ["gateway", "monitor"])
        try:
            ready(url)
            yield url
        finally:
            for child in running:
                child.terminate()
            for child in running:
                child.wait(10)


def ready(url: str) -> None:
    """Waits until the gateway answers and the monitor owns its cell."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{PORT}/readyz", timeout=1) as answer, psycopg.connect(url) as connection:
                row = connection.execute("SELECT renewed_at > now() - interval '1 s' FROM monitor_lease").fetchone()
                if answer.status == 200 and row == (True,):
                    return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("gateway or monitor did not come up")


_FIGURES = """
SELECT count(*), percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (
    ORDER BY extract(epoch FROM pg_xact_commit_timestamp(p.xmin)) * 1000 - p.stream_time_ms), count(DISTINCT frame_seq)
FROM console_position p WHERE stream_time_ms >= %s
"""


def measure(pairs: int = 1000, connections: int = 48, seconds: float = 12.0, warm_s: float = 3.0) -> dict[str, Any]:
    """Posts a second and milliseconds from arrival to committed row."""
    with platform(pairs) as url:
        warm = asyncio.run(load(pairs, connections, warm_s))
        began = time.time_ns() // 1_000_000
        told = asyncio.run(load(pairs, connections, seconds))
        time.sleep(1.5)
        with psycopg.connect(url) as connection:
            row = connection.execute(_FIGURES, (began,)).fetchone()
            total = connection.execute("SELECT count(*) FROM console_position").fetchone()
            shed = connection.execute("SELECT coalesce(sum(positions), 0)::bigint FROM monitor_shed").fetchone()
    assert row is not None
    assert total is not None
    assert shed is not None
    n, quantiles, frames = row
    return {
        "posts_per_s": round(told["answered"] / seconds),
        "arrival_to_commit_ms": {f"p{q}": round(float(v), 1) for q, v in zip((50, 95, 99), quantiles, strict=True)},
        "device_wait_ms": told["wait_ms"],
        "posts_per_frame": round(n / frames, 1),
        "answered_2xx": told["answered"] + warm["answered"],
        "committed_rows": total[0],
        "left_out": shed[0],
        "refused": told["refused"] + warm["refused"],
        "connections": connections,
        "pairs": pairs,
    }


if __name__ == "__main__":
    print(json.dumps(measure(), indent=1))
