"""The coverage table tells the truth: one row for each id, functions that exist, tests that exist."""

from __future__ import annotations

import ast
import importlib
from functools import cache
from pathlib import Path

import pytest

from egide.core.law.coverage import COVERAGE, Coverage, CoverageRow, as_json, coverage_of, totals
from egide.core.law.data.constants import CONSTANTS
from egide.core.law.data.coverage_bar import COVERAGE_BAR
from egide.core.law.data.coverage_orders import COVERAGE_ORDERS
from egide.core.law.data.coverage_screens import SCREEN_OF, SCREENS
from egide.core.law.data.coverage_tgd import COVERAGE_TGD
from egide.core.law.model import UnknownRuleError
from egide.core.law.rules import LAW

ROOT = Path(__file__).parents[3]


@cache
def names_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text())
    found = {n.name for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)}
    return {name for name in found if name.startswith("test_")}


def test_every_rule_and_constant_has_one_row_in_their_order() -> None:
    assert [row.id for row in COVERAGE] == [*LAW.rules, *(c.id for c in CONSTANTS)]


@pytest.mark.parametrize("row", COVERAGE, ids=[row.id for row in COVERAGE])
def test_what_a_row_names_exists(row: CoverageRow) -> None:
    for where in row.where:
        module, name = where.split(":")
        assert hasattr(importlib.import_module(module), name), where
    for test in row.tests:
        file, name = test.split("::")
        assert name in names_in(file), test


@pytest.mark.parametrize("row", COVERAGE, ids=[row.id for row in COVERAGE])
def test_a_row_claims_no_more_than_it_shows(row: CoverageRow) -> None:
    assert row.note
    assert bool(row.where) == bool(row.tests), "a function without a test, or a test of nothing"
    if row.status is Coverage.IMPLEMENTED:
        assert row.where
    if row.status is Coverage.LEFT_OUT:
        assert not row.where


def test_a_screen_is_of_a_rule_that_waited_for_one() -> None:
    waited = {
        row.id for row in (*COVERAGE_TGD, *COVERAGE_ORDERS, *COVERAGE_BAR) if row.status is Coverage.SCREEN_TO_COME
    }
    assert set(SCREEN_OF) <= waited
    assert len(SCREEN_OF) == len(SCREENS), "one row a rule"


def test_no_rule_waits_for_a_screen_any_more() -> None:
    assert not [row.id for row in COVERAGE if row.status is Coverage.SCREEN_TO_COME]


def test_totals_count_every_row_once() -> None:
    assert sum(totals().values()) == len(COVERAGE)
    assert list(totals()) == list(Coverage)


def test_a_row_is_found_by_its_id_and_an_unknown_id_is_an_error() -> None:
    assert coverage_of("TGD-27").id == "TGD-27"
    assert set(as_json(coverage_of("N-07"))) == {"id", "status", "note", "screen", "where", "tests"}
    with pytest.raises(UnknownRuleError):
        coverage_of("TGD-99")
