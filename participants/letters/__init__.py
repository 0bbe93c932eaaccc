"""Letters to units that are asked and to people who take part."""

from typing import Literal

from django.utils.translation import gettext_lazy as _

from outbox.registry import MAIL, LetterKind, register_forecast, register_kind, register_planner
from participants.letters import names
from participants.letters.to_people import render_to_people
from participants.letters.to_units import render_to_units
from participants.letters.wishes import forecast, wishes

RESEND: Literal["resend"] = "resend"
HOLD: Literal["hold"] = "hold"


def register() -> None:
    """Called when the app is ready. Nobody minds a second invitation as much as none; a reminder that may have arrived
    waits for a person."""
    for name, label, when_uncertain, priority in (
        (names.INVITATION, _("Undangan"), RESEND, 5),
        (names.UNIT_REMINDER, _("Pengingat belum menjawab"), HOLD, 4),
        (names.INVITATION_MOVED, _("Perubahan jadwal (satuan kerja)"), RESEND, 6),
        (names.INVITATION_CANCELLED, _("Pembatalan (satuan kerja)"), RESEND, 6),
    ):
        register_kind(LetterKind(name, label, render_to_units, when_uncertain, MAIL, priority))
    for name, label, when_uncertain, priority in (
        (names.CONFIRMATION, _("Konfirmasi kursi"), RESEND, 5),
        (names.REMINDER, _("Pengingat peserta"), HOLD, 4),
        (names.MOVED, _("Perubahan jadwal"), RESEND, 6),
        (names.CANCELLED, _("Pembatalan kegiatan"), RESEND, 6),
        (names.REGISTRATION_CANCELLED, _("Pembatalan pendaftaran"), RESEND, 6),
    ):
        register_kind(LetterKind(name, label, render_to_people, when_uncertain, MAIL, priority))
    register_planner(wishes)
    register_forecast(forecast)
