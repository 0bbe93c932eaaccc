"""Whom a workshop owes an honorarium, for how many hours; the rates are the budget's."""

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from workshops.models import TAUGHT, SessionRole, Speaker, Workshop

PAID = [SessionRole.Role.SPEAKER, SessionRole.Role.MODERATOR]


@dataclass(frozen=True)
class HonorariumLine:
    """`grade` is a HonorariumGrade, or "" as long as nobody has said it; `person_hours` are OJ of 60 minutes (SBM)."""

    speaker: Speaker
    role: str
    grade: str
    person_hours: Decimal


def honorarium_lines(workshop: Workshop) -> list[HonorariumLine]:
    """One line for each person in each paid role, its taught hours of the whole agenda together; speakers first, then
    by name. Whoever is only in sessions that are not taught (opening, break) has no line."""
    roles = (
        SessionRole.objects.filter(
            session__workshop=workshop, session__kind__in=TAUGHT, role__in=PAID, speaker__isnull=False
        )
        .select_related("session", "speaker__unit", "speaker__organization")
        .order_by("pk")
    )
    minutes: dict[tuple[Speaker, str], int] = defaultdict(int)
    for role in roles:
        if role.speaker is not None:
            minutes[role.speaker, role.role] += role.session.minutes
    return [
        HonorariumLine(speaker, role, speaker.honorarium_grade, (Decimal(n) / 60).quantize(Decimal("0.01")))
        for (speaker, role), n in sorted(
            minutes.items(), key=lambda item: (PAID.index(SessionRole.Role(item[0][1])), item[0][0].name, item[0][0].pk)
        )
    ]
