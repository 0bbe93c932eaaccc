"""What a speaker is asked for, by the agenda as it is being made: long before anything of it is released."""

from dataclasses import dataclass, field

from django.db.models import F, Q

from workshops.letters.programmes import Share
from workshops.models import SessionRole


@dataclass
class Offer(Share):
    """The roles of one speaker in one workshop, in order of time; sessions without a time come last."""

    roles: list[SessionRole] = field(default_factory=list)


def offers(roles: Q) -> dict[tuple[int, int], Offer]:
    """By workshop and speaker, in one statement."""
    found: dict[tuple[int, int], Offer] = {}
    rows = (
        SessionRole.objects.filter(roles, speaker__isnull=False)
        .select_related(
            "speaker__unit",
            "speaker__organization",
            "session__workshop__topic",
            "session__workshop__organizer_unit",
            "session__workshop__host_unit",
        )
        .order_by(F("session__starts_at").asc(nulls_last=True), "session_id", "pk")
    )
    for row in rows:
        if row.speaker is not None:
            workshop = row.session.workshop
            found.setdefault((workshop.pk, row.speaker.pk), Offer(workshop, row.speaker)).roles.append(row)
    return found
