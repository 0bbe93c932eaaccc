"""The rooms of one workshop; a session names its room by the text written here."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from toolkit.one_line import one_line
from workshops.models.workshops import Workshop


class WorkshopRoom(models.Model):
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="rooms")
    name = models.CharField(_("Ruang"), max_length=100, validators=[one_line])
    capacity = models.PositiveIntegerField(_("Daya tampung"), null=True, blank=True, help_text=_("Orang."))
    position = models.PositiveSmallIntegerField(default=0, editable=False)

    objects = models.Manager["WorkshopRoom"]()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workshop", "name"], name="workshops_workshoproom_once"),
        ]

    def __str__(self) -> str:
        return self.name
