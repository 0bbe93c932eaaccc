"""The record of a person: one each, found again by NIP."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from outbox.actions import wake, withdraw
from outbox.models import Message
from participants.actions.refusals import Refused
from participants.letters.names import TO_PEOPLE
from participants.models import Participant, ParticipantQuerySet
from toolkit.history import save_by
from units.models import Unit, User

TITLES = re.compile(r"^((PROF|DR|DRS|DRA|IR|H|HJ|KH|R|RR|NY|TN)\.?\s+)+")
NEAR = 5


@dataclass(frozen=True, kw_only=True)
class Details:
    """What a form says about a person. `employee_number` holds 18 digits or nothing, `phone` is E.164."""

    full_name: str
    employment_status: str
    employee_number: str = ""
    unit: Unit | None = None
    institution: str = ""
    position: str = ""
    grade: str = ""
    email: str = ""
    phone: str = ""


class NumberBelongsToAnother(Refused):
    """The NIP is known under another name. Whose it is stays untold: the person may work in another region."""

    def __init__(self) -> None:
        super().__init__(_("NIP ini sudah tercatat atas nama lain. Periksa angkanya; bila tetap, hubungi biro."))


def name_key(name: str) -> str:
    """A name without titles, points and case: "Dr. Sri Contoh, S.H." and "SRI CONTOH" meet."""
    bare = TITLES.sub("", name.split(",")[0].upper().strip() + " ")
    return " ".join(re.sub(r"[^\w ]", " ", bare).split())


def near_duplicates(details: Details, *, among: ParticipantQuerySet, unless: int = 0) -> list[Participant]:
    """People who may be the same person: the same name without titles in the same unit or from the same place."""
    key = name_key(details.full_name)
    if not key:
        return []
    found = among.filter(full_name__icontains=key.split()[0]).exclude(pk=unless)
    if details.unit is not None:
        found = found.filter(unit=details.unit)
    else:
        found = found.filter(unit=None, institution__iexact=details.institution)
    if details.employee_number:
        found = found.exclude(employee_number=details.employee_number)
    return [person for person in found.order_by("full_name", "pk")[:200] if name_key(person.full_name) == key][:NEAR]


def person_for(details: Details, *, home: Unit | None, everywhere: bool = False, now: datetime) -> Participant:
    """The person these details speak of: the one with this NIP, or a new one.

    What is new about a known person is kept only when the person belongs to `home` or below (or `everywhere`): nobody
    rewrites the record of another region. Raises NumberBelongsToAnother when the NIP bears another name."""
    if not details.employee_number:
        return create_person(details, now=now)
    known = Participant.objects.select_related("unit").filter(employee_number=details.employee_number).first()
    if known is None:
        try:
            with transaction.atomic():
                return create_person(details, now=now)
        except IntegrityError:
            known = Participant.objects.select_related("unit").get(employee_number=details.employee_number)
    if name_key(known.full_name) != name_key(details.full_name):
        raise NumberBelongsToAnother
    if everywhere or _belongs(known, home):
        _fill(known, details)
    return known


def _belongs(person: Participant, home: Unit | None) -> bool:
    return person.unit is not None and home is not None and person.unit.path.startswith(home.path)


def _fill(person: Participant, details: Details) -> None:
    """What was typed now replaces what was known; what was left empty stays as it was."""
    new = {
        field: value
        for field in ("position", "grade", "email", "phone")
        if (value := getattr(details, field)) and value != getattr(person, field)
    }
    if new:
        for field, value in new.items():
            setattr(person, field, value)
        person.save()


def create_person(details: Details, *, now: datetime) -> Participant:
    return Participant.objects.create(**_columns(details), created_at=now)


def _columns(details: Details) -> dict[str, object]:
    return {
        "full_name": details.full_name,
        "employee_number": details.employee_number or None,
        "employment_status": details.employment_status,
        "unit": details.unit,
        "institution": details.institution,
        "position": details.position,
        "grade": details.grade,
        "email": details.email,
        "phone": details.phone,
    }


@transaction.atomic
def update_person(person: Participant, details: Details, *, by: User, now: datetime) -> Participant:
    """Keeps the new details with their history. Letters that still wait for an old address are withdrawn; the planner
    writes to the new one. Raises NumberBelongsToAnother when the NIP is somebody else's."""
    person = Participant.objects.select_for_update().get(pk=person.pk)
    old_address = person.email.lower()
    for field, value in _columns(details).items():
        setattr(person, field, value)
    try:
        with transaction.atomic():
            save_by(person, by=by, now=now)
    except IntegrityError as error:
        raise NumberBelongsToAnother from error
    if old_address and old_address != person.email.lower():
        own = Message.objects.filter(kind__in=TO_PEOPLE, ref__in=person.registrations.values("pk"), to_addr=old_address)
        withdraw(own, reason=gettext_noop("Alamat surel peserta diganti."), now=now)
    wake()
    return person
