"""The house rules that a machine can check: who may import whom, what no file may hold, what must agree."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from egide.cli.settings import markdown
from egide.settings import TABLE

ROOT = Path(__file__).parent.parent
SRC = ROOT / "src" / "egide"
LOCKS = ("run.lock", "dev.lock")
LONGEST = 400  # lines; past that, look for the second thing a file does
WHOLE: set[str] = set()  # files that may be longer than 400 lines; none is

# Written so that this file does not match itself.
HOSTS = re.compile(
    r"p[y]pi\.org|pythonh[o]sted|registry\.n[p]mjs|(ftp|deb|security)\.d[e]bian\.org|--(extra-)?ind[e]x-url|"
    r'"res[o]lved": *"https?:'
)
MACHINE_PATHS = re.compile(r"/(w[o]rk|f[a]rm|ro[o]t)/[A-Za-z.]|/h[o]me/[a-z]+/|/Us[e]rs/[A-Za-z]+/")


@cache
def committed() -> list[Path]:
    """Every file that git knows of. Skips the test where there is no git, as in an unpacked archive."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout, or no git here")
    return [path for name in done.stdout.decode().split("\0") if name and (path := ROOT / name).is_file()]


def written_by_us() -> list[Path]:
    """Source files, without what others have made and we only ship, and what Django writes."""
    return [
        path
        for path in committed()
        if path.is_relative_to(SRC)
        and path.suffix in {".py", ".js", ".mjs", ".css", ".sql"}
        and not {"vendor", "migrations"} & set(path.parts)
        and ".min." not in path.name
    ]


def _lines_that_match(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in committed():
        if ".min." in path.name or path.suffix == ".map":
            continue
        try:
            lines = path.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{path.relative_to(ROOT)}:{n}" for n, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_the_parts_import_one_another_only_as_the_architecture_says() -> None:
    tool = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_of_settings_in_the_documentation_is_the_one_of_the_code() -> None:
    assert markdown() in (ROOT / "docs" / "operations.md").read_text()


def test_every_setting_has_a_name_of_ours_and_a_line_that_explains_it() -> None:
    for row in TABLE:
        assert re.fullmatch(r"EGIDE_[A-Z0-9_]+", row.name)
        assert row.help.endswith(".")
        assert "|" not in row.help
    assert all(not row.default for row in TABLE if row.secret)


def test_no_committed_file_names_a_registry_or_tells_where_to_find_one() -> None:
    assert _lines_that_match(HOSTS) == []


def test_no_committed_file_holds_a_path_of_somebodys_machine() -> None:
    assert _lines_that_match(MACHINE_PATHS) == []


@pytest.mark.parametrize(
    "line",
    ["https://p" + "ypi.org/simple", "pip --ind" + "ex-url x", "see /ro" + "ot/project", "/ho" + "me/ada/egide"],
)
def test_the_patterns_find_what_they_are_for(line: str) -> None:
    assert HOSTS.search(line) or MACHINE_PATHS.search(line)


def test_every_package_says_in_its_first_line_what_it_is_for() -> None:
    silent = [
        str(path.relative_to(ROOT))
        for path in SRC.rglob("__init__.py")
        if not {"migrations", "management", "commands"} & set(path.parts)
        and not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_no_source_file_grew_past_what_one_can_see_whole() -> None:
    long = {str(path.relative_to(ROOT)) for path in written_by_us() if _count(path) > LONGEST}
    assert long - WHOLE == set()


def _count(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_pins_and_hashes_everything_and_names_no_place_to_fetch_from(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text()
    pins = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    for pin in pins:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==", pin), pin.splitlines()[0]
        assert "--hash=sha256:" in pin, pin.splitlines()[0]
    assert "://" not in text


def test_what_runs_under_test_is_what_runs_in_service() -> None:
    run, dev = (_pins(name) for name in LOCKS)
    assert run.items() <= dev.items()


def _pins(name: str) -> dict[str, str]:
    text = (ROOT / "requirements" / name).read_text()
    return dict(re.findall(r"^([A-Za-z0-9._-]+(?:\[[a-z,]+\])?)==([^ ;]+)", text, re.MULTILINE))


def test_pages_of_documentation_point_at_files_that_exist() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    links = [(page, to) for page in pages for to in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())]
    assert [f"{page.relative_to(ROOT)} -> {to}" for page, to in links if not (page.parent / to).exists()] == []
