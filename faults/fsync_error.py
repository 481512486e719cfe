"""The disk answers a sync with an error. Nobody is told that the message was stored; PostgreSQL recovers by itself."""

from __future__ import annotations

import subprocess
import time

from .house import Ground, need, wait_for
from .ledger import Ledger
from .result import Result, promise

PROMISE = "after EIO on fsync nothing acknowledged is missing"
BACKENDS = "SELECT pid FROM pg_stat_activity WHERE application_name = 'egide gateway' OR backend_type = 'walwriter'"


def run(ground: Ground, times: int = 3) -> Result:
    """strace makes the next sync of whoever writes the log fail, three times."""
    need("strace")
    with ground.own_server() as house:
        assert house.cluster is not None
        house.cluster.start()
        house.start("gateway")
        house.start("monitor")
        house.ready()
        failed = 0
        with Ledger(house) as ledger:
            for _ in range(times):
                time.sleep(2)
                pids = [str(row[0]) for row in house.rows(BACKENDS)]
                words = ["strace", "-qq", "-o", str(house.folder / "strace.out")]
                words += [part for pid in pids for part in ("-p", pid)]
                words += ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=5+"]
                tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                time.sleep(1.5)
                tracer.terminate()
                tracer.wait(10)
                failed += "EIO" in (house.folder / "strace.out").read_text(errors="replace")
                wait_for(lambda: house.one("SELECT 1"), 60, "PostgreSQL")
            time.sleep(2)
        house.gateway_ready()
        house.caught_up()
        verdict = ledger.compare(house)
    told = f"{failed} of {times} injections felt; {verdict.told} acknowledged, {verdict.missing} missing, {verdict.refused} refused"
    return promise(verdict.kept and failed > 0, told, felt=failed, **verdict.figures())
