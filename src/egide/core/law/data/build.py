"""Short hands for the tables of rules, so that a row reads like a row. It holds no rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from egide.core.law.data.copies import COPIES
from egide.core.law.model import Level, Rule, Source, Version
from egide.core.law.text import Text

SINCE_2014 = date(2014, 8, 6)  # CPP 41-3-1, first version read
SINCE_2019 = date(2019, 12, 30)  # law 2019-1480
SINCE_2024 = date(2024, 6, 15)  # law 2024-536
BEFORE_2019 = date(2019, 12, 29)
BEFORE_2024 = date(2024, 6, 14)


def version(
    fr: str,
    en: str,
    *sources: Source,
    since: date | None = None,
    known_from: date | None = None,
    until: date | None = None,
    values: Mapping[str, int] | None = None,
    note: Text | None = None,
) -> Version:
    """One version of a rule. With no start given, it is vouched for from the oldest dated copy it was read in."""
    if since is None and known_from is None:
        known_from = min((day for source in sources if (day := COPIES[source.copy].shows)), default=None)
    return Version(Text.of(fr, en), sources, since, known_from, until, MappingProxyType(dict(values or {})), note)


def rule(
    rule_id: str,
    level: Level,
    *versions: Version,
    conflict: str | None = None,
    other: Text | None = None,
    overruled_by: str | None = None,
) -> Rule:
    """One rule with its versions, oldest first."""
    return Rule(rule_id, level, versions, conflict, other, overruled_by)
