"""The commands of docs/operations.md, typed as they stand there into a fresh database, lead to people who work on a case."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.shared import SECRET
from tests.test_house import ROOT


def commands() -> list[str]:
    """The lines of the page."""
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    block = page.split("<!-- first walk -->\n```\n")[1].split("```")[0]
    return block.strip().splitlines()


def test_from_an_empty_database_to_the_first_case(full_url: str, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("EGIDE_", "DJANGO_"))}
    told = {
        "DJANGO_SETTINGS_MODULE": "egide.web.settings",
        "EGIDE_DATABASE_URL": full_url,
        "EGIDE_HOME": str(tmp_path),
        "EGIDE_SECRET_KEY": SECRET,
        "EGIDE_WEB_HOSTNAMES": "testserver",
        "EGIDE_WEB_SECURE": "false",  # no TLS here
        "EGIDE_WEB_SECOND_FACTOR": "true",  # as in service
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.web.first_walk", json.dumps(commands())],
        cwd=ROOT, env=kept | told, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    listed = saw["said"][-1]
    assert "prosecutor of Parquet de Valombre" in listed
    assert listed.count("not authorised by the prosecutor") == 2, "an association's worker and an operator"
    assert listed.count("first password not changed yet") == 3
    assert "Sans habilitation en cours : 2" in saw["before"]
    assert len(saw["asked"]) == 2
    assert "L’habilitation est enregistrée" in saw["named"]
    assert "Sans habilitation en cours" not in saw["named"]
    assert "Ondine" in saw["case"]
