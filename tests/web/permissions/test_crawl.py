"""Nothing about a person stands in a log, a metric, an address or a title, nor on any page its reader may not see.

A case is laid in which every personal word of every table is a canary. Roles follow every link from their first page;
then everything that was said is searched. A control plants leaks and sees each of them caught.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from prometheus_client import REGISTRY, generate_latest

from egide.core.access import Level, Role, may_open
from egide.web.cases.models import Case
from egide.web.permissions.lens import lens_of
from egide.web.permissions.standing import Standing
from tests.web.permissions import canaries
from tests.web.permissions.canaries import WORD, Canary
from tests.web.permissions.walk import CASE, Ground, address, grounds, patient

# One role of each wall and each way a case opens; the walk (test_walk) takes all of them through every address.
ROLES = (
    Role.PROSECUTOR, Role.ASSOCIATION_WORKER, Role.OPERATOR_TGD, Role.POLICE_DISPATCHER, Role.FAMILY_JUDGE,
    Role.INVESTIGATOR, Role.PROBATION, Role.RESPONDENT, Role.PROTECTED_PERSON, Role.LAWYER_PROTECTED, Role.AUDITOR,
    Role.ADMINISTRATOR,
)  # fmt: skip
MOST = 60  # pages a role
LINK = re.compile(r'(?:href|src|action)="([^"#]*)')
TITLE = re.compile(r"<title>(.*?)</title>", re.S)


@dataclass
class Heard:
    """Everything that was said while somebody read: pages, addresses, titles, logs."""

    pages: list[tuple[str, str]] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    logs: list[str] = field(default_factory=list)


class _Listener(logging.Handler):
    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.NOTSET)
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        """A line, with whatever hangs on it."""
        self._lines.append(f"{record.getMessage()} {record.exc_text or ''} {record.__dict__.get('status_code', '')}")


@contextmanager
def listening(lines: list[str]) -> Iterator[None]:
    """Every logger there is, at its lowest level, whether it passes on or not."""
    listener = _Listener(lines)
    every = [logging.root, *(logging.getLogger(name) for name in list(logging.root.manager.loggerDict))]
    loggers = [logger for logger in every if logger is logging.root or logger.level or not logger.propagate]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        if logger is logging.root or not logger.propagate:
            logger.addHandler(listener)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.removeHandler(listener)
            logger.setLevel(level)


def crawl(ground: Ground, most: int = MOST) -> Heard:
    """Follows every link from the first page and from the case, and asks for what is not open as well."""
    heard, client = Heard(), Client(raise_request_exception=True)
    client.force_login(ground.user)
    closed = [address(CASE, {"public_id": case.public_id}) for case in (ground.other, ground.barred)]
    waiting = ["/", "/file/", address(CASE, {"public_id": ground.own.public_id}), *closed]
    seen: set[str] = set()
    with listening(heard.logs):
        while waiting and len(seen) < most:
            path = waiting.pop(0)
            if path in seen or not _ours(path):
                continue
            seen.add(path)
            answer = client.get(path)
            body = "" if answer.streaming else unescape(answer.content.decode(errors="replace"))
            links = [link for link in LINK.findall(body) if link]
            heard.pages.append((path, body))
            heard.addresses += [path, answer.get("Location", ""), *links]
            heard.titles += TITLE.findall(body)
            waiting += [link for link in (*links, answer.get("Location", "")) if link]
    return heard


def _ours(path: str) -> bool:
    """A page of ours: no asset, no stream, no signing out."""
    if not path.startswith("/") or path.startswith(("/static/", "/sign-out", "/console/stream")):
        return False
    try:
        resolve(path.split("?")[0])
    except Resolver404:
        return False
    return True


@pytest.fixture(scope="module")
def laid(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[dict[Role, Ground], dict[str, Canary]]]:
    """The walk's ground, with a canary in every column of each of its cases."""
    with django_db_blocker.unblock(), transaction.atomic():
        patient()
        ground = grounds()
        some = ground[Role.PROSECUTOR]
        birds: dict[str, Canary] = {}
        for pk in some.canaries:
            birds |= canaries.lay(Case.objects.get(pk=pk), some.membership.agency, some.user)
        yield ground, birds
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def crawled(laid: tuple[dict[Role, Ground], dict[str, Canary]]) -> dict[Role, Heard]:
    """What each role heard."""
    return {role: crawl(laid[0][role]) for role in ROLES}


