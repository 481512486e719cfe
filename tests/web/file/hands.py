"""Somebody's hands at a page: the form is read out of the page, and what a browser would send is sent.

A field that the page does not offer, a choice that is not there or a button that is missing is a failure, as it would be
for whoever sits there.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from django.test import Client

from egide.core.access import Role
from egide.web.accounts.models import User
from egide.web.cases.models import Case
from egide.web.cases.services import clock
from tests.web.cases.world import World


@dataclass
class Field:
    """One field: what it would send, and what may be chosen (value by words)."""

    kind: str
    value: list[str] = field(default_factory=list)
    choices: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    """Reads the form whose class is `file-form`."""

    def __init__(self) -> None:
        super().__init__()
        self.action = ""
        self.fields: dict[str, Field] = {}
        self._inside = False
        self._select: Field | None = None
        self._area: Field | None = None
        self._option: str | None = None
        self._last: tuple[Field, str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        a = {name: value or "" for name, value in attrs}
        if tag == "form" and "file-form" in a.get("class", ""):
            self._inside, self.action = True, a["action"]
        if not self._inside:
            return
        name, chosen = a.get("name", ""), "checked" in a
        if tag == "input" and name:
            kind = a.get("type", "text")
            one = self.fields.setdefault(name, Field(kind))
            if kind in ("radio", "checkbox"):
                value = a.get("value", "on")
                one.choices[value] = ""
                one.value += [value] if chosen else []
                self._last = (one, value)
            else:
                one.value = [a.get("value", "")]
        elif tag == "select":
            self._select = self.fields.setdefault(name, Field("select"))
        elif tag == "option" and self._select is not None:
            self._option = a.get("value", "")
            self._select.choices[self._option] = ""
            if "selected" in a or not self._select.value:
                self._select.value = [self._option]
        elif tag == "textarea":
            self._area = self.fields.setdefault(name, Field("textarea", [""]))

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self._area.value = [self._area.value[0] + data]
        elif self._select is not None and self._option is not None:
            self._select.choices[self._option] += data
        elif self._last is not None and data.strip():
            one, value = self._last
            one.choices[value] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = None
        elif tag == "textarea":
            if self._area is not None:
                self._area.value = [self._area.value[0].removeprefix("\r\n").removeprefix("\n")]
            self._area = None
        elif tag == "option":
            self._option = None
        elif tag == "label":
            self._last = None


@dataclass
class Page:
    """What came back: its status, its words as somebody reads them, and its form."""

    status: int
    body: str
    at: str

    @property
    def words(self) -> str:
        """The text of the page, without tags, with plain spaces."""
        kept = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", self.body, flags=re.S)
        plain = html.unescape(re.sub(r"<[^>]*>", " ", kept)).replace("\u00a0", " ").replace("\u202f", " ")
        return re.sub(r"\s+", " ", plain)

    @property
    def links(self) -> list[str]:
        """Where the page leads."""
        return re.findall(r'href="([^"#]+)', self.body)

    def form(self) -> _Reader:
        """Its form."""
        reader = _Reader()
        reader.feed(self.body)
        assert reader.action, f"{self.at} holds no form: {self.words[:400]}"
        return reader


class Hands:
    """One member of staff at a screen, on one case."""

    def __init__(self, user: User, case: Case | None = None, world: World | None = None) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.case = case
        self.world = world
        self._before: Page | None = None  # what the screen shows: the page after the last act

    @contextmanager
    def _now(self) -> Iterator[None]:
        if self.world is None:
            yield
        else:
            with clock.at(self.world.now):
                yield

    def url(self, tail: str = "") -> str:
        """An address of the case."""
        assert self.case is not None
        return f"/file/cases/{self.case.public_id}{tail}"

    def look(self, path: str | None = None) -> Page:
        """Opens a page; the case without a path."""
        with self._now():
            answer: Any = self.client.get(self.url() if path is None else path)
        return Page(answer.status_code, answer.content.decode(), path or "the case")

    def do(self, slug: str, **answers: Any) -> Page:
        """Opens the form of an act from the case page, fills it in, sends it: it must be offered, and must succeed.

        The page that came after the last act will do if it offers it; else the case is opened again.
        """
        wanted = self.url(f"/do/{slug}")
        found = None if self._before is None else _offered(self._before, wanted)
        found = found or _offered(self.look(), wanted)
        assert found is not None, f"nothing on the page leads to “{slug}”"
        return self.send(found, **answers)

    def fail(self, slug: str, **answers: Any) -> Page:
        """The same, but it is refused: with a status that says so, what to do, and everything typed still there."""
        page = self.send(self.url(f"/do/{slug}"), refused=True, **answers)
        self.still_there(page, answers)
        return page

    def still_there(self, page: Page, answers: dict[str, Any]) -> None:
        """Everything that was typed is still in the form."""
        reader = page.form()
        for name, value in answers.items():
            if isinstance(value, str) and name in reader.fields and value:
                kept = reader.fields[name]
                assert kept.value == [_value(kept, value)], f"{name} was lost: {kept.value}"

    def send(self, path: str, *, refused: bool = False, **answers: Any) -> Page:
        """Fills in the form of a page and sends it as a browser would."""
        page = self.look(path)
        assert page.status == 200, f"{path}: {page.status}"
        reader = page.form()
        for name, value in answers.items():
            assert name in reader.fields, f"{path} has no field “{name}”, but {sorted(reader.fields)}"
            one = reader.fields[name]
            if one.kind == "checkbox":
                on = next(iter(one.choices))
                values = [on] if value is True else [] if value is False else list(value)
                assert set(values) <= set(one.choices), f"{name}: {one.choices}"
                one.value = values
            else:
                one.value = [_value(one, str(value))]
        body = {name: one.value for name, one in reader.fields.items() if one.value}
        with self._now():
            answer: Any = self.client.post(reader.action, body)
            came = Page(answer.status_code, answer.content.decode(), path)
            if refused:
                assert came.status in (409, 422), f"{path}: {came.status} {came.words[:300]}"
                return came
            assert came.status == 302, f"{path}: {came.status} {_told(came)}"
            after: Any = self.client.get(answer["Location"])
        self._before = Page(after.status_code, after.content.decode(), answer["Location"])
        return self._before


def _offered(page: Page, wanted: str) -> str | None:
    """The link of a page that leads there, with what it carries along."""
    return next((link for link in map(html.unescape, page.links) if link.split("?")[0] == wanted), None)


def _value(one: Field, said: str) -> str:
    """What stands for the words somebody chooses: the value itself, or the one choice whose words hold them."""
    if one.kind not in ("radio", "select"):
        return said
    if said in one.choices:
        return said
    found = [value for value, words in one.choices.items() if said.casefold() in words.casefold()]
    assert len(found) == 1, f"“{said}” is not one of {one.choices}"
    return found[0]


def _told(page: Page) -> str:
    said = re.search(r'role="alert".*?</div>', page.body, re.S)
    errors = re.findall(r'class="error"[^>]*>(.*?)<', page.body)
    return (re.sub(r"<[^>]*>", " ", said[0]) if said else page.words[:500]) + " ".join(errors)


def at(w: World, role: Role, case: Case) -> Hands:
    """Whoever has that role in the world, at a screen, on the case."""
    user = w.actors[role].user
    assert user is not None
    return Hands(user, case, w)
