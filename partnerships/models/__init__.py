"""What the app keeps, a file for each noun."""

from partnerships.models.agreements import Agreement, AgreementQuerySet, in_force_on
from partnerships.models.files import AgreementFile, AgreementFileQuerySet, FileKind, ScanState
from partnerships.models.funding import FundingTerm
from partnerships.models.kinds import AgreementKind, KindCode, ScopeTag
from partnerships.models.links import AgreementLink, LinkKind, RegulationReference, TermExtension
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
from partnerships.models.terms import AgreementLevel, Classification, ENDING_DAYS, TermState

__all__ = [
    "ENDING_DAYS",
    "Agreement",
    "AgreementFile",
    "AgreementFileQuerySet",
    "AgreementKind",
    "AgreementLevel",
    "AgreementLink",
    "AgreementParty",
    "AgreementQuerySet",
    "ChecklistPoint",
    "Classification",
    "FileKind",
    "FocalPoint",
    "FundingTerm",
    "KindCode",
    "LinkKind",
    "Organization",
    "OrganizationKind",
    "Publication",
    "RecordState",
    "RegulationReference",
    "ScanState",
    "ScopeTag",
    "SigningCapacity",
    "Submission",
    "SubmissionQuerySet",
    "TermExtension",
    "TermState",
    "WaitingCopies",
    "copies_waiting",
    "in_force_on",
]
