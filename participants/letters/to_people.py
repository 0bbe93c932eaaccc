"""What a registered person reads."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from outbox.models import Message
from outbox.registry import Attachment, Rendered
from participants.letters.facts import AT_REST, calendar_attachment, place_for_seat, reasons_of, schedule_facts
from participants.letters.names import CANCELLED, REGISTRATION_CANCELLED, REMINDER
from participants.letters.sheets import Sheet, render_sheet, slot
from participants.models import Registration
from workshops.models import Mode


def render_to_people(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of letters to registered people, in two statements at most; None where the fact is gone."""
    registrations = (
        Registration.objects.with_earlier()
        .select_related("participant", "unit", "workshop__topic", "workshop__organizer_unit", "workshop__partner")
        .select_related("workshop__host_unit")
        .in_bulk([message.ref for message in messages if message.ref is not None])
    )
    reasons = reasons_of(registration.workshop for registration in registrations.values())
    sheets: dict[tuple[Any, ...], Sheet] = {}
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            registration = registrations.get(message.ref or 0)
            if registration is None or not _is_true(message, registration):
                found[message.pk] = None
            else:
                found[message.pk] = _letter(message, registration, reasons, sheets)
    return found


def _is_true(message: Message, registration: Registration) -> bool:
    """Late facts win: an address that changed, a seat that was given up, a workshop that was called off."""
    if registration.participant.email.lower() != message.to_addr:
        return False
    is_active = registration.state == Registration.State.REGISTERED
    if message.kind == REGISTRATION_CANCELLED:
        return not is_active
    if message.kind == CANCELLED:
        return is_active and registration.workshop.state in AT_REST
    return is_active and registration.workshop.is_open


def _rises(registration: Any) -> int:
    """One more once the seat is lost, and a next seat of the same person goes on from there."""
    n_earlier: int = registration.n_earlier
    return n_earlier + int(registration.state != Registration.State.REGISTERED)


def _letter(
    message: Message, registration: Registration, reasons: dict[int, str], sheets: dict[tuple[Any, ...], Sheet]
) -> Rendered:
    workshop, unit = registration.workshop, registration.unit
    tz, zone = (unit.tz, unit.zone) if unit is not None else (workshop.tz, workshop.zone)
    seated_online = registration.mode == Mode.ONLINE
    common = (
        message.kind,
        message.rule,
        workshop.pk,
        tz,
        registration.mode,
        registration.state,
        registration.end_reason,
    )
    sheet = sheets.get(common)
    if sheet is None:
        sheet = sheets[common] = render_sheet(
            message.kind.removeprefix("participants."),
            {
                "workshop": workshop,
                "office": workshop.organizer_unit.official_name,
                "partner": workshop.partner.name if workshop.partner else "",
                "mode": registration.get_mode_display(),
                "seated_online": seated_online,
                "days_before": message.rule.removeprefix("H-") if message.kind == REMINDER else "",
                "is_replaced": registration.state == Registration.State.REPLACED,
                "reason": registration.end_reason or reasons.get(workshop.pk, ""),
                "name": slot("name"),
                "unit_name": slot("unit"),
                **schedule_facts(workshop, zone),
            },
        )
    subject, text, html = sheet.filled(
        {
            "name": registration.participant.full_name,
            "unit": unit.official_name if unit is not None else registration.participant.institution,
        }
    )
    attachments: tuple[Attachment, ...] = ()
    if message.kind != REMINDER:
        attachments = calendar_attachment(
            workshop,
            uid=f"registration-{registration.pk}",
            stamp=message.created_at,
            name=registration.participant.full_name,
            address=message.to_addr,
            location=place_for_seat(workshop, seated_online=seated_online),
            rises=_rises(registration),
            is_cancelled=message.kind in {CANCELLED, REGISTRATION_CANCELLED},
            with_meeting=seated_online,
        )
    return Rendered(subject, text, html, attachments, reply_to=workshop.organizer_unit.email)