def singing(birds: dict[str, Canary], *texts: str) -> set[str]:
    """The columns whose canaries sing in the texts."""
    return {birds[word.group(0)].column for text in texts for word in WORD.finditer(text) if word.group(0) in birds}


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_address_title_or_log_line_holds_a_word_about_a_person(
    role: Role, laid: tuple[dict[Role, Ground], dict[str, Canary]], crawled: dict[Role, Heard]
) -> None:
    heard, birds = crawled[role], laid[1]
    assert len(heard.pages) > 3
    assert singing(birds, *heard.addresses) == set()
    assert singing(birds, *heard.titles) == set()
    assert singing(birds, *heard.logs) == set()


@pytest.mark.parametrize("role", ROLES, ids=str)
def test_no_page_holds_a_word_its_reader_may_not_read(
    role: Role, laid: tuple[dict[Role, Ground], dict[str, Canary]], crawled: dict[Role, Heard]
) -> None:
    ground, birds = laid[0][role], laid[1]
    standing = Standing(ground.user, ground.membership, frozenset({ground.membership.agency_id}))
    lenses = {pk: lens_of(standing, Case.objects.get(pk=pk)) for pk in ground.canaries}
    wrong = set()
    for path, body in crawled[role].pages:
        for word in WORD.finditer(body):
            bird = birds[word.group(0)]
            lens = lenses[bird.case]
            decision = lens.decision(bird.group)
            opens = may_open(lens.actor, lens.subject, lens.at)
            if not opens or not decision.allowed or decision.level < Level.READ:
                wrong.add((path.rsplit("/", 1)[-1], bird.column))
    assert wrong == set()
    closed = {ground.other.pk, ground.barred.pk}
    assert not [pk for pk in closed if may_open(lenses[pk].actor, lenses[pk].subject, lenses[pk].at)]


def test_no_metric_has_a_label_that_could_name_somebody(laid: tuple[dict[Role, Ground], dict[str, Canary]]) -> None:
    """Everything the gateway, the monitor, the worker and the auditor count in this process, after the pages were read."""
    import egide.auditor.run
    import egide.monitor.run
    import egide.worker.run  # noqa: F401 - their metrics are made when they are loaded
    from egide.gateway.metrics import Metrics

    told = generate_latest(REGISTRY).decode() + Metrics().text().decode()
    assert singing(laid[1], told) == set()
    labels = set(re.findall(r'[{,](\w+)="', told))
    assert labels <= {"job", "check", "le", "kind", "reason", "result", "channel", "implementation", "major", "minor", "patchlevel", "version", "generation", "outcome", "path", "protocol", "status", "why", "code", "listener", "level"}  # fmt: skip


def test_the_canaries_are_many_and_some_of_them_are_heard(
    laid: tuple[dict[Role, Ground], dict[str, Canary]], crawled: dict[Role, Heard]
) -> None:
    """A crawl that hears nothing proves nothing."""
    columns = {bird.column for bird in laid[1].values()}
    heard = singing(laid[1], *(body for one in crawled.values() for _, body in one.pages))
    assert len(columns) > 40
    assert len(heard) > 15, sorted(columns - heard)


def test_a_planted_leak_is_caught_wherever_it_is_planted(
    laid: tuple[dict[Role, Ground], dict[str, Canary]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a page that tells the log, its title and a link what the phone of the person's is."""
    from egide.web.file import case as page

    ground, birds = laid[0][Role.PROBATION], laid[1]
    built = page.build

    def leaking(case: Case, *rest: Any) -> dict[str, Any]:
        phone = case.protected_person.phone
        logging.getLogger("egide.web").debug("opened for %s", phone)
        case.number = f'{phone}</title><a href="/x?phone={phone}">'
        from django.utils.safestring import mark_safe

        case.number = mark_safe(case.number)
        return built(case, *rest)

    monkeypatch.setattr(page, "build", leaking)
    heard = crawl(ground, most=4)
    for texts in (heard.logs, heard.titles, heard.addresses):
        assert singing(birds, *texts) == {"people_person.phone"}
    assert "people_person.phone" in singing(birds, *(body for _, body in heard.pages))
