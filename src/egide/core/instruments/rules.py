"""How answers become a level: one function a rule, ours and the public ones, none of them with anybody's questions.

A rule sees counted answers, never words. Each may only say: a level is reached, the level cannot be told yet, or no
threshold was reached (medium). No rule can say low, and a missing answer always counts for what it could still be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from egide.core.instruments.items import Item, Side
from egide.core.instruments.levels import Level


@dataclass(frozen=True, slots=True)
class Tally:
    """The risk items in scope, by what stands for each. Safety items are not here: no rule may count them."""

    yes: tuple[Item, ...]
    no: tuple[Item, ...]
    missing: tuple[Item, ...]

    def at_worst(self) -> Tally:
        """The same answers if everything missing were a yes, except an item that would lower a published score."""
        up = tuple(item for item in self.missing if item.weight >= 0)
        down = tuple(item for item in self.missing if item.weight < 0)
        return Tally(self.yes + up, self.no + down, ())


@dataclass(frozen=True, slots=True)
class Reason:
    """One part of a rule that answered: its id, what it says, and the items whose answers it rests on."""

    id: str
    fr: str
    en: str
    items: tuple[str, ...]
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says. `band` is the score's place in a published scale, where there is one."""

    level: Level
    reasons: tuple[Reason, ...]
    band: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A scoring rule by name. The counts say which text it fits; 0 means any number."""

    name: str
    fr: str
    en: str
    decide: Callable[[Tally], Verdict]
    items: int = 0
    reds: int = 0
    groups: tuple[tuple[str, int], ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Threshold:
    """One line of our own rule: at least so many yes among those items give at least that level."""

    id: str
    level: Level
    at_least: int
    among: Callable[[Item], bool]
    fr: str
    en: str
    sources: tuple[str, ...]


def _red(item: Item) -> bool:
    return item.red


def _aggravating(item: Item) -> bool:
    return item.aggravating


def _any(item: Item) -> bool:
    return True


# Our own numbers: open, uncalibrated, changed here and nowhere else. docs/danger.md says why these.
THRESHOLDS: tuple[Threshold, ...] = (
    Threshold("EG-1", Level.VERY_HIGH, 3, _red, "trois points rouges ou plus", "three red items or more", ("D.5",)),
    Threshold("EG-2", Level.VERY_HIGH, 2, _aggravating, "deux facteurs d’aggravation ou plus", "two aggravating factors or more", ("DW-04", "CF-16")),
    Threshold("EG-3", Level.VERY_HIGH, 12, _any, "douze facteurs de risque ou plus", "twelve risk factors or more", ()),
    Threshold("EG-4", Level.HIGH, 1, _red, "un point rouge, que rien ne compense", "a red item, which nothing compensates", ("D.5",)),
    Threshold("EG-5", Level.HIGH, 1, _aggravating, "un facteur d’aggravation", "an aggravating factor", ("DW-04", "CF-16")),
    Threshold("EG-6", Level.HIGH, 6, _any, "six facteurs de risque ou plus", "six risk factors or more", ()),
)  # fmt: skip
KNOWN_OF_EACH_SIDE = (2, 3)  # two thirds of each side's risk items answered yes or no, before "medium" may be said


def _ids(items: tuple[Item, ...]) -> tuple[str, ...]:
    return tuple(item.id for item in items)


def short_form(tally: Tally) -> Verdict:
    """Our own form: the thresholds of the table; medium only when enough is known (DW-05), else not assessed."""
    found = []
    for row in THRESHOLDS:
        counted = tuple(item for item in tally.yes if row.among(item))
        if len(counted) >= row.at_least:
            found.append((row.level, Reason(row.id, row.fr, row.en, _ids(counted), row.sources)))
    if not found:
        return _medium_or_unknown(tally)
    top = max((level for level, _ in found), key=lambda level: level.rank)
    return Verdict(top, tuple(reason for level, reason in found if level is top))


def _medium_or_unknown(tally: Tally) -> Verdict:
    known, of = KNOWN_OF_EACH_SIDE
    reds = _ids(tuple(item for item in tally.missing if item.red))
    gaps: tuple[str, ...] = ()
    for side in Side:
        missing = tuple(item for item in tally.missing if item.side is side)
        told = sum(item.side is side for item in tally.yes + tally.no)
        if told * of < (told + len(missing)) * known:
            gaps += _ids(missing)
    reasons = []
    if reds:
        reasons.append(
            Reason("EG-7", "un point rouge reste sans réponse", "a red item has no answer yet", reds, ("D.5",))
        )
    if gaps:
        reasons.append(
            Reason("EG-8", "trop peu de réponses d’un côté", "too few answers on one side", gaps, ("D.5", "RQ-21"))
        )
    if reasons:
        return Verdict(Level.NOT_ASSESSED, tuple(reasons))
    fr = "aucun seuil atteint ; même avec des facteurs de sécurité, le risque reste moyen"
    en = "no threshold reached; even with safety factors the risk stays medium"
    return Verdict(Level.MEDIUM, (Reason("EG-9", fr, en, _ids(tally.yes), ("DW-05",)),))


def _threshold(tally: Tally, reached: Callable[[Tally], tuple[Reason, ...]]) -> Verdict:
    """A published threshold: reached now, reachable by what is missing, or out of reach (which is no all-clear)."""
    if reasons := reached(tally):
        return Verdict(Level.HIGH, reasons, "reached")
    if reached(tally.at_worst()):
        fr, en = "le seuil dépend de réponses qui manquent", "the threshold depends on answers that are missing"
        return Verdict(Level.NOT_ASSESSED, (Reason("TH-1", fr, en, _ids(tally.missing)),))
    fr = "seuil non atteint, ce qui n’exclut pas le danger"
    en = "threshold not reached, which does not rule out danger"
    return Verdict(Level.MEDIUM, (Reason("TH-2", fr, en, _ids(tally.yes)),), "not reached")


def french_grid(tally: Tally) -> Verdict:
    """The French grid of 23 questions: 12 yes and/or 2 red (GR-03, press only; its text was not found in full)."""

    def reached(t: Tally) -> tuple[Reason, ...]:
        reasons: tuple[Reason, ...] = ()
        reds = tuple(item for item in t.yes if item.red)
        if len(t.yes) >= 12:
            reasons += (
                Reason("FR-1", "au moins douze réponses positives", "at least twelve yes", _ids(t.yes), ("GR-03",)),
            )
        if len(reds) >= 2:
            reasons += (
                Reason("FR-2", "au moins deux questions rouges", "at least two red questions", _ids(reds), ("GR-03",)),
            )
        return reasons

    return _threshold(tally, reached)


def dash(tally: Tally) -> Verdict:
    """DASH-RIC: 14 ticks of 24 are high. The instrument also asks for professional judgement: see overrides."""

    def reached(t: Tally) -> tuple[Reason, ...]:
        if len(t.yes) < 14:
            return ()
        return (Reason("DASH-1", "au moins quatorze cases cochées", "at least fourteen ticks", _ids(t.yes)),)

    return _threshold(tally, reached)


def lap(tally: Tally) -> Verdict:
    """Lethality Assessment Program: any of questions 1 to 3 (group "a"), or four of 4 to 11 (group "b")."""

    def reached(t: Tally) -> tuple[Reason, ...]:
        reasons: tuple[Reason, ...] = ()
        first = tuple(item for item in t.yes if item.group == "a")
        others = tuple(item for item in t.yes if item.group == "b")
        if first:
            fr, en = "une des trois premières questions", "one of the first three questions"
            reasons += (Reason("LAP-1", fr, en, _ids(first)),)
        if len(others) >= 4:
            fr, en = "au moins quatre des huit suivantes", "at least four of the eight that follow"
            reasons += (Reason("LAP-2", fr, en, _ids(others)),)
        return reasons

    return _threshold(tally, reached)


# Danger Assessment (© Campbell): lower bound of each band, its name as a range, and the level we read it as. The
# reading is ours: the lowest band is medium, because no result of ours says less (design, rule 3).
DANGER_ASSESSMENT_BANDS: tuple[tuple[int, str, Level], ...] = (
    (18, "≥ 18", Level.VERY_HIGH),
    (14, "14–17", Level.VERY_HIGH),
    (8, "8–13", Level.HIGH),
)
LOWEST_BAND = "< 8"


def danger_assessment_band(score: int) -> tuple[str, Level]:
    """The published band of a Danger Assessment score, and our reading of it."""
    return next(
        ((band, level) for least, band, level in DANGER_ASSESSMENT_BANDS if score >= least), (LOWEST_BAND, Level.MEDIUM)
    )


def danger_assessment(tally: Tally) -> Verdict:
    """Danger Assessment: the sum of the weights of the yes, read in four bands. Weights come with the licensed text.

    The text has one item that lowers the score; a missing answer to it counts as if it did not.
    """
    score = sum(item.weight for item in tally.yes)
    could = sum(item.weight for item in tally.at_worst().yes)
    band, level = danger_assessment_band(score)
    possible, _ = danger_assessment_band(could)
    if level is Level.MEDIUM and possible != band:
        fr, en = (
            f"{score} points, jusqu’à {could} selon ce qui manque",
            f"{score} points, up to {could} with what is missing",
        )
        return Verdict(Level.NOT_ASSESSED, (Reason("DA-2", fr, en, _ids(tally.missing)),))
    fr, en = f"{score} points, tranche {band}", f"{score} points, band {band}"
    return Verdict(level, (Reason("DA-1", fr, en, _ids(tally.yes)),), band)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule("egide_short_form", "Règle propre à Égide", "Égide’s own rule", short_form, sources=("DW-01", "DW-04", "DW-05", "D.5")),
        Rule("french_grid", "12 oui et/ou 2 rouges", "12 yes and/or 2 red", french_grid, items=23, reds=5, sources=("GR-01", "GR-02", "GR-03")),
        Rule("dash", "14 cases sur 24", "14 ticks of 24", dash, items=24, sources=("anchors: scoring rules",)),
        Rule("lap", "1 des 3 premières, ou 4 des 8 suivantes", "1 of the first 3, or 4 of the next 8", lap, items=11, groups=(("a", 3), ("b", 8)), sources=("anchors: scoring rules",)),
        Rule("danger_assessment", "Tranches à 8, 14 et 18 points", "Bands at 8, 14 and 18 points", danger_assessment, items=20, sources=("anchors: scoring rules", "OG-07")),
    )
}  # fmt: skip
