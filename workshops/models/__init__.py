"""What the app keeps, a file for each noun."""

from workshops.models.agenda import (
    TAUGHT,
    Session,
    SessionKind,
    SessionRole,
    Speaker,
    SpeakerQuerySet,
)
from workshops.models.checklists import (
    AT_REST,
    EARLIEST,
    LATEST,
    ChecklistItem,
    ChecklistItemQuerySet,
    ChecklistTemplate,
    ChecklistTemplateItem,
    due_on,
    nominal_due,
)
from workshops.models.documents import DocumentKind, WorkshopDocument, WorkshopDocumentQuerySet
from workshops.models.keeping import KeptQuerySet, keeper_for
from workshops.models.rooms import WorkshopRoom
from workshops.models.series import RuleKind, Series, SeriesQuerySet
from workshops.models.speaking import (
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerInvitationQuerySet,
    SpeakerUnavailability,
)
from workshops.models.templates import WorkshopTemplate
from workshops.models.workshops import (
    BUREAU_LEVELS,
    OPEN_STATES,
    STATE_TONES,
    AudienceSegment,
    CoOrganizer,
    Mode,
    StateChange,
    Workshop,
    WorkshopAudience,
    WorkshopAudienceQuerySet,
    WorkshopKind,
    WorkshopQuerySet,
    WorkshopState,
    organizers_for,
)

__all__ = [
    "AT_REST",
    "BUREAU_LEVELS",
    "EARLIEST",
    "LATEST",
    "OPEN_STATES",
    "STATE_TONES",
    "TAUGHT",
    "AudienceSegment",
    "ChecklistItem",
    "ChecklistItemQuerySet",
    "ChecklistTemplate",
    "ChecklistTemplateItem",
    "CoOrganizer",
    "DocumentKind",
    "KeptQuerySet",
    "Mode",
    "RuleKind",
    "Series",
    "SeriesQuerySet",
    "Session",
    "SessionKind",
    "SessionRole",
    "Speaker",
    "SpeakerAnswer",
    "SpeakerInvitation",
    "SpeakerInvitationQuerySet",
    "SpeakerQuerySet",
    "SpeakerUnavailability",
    "StateChange",
    "Workshop",
    "WorkshopAudience",
    "WorkshopAudienceQuerySet",
    "WorkshopDocument",
    "WorkshopDocumentQuerySet",
    "WorkshopKind",
    "WorkshopQuerySet",
    "WorkshopRoom",
    "WorkshopState",
    "WorkshopTemplate",
    "due_on",
    "keeper_for",
    "nominal_due",
    "organizers_for",
]
