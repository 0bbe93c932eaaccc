from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UnitsConfig(AppConfig):
    name = "units"
    verbose_name = _("Satuan kerja")

    def ready(self) -> None:
        from allauth.mfa import signals

        from units.login import end_other_sessions

        for news in (signals.authenticator_added, signals.authenticator_removed, signals.authenticator_reset):
            news.connect(end_other_sessions, dispatch_uid="units.end_other_sessions")
