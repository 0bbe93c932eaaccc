"""What the app keeps, a file for each noun."""

from workshops.models.agenda import (
    TAUGHT,
    Session,
    SessionKind,
    SessionQuerySet,
    SessionRole,
    Speaker,
    SpeakerQuerySet,
)
from workshops.models.releases import AgendaLine, AgendaRelease, LineRole, lines_of, snapshot_of
from workshops.models.rooms import WorkshopRoom
from workshops.models.speaking import (
    SpeakerAnswer,
    SpeakerInvitation,
    SpeakerInvitationQuerySet,
    SpeakerUnavailability,
)
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
    "BUREAU_LEVELS",
    "OPEN_STATES",
    "STATE_TONES",
    "TAUGHT",
    "AgendaLine",
    "AgendaRelease",
    "AudienceSegment",
    "CoOrganizer",
    "LineRole",
    "Mode",
    "Session",
    "SessionKind",
    "SessionQuerySet",
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
    "WorkshopKind",
    "WorkshopQuerySet",
    "WorkshopRoom",
    "WorkshopState",
    "lines_of",
    "organizers_for",
    "snapshot_of",
]
