"""What the contacts of an invited unit read."""

from collections.abc import Sequence
from typing import Any

from django.utils import translation

from outbox.models import Message
from outbox.registry import Attachment, Rendered
from participants.letters.facts import (
    AT_REST,
    calendar_attachment,
    deadline_line,
    place_for_unit,
    reasons_of,
    schedule_facts,
)
from participants.letters.names import INVITATION, INVITATION_CANCELLED, UNIT_REMINDER
from participants.letters.sheets import Sheet, render_sheet, slot
from participants.links import link_url
from participants.models import TAKES_PEOPLE, Invitation
from toolkit.calendar_files import Answer
from units.models import UnitContact

ANSWERS: dict[Invitation.Response, Answer] = {
    Invitation.Response.NONE: "NEEDS-ACTION",
    Invitation.Response.ACCEPTED: "ACCEPTED",
    Invitation.Response.DECLINED: "DECLINED",
}


def render_to_units(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A batch of letters to contacts, in three statements at most; None where the fact is gone."""
    invitations = Invitation.objects.select_related(
        "unit", "workshop__topic", "workshop__organizer_unit", "workshop__host_unit", "workshop__partner"
    ).in_bulk([message.ref for message in messages if message.ref is not None])
    contacts = UnitContact.objects.in_bulk({message.context.get("contact") for message in messages} - {None})
    reasons = reasons_of(invitation.workshop for invitation in invitations.values())
    sheets: dict[tuple[Any, ...], Sheet] = {}
    found: dict[int, Rendered | None] = {}
    with translation.override("id"):
        for message in messages:
            invitation = invitations.get(message.ref or 0)
            contact = contacts.get(message.context.get("contact", 0))
            if invitation is None or contact is None or not _is_true(message, invitation, contact):
                found[message.pk] = None
            else:
                found[message.pk] = _letter(message, invitation, contact, reasons, sheets)
    return found


def _is_true(message: Message, invitation: Invitation, contact: UnitContact) -> bool:
    """Late facts win: an address that changed, an answer that came, an invitation that was withdrawn."""
    if contact.unit_id != invitation.unit_id or contact.email.lower() != message.to_addr:
        return False
    if not (contact.is_active and contact.for_publicity):
        return False
    if message.kind == INVITATION_CANCELLED:
        return invitation.withdrawn_at is not None or invitation.workshop.state in AT_REST
    if invitation.withdrawn_at is not None or not invitation.workshop.is_open:
        return False
    if message.kind == UNIT_REMINDER:
        return invitation.response == Invitation.Response.NONE and invitation.workshop.state in TAKES_PEOPLE
    return message.kind != INVITATION or invitation.response != Invitation.Response.DECLINED


def _letter(
    message: Message,
    invitation: Invitation,
    contact: UnitContact,
    reasons: dict[int, str],
    sheets: dict[tuple[Any, ...], Sheet],
) -> Rendered:
    workshop, zone = invitation.workshop, invitation.unit.zone
    owes_answer = invitation.response == Invitation.Response.NONE and invitation.answer_is_open(message.created_at)
    common = (
        message.kind,
        workshop.pk,
        invitation.unit.tz,
        invitation.seats_onsite,
        invitation.seats_online,
        invitation.reply_deadline,
        invitation.response,
        owes_answer,
        invitation.withdrawn_at is not None,
    )
    sheet = sheets.get(common)
    if sheet is None:
        sheet = sheets[common] = render_sheet(
            message.kind.removeprefix("participants."),
            {
                "workshop": workshop,
                "office": workshop.organizer_unit.official_name,
                "partner": workshop.partner.name if workshop.partner else "",
                "n_onsite": invitation.seats_onsite,
                "n_online": invitation.seats_online,
                "n_seats": invitation.n_seats,
                "deadline": deadline_line(invitation.reply_deadline, zone),
                "response": invitation.response,
                "owes_answer": owes_answer,
                "reason": reasons.get(workshop.pk, ""),
                "is_withdrawn": invitation.withdrawn_at is not None,
                "contact_name": slot("contact"),
                "unit_name": slot("unit"),
                "url": slot("url"),
                "decline_url": slot("decline_url"),
                **schedule_facts(workshop, zone),
            },
        )
    url = link_url(invitation.pk, contact.pk, invitation.link_version, message.to_addr)
    subject, text, html = sheet.filled(
        {
            "contact": contact.name,
            "unit": invitation.unit.official_name,
            "url": url,
            "decline_url": f"{url}#tidak-hadir",
        }
    )
    attachments: tuple[Attachment, ...] = ()
    if message.kind != UNIT_REMINDER:
        attachments = calendar_attachment(
            workshop,
            uid=f"invitation-{invitation.pk}",
            stamp=message.created_at,
            name=contact.name,
            address=message.to_addr,
            location=place_for_unit(workshop),
            # Withdrawing an invitation raises its version, and so does asking again.
            rises=invitation.link_version - 1,
            answer=ANSWERS[Invitation.Response(invitation.response)],
            is_cancelled=message.kind == INVITATION_CANCELLED,
        )
    return Rendered(subject, text, html, attachments, reply_to=workshop.organizer_unit.email)
