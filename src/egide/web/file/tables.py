"""One kind of table for every list: sorted and filtered by what stands in the address, paged, given away as CSV.

The words of an address come from closed lists, so it can hold nothing about a person. A column that the role may not read
is not there, on the page and in the file alike. It writes nothing but that a file left (the trail).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from egide.core.access import GROUPS, Group, Obligation
from egide.web import typed
from egide.web.audit.trail import record
from egide.web.file.gate import Desk
from egide.web.file.saying import pick

R = TypeVar("R")

PAGE = 50  # rows of a page
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # what a spreadsheet would run


@dataclass(frozen=True, slots=True)
class Column(Generic[R]):
    """One column. `words`: what is shown; `key`: what it is sorted by; `group`: the field group the role must read.

    `choices`: the closed list it can be filtered by, value to words; `value` then says which of them a row has.
    `markup`: a part of a template that draws the cell instead of the words.
    """

    name: str
    head: tuple[str, str]
    words: Callable[[R], str]
    key: Callable[[R], Any] | None = None
    group: Group | None = None
    choices: Mapping[str, str] = field(default_factory=dict)
    value: Callable[[R], str] | None = None
    link: Callable[[R], str] | None = None
    markup: str = ""


@dataclass(frozen=True, slots=True)
class Table(Generic[R]):
    """A list: its name (of the file that leaves), what is audited as its object, its columns, how it is sorted at first."""

    name: str
    columns: tuple[Column[R], ...]
    order: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column. `aria`: ascending, descending or none; `href` sorts by it, the other way round if it is."""

    words: str
    href: str
    aria: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One column to filter by."""

    name: str
    words: str
    options: tuple[tuple[str, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    head: str
    words: str
    href: str
    markup: str
    row: Any


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as a page shows it."""

    heads: tuple[Head, ...]
    filters: tuple[Choice, ...]
    sort: str
    rows: tuple[tuple[Cell, ...], ...]
    words: str
    page: int
    pages: int
    before: str
    after: str
    export: str
    filtered: bool


def columns_for(table: Table[R], desk: Desk) -> list[Column[R]]:
    """Those this role may read somewhere. What a row shows in them is settled case by case where the row is made."""
    return [one for one in table.columns if one.group is None or desk.role_may(one.group)]


def shown(table: Table[R], rows: Iterable[R], request: HttpRequest, desk: Desk) -> Shown:
    """One page of the rows, as the address asks for them. What the address says amiss is not said at all."""
    columns = columns_for(table, desk)
    asked = _asked(columns, request)
    found = _sorted(columns, _filtered(columns, rows, asked), asked.get("sort", table.order))
    pages = max(1, -(-len(found) // PAGE))
    page = min(typed.number(request.GET.get("page", "")) or 1, pages)
    sort = asked.get("sort", table.order)
    filters = tuple(
        Choice(c.name, pick(*c.head), tuple((v, w, asked.get(c.name) == v) for v, w in c.choices.items()))
        for c in columns
        if c.choices
    )
    return Shown(
        tuple(_head(one, sort, asked) for one in columns), filters, asked.get("sort", ""),
        tuple(_cells(columns, row) for row in found[(page - 1) * PAGE : page * PAGE]), _counted(len(found)), page, pages,
        _address(asked | {"page": str(page - 1)}) if page > 1 else "",
        _address(asked | {"page": str(page + 1)}) if page < pages else "",
        _address(asked | {"format": "csv"}), any(c.name in asked for c in columns),
    )  # fmt: skip


def _counted(count: int) -> str:
    return pick(f"{count} ligne{'s' if count > 1 else ''}", f"{count} row{'' if count == 1 else 's'}")


def wants_csv(request: HttpRequest) -> bool:
    """Does the address ask for a file?"""
    return request.GET.get("format") == "csv"


def as_csv(
    table: Table[R],
    rows: Iterable[R],
    request: HttpRequest,
    desk: Desk,
    *,
    object_id: object = "",
    case: int | None = None,
) -> HttpResponse:
    """Every row that the filters leave, in the columns of the page, as a file no cache keeps. It is in the trail.

    `object_id`, `case`: what the list was asked about, for the trail.
    Nothing in it runs in a spreadsheet: a cell that begins like a formula gets an apostrophe before it (OWASP).
    """
    columns = [one for one in columns_for(table, desk) if _leaves(one.group)]
    asked = _asked(columns, request)
    found = _sorted(columns, _filtered(columns, rows, asked), asked.get("sort", table.order))
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([_harmless(pick(*one.head)) for one in columns])
    writer.writerows([_harmless(one.words(row)) for one in columns] for row in found)
    groups = [one.group for one in columns if one.group is not None]
    record("export", object_kind=table.name, object_id=object_id, case=case, groups=groups)
    answer = HttpResponse(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{table.name}-{timezone.localdate():%Y-%m-%d}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _leaves(group: Group | None) -> bool:
    """Whether a group may stand in a file: some are for the screen only (`core.access`)."""
    return group is None or Obligation.NOT_EXPORTED not in GROUPS[group].obligations


def _harmless(words: str) -> str:
    return f"'{words}" if words.lstrip(" \u00a0\u202f").startswith(FORMULA) or words.startswith(FORMULA) else words


def _asked(columns: Sequence[Column[Any]], request: HttpRequest) -> dict[str, str]:
    """What the address asks for, of what there is."""
    asked = {}
    sort = request.GET.get("sort", "")
    if sort.removeprefix("-") in {one.name for one in columns if one.key is not None}:
        asked["sort"] = sort
    for one in columns:
        value = request.GET.get(one.name, "")
        if value in one.choices:
            asked[one.name] = value
    return asked


def _filtered(columns: Sequence[Column[R]], rows: Iterable[R], asked: Mapping[str, str]) -> list[R]:
    kept = list(rows)
    for one in columns:
        if one.name in asked and one.value is not None:
            value = one.value
            kept = [row for row in kept if value(row) == asked[one.name]]
    return kept


def _sorted(columns: Sequence[Column[R]], rows: list[R], sort: str) -> list[R]:
    """Sorted by one column; rows that are equal there stay in the order the list has by itself."""
    key = next((one.key for one in columns if one.name == sort.removeprefix("-")), None)
    return rows if key is None else sorted(rows, key=key, reverse=sort.startswith("-"))


def _head(one: Column[Any], sort: str, asked: Mapping[str, str]) -> Head:
    if one.key is None:
        return Head(pick(*one.head), "", "")
    now = {one.name: "ascending", f"-{one.name}": "descending"}.get(sort, "none")
    return Head(pick(*one.head), _address({**asked, "sort": f"-{one.name}" if now == "ascending" else one.name}), now)


def _cells(columns: Sequence[Column[R]], row: R) -> tuple[Cell, ...]:
    return tuple(
        Cell(pick(*one.head), one.words(row), one.link(row) if one.link else "", one.markup, row) for one in columns
    )


def _address(asked: Mapping[str, str]) -> str:
    return f"?{urlencode(asked)}"
