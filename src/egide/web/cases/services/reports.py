"""A report comes in, from anyone, by any means, the person included: how does it become a case that somebody answers for?

No report is ever turned away (TGD-03, TGD-04). Whether somebody is known already is told to nobody who may not see it:
the answer is the same sentence for everyone, and the agency that follows that person is told instead.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

from egide.core.access import ROLES, Role
from egide.core.law.calendar import paris_day, utc
from egide.core.law.text import Text
from egide.web.accounts.models import User
from egide.web.agencies.models import Agency, AgencyKind, Jurisdiction
from egide.web.cases.models import (
    Bar,
    Case,
    CaseChild,
    CaseCounter,
    CaseRespondent,
    CoupleLink,
    Mandate,
    MandatePurpose,
    Report,
)
from egide.web.cases.services import clock, duplicates
from egide.web.cases.services.acting import ACTS, Doing, act, finish
from egide.web.cases.services.errors import CannotDo
from egide.web.cases.services.evaluations import open_evaluation
from egide.web.cases.services.owners import in_charge
from egide.web.cases.services.persons import ChildGiven, PersonGiven, make_person
from egide.web.cases.services.ports import NOTHING, Actor, Lens
from egide.web.cases.services.same_person import join, needs_closing
from egide.web.cases.services.whole import Whole
from egide.web.permissions.database import everything

SAID_TO_EVERYBODY = Text.of(
    "Le signalement est enregistré. Si un autre organisme accompagne déjà cette personne, il en sera averti.",
    "The report is recorded. If another agency already supports this person, it will be told.",
)
# To whoever named one of the cases they read as the same person's, and may not close that one to anybody.
KEPT_APART = Text.of(
    "Le signalement est enregistré, et ce nouveau dossier est fermé à qui vous écartez. L’autre dossier de la personne ne l’est pas : le fermer revient à un magistrat du parquet ou à une intervenante habilitée qui le suit. Les deux dossiers restent séparés jusque-là ; demandez-le au parquet.",
    "The report is recorded, and this new case is closed to those you keep out. The person’s other case is not: closing it is for a prosecutor, or for an authorised association worker who follows it. The two cases stay apart until then; ask the prosecution office.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RespondentGiven:
    """Somebody complained of: nothing at all may be known of who it is."""

    person: PersonGiven | None = None
    link: CoupleLink = CoupleLink.UNKNOWN
    description: str = ""
    alias: str = ""
    is_at_large: bool | None = None
    is_arrested: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportGiven:
    """What came in. `received_at`: aware. `kept_out`: users and agencies that must never see the case (RQ-08).

    `same_as`: a case of the same person, by number, among those the reader may see.
    """

    protected: PersonGiven
    reporter: Report.Reporter
    channel: Report.Channel
    received_at: datetime
    jurisdiction: Jurisdiction | None = None
    received_by: Agency | None = None
    respondents: tuple[RespondentGiven, ...] = ()
    children: tuple[ChildGiven, ...] = ()
    narrative: str = ""
    contact_of_reporter: str = ""
    violence: bool | None = None
    rape: bool | None = None
    cohabitation: bool | None = None
    kept_out: tuple[User | Agency, ...] = ()
    reason_kept_out: str = ""
    same_as: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreGiven:
    """Another report on a case that is known; after a refusal it is a new request (TGD-26)."""

    reporter: Report.Reporter
    channel: Report.Channel
    received_at: datetime
    narrative: str = ""
    contact_of_reporter: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRead:
    """Somebody who may act on it has read a report, and says what follows."""

    report: int
    what_follows: str


@dataclass(frozen=True, slots=True)
class ReportAnswer:
    """The case that was opened, and what to tell whoever reported.

    `known`: cases of the same person that the reader may see already. `article_40`: whoever recorded it is a public
    official and must notify the prosecutor of an offence without delay, before any question of consent (CF-17, SH-08).
    """

    case: Case
    known: tuple[Case, ...]
    sentence: Text
    article_40: bool


def report(actor: Actor, lens: Lens | None, given: ReportGiven) -> ReportAnswer:
    """Opens a case from a report (TGD-03, TGD-05, TGD-06). Raises CannotDo only where nobody could answer for it.

    To the lead association, or by it: the evaluation begins at once, and the prosecutor waits for its report. To anybody
    else: the prosecutor mandates. `lens` is not asked: there is no case yet, and anyone may report.
    """
    _may_report(actor)
    with everything("a report opens a case its author may never see, and tells those who follow the same person"):
        now = clock.now()
        _not_later_than(given.received_at, now)
        district = _district(actor, given)
        found = duplicates.look_for(actor, given.protected)
        person = make_person(given.protected)
        case = Case.objects.create(
            number=_number(district, paris_day(now)), protected_person=person, jurisdiction=district, opened_at=now,
            changed_at=now, version=0, cohabitation=given.cohabitation, is_rape_victim=given.rape,
            violence=given.violence,
        )  # fmt: skip
        Case.objects.select_for_update().get(pk=case.pk)
        for one in given.respondents:
            _respondent(case, one)
        for child in given.children:
            CaseChild.objects.create(
                case=case, person=make_person(child.person), school=child.school, school_phone=child.school_phone,
                lives_with_protected_person=child.lives_with_protected_person,
            )  # fmt: skip
        _keep_out(case, given, now)
        row = Report.objects.create(
            case=case, reporter=given.reporter, channel=given.channel, received_at=given.received_at,
            received_by=given.received_by or actor.agency, recorded_by=actor.user, narrative=given.narrative,
            contact_of_reporter=given.contact_of_reporter,
        )  # fmt: skip
        doing = Doing(ACTS["report_made"], case, actor, lens or NOTHING, now)
        apart = _stays_apart(doing, found, given.same_as)
        if given.same_as is not None and not apart:
            join(doing, found.visible, given.same_as, new=True)
        _route(doing, row)
        doing.about(row)
        finish(doing)
        duplicates.tell_others(found if apart else _but(found, given.same_as, actor), case, now)
    return ReportAnswer(case, found.visible, KEPT_APART if apart else SAID_TO_EVERYBODY, _official(actor))


@act("report_made", shown_in="report", rule="TGD-03")
def report_again(doing: Doing, given: MoreGiven) -> Report:
    """Another report on the case, or a new request after a refusal, at any time (TGD-26). Never turned away."""
    _may_report(doing.actor)
    doing.lens.require("case_state", "read")
    _not_later_than(given.received_at, doing.now)
    row = Report.objects.create(
        case=doing.case, reporter=given.reporter, channel=given.channel, received_at=given.received_at,
        received_by=doing.actor.agency, recorded_by=doing.actor.user, narrative=given.narrative,
        contact_of_reporter=given.contact_of_reporter,
    )  # fmt: skip
    doing.about(row)
    return row


@act("report_read", "report", rule="TGD-05", finishes=("read_report",))
def read_report(doing: Doing, given: ReportRead) -> Report:
    """The prosecution office has read a report and says what follows, where no mandate does. Raises CannotDo."""
    row = doing.own(Report, given.report)
    if not given.what_follows.strip():
        raise CannotDo("Dites ce qui suit ce signalement.", "Say what follows this report.", "TGD-05")
    row.handled_at, row.handled_by = doing.now, doing.user
    row.save(update_fields=["handled_at", "handled_by"])
    doing.about(row, given.what_follows)
    return row


def handle_reports(doing: Doing) -> None:
    """A mandate or a decision answers every report received so far."""
    unread = [row for row in doing.whole.reports if row.handled_at is None]
    for row in unread:
        row.handled_at, row.handled_by = doing.now, doing.actor.user
        row.save(update_fields=["handled_at", "handled_by"])


def _route(doing: Doing, row: Report) -> None:
    """The lead association begins at once (TGD-05 b); anybody else's report goes to the prosecutor (TGD-05 a)."""
    agency = row.received_by
    if agency is None:
        return
    lead = doing.whole.lead_association
    if lead is not None and agency.pk == lead.pk:
        open_evaluation(doing, lead, sent_at=row.received_at, received_at=row.received_at)
        row.handled_at, row.handled_by = doing.now, doing.actor.user
        row.save(update_fields=["handled_at", "handled_by"])
    elif agency.kind != AgencyKind.PROSECUTION_OFFICE and agency in doing.whole.district:
        Mandate.objects.create(
            case=doing.case, agency=agency, purpose=MandatePurpose.REPORT, starts_at=doing.now,
            given_by=doing.actor.user,
        )  # fmt: skip


