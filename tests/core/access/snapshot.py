"""Writes the tables of docs/access.md anew: `python -m tests.core.access.snapshot`."""

from __future__ import annotations

from pathlib import Path

from egide.core.access.page import markdown

MARK = "<!-- from the code: python -m tests.core.access.snapshot -->\n\n"

if __name__ == "__main__":
    page = Path(__file__).parents[3] / "docs" / "access.md"
    page.write_text(page.read_text().split(MARK)[0] + MARK + markdown())
