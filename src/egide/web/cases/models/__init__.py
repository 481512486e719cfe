"""The tables of the file, by subject."""

from egide.web.cases.models.attribution import (
    Attribution,
    AttributionStatus,
    DeviceTest,
    Handover,
    ReturnCertificate,
    Withdrawal,
    WithdrawalGround,
)
from egide.web.cases.models.case import (
    Bar,
    BreakGlass,
    Case,
    CaseChild,
    CaseRespondent,
    CoupleLink,
    Mandate,
    Stage,
)
from egide.web.cases.models.consent import Consent, ConsentKind
from egide.web.cases.models.decision import CommitteeReview, Decision, DecisionKind
from egide.web.cases.models.evaluation import (
    Contact,
    Evaluation,
    Interview,
    InterviewSession,
    Report,
    Statement,
    StatementNature,
)
from egide.web.cases.models.follow_up import FollowUpStep, FollowUpSummary
from egide.web.cases.models.orders import Order

__all__ = [
    "Attribution",
    "AttributionStatus",
    "Bar",
    "BreakGlass",
    "Case",
    "CaseChild",
    "CaseRespondent",
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
    "Mandate",
    "Order",
    "Report",
    "ReturnCertificate",
    "Stage",
    "Statement",
    "StatementNature",
    "Withdrawal",
    "WithdrawalGround",
]
