"""May this actor do this with this part of this case, now? The one place where access is decided; pure, default deny.

Order of answers: barred, party to the case, wall, grants, emergency, refusal. Every decision names the row that gave
or refused it and says why in both languages; the caller writes it to the audit trail, refusals included.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from egide.core.access import grants_field, grants_justice
from egide.core.access.groups import GROUPS, About, Group, about
from egide.core.access.people import BREAK_GLASS_LIMIT, Actor, BreakGlass, CaseView, Consent, in_force
from egide.core.access.roles import ROLES, Role
from egide.core.access.rows import PART_I, PART_II, Grant
from egide.core.access.scale import ALARM, KEPT, Action, Condition, Level, Obligation, Stage
from egide.core.access.walls import wall_for

GRANTS: tuple[Grant, ...] = grants_justice.GRANTS + grants_field.GRANTS

BARRED, PARTY, DEFAULT, EMERGENCY = "X-BARRED", "X-PARTY", "X-DEFAULT", "BG-01"

# What an emergency can open, of what the role's own rows would give it in a case of its own: what helps to find and
# protect somebody tonight. A hidden address and positions open with an alarm, not with a reason typed by a stranger.
EMERGENCY_OPENS = (PART_I | PART_II | {Group.WEAPONS, Group.BAR_TERMS, Group.CASE_STATE, Group.ALARM_RECORD}) - {
    Group.HIDDEN_ADDRESS
}
EMERGENCY_LIFTS = frozenset({Condition.MANDATE, Condition.TERRITORY})


@dataclass(frozen=True, slots=True)
class Decision:
    """An answer about one group and one action.

    `level` is the highest that holds, also when it is not enough. `rule_id` names the row, wall or rule; `consent` and
    `until` stand where the access rests on a consent or ends by itself.
    """

    allowed: bool
    level: Level
    rule_id: str
    fr: str
    en: str
    obligations: tuple[Obligation, ...] = (Obligation.AUDIT,)
    consent: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """The best row that counts now."""

    row: Grant
    level: Level
    consent: Consent | None = None


def _by_role_and_group() -> Mapping[tuple[Role, Group], tuple[Grant, ...]]:
    table: dict[tuple[Role, Group], tuple[Grant, ...]] = {}
    for row in sorted(GRANTS, key=lambda grant: (-grant.level, Condition.CONSENT in grant.conditions)):
        for role in row.roles:
            for group in row.groups:
                table[role, group] = (*table.get((role, group), ()), row)
    return table


_TABLE = _by_role_and_group()


def rows_for(role: Role, group: Group) -> tuple[Grant, ...]:
    """The rows that give this role something of this group, the highest level first, before any wall."""
    return _TABLE.get((role, group), ())


def _consent_for(actor: Actor, subject: CaseView, group: Group, at: datetime) -> Consent | None:
    category = GROUPS[group].category
    return next(
        (
            c
            for c in subject.consents
            if c.category is category and c.recipient == actor.agency and actor.agency and c.live(at)
        ),
        None,
    )


def _failed(
    row: Grant, actor: Actor, subject: CaseView, group: Group, at: datetime
) -> tuple[frozenset[Condition], Consent | None]:
    """The row's conditions that do not hold, and the consent it rests on."""
    failed = set()
    consent = None
    for condition in row.conditions:
        if condition is Condition.MANDATE:
            holds = any(
                m.agency == actor.agency != "" and in_force(at, m.starts_at, m.ends_at) for m in subject.mandates
            )
        elif condition is Condition.TERRITORY:
            here = subject.territories
            if subject.alarm_open and Stage.ALARM in row.stages:
                here |= subject.alarm_territories
            holds = bool(actor.territories & here)
        elif condition is Condition.AUTHORISED:
            since = actor.authorised_from
            holds = since is not None and in_force(at, since, actor.authorised_until)
        elif condition is Condition.OWN_PERSON:
            own = {subject.protected_person} if actor.role is Role.PROTECTED_PERSON else subject.respondents
            holds = actor.person != "" and actor.person in own
        else:
            consent = _consent_for(actor, subject, group, at)
            holds = consent is not None
        if not holds:
            failed.add(condition)
    return frozenset(failed), consent


def _held(
    actor: Actor,
    subject: CaseView,
    group: Group,
    at: datetime,
    stages: frozenset[Stage],
    lifted: frozenset[Condition] = frozenset(),
) -> _Held | None:
    for row in rows_for(actor.role, group):
        if not row.stages & stages:
            continue
        failed, consent = _failed(row, actor, subject, group, at)
        if failed <= lifted:
            return _Held(row, row.level, consent)
    return None


def _stopped(actor: Actor, subject: CaseView, group: Group) -> Decision | None:
    """What no row can overcome: a bar, being a party to the case, a wall."""
    if subject.is_barred(actor.id, actor.unit, actor.agency):
        return Decision(
            False, Level.NONE, BARRED, "personne ou unité écartée de ce dossier", "person or unit barred from this case"
        )
    parties = subject.respondents | {subject.protected_person}
    if actor.role not in (Role.PROTECTED_PERSON, Role.RESPONDENT) and actor.person != "" and actor.person in parties:
        return Decision(
            False,
            Level.NONE,
            PARTY,
            "nul n’instruit un dossier où il est partie",
            "nobody works on a case to which they are a party",
        )
    if wall := wall_for(actor.role, group):
        return Decision(False, Level.NONE, wall.id, wall.fr, wall.en)
    return None


