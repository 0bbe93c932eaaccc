"""What the app keeps, a file for each noun."""

from partnerships.models.agreements import Agreement, AgreementQuerySet, in_force_on
from partnerships.models.files import AgreementFile, AgreementFileQuerySet, FileKind
from partnerships.models.funding import FundingTerm
from partnerships.models.kinds import AgreementKind, KindCode, ScopeTag
from partnerships.models.links import AgreementLink, LinkKind, RegulationReference, TermExtension
from partnerships.models.organizations import Organization, OrganizationKind
from partnerships.models.parties import AgreementParty, FocalPoint, SigningCapacity
from partnerships.models.searching import Term, terms_of
from partnerships.models.submissions import Publication, RecordState, Submission, SubmissionQuerySet
from partnerships.models.terms import ENDING_DAYS, AgreementLevel, Classification, TermState
from partnerships.models.texts import AgreementText, FileText

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
    "AgreementText",
    "Classification",
    "FileKind",
    "FileText",
    "FocalPoint",
    "FundingTerm",
    "KindCode",
    "LinkKind",
    "Organization",
    "OrganizationKind",
    "Publication",
    "RecordState",
    "RegulationReference",
    "ScopeTag",
    "SigningCapacity",
    "Submission",
    "SubmissionQuerySet",
    "Term",
    "TermExtension",
    "TermState",
    "in_force_on",
    "terms_of",
]