def _stays_apart(doing: Doing, found: duplicates.Found, same_as: int | None) -> bool:
    """Whether the case named as the same person's would have to be closed to somebody, which is not the reporter's to do.

    Joined all the same, it would show what this report says of the person to the very ones who must not see it (RQ-08).
    """
    return any(one.pk == same_as and needs_closing(doing.actor, doing.case, one) for one in found.visible)


def _but(found: duplicates.Found, same_as: int | None, actor: Actor) -> duplicates.Found:
    """Without the case somebody of the very agency that follows it has named as the same person's: it knows."""
    own = {one.pk for one in found.visible if one.pk == same_as and in_charge(Whole(one)).agency == actor.agency}
    return replace(found, visible=tuple(one for one in found.visible if one.pk not in own))


def _respondent(case: Case, given: RespondentGiven) -> CaseRespondent:
    person = None if given.person is None else make_person(given.person)
    return CaseRespondent.objects.create(
        case=case, person=person, link=given.link, description=given.description, alias=given.alias,
        is_at_large=given.is_at_large, is_arrested=given.is_arrested,
    )  # fmt: skip


def _keep_out(case: Case, given: ReportGiven, now: datetime) -> None:
    if given.kept_out and not given.reason_kept_out.strip():
        raise CannotDo(
            "Dites pourquoi ces personnes ou unités sont écartées.",
            "Say why these persons or units are kept out.",
            "RQ-08",
        )
    for one in given.kept_out:
        user, agency = (one, None) if isinstance(one, User) else (None, one)
        Bar.objects.create(case=case, user=user, agency=agency, reason=given.reason_kept_out, at=now)
    if Whole(case).prosecution_office is None:
        raise CannotDo(
            "Aucun parquet de ce ressort ne peut recevoir ce signalement : choisissez un autre ressort (CPP art. 43).",
            "No prosecution office of this district can take this report: choose another district (CPP art. 43).",
            "IN-10",
        )


