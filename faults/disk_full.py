"""The disk under the database fills up. Fixes are refused with 503, what was acknowledged stays, and there is a way back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .house import Ground, need, sh, wait_for
from .ledger import Ledger
from .result import Result, promise

PROMISE = "on a full disk nothing acknowledged is lost, fixes are refused, SOS go on from the reserve, and it recovers"
CONTROL = "without the reserve an SOS is refused on a full disk like everything else"
RESERVE = "import egide.gateway.reserve as r; r.FIRST_S = 0.2; r.EVERY_S = 2.0"
SIZE = "SELECT coalesce(pg_relation_size(to_regclass('log_reserve')), 0)"
NO_RESERVE = f"{RESERVE}; r.BYTES = 0"


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """A tmpfs just large enough for the server and its reserve."""
    need("mount", "umount")
    mounted = folder / "small"
    mounted.mkdir(exist_ok=True)
    sh("mount", "-t", "tmpfs", "-o", "size=700m,mode=0711", "tmpfs", str(mounted))
    try:
        yield mounted
    finally:
        sh("umount", "-l", str(mounted), check=False)


def fill(ground: Ground, before: str = RESERVE) -> Result:
    """Fills the disk with something else's data, as it happens, then frees it."""
    with small_disk(ground.folder) as folder, ground.own_server(folder) as house:
        assert house.cluster is not None
        house.cluster.start()
        house.start("gateway", before=before)
        house.start("monitor")
        house.ready()
        if before == RESERVE:
            wait_for(lambda: house.one(SIZE) > 30_000_000, 30, "the reserve")
        with Ledger(house, sos_every=8) as ledger:
            time.sleep(2)
            with (folder / "ballast").open("wb", buffering=0) as ballast:
                _fill(ballast)
            full_at = len(ledger.entries)
            time.sleep(12)
            full = ledger.entries[full_at : len(ledger.entries) - 20]
            (folder / "ballast").unlink()
            time.sleep(8)
            freed_at = len(ledger.entries)
            time.sleep(3)
            freed = ledger.entries[freed_at : len(ledger.entries) - 20]
        if not house.cluster.is_running():
            house.cluster.start()
        wait_for(lambda: house.one("SELECT 1"), 60, "PostgreSQL")
        house.caught_up()
        verdict = ledger.compare(house)
    late = full[len(full) // 4 :]
    fixes = sum(e.status == 200 and not e.sos for e in late)
    sos = [e for e in late if e.sos]
    taken = sum(e.status == 200 for e in sos)
    back = sum(e.status == 200 for e in freed)
    told = (
        f"while full {taken} of {len(sos)} SOS and {fixes} fixes taken; {back} of {len(freed)} taken once freed;"
        f" {verdict.told} acknowledged, {verdict.missing} missing"
    )
    kept = verdict.kept and taken > 0 and taken >= 0.9 * len(sos) and fixes == 0 and back > 0
    return promise(kept, told, sos_while_full=taken, of_sos=len(sos), fixes_while_full=fixes, **verdict.figures())


def run(ground: Ground) -> Result:
    """As it is."""
    return fill(ground)


def control(ground: Ground) -> Result:
    """Passes (as a control) if SOS are refused."""
    result = fill(ground, NO_RESERVE)
    few = result.figures["sos_while_full"] < 0.9 * result.figures["of_sos"]
    return promise(result.passed is False and few, result.told, **result.figures)


def _fill(file: object) -> None:
    size = 4 * 1024**2
    while size >= 4096:
        try:
            file.write(b"x" * size)  # type: ignore[attr-defined]
        except OSError:
            size //= 2
