"""As which user does the embedded PostgreSQL run, and where can that user live?

PostgreSQL refuses to run as root. Started by root it runs as `nobody`; otherwise as ourselves. Modes and
owners of folders that we did not make are never changed: what `nobody` cannot reach is put elsewhere.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SHARED_PLACE = Path("/var/lib/egide")
_UNPRIVILEGED = "nobody"


class ClusterError(RuntimeError):
    """The cluster cannot do what was asked. The text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Owner:
    """The user of the machine that owns the data and runs the server. `assumed`: root acts as this user."""

    name: str
    uid: int
    gid: int
    assumed: bool

    @property
    def identity(self) -> dict[str, Any]:
        """What `subprocess` needs to run something as this user; nothing if that is ourselves."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.assumed else {}

    @property
    def clients(self) -> list[str]:
        """The users whose connections are let in: ourselves, not `nobody`, who runs other programs too."""
        return [pwd.getpwuid(os.geteuid()).pw_name]

    def run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        """Runs a program to its end as this user; code 126 if the user cannot even start it."""
        try:
            return subprocess.run(command, capture_output=True, text=True, cwd="/", env=environment(), **self.identity)
        except OSError as error:
            if error.filename == command[0]:
                return subprocess.CompletedProcess(command, 126, "", str(error))
            raise ClusterError(
                f"PostgreSQL refuses to run as root, and root may not become '{self.name}' on this machine. "
                "Run as an ordinary user, or set EGIDE_DATABASE_URL."
            ) from None

    def reaches(self, folder: Path) -> bool:
        """Can this user enter the folder? Asked by trying, so that ACLs and mounts count too."""
        return self.run(["/bin/sh", "-c", 'cd "$1"', "sh", str(folder)]).returncode == 0

    def give_private(self, folder: Path) -> None:
        """Makes `folder` if needed, for this user alone (mode 0700). Raises ClusterError if it is not so."""
        try:
            folder.mkdir(mode=0o700)
            os.chown(folder, self.uid, self.gid)
        except FileExistsError:
            pass
        found = folder.lstat()
        if not folder.is_dir() or folder.is_symlink() or found.st_uid != self.uid or found.st_mode & 0o077:
            raise ClusterError(
                f"{folder} must be a folder that only '{self.name}' may enter (mode 0700), and it is not. "
                "If another user made it, start as that user or choose another EGIDE_HOME."
            )


def owner() -> Owner:
    """The user PostgreSQL runs as here. Raises ClusterError if that user is unknown to the machine."""
    root = os.geteuid() == 0
    try:
        found = pwd.getpwnam(_UNPRIVILEGED) if root else pwd.getpwuid(os.geteuid())
    except KeyError:
        who = f"'{_UNPRIVILEGED}'" if root else f"number {os.geteuid()}"
        raise ClusterError(
            f"PostgreSQL needs a user of this machine to run as, and {who} is not in /etc/passwd. "
            "Add it, or set EGIDE_DATABASE_URL."
        ) from None
    return Owner(found.pw_name, found.pw_uid, found.pw_gid, assumed=root)


def digest(folder: Path) -> str:
    """A short name for a folder, always the same."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]


def place(folder: Path, user: Owner) -> Path:
    """`folder`, or its stand-in under /var/lib/egide if the user cannot get there."""
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    return folder if user.reaches(existing) else SHARED_PLACE / digest(folder)


def make_reachable(folder: Path) -> None:
    """Makes the folders that are missing, each one enterable (not readable) by everybody."""
    for part in reversed([p for p in (folder, *folder.parents) if not p.exists()]):
        part.mkdir()
        part.chmod(0o711)


def environment() -> dict[str, str]:
    """What PostgreSQL gets of our environment: nothing that is a secret or changes its behaviour."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
