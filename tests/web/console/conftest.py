"""Desks for the tests of the room, as in `tests.web.test_browser`."""

from tests.web.test_browser import browser, desk  # noqa: F401
