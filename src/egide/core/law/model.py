"""What is a rule? Versions with dates, a source for each, a level that says how strong it is. Types only, no rule.

A version's start is either known (`since`), or unknown; then `known_from` is the first day for which a source we read
vouches, and before it the answer is "unknown", never "no".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from types import MappingProxyType

from egide.core.law.text import Text

# Texts after this day could not be checked (domain facts, 0.3): what is answered beyond it must be read again.
CHECKED_UNTIL = date(2025, 1, 31)


class Level(StrEnum):
    """How strong a rule is. A weaker level never overrides a stronger one."""

    STATUTE = "statute"
    GUIDE = "guide"
    PRACTICE = "practice"  # told by one source: a setting of a court district
    INFERENCE = "inference"  # deduced from the texts, stated nowhere

    @property
    def label(self) -> Text:
        """Its name for a screen."""
        return _LEVELS[self]


_LEVELS = {
    Level.STATUTE: Text.of("texte", "statute"),
    Level.GUIDE: Text.of("guide officiel", "official guide"),
    Level.PRACTICE: Text.of("pratique d’une seule source", "practice of one source"),
    Level.INFERENCE: Text.of("déduction", "inference"),
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule stands, and in which copy it was read; `second_hand`: described by another, own text not read."""

    title: Text
    copy: str
    second_hand: bool = False


@dataclass(frozen=True, slots=True)
class Version:
    """A rule as it reads from one day to another, both included. `values` are its numbers, by name with the unit."""

    text: Text
    sources: tuple[Source, ...]
    since: date | None = None
    known_from: date | None = None
    until: date | None = None
    values: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    note: Text | None = None

    def begins(self) -> date | None:
        """The first day for which we can vouch, known start or not."""
        return self.since or self.known_from


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule with its versions, oldest first. `other` is the reading that lost, always shown beside the one that won."""

    id: str
    level: Level
    versions: tuple[Version, ...]
    conflict: str | None = None
    other: Text | None = None
    overruled_by: str | None = None

    @property
    def latest(self) -> Version:
        """The newest version."""
        return self.versions[-1]


class InForce(StrEnum):
    """Whether a rule held on a day."""

    YES = "in_force"
    NO = "not_in_force"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Held:
    """What held on a day: `version` is None where none did. `checked` false: the day is after our last look."""

    rule: Rule
    day: date
    status: InForce
    version: Version | None
    checked: bool


class UnknownRuleError(KeyError):
    """No rule has this id."""


class NoValueError(LookupError):
    """The rule did not hold on that day, or has no number of that name."""


class LawBook:
    """Rules by id. Immutable: `amended` gives another book, so that a reform can be tried beside the law that holds."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        book: dict[str, Rule] = {}
        for rule in rules:
            if rule.id in book:
                raise ValueError(f"two rules are called {rule.id}")
            _check_versions(rule)
            book[rule.id] = rule
        self._rules = MappingProxyType(book)

    @property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule, by id, in the order of the tables."""
        return self._rules

    def __getitem__(self, rule_id: str) -> Rule:
        try:
            return self._rules[rule_id]
        except KeyError:
            raise UnknownRuleError(f"there is no rule {rule_id}") from None

    def held_on(self, rule_id: str, day: date) -> Held:
        """What the rule was on that day. Raises UnknownRuleError."""
        rule = self[rule_id]
        checked = day <= CHECKED_UNTIL
        for version in rule.versions:
            if version.until is not None and day > version.until:
                continue
            if version.since is not None and day < version.since:
                break
            vouched = version.begins()
            known = vouched is not None and day >= vouched
            return Held(rule, day, InForce.YES if known else InForce.UNKNOWN, version, checked)
        return Held(rule, day, InForce.NO, None, checked)

    def value(self, rule_id: str, name: str, day: date) -> int:
        """A number of the rule as it held on that day (the unit is in the name).

        Where only the start is unknown, the oldest version that was read answers. Raises UnknownRuleError, NoValueError.
        """
        version = self.held_on(rule_id, day).version
        if version is None:
            raise NoValueError(f"{rule_id} did not hold on {day}")
        if name not in version.values:
            raise NoValueError(f"{rule_id} has no value `{name}`")
        return version.values[name]

    def amended(self, rule_id: str, version: Version) -> LawBook:
        """A book in which `version` takes over on its first day; the one before it ends the day before.

        Raises ValueError if the version has no first day, or begins before the newest one.
        """
        rule = self[rule_id]
        if version.since is None:
            raise ValueError("an amendment needs the day from which it holds")
        last = replace(rule.latest, until=version.since - timedelta(days=1))
        changed = replace(rule, versions=(*rule.versions[:-1], last, version))
        return LawBook(changed if r.id == rule_id else r for r in self._rules.values())


def _check_versions(rule: Rule) -> None:
    """Versions follow one another without overlap; only the first may have an unknown start."""
    if not rule.versions:
        raise ValueError(f"{rule.id} has no version")
    for version in rule.versions:
        first = version.begins()
        if first is not None and version.until is not None and version.until < first:
            raise ValueError(f"{rule.id}: a version ends on {version.until} before it begins")
        if version.since is not None and version.known_from is not None:
            raise ValueError(f"{rule.id}: a start is known or it is not")
    for before, after in pairwise(rule.versions):
        if before.until is None or after.since is None or after.since <= before.until:
            raise ValueError(f"{rule.id}: its versions overlap, or one has no date")
