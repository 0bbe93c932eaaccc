"""What the app keeps, a file for each noun."""

from workshops.models.agenda import (
    TAUGHT,
    Session,
    SessionKind,
    SessionRole,
    Speaker,
    SpeakerQuerySet,
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
    "AudienceSegment",
    "CoOrganizer",
    "Mode",
    "Session",
    "SessionKind",
    "SessionRole",
    "Speaker",
    "SpeakerQuerySet",
    "StateChange",
    "Workshop",
    "WorkshopAudience",
    "WorkshopAudienceQuerySet",
    "WorkshopKind",
    "WorkshopQuerySet",
    "WorkshopState",
    "organizers_for",
]
