"""What must people do now? A result opens steps for them; nothing here closes one, and no result closes a case.

The steps are rows: for which levels, or for which yes answers of our own form, who owns the step, how soon. The hours
are ours and configurable; the sources say where the need was read.
"""

from __future__ import annotations

from dataclasses import dataclass

from egide.core.instruments.levels import Level
from egide.core.instruments.scoring import Result, Setting
from egide.core.instruments.short_form import SHORT_FORM

ANY = frozenset(Level)
GRAVE = frozenset({Level.HIGH, Level.VERY_HIGH})
UNKNOWN = frozenset({Level.NOT_ASSESSED})


@dataclass(frozen=True, slots=True)
class Step:
    """One step for one owner (a role's code name, or "assessor"), due so many hours after the assessment."""

    id: str
    fr: str
    en: str
    owner: str
    due_h: int
    sources: tuple[str, ...]
    levels: frozenset[Level] = ANY
    items: tuple[str, ...] = ()  # any of these answered yes; empty: whatever was answered
    settings: frozenset[Setting] = frozenset(Setting)


STEPS: tuple[Step, ...] = (
    Step("call_same_day", "Joindre la personne aujourd’hui par un moyen sûr", "Reach the person today by a safe channel", "association_worker", 24, ("RQ-21",), GRAVE),
    Step("call_soon", "Joindre la personne par un moyen sûr", "Reach the person by a safe channel", "association_worker", 48, ("RQ-21",), UNKNOWN),
    Step("call_follow_up", "Convenir d’un prochain contact", "Agree on the next contact", "association_worker", 168, ("RQ-21",), frozenset({Level.MEDIUM})),
    Step("tell_prosecutor", "Exposer la situation au parquet", "Put the situation before the prosecutor", "assessor", 24, ("TGD-22", "RQ-72"), GRAVE),
    Step("who_proposes", "Nommer la personne qui propose une mesure, ou qui explique pourquoi aucune", "Name who proposes a measure, or who explains why none", "assessor", 48, ("OF-10",), GRAVE),
    Step("complete", "Poser les questions sans réponse, ou les chercher auprès d’une autre source", "Ask what has no answer, or look for it with another source", "assessor", 48, ("RQ-21", "DG-05"), UNKNOWN),
    Step("repeat_calmly", "Reprendre l’évaluation à distance des faits", "Repeat the assessment at a distance from the facts", "assessor", 168, ("DG-03", "RQ-65"), settings=frozenset({Setting.IN_THE_HEAT})),
    Step("weapon", "Vérifier les armes et en demander la remise", "Check for weapons and ask that they be handed over", "investigator", 24, ("SH-06", "AC-15", "OP-08"), items=("R01",)),
    Step("medical", "Proposer un examen médical et un certificat", "Offer a medical examination and a certificate", "association_worker", 48, ("OG-02", "IN-01"), items=("P02", "P05", "P06")),
    Step("support_person", "Proposer un soutien psychologique le jour même", "Offer psychological support on the same day", "association_worker", 24, ("DG-06", "RQ-79"), items=("P12",)),
    Step("children", "Examiner le danger de chaque enfant et le signalement dû", "Look at the danger to each child and at the report that is due", "assessor", 24, ("SH-03", "RQ-52", "RQ-79"), items=("P07", "P08")),
    Step("safe_place", "Chercher un lieu sûr pour ce soir", "Look for a safe place for tonight", "association_worker", 24, ("RQ-18", "RQ-91"), items=("P11",)),
    Step("care_respondent", "Demander un avis psychiatrique urgent pour la personne mise en cause", "Ask for urgent psychiatric advice for the respondent", "investigator", 24, ("DW-10", "RQ-67"), items=("R04", "R09", "R10")),
    Step("ban_ignored", "Signaler au parquet l’interdiction non respectée", "Report to the prosecutor that a ban was ignored", "investigator", 24, ("RQ-11", "OF-13"), items=("R05",)),
)  # fmt: skip

# Two steps that hang on more than a level or a yes.
SOURCES_DIFFER = Step("sources_differ", "Reprendre avec chaque source les réponses qui diffèrent", "Go over the answers that differ with each source", "assessor", 48, ("DG-09", "RQ-82"))  # fmt: skip
NOTHING_HOLDS = Step("nothing_holds", "Aucun facteur de sécurité : demander si tout est perdu (R02)", "No safety factor at all: ask whether everything is lost (R02)", "assessor", 48, ("DW-03", "DW-04"))  # fmt: skip


def next_steps(result: Result, setting: Setting = Setting.CALM, level: Level | None = None) -> tuple[Step, ...]:
    """What people do now, the soonest first. Never empty: every result opens something.

    `level` is the one that counts when somebody raised it; a level below the score's is ignored.
    """
    counts = max(result.level, level or result.level, key=lambda one: one.rank)
    ours = result.instrument == SHORT_FORM.id  # the items of the table are ours; a loaded text may use the same ids
    yes = set(result.risks) if ours else set()
    steps = [
        step
        for step in STEPS
        if counts in step.levels and setting in step.settings and (not step.items or yes & set(step.items))
    ]
    if result.heard_differently:
        steps.append(SOURCES_DIFFER)
    if ours and result.safety_absent and not result.safety and "R02" in result.missing:
        steps.append(NOTHING_HOLDS)
    if counts is not Level.NOT_ASSESSED and result.could_reach.rank > counts.rank:
        steps.append(next(step for step in STEPS if step.id == "complete"))
    return tuple(sorted(steps, key=lambda step: step.due_h))
