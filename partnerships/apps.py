from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnershipsConfig(AppConfig):
    name = "partnerships"
    verbose_name = _("Kerja Sama")

    def ready(self) -> None:
        from partnerships import letters, long_work

        letters.register()
        long_work.register()
