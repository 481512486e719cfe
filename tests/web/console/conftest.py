"""Desks for the tests of the room, as in `tests.web.test_browser`."""

from tests.web.test_browser import desk  # noqa: F401
