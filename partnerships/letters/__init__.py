"""Letters about agreements: kinds and planners, registered when the app is ready."""

from django.utils.translation import gettext_lazy as _

from outbox.registry import MAIL, LetterKind, register_kind, register_planner
from partnerships.letters import monitoring


def register() -> None:
    """Called when the app is ready. Somebody who does not hear of an end is worse than one who hears twice; a doubtful
    reminder waits for a person."""
    register_kind(
        LetterKind(monitoring.START, _("Pemantauan perjanjian"), monitoring.render_letters, "resend", MAIL, 5)
    )
    register_kind(
        LetterKind(monitoring.REMINDER, _("Pengingat pemantauan"), monitoring.render_letters, "hold", MAIL, 4)
    )
    register_planner(monitoring.plan_monitoring_letters)
