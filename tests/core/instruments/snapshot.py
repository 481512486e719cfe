"""Writes the tables of docs/danger.md anew: `python -m tests.core.instruments.snapshot`."""

from __future__ import annotations

from pathlib import Path

from egide.core.instruments.page import markdown

MARK = "<!-- from the code: python -m tests.core.instruments.snapshot -->\n\n"

if __name__ == "__main__":
    page = Path(__file__).parents[3] / "docs" / "danger.md"
    page.write_text(page.read_text().split(MARK)[0] + MARK + markdown())