def _number(district: Jurisdiction, day: date) -> str:
    """The next number of the district in that year. The counter stays locked until commit: no number is lost."""
    CaseCounter.objects.get_or_create(jurisdiction=district, year=day.year)
    counter = CaseCounter.objects.select_for_update().get(jurisdiction=district, year=day.year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{district.code.upper()}-{day.year}-{counter.last:04d}"


def _district(actor: Actor, given: ReportGiven) -> Jurisdiction:
    if given.jurisdiction is not None:
        return given.jurisdiction
    agency = given.received_by or actor.agency
    if agency is None:
        raise CannotDo("Choisissez un ressort.", "Choose a court district.", "TGD-05")
    return agency.jurisdiction


def _may_report(actor: Actor) -> None:
    """Anyone may report (TGD-03); inside the platform, a role whose work it is. Others tell a colleague."""
    if actor.membership is not None and not ROLES[Role(actor.role)].reports:
        raise CannotDo(
            "Votre fonction n’enregistre pas de signalement : transmettez-le au parquet ou à l’association référente.",
            "Your function records no report: pass it on to the prosecution office or the lead association.",
            "TGD-06",
        )


def _official(actor: Actor) -> bool:
    return actor.membership is not None and ROLES[Role(actor.role)].public is True


def _not_later_than(received_at: datetime, now: datetime) -> None:
    if utc(received_at) > now:
        raise CannotDo(
            "L’heure de réception est dans l’avenir : corrigez-la.",
            "The time of receipt lies in the future: correct it.",
        )
