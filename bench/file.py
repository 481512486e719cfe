"""How quickly do the file's pages answer among a hundred thousand cases, behind both walls?

Lays a demo of its own in a cluster of its own, then asks as the web does: Django's own stack in this process, connected
as egide_app, one transaction and one trail a request. Time is the server's: no network, no browser. Beside it stands how
much processor an answer took, in Python and in PostgreSQL: what is left of the time on a machine that others use too.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

CASES = 100_000
ROUNDS = 31
WARM = 3
GOAL_MS = 100  # at the median

# Who opens what. The operator's searches and cases are those of the persons its agency assists.
WHO = ("intervenante", "procureure", "teleassistante")
SEARCH = {"intervenante": "carpentier", "procureure": "carpentier", "teleassistante": "2026-0001"}


def measure(cases: int = CASES, url: str = "", home: str = "") -> dict[str, Any]:
    """Figures by role and page. `url`, `home`: a demo that is loaded already; without them, one is made."""
    if url:
        return _asked(url, home)
    from egide.cluster import Cluster

    folder = Path(tempfile.mkdtemp(prefix="egide-bench-file-"))
    folder.chmod(0o711)
    try:
        with Cluster(folder / "pg") as running:
            environ = _environ(running.url(), str(folder))
            for arguments in (["migrate"], ["demo"], ["demo", "load", "--cases", str(cases)]):
                command = [sys.executable, "-m", "egide.cli.main", *arguments]
                subprocess.run(command, check=True, env=environ, capture_output=True)
            return _asked(running.url(), str(folder))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _environ(url: str, home: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EGIDE_", "DJANGO_"))}
    return kept | {
        "EGIDE_DATABASE_URL": url,
        "EGIDE_HOME": home,
        "EGIDE_SECRET_KEY": "of a benchmark, and of nothing else in the world, ever",
        "EGIDE_WEB_SECURE": "false",
    }


def _asked(url: str, home: str) -> dict[str, Any]:
    """In a process of its own: Django is set up once and for all, with these settings."""
    command = [sys.executable, str(Path(__file__)), "ask"]
    done = subprocess.run(command, check=True, env=_environ(url, home), capture_output=True, text=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def lines(figures: dict[str, Any]) -> list[str]:
    """What a person reads."""
    told = [f"the file among {figures['cases']:,} cases, as egide_app behind row-level security, server time:"]
    for role, pages in figures["by_role"].items():
        each = ", ".join(
            f"{page} {one['median_ms']:.0f} ms (p95 {one['p95_ms']:.0f}; processor {one['cpu_ms']:.0f} in Python,"
            f" {one['postgres_cpu_ms']:.0f} in PostgreSQL; {one['queries']} queries)"
            for page, one in pages.items()
        )
        told.append(f"  {role:<15} {each}")
    slow = [f"{role} {page}" for role, page in figures["over_goal"]]
    told.append(f"  over {GOAL_MS} ms at the median: {', '.join(slow) or 'none'}")
    return told


def _ask() -> dict[str, Any]:
    os.environ["DJANGO_SETTINGS_MODULE"] = "egide.web.settings"
    from django.conf import settings

    settings.DATABASES = settings.SERVED
    import django

    # One connection, as the pool of the service would lend it: the clock is for the pages, not for connecting.
    settings.DATABASES["default"]["OPTIONS"].pop("pool", None)
    settings.DATABASES["default"]["CONN_MAX_AGE"] = None
    settings.ALLOWED_HOSTS = ["testserver"]
    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("egide_app",)
    by_role = {who: _pages(who) for who in WHO}
    over = [(who, page) for who, pages in by_role.items() for page, one in pages.items() if one["median_ms"] > GOAL_MS]
    return {"cases": _count(), "rounds": ROUNDS, "goal_ms": GOAL_MS, "by_role": by_role, "over_goal": over}


def _count() -> int:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = 'cases_case'")
        return int(cursor.fetchone()[0])


def _pages(who: str) -> dict[str, Any]:
    from django.test import Client

    from egide.web.accounts.models import User

    client = Client()
    client.force_login(User.objects.get(username=who))
    found = {
        "home": _time(lambda: client.get("/file/")),
        "search": _time(lambda: client.post("/file/search", {"q": SEARCH[who]})),
    }
    addresses = _cases(client.get("/file/").content.decode()) or _cases(
        client.post("/file/search", {"q": SEARCH[who]}).content.decode()
    )
    addresses = [one for one in addresses if client.get(one).status_code == 200]
    if addresses:
        turn = iter(addresses * (ROUNDS + WARM + 2))
        found["case"] = _time(lambda: client.get(next(turn)))
    return found


def _cases(page: str) -> list[str]:
    import re

    return sorted(set(re.findall(r'href="(/file/cases/[0-9a-f-]{36})"', page)))[:20]


def _time(ask: Any) -> dict[str, Any]:
    """Median and 95th percentile in ms, processor time of an answer on average, and how many queries it took: the same

    each time, or all of them.
    """
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = set()
    ask()  # the first of a session writes when its user was last here
    for _ in range(WARM):
        with CaptureQueriesContext(connection) as queries:
            _well(ask())
        counts.add(len(queries))
    backend = connection.connection.info.backend_pid
    took, python, postgres = [], time.process_time(), _processor_s(backend)
    for _ in range(ROUNDS):
        began = time.perf_counter()
        answer = ask()
        took.append((time.perf_counter() - began) * 1000)
        _well(answer)
    python, postgres = time.process_time() - python, _processor_s(backend) - postgres
    assert connection.connection.info.backend_pid == backend
    took.sort()
    return {
        "median_ms": round(statistics.median(took), 1),
        "p95_ms": round(took[int(len(took) * 0.95)], 1),
        "cpu_ms": round(python / ROUNDS * 1000, 1),
        "postgres_cpu_ms": round(postgres / ROUNDS * 1000, 1),
        "queries": max(counts) if len(counts) == 1 else sorted(counts),
    }


def _processor_s(pid: int) -> float:
    """How long a process has held a processor, in seconds; 0 where the kernel does not say (Linux does)."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return 0.0


def _well(answer: Any) -> None:
    if answer.status_code != 200:
        raise RuntimeError(f"{answer.request['PATH_INFO']} answered {answer.status_code}")


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_ask()))
