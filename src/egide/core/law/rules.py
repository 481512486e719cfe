"""Which rules are there, and what held on a day? The tables put together into one book, `LAW`.

It adds no rule: rows stand in `data/`. Functions that apply rules take a book, so that a change of law can be tried.
"""

from __future__ import annotations

from datetime import date
from functools import cache

from egide.core.law.data.bar_rules import BAR_RULES
from egide.core.law.data.conflicts import CONFLICTS, Conflict
from egide.core.law.data.constants import CONSTANTS, Constant
from egide.core.law.data.copies import COPIES
from egide.core.law.data.information_rules import INFORMATION_RULES
from egide.core.law.data.order_rules import ORDER_RULES
from egide.core.law.data.tgd_conditions import TGD_CONDITIONS
from egide.core.law.data.tgd_path import TGD_PATH
from egide.core.law.model import Held, LawBook, NoValueError, Source, UnknownRuleError, Version
from egide.core.law.text import Language, Text

LAW = LawBook((*TGD_CONDITIONS, *TGD_PATH, *ORDER_RULES, *INFORMATION_RULES, *BAR_RULES))

_CONFLICTS = {conflict.id: conflict for conflict in CONFLICTS}
_CONSTANTS = {constant.id: constant for constant in CONSTANTS}

_LANGUAGES: tuple[Language, ...] = ("fr", "en")
_SECOND_HAND = Text.of("de seconde main", "second hand")


def held_on(rule_id: str, day: date, law: LawBook = LAW) -> Held:
    """What the rule was on that day: in force, not in force, or unknown. Raises UnknownRuleError."""
    return law.held_on(rule_id, day)


def value_on(rule_id: str, name: str, day: date, law: LawBook = LAW) -> int:
    """A number of the rule on that day; the unit is in the name. Raises UnknownRuleError, NoValueError."""
    return law.value(rule_id, name, day)


def conflict(conflict_id: str) -> Conflict:
    """The conflict CF-xx and how it was resolved. Raises UnknownRuleError."""
    try:
        return _CONFLICTS[conflict_id]
    except KeyError:
        raise UnknownRuleError(f"there is no conflict {conflict_id} here") from None


def constant(constant_id: str) -> Constant:
    """The constant N-xx. Raises UnknownRuleError."""
    try:
        return _CONSTANTS[constant_id]
    except KeyError:
        raise UnknownRuleError(f"there is no constant {constant_id}") from None


def constant_on(constant_id: str, day: date, law: LawBook = LAW) -> dict[str, int]:
    """The values of the constant on that day, by name with the unit. Raises UnknownRuleError; NoValueError where none is held."""
    row = constant(constant_id)
    if row.rule is None:
        raise NoValueError(f"{constant_id} has no value here: `egide law coverage` says why")
    return {name: law.value(row.rule, name, day) for name in row.values}


def cited(source: Source, language: Language) -> str:
    """A source as a screen cites it: the article first, then whether it was read itself."""
    title = source.title.within(language)
    return f"{title} ({_SECOND_HAND.within(language)})" if source.second_hand else title


def read_in(source: Source, language: Language) -> str:
    """The copy in which the source was read."""
    return COPIES[source.copy].name.within(language)


def citation(version: Version) -> Text:
    """The sources of a version, in the order of the table, for one line of a screen."""
    return _citation(version.sources)


@cache  # as many entries as the book has versions; every answer asks
def _citation(sources: tuple[Source, ...]) -> Text:
    fr, en = ([cited(source, language) for source in sources] for language in _LANGUAGES)
    return Text.of(" ; ".join(fr), "; ".join(en))
