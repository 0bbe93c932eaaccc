"""Letters to people who speak, and to those who are to do something."""

from django.utils.translation import gettext_lazy as _

from outbox.registry import MAIL, LetterKind, register_kind, register_planner
from workshops.letters import action_items, speakers


def register() -> None:
    """Called when the app is ready."""
    for name, label, when_uncertain, priority in (
        (speakers.CONFIRMATION, _("Undangan narasumber"), "resend", 5),
        (speakers.MOVED, _("Perubahan jadwal narasumber"), "resend", 6),
        (speakers.CANCELLED, _("Pembatalan kepada narasumber"), "resend", 6),
        (speakers.REMINDER, _("Pengingat narasumber"), "hold", 4),
    ):
        register_kind(
            LetterKind(
                name=name,
                label=label,
                render=speakers.render_letters,
                when_uncertain="hold" if when_uncertain == "hold" else "resend",
                channel=MAIL,
                priority=priority,
            )
        )
    register_planner(speakers.plan_speaker_letters)
    register_kind(
        LetterKind(action_items.ASSIGNED, _("Tindak lanjut rapat"), action_items.render_letters, "resend", MAIL, 5)
    )
    for name, label in (
        (action_items.REMINDER, _("Pengingat tindak lanjut")),
        (action_items.OVERDUE, _("Tindak lanjut lewat tenggat")),
    ):
        register_kind(LetterKind(name, label, action_items.render_letters, "hold", MAIL, 4))
    register_planner(action_items.plan_action_letters)
