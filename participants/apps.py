from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipantsConfig(AppConfig):
    name = "participants"
    verbose_name = _("Peserta")

    def ready(self) -> None:
        from participants import facts, letters
        from participants.actions.invitations import advance_deadlines, count_invited
        from participants.actions.registrations import count_people
        from workshops.actions.consequences import register_count_of_invited
        from workshops.actions.evidence import register_count_of_people
        from workshops.actions.schedule import register_follower

        letters.register()
        facts.register()
        register_count_of_invited(count_invited)
        register_follower(advance_deadlines)
        register_count_of_people(count_people)
