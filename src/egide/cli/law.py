"""`egide law`: what a rule says, since when, from which source; and which rules work here. Reads no database.

`coverage` is the whole table; `show` is one rule, constant or conflict as it held on a day.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from egide.cli.errors import UsageError
from egide.core.law.calendar import paris_day
from egide.core.law.coverage import COVERAGE, as_json, coverage_of, totals
from egide.core.law.model import CHECKED_UNTIL, InForce, NoValueError, Rule, UnknownRuleError, Version
from egide.core.law.rules import LAW, cited, conflict, constant, constant_on, held_on, read_in
from egide.core.law.text import Language
from egide.core.law.words import day_words

_WIDTH = 100


def register(subparsers: Any) -> None:
    """Adds the subcommand."""
    parser = subparsers.add_parser("law", description="The law as dated data: its rules, and what of them works.")
    actions = parser.add_subparsers(dest="action", required=True)
    coverage = actions.add_parser("coverage", description="Every rule and constant, what proves it, what is left out.")
    coverage.add_argument("--json", action="store_true", help="for a machine")
    show = actions.add_parser("show", description="One rule (TGD-27), constant (N-01) or conflict (CF-05).")
    show.add_argument("id", type=str.upper, help="its id")
    show.add_argument("--on", type=_day, metavar="DATE", help="the day asked about, YYYY-MM-DD; today without it")
    show.add_argument("--lang", choices=("fr", "en"), default="en", help="language of the wording (default en)")


def run(args: argparse.Namespace) -> int:
    """Prints the table or the rule. Raises UsageError for an id that does not exist."""
    if args.action == "coverage":
        sys.stdout.write(_json() if args.json else _table())
        return 0
    try:
        lines = list(_shown(args.id, args.on or paris_day(datetime.now(UTC)), args.lang))
    except UnknownRuleError:
        raise UsageError(f"there is no rule {args.id}; `egide law coverage` lists them all.") from None
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day; write it as 2024-06-15") from None


def _json() -> str:
    counted = {status.value: count for status, count in totals().items()}
    rows = [as_json(row) for row in COVERAGE]
    return json.dumps({"totals": counted, "rows": rows}, indent=1, ensure_ascii=False) + "\n"


def _table() -> str:
    lines = []
    for row in COVERAGE:
        lines.append(f"{row.id:<7} {row.status.value:<15} {row.note}")
        lines += [f"{'':<23} on the page {row.screen}"] if row.screen else []
        lines += [f"{'':<23} {where}" for where in row.where]
        lines += [f"{'':<23} {test}" for test in row.tests]
    counted = ", ".join(f"{count} {status.value}" for status, count in totals().items())
    return "\n".join(lines) + f"\n\n{len(COVERAGE)} rules and constants: {counted}.\n"


def _shown(rule_id: str, day: date, language: Language) -> Iterator[str]:
    if rule_id.startswith("CF-"):
        yield from _conflict(rule_id, language)
    elif rule_id.startswith("N-"):
        yield from _constant(rule_id, day, language)
    else:
        yield from _rule(LAW[rule_id], day, language)
        yield from _coverage(rule_id)


def _rule(rule: Rule, day: date, language: Language) -> Iterator[str]:
    held = held_on(rule.id, day)
    yield f"{rule.id}  {rule.level.label.within(language)}"
    yield f"on {day_words(day, 'en')}: {_STATUS[held.status]}"
    if not held.checked:
        yield f"texts after {day_words(CHECKED_UNTIL, 'en')} were not checked: read Légifrance again."
    for version in rule.versions:
        mark = "*" if version is held.version else " "
        yield ""
        yield f"{mark} {_span(version)}"
        yield from _indented(version.text.within(language))
        if version.values:
            yield "    " + ", ".join(f"{name} {value}" for name, value in version.values.items())
        for source in version.sources:
            yield f"    source: {cited(source, language)}, read in: {read_in(source, language)}"
        if version.note:
            yield from _indented(f"note: {version.note.within(language)}")
    if rule.other:
        yield ""
        yield f"  other reading ({rule.conflict or 'shown beside it'}):"
        yield from _indented(rule.other.within(language))
    if rule.overruled_by:
        yield f"  overruled by {rule.overruled_by}"


_STATUS = {
    InForce.YES: "in force (marked *)",
    InForce.NO: "not in force",
    InForce.UNKNOWN: "unknown: the start of the version marked * was not read",
}


def _span(version: Version) -> str:
    if version.since:
        first = f"since {version.since}"
    else:
        first = f"start not read, known from {version.known_from}" if version.known_from else "no date known"
    return f"{first}, until {version.until}" if version.until else first


def _conflict(conflict_id: str, language: Language) -> Iterator[str]:
    row = conflict(conflict_id)
    yield f"{row.id}  {row.point.within(language)}"
    yield f"  lost:   {row.lost.within(language)}"
    yield f"  won:    {row.won.within(language)}"
    yield f"  system: {row.system.within(language)}"
    yield f"  rules:  {', '.join(row.rules)}"


def _constant(constant_id: str, day: date, language: Language) -> Iterator[str]:
    row = constant(constant_id)
    yield f"{row.id}  {row.name.within(language)}"
    if row.rule:
        try:
            values = ", ".join(f"{name} {value}" for name, value in constant_on(constant_id, day).items())
        except NoValueError:
            values = "none, the rule did not hold"
        yield f"on {day_words(day, 'en')}: {values}"
        yield ""
        yield from _rule(LAW[row.rule], day, language)
    yield from _coverage(constant_id)


def _coverage(rule_id: str) -> Iterator[str]:
    row = coverage_of(rule_id)
    yield ""
    yield f"  {row.status.value}: {row.note}"
    yield from (f"    {line}" for line in (*row.where, *row.tests))


def _indented(words: str) -> list[str]:
    return textwrap.wrap(words, _WIDTH, initial_indent="    ", subsequent_indent="    ")
