"""Who reads whole NIP and phone numbers: the own region; everybody else sees their ends. A reveal leaves a row."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from participants.employee_numbers import masked, spaced
from participants.models import Participant, PersonalDataRead
from toolkit.masking import masked_address, masked_phone
from toolkit.phones import shown
from units.access import EDITS_ALL, Role
from workshops.models import Workshop


@dataclass(frozen=True)
class Shown:
    """What a reader sees of a person; needs the person's `unit` where the reader is one of a region."""

    number: str
    phone: str
    email: str
    is_whole: bool


def in_own_region(user: Any, person: Participant) -> bool:
    if user.role == Role.REGIONAL_ADMIN and user.unit and person.unit:
        return bool(person.unit.path.startswith(user.unit.path))
    return bool(user.role == Role.UNIT_OPERATOR and user.unit_id and person.unit_id == user.unit_id)


def shown_to(user: Any, person: Participant, *, revealed: bool = False) -> Shown:
    whole = revealed or in_own_region(user, person)
    return Shown(
        number=number_shown(person, is_whole=whole),
        phone=shown(person.phone) if whole and person.phone else masked_phone(person.phone),
        email=person.email if whole or user.role in EDITS_ALL else masked_address(person.email),
        is_whole=whole,
    )


def number_shown(person: Participant, *, is_whole: bool) -> str:
    return spaced(person.employee_number) if is_whole else masked(person.employee_number)


def note_read(
    *,
    by: Any,
    what: str,
    n_people: int,
    now: datetime,
    workshop: Workshop | None = None,
    participant: Participant | None = None,
) -> None:
    """Writes down that a person was shown whole numbers."""
    PersonalDataRead.objects.create(
        user=by, what=what, n_people=n_people, at=now, workshop=workshop, participant=participant
    )
