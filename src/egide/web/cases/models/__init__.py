"""The tables of the file, by subject."""

from egide.web.cases.models.attribution import (
    Attribution,
    AttributionStatus,
    DeviceTest,
    Handover,
    LiaisonSheet,
    ReturnCertificate,
    StockPhone,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.models.case import (
    Bar,
    BreakGlass,
    Case,
    CaseChild,
    CaseCounter,
    CaseEvent,
    CaseRespondent,
    CoupleLink,
    Mandate,
    MandatePurpose,
    Stage,
)
from egide.web.cases.models.consent import Consent, ConsentKind
from egide.web.cases.models.decision import CommitteeItem, CommitteeReview, Decision, DecisionKind
from egide.web.cases.models.evaluation import (
    Contact,
    Evaluation,
    Interview,
    InterviewSession,
    Report,
    Statement,
    StatementNature,
)
from egide.web.cases.models.follow_up import AlarmFollowUp, FollowUpStep, FollowUpSummary
from egide.web.cases.models.orders import Order
from egide.web.cases.models.review import Review, ReviewCause, ReviewOutcome

__all__ = [
    "AlarmFollowUp",
    "Attribution",
    "AttributionStatus",
    "Bar",
    "BreakGlass",
    "Case",
    "CaseChild",
    "CaseCounter",
    "CaseEvent",
    "CaseRespondent",
    "CommitteeItem",
    "CommitteeReview",
    "Consent",
    "ConsentKind",
    "Contact",
    "CoupleLink",
    "Decision",
    "DecisionKind",
    "DeviceTest",
    "Evaluation",
    "FollowUpStep",
    "FollowUpSummary",
    "Handover",
    "Interview",
    "InterviewSession",
    "LiaisonSheet",
    "Mandate",
    "MandatePurpose",
    "Order",
    "Report",
    "ReturnCertificate",
    "Review",
    "ReviewCause",
    "ReviewOutcome",
    "Stage",
    "Statement",
    "StatementNature",
    "StockPhone",
    "Withdrawal",
    "WithdrawalGround",
]
