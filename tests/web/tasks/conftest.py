"""The district of the cases' tests."""

from __future__ import annotations

from tests.web.cases.conftest import committed, papers, w

__all__ = ["committed", "papers", "w"]
