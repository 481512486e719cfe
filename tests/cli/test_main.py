"""The command `egide`: quick where it must be, one sentence where a person can mend it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from egide.cli.main import COMMANDS, main

EGIDE = [sys.executable, "-m", "egide.cli.main"]


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("EGIDE_")}
    return subprocess.run(
        [*EGIDE, *arguments], capture_output=True, text=True, env=clean | environ, timeout=60, check=False
    )


def test_a_distance_loads_no_compiler_no_framework_and_no_driver() -> None:
    code = (
        "import sys; from egide.cli.main import main; main(['distance', '48.85', '2.35', '43.30', '5.37'])\n"
        "heavy = {'numba', 'numpy', 'django', 'psycopg', 'uvicorn', 'prometheus_client'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == ""


def test_places_south_and_west_need_no_special_writing() -> None:
    assert float(_run("distance", "-33.9", "-70.6", "-33.8", "-70.6").stdout) == pytest.approx(11092, abs=2)


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    shown = capsys.readouterr().out
    assert all(f"  {name} " in shown for name in COMMANDS)


def test_a_command_mistyped_is_answered_with_the_one_that_was_meant() -> None:
    done = _run("moniter")
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean `monitor`?" in done.stderr


@pytest.mark.parametrize(
    ("environ", "part"),
    [
        ({"EGIDE_WEB_PROT": "80"}, "EGIDE_WEB_PROT is not a setting"),
        ({"EGIDE_HOME": "/nowhere"}, "EGIDE_DATABASE_URL is not set"),
        ({"EGIDE_DATABASE_URL": "postgresql:///x?host=/nowhere"}, "PostgreSQL does not answer"),
    ],
)
def test_what_a_person_can_mend_ends_in_one_sentence(environ: dict[str, str], part: str) -> None:
    done = _run("migrate", **environ)
    assert done.returncode == 2
    assert part in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stdout == ""


def test_a_reader_who_leaves_early_is_no_error() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as nobody_reads:
        done = subprocess.run([*EGIDE, "settings"], stdout=nobody_reads, stderr=subprocess.PIPE, check=False)
    assert done.stderr == b""
    assert done.returncode == 128 + signal.SIGPIPE


def test_ctrl_c_is_quiet() -> None:
    code = "import egide.cli.settings as s, egide.cli.main as m\ndef stop(a): raise KeyboardInterrupt\ns.run = stop\n"
    code += "raise SystemExit(m.main(['settings']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")


def test_a_defect_shows_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    import egide.cli.settings

    def broken(_: object) -> int:
        raise KeyError("a defect")

    monkeypatch.setattr(egide.cli.settings, "run", broken)
    with pytest.raises(KeyError):
        main(["settings"])


def test_a_secret_that_is_set_is_never_shown() -> None:
    done = _run("settings", EGIDE_SECRET_KEY="a secret of somebody", EGIDE_CELL="7")
    assert "EGIDE_SECRET_KEY  (set)" in done.stdout
    assert "EGIDE_CELL  (set to 7)" in done.stdout
    assert "secret of somebody" not in done.stdout


def test_a_database_url_is_shown_without_its_password() -> None:
    done = _run("settings", EGIDE_DATABASE_URL="postgresql://egide:hidden@db/egide")
    assert "hidden" not in done.stdout


def test_the_help_of_django_goes_through(tmp_path: Path) -> None:
    done = _run("manage", "migrate", "--help", EGIDE_HOME=str(tmp_path), EGIDE_SECRET_KEY="x" * 50)
    assert done.returncode == 0, done.stderr
    assert "egide manage migrate" in done.stdout
