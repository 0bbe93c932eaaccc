"""A person's own calendar address: the key signed with SECRET_KEY, so that a copy of this table opens none."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from units.models import User


class CalendarFeed(models.Model):
    """`key` makes an address worth something: a new key ends the old address. No row means there is no address."""

    user = models.OneToOneField(User, models.CASCADE, related_name="calendar_feed")
    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    made_at = models.DateTimeField(_("Dibuat"), editable=False)

    objects = models.Manager["CalendarFeed"]()

    def __str__(self) -> str:
        return str(self.user)
