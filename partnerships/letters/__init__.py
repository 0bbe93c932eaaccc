"""Letters about agreements: kinds and planners, registered when the app is ready."""

from django.utils.translation import gettext_lazy as _

from outbox.registry import MAIL, LetterKind, register_finder, register_kind, register_planner
from partnerships.letters import campaigns, endings, monitoring, submissions
from partnerships.letters.finding import letters_of_agreements


def register() -> None:
    """Called when the app is ready. Somebody who does not hear of an end is worse than one who hears twice; a doubtful
    reminder waits for a person."""
    submissions.register()
    register_kind(LetterKind(endings.ENDING, _("Perjanjian akan berakhir"), endings.render_letters, "resend", MAIL, 4))
    register_planner(endings.plan_ending_letters)
    register_kind(
        LetterKind(campaigns.START, _("Evaluasi ulang perjanjian"), campaigns.render_letters, "resend", MAIL, 5)
    )
    register_kind(
        LetterKind(campaigns.REMINDER, _("Pengingat evaluasi ulang"), campaigns.render_letters, "hold", MAIL, 4)
    )
    register_planner(campaigns.plan_campaign_letters)
    register_kind(
        LetterKind(monitoring.START, _("Pemantauan perjanjian"), monitoring.render_letters, "resend", MAIL, 5)
    )
    register_kind(
        LetterKind(monitoring.REMINDER, _("Pengingat pemantauan"), monitoring.render_letters, "hold", MAIL, 4)
    )
    register_planner(monitoring.plan_monitoring_letters)
    register_finder(letters_of_agreements)
