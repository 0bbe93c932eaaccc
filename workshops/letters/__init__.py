"""Letters to people who speak, and to those who are to do something."""

from django.utils.translation import gettext_lazy as _

from outbox.registry import MAIL, LetterKind, register_forecast, register_kind, register_planner
from workshops.letters import action_items, speaker_invitations, speakers


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
    register_forecast(speakers.forecast_speaker_letters)
    _register_questions()
    _register_action_items()


def _register_questions() -> None:
    """Nobody minds being asked twice as much as not at all; a reminder that may have arrived waits for a person."""
    render = speaker_invitations.render_speaker_invitations
    for kind in (
        LetterKind(speaker_invitations.QUESTION, _("Permintaan kesediaan narasumber"), render, "resend", MAIL, 5),
        LetterKind(speaker_invitations.ANSWER_REMINDER, _("Pengingat jawaban narasumber"), render, "hold", MAIL, 4),
        LetterKind(speaker_invitations.TAKEN_BACK, _("Permintaan narasumber ditarik"), render, "resend", MAIL, 6),
    ):
        register_kind(kind)
    register_planner(speaker_invitations.plan_speaker_invitations)
    register_forecast(speaker_invitations.forecast_speaker_invitations)


def _register_action_items() -> None:
    """Somebody who does not hear of a task is worse than one who hears twice; a doubtful reminder waits."""
    register_kind(
        LetterKind(action_items.ASSIGNED, _("Tindak lanjut rapat"), action_items.render_letters, "resend", MAIL, 5)
    )
    for name, label in (
        (action_items.REMINDER, _("Pengingat tindak lanjut")),
        (action_items.OVERDUE, _("Tindak lanjut lewat tenggat")),
    ):
        register_kind(LetterKind(name, label, action_items.render_letters, "hold", MAIL, 4))
    register_planner(action_items.plan_action_letters)
