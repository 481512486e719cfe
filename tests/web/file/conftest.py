"""The district at work and its quick papers, for whoever tests a page of the file."""

from tests.web.cases.conftest import papers, w

__all__ = ["papers", "w"]
