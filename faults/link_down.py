"""The gateway stands in another network; the cable to clients and database is pulled, and put back.

Two network namespaces joined by a pair of virtual cables. The embedded PostgreSQL has no TCP, so a small relay stands
before its socket.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

from .house import Ground, House, need, sh
from .ledger import Ledger
from .result import Result, promise

PROMISE = "a link that goes down between the gateway and everybody else loses nothing acknowledged"
SPACE, OURS, THEIRS = "egide-fault", "10.213.77.1", "10.213.77.2"


@contextlib.contextmanager
def cable() -> Iterator[None]:
    """A namespace and a cable to it."""
    need("ip")
    sh("ip", "netns", "add", SPACE)
    try:
        sh("ip", "link", "add", "egf0", "type", "veth", "peer", "name", "egf1", "netns", SPACE)
        sh("ip", "addr", "add", f"{OURS}/30", "dev", "egf0")
        sh("ip", "link", "set", "egf0", "up")
        sh("ip", "netns", "exec", SPACE, "ip", "addr", "add", f"{THEIRS}/30", "dev", "egf1")
        sh("ip", "netns", "exec", SPACE, "ip", "link", "set", "egf1", "up")
        sh("ip", "netns", "exec", SPACE, "ip", "link", "set", "lo", "up")
        yield
    finally:
        sh("ip", "link", "del", "egf0", check=False)
        sh("ip", "netns", "del", SPACE, check=False)


def relay(path: str) -> int:
    """Carries TCP to a Unix socket, both ways, for as long as we live; the port."""
    listener = socket.create_server((OURS, 0))

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                sink.sendall(data)
        for one in (source, sink):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def serve() -> None:
        while True:
            near, _ = listener.accept()
            far = socket.socket(socket.AF_UNIX)
            try:
                far.connect(path)
            except OSError:
                near.close()
                continue
            for pair in ((near, far), (far, near)):
                threading.Thread(target=carry, args=pair, daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    return int(listener.getsockname()[1])


def run(ground: Ground, pulls: int = 2) -> Result:
    """Two pulls of six seconds."""
    with cable(), ground.house() as house:
        assert house.cluster is not None
        port = relay(str(house.cluster.socket_dir / ".s.PGSQL.5432"))
        name = house.url.partition("@/")[2].partition("?")[0]
        far = House(f"postgresql://egide@{quote(OURS)}:{port}/{name}", house.folder, host=THEIRS)
        try:
            far.start("gateway", under=("ip", "netns", "exec", SPACE))
            house.start("monitor")
            far.gateway_ready()
            with Ledger(far) as ledger:
                for _ in range(pulls):
                    time.sleep(3)
                    sh("ip", "link", "set", "egf0", "down")
                    time.sleep(6)
                    sh("ip", "link", "set", "egf0", "up")
                time.sleep(12)
            last = [e for e in ledger.entries if e.status == 200][-1].time_ms
            house.caught_up()
            verdict = ledger.compare(house)
        finally:
            far.close()
    silent = sum(e.status == 0 for e in ledger.entries)
    came_back = time.time_ns() // 1_000_000 - last < 60_000
    told = f"{pulls} pulls; {verdict.told} acknowledged, {verdict.missing} missing, {silent} without an answer"
    return promise(verdict.kept and silent > 0 and came_back, told, without_answer=silent, **verdict.figures())
