"""Nothing that got 2xx is missing, whoever dies; nobody waits for ever; an SOS outlives the answer 503."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import psutil
import pytest

from egide.cluster import Cluster
from egide.core.messages import Kind
from egide.core.observations import SignalKind
from egide.log.migrate import migrate

from .conftest import REGISTRY, Gateway, GatewayProcess, Logged, read_log, rows


class Clients:
    """Threads that post fixes as fast as they are answered, each fix with a time of its own.

    `acknowledged` are the times that got 2xx. With `retry` a fix is sent again until it does, as phones do.
    """

    def __init__(self, port: int, count: int, *, retry: bool) -> None:
        self.acknowledged: list[int] = []
        self.answers: Counter[int] = Counter()
        self.slowest = 0.0
        self._port, self._retry = port, retry
        self._numbers = itertools.count(1_700_000_000)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(count)]

    def __enter__(self) -> Clients:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=10)
        while not self._stop.is_set():
            second = next(self._numbers)
            while not self._post(connection, second) and self._retry and not self._stop.is_set():
                time.sleep(0.01)
        connection.close()

    def _post(self, connection: http.client.HTTPConnection, second: int) -> bool:
        began = time.monotonic()
        try:
            connection.request("GET", f"/osmand/key-1?id=box-1&lat=48.8566&lon=2.3522&timestamp={second}")
            with connection.getresponse() as response:
                response.read()
                status = response.status
        except (OSError, http.client.HTTPException):
            connection.close()
            status = 0
        else:
            self.slowest = max(self.slowest, time.monotonic() - began)
        self.answers[status] += 1
        if status == 200:
            self.acknowledged.append(second)
        return status == 200


def missing(clients: Clients, log: Logged) -> set[int]:
    return set(clients.acknowledged) - {record["device_time_ms"] // 1000 for record in log.of(1, Kind.FIX)}


def test_many_devices_at_once_are_each_stored_once_in_the_order_of_time(gateway: Gateway) -> None:
    with Clients(gateway.port, 16, retry=False) as clients:
        time.sleep(2)
    log = read_log(gateway.database_url)
    assert set(clients.answers) == {200}
    assert Counter(r["device_time_ms"] // 1000 for r in log.records) == Counter(clients.acknowledged)
    assert len(clients.acknowledged) > 200
    times = [record["stream_time_ms"] for record in log.records]
    assert times == sorted(times)
    frames = rows(gateway.database_url, "SELECT count(*) FROM log_frame")[0][0]
    assert frames < len(log.records), "messages share frames"


def test_nothing_acknowledged_is_missing_after_the_gateway_was_killed_again_and_again(
    registry_url: str, start_process: Callable[..., GatewayProcess]
) -> None:
    gateway = start_process(registry_url)
    with Clients(gateway.port, 12, retry=True) as clients:
        for _ in range(3):
            time.sleep(0.7)
            gateway.kill()
            gateway = start_process(registry_url, gateway.port)
        time.sleep(0.5)
    log = read_log(registry_url)
    assert clients.answers[0] > 0, "the kill was felt"
    assert len(clients.acknowledged) > 200
    assert missing(clients, log) == set()


def test_a_lost_connection_is_made_good_before_anybody_is_told_anything(gateway: Gateway) -> None:
    """The server ends the gateway's connection again and again, in the middle of appends: the gateway tries again
    under the same count, so nobody is refused and nothing stands twice."""
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE application_name = 'egide gateway' AND datname = current_database()"
    )
    with Clients(gateway.port, 12, retry=False) as clients:
        for _ in range(15):
            time.sleep(0.1)
            rows(gateway.database_url, kill)
    assert set(clients.answers) == {200}
    log = read_log(gateway.database_url)
    assert Counter(r["device_time_ms"] // 1000 for r in log.records) == Counter(clients.acknowledged)
    assert "append_failures_total 0.0" not in gateway.curl("/metrics").body, "the loss was felt"


@pytest.fixture
def durable(durable_cluster: Cluster) -> str:
    url = durable_cluster.create_database("durable")
    migrate(url)
    rows(url, REGISTRY)
    return url


def test_nothing_acknowledged_is_missing_after_postgresql_was_killed(
    durable_cluster: Cluster, durable: str, start_gateway: Callable[..., Gateway]
) -> None:
    gateway = start_gateway(durable)
    with Clients(gateway.port, 12, retry=True) as clients:
        for _ in range(2):
            time.sleep(1)
            durable_cluster.kill()
            time.sleep(1)
            durable_cluster.start()
        time.sleep(1.5)
    assert missing(clients, read_log(durable)) == set()
    assert clients.answers[200] > 100
    assert set(clients.answers) <= {200, 503}
    assert clients.slowest < 3.5


def test_while_postgresql_is_away_fixes_are_refused_and_an_sos_is_kept(
    durable_cluster: Cluster, durable: str, start_gateway: Callable[..., Gateway]
) -> None:
    gateway = start_gateway(durable)
    assert gateway.curl("/osmand/key-1?id=box-1&lat=48.8&lon=2.3&timestamp=1").status == 200
    durable_cluster.stop()
    began = time.monotonic()
    refused = gateway.curl("/osmand/key-1?id=box-1&lat=48.8&lon=2.3&timestamp=2")
    assert refused.status == 503
    assert int(refused.headers["retry-after"]) > 0
    assert time.monotonic() - began < 3.5
    began = time.monotonic()
    assert gateway.curl("/osmand/key-1?id=box-1&lat=48.8&lon=2.3&timestamp=3").status == 503
    assert time.monotonic() - began < 0.5, "by now it is known to be away: no need to wait"
    assert gateway.curl("/osmand/key-1?id=box-1&alarm=sos&timestamp=4").status == 503, "nobody may say it is on disk"
    assert gateway.curl("/osmand/key-2?id=box-1").status == 401, "who somebody is, is still known"
    assert gateway.curl("/osmand/key-1?id=nobody").status == 503, "whether a stranger exists, is not"
    assert gateway.curl("/readyz").status == 503
    assert gateway.curl("/livez").status == 200

    durable_cluster.start()
    gateway.wait_ready()
    assert gateway.curl("/osmand/key-1?id=box-1&lat=48.8&lon=2.3&timestamp=5").status == 200
    log = read_log(durable)
    assert [r["device_time_ms"] for r in log.of(1, Kind.FIX)] == [1000, 5000]
    assert [(r["signal"], r["device_time_ms"]) for r in log.of(1, Kind.SIGNAL)] == [(SignalKind.SOS, 4000)]
    assert [r["device_time_ms"] for r in log.records] == [1000, 4000, 5000], "in the order of arrival"


@pytest.fixture
def hang(durable_cluster: Cluster) -> Iterator[Callable[[], None]]:
    """Makes PostgreSQL hang: it neither answers nor closes a connection. It goes on at the end of the test."""
    pid = int((durable_cluster.data_dir / "postmaster.pid").read_text().splitlines()[0])
    stopped: list[psutil.Process] = []

    def stop() -> None:
        stopped[:] = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
        for process in stopped:
            process.send_signal(signal.SIGSTOP)

    yield stop
    for process in stopped:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGCONT)


def test_a_server_that_hangs_hangs_nobody(
    durable: str, start_process: Callable[..., GatewayProcess], hang: Callable[[], None]
) -> None:
    gateway = start_process(durable)
    assert gateway.curl("/osmand/key-1?id=box-1&timestamp=1").status == 200
    hang()
    for path in ("/osmand/key-1?id=box-1&lat=1&lon=2", "/osmand/key-1?id=box-1&alarm=sos", "/osmand/key-1?id=stranger"):
        began = time.monotonic()
        assert gateway.curl(path).status == 503
        assert time.monotonic() - began < 3.5
    began = time.monotonic()
    assert gateway.stop() == 0
    assert time.monotonic() - began < 10, "nor the gateway when it is told to stop"
