"""What the app keeps, a file for each noun."""

from partnerships.models.agreements import Agreement, AgreementQuerySet, in_force_on
from partnerships.models.campaigns import (
    PLAIN_ANSWERS,
    Campaign,
    CampaignAnswer,
    CampaignBatch,
    CampaignItem,
    CampaignItemQuerySet,
    CampaignQuerySet,
)
from partnerships.models.endings import EndingChoice, EndingDecision, EndingDecisionQuerySet, EndingNotice
from partnerships.models.files import AgreementFile, AgreementFileQuerySet, FileKind, ScanState
from partnerships.models.funding import FundingTerm
from partnerships.models.kinds import AgreementKind, KindCode, ScopeTag
from partnerships.models.links import TAKES_OVER, AgreementLink, LinkKind, RegulationReference, TermExtension
from partnerships.models.organizations import Organization, OrganizationKind
from partnerships.models.parties import AgreementParty, FocalPoint, SigningCapacity
from partnerships.models.submissions import (
    ChecklistPoint,
    Publication,
    RecordState,
    Submission,
    SubmissionQuerySet,
    WaitingCopies,
    copies_waiting,
)
from partnerships.models.terms import ENDING_DAYS, ENDING_STEPS, AgreementLevel, Classification, TermState
from partnerships.models.work_plans import (
    ApprovalSide,
    PlanState,
    Responsible,
    WorkPlan,
    WorkPlanApproval,
    WorkPlanLine,
    WorkPlanQuerySet,
)

__all__ = [
    "ENDING_DAYS",
    "ENDING_STEPS",
    "PLAIN_ANSWERS",
    "TAKES_OVER",
    "Agreement",
    "AgreementFile",
    "AgreementFileQuerySet",
    "AgreementKind",
    "AgreementLevel",
    "AgreementLink",
    "AgreementParty",
    "AgreementQuerySet",
    "ApprovalSide",
    "Campaign",
    "CampaignAnswer",
    "CampaignBatch",
    "CampaignItem",
    "CampaignItemQuerySet",
    "CampaignQuerySet",
    "ChecklistPoint",
    "Classification",
    "EndingChoice",
    "EndingDecision",
    "EndingDecisionQuerySet",
    "EndingNotice",
    "FileKind",
    "FocalPoint",
    "FundingTerm",
    "KindCode",
    "LinkKind",
    "Organization",
    "OrganizationKind",
    "PlanState",
    "Publication",
    "RecordState",
    "RegulationReference",
    "Responsible",
    "ScanState",
    "ScopeTag",
    "SigningCapacity",
    "Submission",
    "SubmissionQuerySet",
    "TermExtension",
    "TermState",
    "WaitingCopies",
    "WorkPlan",
    "WorkPlanApproval",
    "WorkPlanLine",
    "WorkPlanQuerySet",
    "copies_waiting",
    "in_force_on",
]
