"""The district at work and its quick papers, for whoever tests a page of the file."""

from tests.web.cases.conftest import after, in_hand, papers, w

__all__ = ["after", "in_hand", "papers", "w"]
