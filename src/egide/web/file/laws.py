"""What does a screen show of a rule: its wording that day, its source, how strong it is, and what was not checked?

It answers from the one book of `core.law` and adds no rule. An id that the book does not hold is shown as an id alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from egide.core.law.answers import Answer, Status
from egide.core.law.model import CHECKED_UNTIL, UnknownRuleError
from egide.core.law.rules import LAW, citation, held_on
from egide.core.law.text import Language
from egide.web.file.saying import a_day, language, pick, words

_MARKS = {Status.SATISFIED: "yes", Status.NOT_SATISFIED: "no", Status.UNKNOWN: "unknown"}


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, as a page folds it beside an action."""

    id: str
    text: str
    source: str
    level: str
    other: str
    checked: bool

    @property
    def folded(self) -> SafeString:
        """As a list folds it beside a line: its id, and the rest on demand."""
        return _folded(self, language())


@lru_cache(maxsize=512)
def _folded(shown: Rule, _language: Language) -> SafeString:
    """A list has a hundred lines and the book some dozens of rules: each is rendered once a day and language."""
    return render_to_string("file/parts/law.html", {"rule": shown})


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: satisfied, not satisfied or unknown, why, and the rule behind it. `mark`: yes, no, unknown."""

    mark: str
    label: str
    why: str
    blocks: bool
    case: str
    rule: Rule


def rule(rule_id: str, day: date) -> Rule | None:
    """The rule as it held on that day, or as it reads now where it did not hold. None for no id at all."""
    return _rule(rule_id, day, language()) if rule_id else None


@lru_cache(maxsize=512)
def _rule(rule_id: str, day: date, _language: Language) -> Rule:
    """The same, kept: the book does not change while the process runs."""
    try:
        held = held_on(rule_id, day)
    except UnknownRuleError:
        return Rule(
            rule_id,
            "",
            "",
            pick("proposition d’Égide ou retour d’usage", "proposed by Égide, or heard from users"),
            "",
            False,
        )
    version = held.version or LAW[rule_id].latest
    return Rule(
        rule_id,
        words(version.text),
        words(citation(version)),
        words(held.rule.level.label),
        words(held.rule.other),
        held.checked,
    )


def unchecked(day: date) -> str:
    """Since when nobody has checked the rules against the texts, as a sentence for every page; empty while they are."""
    if day <= CHECKED_UNTIL:
        return ""
    since = a_day(CHECKED_UNTIL)
    return pick(
        f"Règles de droit non vérifiées depuis le {since} : relisez le texte en vigueur avant de décider.",
        f"Rules of law not verified since {since}: read the text in force before you decide.",
    )


def condition(answer: Answer, day: date) -> Condition:
    """An answer of the law for a screen."""
    found = rule(answer.rule, day)
    assert found is not None
    return Condition(
        _MARKS[answer.status], words(answer.status.label), words(answer.why), answer.blocks, answer.case, found
    )
