"""The disk answers a sync with an error. PostgreSQL must not ask again and believe the second answer, for the kernel has
forgotten by then what it could not write: it panics and comes back from its log.

strace makes the call fail, of those who write the log and of the checkpointer, who writes the tables. The pages stay in
the page cache, so this is no proof that a disk which lost them is noticed (`power_cut` takes away what was not synced).
It proves that each error is felt, that the server panics at each rather than go on, and that nobody was told in between
that a message was stored. The control lets the checkpointer ask again (`data_sync_retry`): then the server goes on.
"""

from __future__ import annotations

import contextlib
import subprocess
import time

import psycopg

from .house import Ground, House, need, wait_for
from .ledger import Ledger, Verdict
from .result import Result, promise

PROMISE = "at each EIO on fsync, of the log or of a table, PostgreSQL panics rather than go on, and nothing acknowledged is missing"
CONTROL = "with data_sync_retry the server goes on after the error as if a second sync could be believed"
THE_LOG = "SELECT pid FROM pg_stat_activity WHERE application_name = 'egide gateway' OR backend_type = 'walwriter'"
THE_TABLES = "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"


def panics(house: House) -> int:
    """How often the server has panicked."""
    assert house.cluster is not None
    return house.cluster.log_file.read_text(errors="replace").count("PANIC:")


def fail_syncs(house: House, number: int, whose: str) -> tuple[bool, bool]:
    """Lets the syncs of some of the server's processes fail for three seconds: was it felt, did the server panic?"""
    before, heard = panics(house), house.folder / f"strace-{number}.out"
    words = ["strace", "-qq", "-o", str(heard)]
    words += [part for (pid,) in house.rows(whose) for part in ("-p", str(pid))]
    words += ["-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO"]
    tracer = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(1)
    if whose == THE_TABLES:
        with contextlib.suppress(psycopg.Error), psycopg.connect(house.url, autocommit=True) as connection:
            connection.execute("CHECKPOINT")
    time.sleep(2)
    if tracer.poll() is None:  # it ends by itself with those it holds
        tracer.terminate()
    tracer.wait(10)
    wait_for(lambda: house.one("SELECT 1"), 60, "PostgreSQL")
    return "EIO" in heard.read_text(errors="replace"), panics(house) > before


def break_syncs(ground: Ground, whose: list[str], retry: str) -> tuple[int, int, Verdict]:
    """How many errors were felt, after how many of them the server panicked, and the ledger's word."""
    need("strace")
    with ground.own_server() as house:
        assert house.cluster is not None
        house.cluster.start()
        with psycopg.connect(house.url, autocommit=True) as connection:
            connection.execute(f"ALTER SYSTEM SET data_sync_retry = {retry}")
        house.cluster.restart()
        house.start("gateway")
        house.start("monitor")
        house.ready()
        seen = []
        with Ledger(house) as ledger:
            for number, processes in enumerate(whose):
                time.sleep(2)
                house.gateway_ready()
                seen.append(fail_syncs(house, number, processes))
            time.sleep(2)
        house.gateway_ready()
        house.caught_up()
        verdict = ledger.compare(house)
    return sum(felt for felt, _ in seen), sum(panicked for _, panicked in seen), verdict


def told(times: int, felt: int, panicked: int, verdict: Verdict) -> str:
    """In words."""
    return (
        f"{felt} of {times} errors felt, {panicked} panics; {verdict.told} acknowledged, {verdict.missing} missing,"
        f" {verdict.refused} refused"
    )


def run(ground: Ground) -> Result:
    """The log, the tables, the log again."""
    whose = [THE_LOG, THE_TABLES, THE_LOG]
    felt, panicked, verdict = break_syncs(ground, whose, "off")
    kept = verdict.kept and felt == panicked == len(whose) and verdict.told > 100
    return promise(kept, told(len(whose), felt, panicked, verdict), felt=felt, panics=panicked, **verdict.figures())


def control(ground: Ground) -> Result:
    """Passes (as a control) if the error is felt and the server goes on."""
    felt, panicked, verdict = break_syncs(ground, [THE_TABLES], "on")
    return promise(felt == 1 and panicked == 0, told(1, felt, panicked, verdict), felt=felt, panics=panicked)
