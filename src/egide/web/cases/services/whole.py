"""Everything a case holds that a clock, a condition or a stage may depend on, read once, in a fixed number of queries.

It answers rows, newest last; it judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from egide.core.law.practice import PracticeSettings
from egide.web.agencies.models import Agency, AgencyKind
from egide.web.cases.beside import beside
from egide.web.cases.law import register
from egide.web.cases.models import (
    AlarmFollowUp,
    Attribution,
    AttributionStatus,
    Bar,
    BreakGlass,
    Case,
    CaseRespondent,
    CommitteeItem,
    CommitteeReview,
    Consent,
    Contact,
    Decision,
    Evaluation,
    FollowUpStep,
    FollowUpSummary,
    Interview,
    Mandate,
    Order,
    Report,
    Review,
)
from egide.web.danger.models import Assessment
from egide.web.measures.models import Measure, MeasureStatus
from egide.web.people.profile import Channel, Profile, known_of

OUT = (AttributionStatus.ACTIVE, AttributionStatus.WITHDRAWN)  # the phone is in somebody's hands
RUNS = (AttributionStatus.DECIDED, AttributionStatus.ACTIVE)


@dataclass
class Whole:
    """One case and its rows. Each list is read when first asked for, and once."""

    case: Case

    @cached_property
    def practice(self) -> PracticeSettings:
        """The district's settings. Raises PracticeError where one of them is not what it may be."""
        return PracticeSettings.from_mapping(self.case.jurisdiction.practice)

    @cached_property
    def respondents(self) -> list[CaseRespondent]:
        """Those complained of."""
        return beside(self.case, "respondents")

    @cached_property
    def person_has_other_cases(self) -> bool:
        """Whether another case that the reader sees protects the same person."""
        return Case.objects.filter(protected_person=self.case.protected_person_id).exclude(pk=self.case.pk).exists()

    @cached_property
    def reports(self) -> list[Report]:
        """Reports, by receipt."""
        return list(self.case.reports.select_related("received_by").order_by("received_at", "pk"))

    @cached_property
    def evaluations(self) -> list[Evaluation]:
        """Evaluations, by the day they were asked for."""
        return list(self.case.evaluations.select_related("agency").order_by("mandate_sent_at", "pk"))

    @cached_property
    def contacts(self) -> list[Contact]:
        """Contacts and attempts, by instant."""
        return list(self.case.contacts.order_by("at", "pk"))

    @cached_property
    def interviews(self) -> list[Interview]:
        """Interviews with their sittings."""
        return list(self.case.interviews.select_related("agency", "led_by").prefetch_related("sessions").order_by("pk"))

    @cached_property
    def channels(self) -> list[Channel]:
        """Ways to reach the protected person."""
        return list(Channel.objects.filter(person=self.case.protected_person_id).order_by("pk"))

    @cached_property
    def profile(self) -> Profile | None:
        """What is known of the protected person beyond a name."""
        return known_of(self.case.protected_person_id)

    @cached_property
    def assessments(self) -> list[Assessment]:
        """Finished danger assessments, by day."""
        return [row for row in self._looks if row.finished_at is not None]

    @property
    def drafts(self) -> list[Assessment]:
        """Danger assessments that nobody has finished yet."""
        return [row for row in self._looks if row.finished_at is None]

    @cached_property
    def _looks(self) -> list[Assessment]:
        rows = Assessment.objects.filter(case=self.case).select_related("agency", "assessor")
        return list(rows.order_by("made_at", "pk"))

    @cached_property
    def consents(self) -> list[Consent]:
        """Consents and refusals of the protected person, by instant."""
        return [row for row in beside(self.case, "consents") if row.person_id == self.case.protected_person_id]

    @cached_property
    def orders(self) -> list[Order]:
        """Orders and bans between the protected person and these respondents: one register per pair of persons."""
        return register(self.case, self.respondents)

    @cached_property
    def decisions(self) -> list[Decision]:
        """Decisions, by instant."""
        return list(self.case.decisions.select_related("decided_by").order_by("decided_at", "pk"))

    @cached_property
    def attributions(self) -> list[Attribution]:
        """Attributions with everything that hangs on them."""
        rows = self.case.attributions.select_related(
            "device", "decision", "handover", "withdrawal", "withdrawal__decision", "return_certificate"
        )
        return list(rows.prefetch_related("tests", "liaison_sheets__agency", "exchanges__device").order_by("pk"))

    @cached_property
    def reviews(self) -> list[Review]:
        """Reviews, by the day they were opened."""
        return list(self.case.reviews.select_related("done_by").order_by("opened_at", "pk"))

    @cached_property
    def alarms(self) -> list[AlarmFollowUp]:
        """Alarms that ask for a call."""
        return list(self.case.alarm_follow_ups.select_related("called_by").order_by("at", "pk"))

    @cached_property
    def committee_items(self) -> list[CommitteeItem]:
        """What stands on the committee's agenda."""
        return list(self.case.committee_items.select_related("review").order_by("meets_on", "pk"))

    @cached_property
    def committee_reviews(self) -> list[CommitteeReview]:
        """What the committee said."""
        return list(self.case.committee_reviews.order_by("met_on", "pk"))

    @cached_property
    def measures(self) -> list[Measure]:
        """Bracelet measures in which these respondents wear it and the protected person is protected."""
        known = [one.person_id for one in self.respondents if one.person_id is not None]
        if not known:
            return []
        rows = Measure.objects.filter(protected_person=self.case.protected_person_id, wearer_person__in=known)
        return list(rows.order_by("pk"))

    @property
    def worn(self) -> bool:
        """Whether a bracelet measure between these persons is not over."""
        return any(one.status != MeasureStatus.ENDED for one in self.measures)

    @cached_property
    def steps(self) -> list[FollowUpStep]:
        """Follow-up steps."""
        return list(self.case.follow_up_steps.select_related("agency", "owner").order_by("pk"))

    @cached_property
    def summaries(self) -> list[FollowUpSummary]:
        """Follow-up summaries, by instant."""
        rows = self.case.follow_up_summaries.select_related("agency", "written_by")
        return list(rows.order_by("written_at", "pk"))

    @cached_property
    def break_glass(self) -> list[BreakGlass]:
        """Emergency accesses that nobody has reviewed yet."""
        return [row for row in beside(self.case, "break_glass") if row.reviewed_at is None]

    @cached_property
    def bars(self) -> list[Bar]:
        """Who is kept out."""
        return beside(self.case, "bars")

    @cached_property
    def mandates(self) -> list[Mandate]:
        """Mandates in force, the oldest first, those of agencies kept out left aside."""
        out = {bar.agency_id for bar in self.bars}
        return [row for row in beside(self.case, "mandates") if row.ends_at is None and row.agency_id not in out]

    @cached_property
    def district(self) -> list[Agency]:
        """The agencies of the district, those kept out left aside."""
        out = {bar.agency_id for bar in self.bars}
        rows = Agency.objects.filter(jurisdiction=self.case.jurisdiction_id).order_by("pk")
        return [row for row in rows if row.pk not in out]

    @property
    def prosecution_office(self) -> Agency | None:
        """The prosecution office of the district."""
        return next((a for a in self.district if a.kind == AgencyKind.PROSECUTION_OFFICE), None)

    @property
    def lead_association(self) -> Agency | None:
        """The association that receives the reports of the district (TGD-05, TGD-06)."""
        associations = [a for a in self.district if a.kind == AgencyKind.SUPPORT_ASSOCIATION]
        return next((a for a in associations if a.is_lead_association), None)

    @property
    def running(self) -> Attribution | None:
        """The attribution decided or active; there is one at most."""
        return next((a for a in self.attributions if a.status in RUNS), None)

    @property
    def out(self) -> list[Attribution]:
        """Attributions whose phone is in somebody's hands."""
        return [a for a in self.attributions if a.status in OUT]
