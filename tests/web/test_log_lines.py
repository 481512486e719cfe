"""The log of the web names no person: of a failed page it keeps what failed and where."""

from __future__ import annotations

import logging
import sys

from django.conf import settings
from django.db import connection

from egide.web.log_lines import Line


def test_the_text_of_an_exception_never_reaches_the_log() -> None:
    def fail() -> None:
        try:
            raise ValueError("Failing row contains (1, Mireille, Fictive)")
        except ValueError as error:
            raise RuntimeError("Mireille") from error

    try:
        fail()
    except RuntimeError:
        record = logging.LogRecord("egide", logging.ERROR, __file__, 1, "page failed", (), sys.exc_info())
    said = Line("%(levelname)s %(message)s").format(record)
    assert "RuntimeError" in said
    assert "ValueError" in said
    assert "test_log_lines.py" in said
    assert "Mireille" not in said


def test_every_handler_of_the_web_uses_it() -> None:
    assert settings.LOGGING["formatters"]["line"]["()"] == "egide.web.log_lines.Line"
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"line"}


def test_a_page_that_hangs_in_a_transaction_cannot_hold_the_end_of_the_log(db: None) -> None:
    with connection.cursor() as cursor:
        for name in ("idle_in_transaction_session_timeout", "lock_timeout"):
            cursor.execute("SELECT setting::int FROM pg_settings WHERE name = %s", [name])
            assert 0 < cursor.fetchone()[0] <= 5000
