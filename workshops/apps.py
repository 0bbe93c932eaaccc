from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkshopsConfig(AppConfig):
    name = "workshops"
    verbose_name = _("Workshop")

    def ready(self) -> None:
        from workshops import letters, own_facts

        letters.register()
        own_facts.register()
