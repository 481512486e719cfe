"""The power goes. What got a 2xx stands on the disk afterwards.

The database lies on an ext4 image whose journal is written every ten minutes only (`commit=600`), so nothing reaches
the image but what somebody synced. The image is copied the moment the processes die, and a server starts from the copy.
"""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

from .house import Ground, House, need, sh, wait_for
from .ledger import Ledger, Verdict
from .result import Result, promise

PROMISE = "what was acknowledged stands in the database that comes back"
CONTROL = "with synchronous_commit off some of it is gone"
SECONDS = 8

# The gateway insists on synchronous commits even where the server's default is not to. The control takes that away.
FORGETFUL = "import egide.log.postgres as p; p._DURABLE = \"SELECT set_config('synchronous_commit', 'off', false)\""


@contextlib.contextmanager
def disk(folder: Path, name: str, image: Path | None = None) -> Iterator[tuple[Path, Path]]:
    """An ext4 file system in an image, mounted: (image, folder)."""
    made = image is None
    image = image or folder / f"{name}.img"
    if made:
        with image.open("wb") as file:
            file.truncate(768 * 1024**2)
        sh("mkfs.ext4", "-q", "-F", str(image))
    mounted = folder / name
    mounted.mkdir()
    sh("mount", "-o", "loop,commit=600", str(image), str(mounted))
    mounted.chmod(0o711)
    try:
        yield image, mounted
    finally:
        sh("umount", "-l", str(mounted), check=False)


def cut(ground: Ground, before: str = "", server_commit: str = "on") -> Verdict:
    """Runs, cuts, starts from the copy, compares."""
    need("mkfs.ext4", "mount", "umount", "losetup")
    with disk(ground.folder, f"disk{ground.count}") as (image, folder):
        with ground.own_server(folder) as house:
            assert house.cluster is not None
            sh("sync", "-f", str(folder))  # the disk as it was when the day began
            house.cluster.start()
            _set(house, server_commit)
            house.start("gateway", before=before)
            house.gateway_ready()
            with Ledger(house) as ledger:
                time.sleep(SECONDS)
                house.cluster.kill()  # the power: nobody gets to say goodbye
                for child in house.children:
                    house.kill(child)
                shutil.copyfile(image, copied := image.with_suffix(".copy"))  # at once, before anything is written back
        with disk(ground.folder, f"after{ground.count}", copied) as (_, back):
            again = House(house.url, house.folder, type(house.cluster)(back / "pg", say=lambda line: None))
            assert again.cluster is not None
            again.cluster.start()
            again.url = again.cluster.url("template_fault")
            try:
                wait_for(lambda: again.one("SELECT 1"), 60, "the server from the copy")
                return ledger.compare(again, rang=False)
            finally:
                again.cluster.kill()
                copied.unlink()


def _set(house: House, server_commit: str) -> None:
    import psycopg

    with psycopg.connect(house.url, autocommit=True) as connection:
        connection.execute(f"ALTER DATABASE template_fault SET synchronous_commit = {server_commit}")


def run(ground: Ground) -> Result:
    """Even where the server's default is not to wait for the disk."""
    verdict = cut(ground, server_commit="off")
    told = (
        f"{verdict.told} acknowledged, {verdict.missing} missing (the server's own default was synchronous_commit=off)"
    )
    return promise(verdict.kept and verdict.told > 200, told, **verdict.figures())


def control(ground: Ground) -> Result:
    """Passes (as a control) if it fails: acknowledged messages are missing."""
    verdict = cut(ground, before=FORGETFUL, server_commit="off")
    return promise(verdict.missing > 0, f"{verdict.told} acknowledged, {verdict.missing} missing", **verdict.figures())
