"""What the app keeps, a file for each noun."""

from partnerships.models.agreements import Agreement, AgreementQuerySet
from partnerships.models.commitments import (
    Activity,
    ActivityQuerySet,
    ActivitySource,
    Commitment,
    CommitmentQuerySet,
    Measure,
    Recurrence,
    half_of,
)
from partnerships.models.files import AgreementFile, AgreementFileQuerySet, FileKind
from partnerships.models.funding import FundingTerm
from partnerships.models.kinds import AgreementKind, KindCode, ScopeTag
from partnerships.models.links import AgreementLink, LinkKind, RegulationReference, TermExtension
from partnerships.models.monitoring import (
    RATING_COUNTS,
    RATING_TONES,
    MonitoredUnit,
    MonitoredUnitQuerySet,
    MonitoringAnswer,
    MonitoringAnswerQuerySet,
    MonitoringRound,
    MonitoringRoundQuerySet,
    Rating,
)
from partnerships.models.organizations import Organization, OrganizationKind
from partnerships.models.parties import AgreementParty, FocalPoint, SigningCapacity
from partnerships.models.submissions import Publication, RecordState, Submission, SubmissionQuerySet
from partnerships.models.terms import ENDING_DAYS, AgreementLevel, Classification, TermState

__all__ = [
    "ENDING_DAYS",
    "RATING_COUNTS",
    "RATING_TONES",
    "Activity",
    "ActivityQuerySet",
    "ActivitySource",
    "Agreement",
    "AgreementFile",
    "AgreementFileQuerySet",
    "AgreementKind",
    "AgreementLevel",
    "AgreementLink",
    "AgreementParty",
    "AgreementQuerySet",
    "Classification",
    "Commitment",
    "CommitmentQuerySet",
    "FileKind",
    "FocalPoint",
    "FundingTerm",
    "KindCode",
    "LinkKind",
    "Measure",
    "MonitoredUnit",
    "MonitoredUnitQuerySet",
    "MonitoringAnswer",
    "MonitoringAnswerQuerySet",
    "MonitoringRound",
    "MonitoringRoundQuerySet",
    "Organization",
    "OrganizationKind",
    "Publication",
    "Rating",
    "RecordState",
    "Recurrence",
    "RegulationReference",
    "ScopeTag",
    "SigningCapacity",
    "Submission",
    "SubmissionQuerySet",
    "TermExtension",
    "TermState",
    "half_of",
]
