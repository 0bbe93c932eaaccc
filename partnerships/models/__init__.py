"""What the app keeps, a file for each noun."""

from partnerships.models.agreements import Agreement, AgreementQuerySet, in_force_on
from partnerships.models.files import AgreementFile, AgreementFileQuerySet, FileKind
from partnerships.models.funding import FundingTerm
from partnerships.models.kinds import AgreementKind, KindCode, ScopeTag
from partnerships.models.links import AgreementLink, LinkKind, RegulationReference, TermExtension
from partnerships.models.organizations import (
    Organization,
    OrganizationAlias,
    OrganizationKind,
    OrganizationMerge,
    OrganizationQuerySet,
)
from partnerships.models.parties import AgreementParty, FocalPoint, SigningCapacity
from partnerships.models.signing import SigningAuthority, may_sign
from partnerships.models.submissions import Publication, RecordState, Submission, SubmissionQuerySet
from partnerships.models.terms import ENDING_DAYS, AgreementLevel, Classification, TermState

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
    "Classification",
    "FileKind",
    "FocalPoint",
    "FundingTerm",
    "KindCode",
    "LinkKind",
    "Organization",
    "OrganizationAlias",
    "OrganizationKind",
    "OrganizationMerge",
    "OrganizationQuerySet",
    "Publication",
    "RecordState",
    "RegulationReference",
    "ScopeTag",
    "SigningAuthority",
    "SigningCapacity",
    "Submission",
    "SubmissionQuerySet",
    "TermExtension",
    "TermState",
    "in_force_on",
    "may_sign",
]
