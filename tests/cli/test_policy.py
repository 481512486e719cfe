"""`egide policy show` prints every number with its reason, and the documentation holds the same table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from egide.cli.main import main
from egide.cli.policy import markdown
from egide.core.proximity.policy import TABLE, values

PAGE = Path(__file__).parents[2] / "docs" / "proximity.md"


def test_every_value_is_shown_with_its_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show"]) == 0
    text = capsys.readouterr().out
    for row in TABLE:
        assert row.name in text
        assert row.reason.split()[0] in text


def test_the_json_form_is_what_the_core_reads_back(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["policy", "show", "--json"]) == 0
    assert (values(json.loads(capsys.readouterr().out)) == values()).all()


def test_the_page_on_proximity_holds_the_same_table() -> None:
    assert markdown() in PAGE.read_text(encoding="utf-8"), "put `egide policy show --markdown` into docs/proximity.md"
