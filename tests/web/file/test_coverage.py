"""The pages that the coverage of the law names are there."""

from __future__ import annotations

import pytest

from egide.core.law.data.coverage_screens import DO, SCREENS, Screen
from egide.web.file.acting import FORMS
from tests.web.routes import every_route


@pytest.mark.parametrize("row", SCREENS, ids=[row.id for row in SCREENS])
def test_a_page_that_a_rule_is_met_on_is_there(row: Screen) -> None:
    assert (row.page.removeprefix(DO) in FORMS) if row.page.startswith(DO) else (row.page in every_route())