def _allowed(held: _Held, group: Group, action: Action) -> Decision:
    obligations = [Obligation.AUDIT, *GROUPS[group].obligations]
    if action is Action.WRITE and GROUPS[group].grave:
        obligations.append(Obligation.REAUTHENTICATE)
    if held.consent:
        obligations.append(Obligation.ONLY_FOR_PURPOSE)
    return Decision(
        allowed=True,
        level=held.level,
        rule_id=held.row.id,
        fr=f"accordé par la ligne {held.row.id} ({', '.join(held.row.sources)})",
        en=f"granted by row {held.row.id} ({', '.join(held.row.sources)})",
        obligations=tuple(obligations),
        consent=held.consent.id if held.consent else "",
        until=held.consent.ends_at if held.consent else None,
    )


def _emergency(actor: Actor, subject: CaseView, group: Group, action: Action, at: datetime) -> Decision | None:
    glass = actor.break_glass
    if glass is None or glass.case != subject.id or not glass.open(at) or action is Action.WRITE:
        return None
    if not ROLES[actor.role].break_glass or group not in EMERGENCY_OPENS or subject.stage not in KEPT:
        return None
    held = _held(actor, subject, group, at, subject.stages | ALARM, EMERGENCY_LIFTS)
    if held is None:
        return None
    level = min(held.level, Level.READ)
    if level < action.needs:
        return None
    given = _allowed(replace(held, level=level), group, action)
    return replace(
        given,
        rule_id=EMERGENCY,
        fr=f"accès d’urgence, dans la limite de la ligne {held.row.id}",
        en=f"emergency access, within row {held.row.id}",
        obligations=(*given.obligations, Obligation.REVIEW_AFTER),
        until=min(glass.ends_at, glass.opened_at + BREAK_GLASS_LIMIT),
    )


def _refused(actor: Actor, subject: CaseView, group: Group, held: _Held | None, at: datetime) -> Decision:
    if held:
        level = held.level
        return Decision(
            False,
            level,
            held.row.id,
            f"la ligne {held.row.id} ne donne que : {level.fr}",
            f"row {held.row.id} gives no more than: {level.en}",
        )
    for row in rows_for(actor.role, group):
        if not row.stages & subject.stages:
            continue
        failed, _ = _failed(row, actor, subject, group, at)
        condition = next(one for one in Condition if one in failed)
        return Decision(False, Level.NONE, row.id, condition.fr, condition.en)
    if rows := rows_for(actor.role, group):
        stage = subject.stage
        return Decision(
            False, Level.NONE, rows[0].id, f"rien à ce stade : {stage.fr}", f"nothing at this stage: {stage.en}"
        )
    return Decision(False, Level.NONE, DEFAULT, "aucune ligne ne l’accorde", "no row grants it")


def decide(actor: Actor, subject: CaseView, group: Group, action: Action, at: datetime) -> Decision:
    """May `actor` do `action` with `group` of this case at that instant? Always an answer, never an exception.

    Except ValueError for an instant without a zone. A stranger's refusal is shown as 404 by the caller (`may_open`).
    """
    if stop := _stopped(actor, subject, group):
        return stop
    held = _held(actor, subject, group, at, subject.stages)
    given = _allowed(held, group, action) if held and held.level >= action.needs else None
    emergency = _emergency(actor, subject, group, action, at)
    if emergency and (given is None or emergency.level > given.level):
        return emergency
    return given or _refused(actor, subject, group, held, at)


def fields(actor: Actor, subject: CaseView, at: datetime) -> dict[Group, Decision]:
    """What a page may show: every group with the decision that opens it; `level` says how far. The rest is absent."""
    seen = ((group, decide(actor, subject, group, Action.KNOW_EXISTS, at)) for group in Group)
    return {group: decision for group, decision in seen if decision.allowed}


_ABOUT_A_CASE = frozenset(Group) - about(About.SYSTEM)


def may_open(actor: Actor, subject: CaseView, at: datetime) -> bool:
    """Does this case exist for the actor at all? If not, every address of it answers 404."""
    return any(decide(actor, subject, group, Action.KNOW_EXISTS, at).allowed for group in _ABOUT_A_CASE)


def may_report(actor: Actor) -> bool:
    """May this actor make a new report (TGD-03)? Making one opens nothing that is already there."""
    return ROLES[actor.role].reports


class Refused(ValueError):  # noqa: N818 - reads as what it is
    """The emergency access was not opened. The text says why, and names no one."""


def break_glass(
    actor: Actor, subject: CaseView, reason: str, at: datetime, lasting: timedelta = BREAK_GLASS_LIMIT
) -> BreakGlass:
    """Opens one case in an emergency: with a reason, for hours, to be reviewed by somebody else.

    Raises `Refused` for roles that have no emergency access, for barred persons and parties, without a reason of some
    length, or for a time that is not between nothing and `BREAK_GLASS_LIMIT`.
    """
    stop = _stopped(actor, subject, Group.CASE_STATE)
    if not ROLES[actor.role].break_glass or stop:
        raise Refused("no emergency access to this case")
    if subject.stage not in KEPT:
        raise Refused("the case is archived")
    if len(reason.split()) < 2:
        raise Refused("say in a few words what the emergency is")
    if not timedelta(0) < lasting <= BREAK_GLASS_LIMIT:
        raise Refused(f"an emergency access lasts {BREAK_GLASS_LIMIT} at most")
    return BreakGlass(subject.id, reason.strip(), at, at + lasting)
