"""The register of speakers: people and organisations who speak or moderate."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from outbox.actions.planning import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from partnerships.models import Organization
from units.models import Unit, User
from workshops.actions.refusals import ChangedMeanwhile
from workshops.letters.speakers import NOTICES, REMINDER
from workshops.models import Speaker
from workshops.versions import version_of_speaker


@dataclass(frozen=True, kw_only=True)
class SpeakerFacts:
    name: str
    is_organization: bool = False
    unit: Unit | None = None
    organization: Organization | None = None
    position: str = ""
    email: str = ""
    whatsapp: str = ""


def create_speaker(*, facts: SpeakerFacts, by: User, now: datetime) -> Speaker:
    """The same name of the same unit or organisation again returns the one the person may see, completed by what was
    empty."""
    with transaction.atomic():
        known = (
            Speaker.objects.visible_to(by)
            .select_for_update(of=("self",))
            .filter(
                name__iexact=facts.name,
                unit=facts.unit,
                organization=facts.organization,
                is_organization=facts.is_organization,
            )
            .order_by("pk")
            .first()
        )
        if known is None:
            return Speaker.objects.create(**vars(facts), keeper=by.unit)
        for name in ("position", "email", "whatsapp"):
            setattr(known, name, getattr(known, name) or getattr(facts, name))
        known.save()
        return known


def edit_speaker(
    speaker: Speaker, *, facts: SpeakerFacts, version: str | None = None, by: User, now: datetime
) -> Speaker:
    """Positions already written into sessions stay as they were at the event; letters that wait for an old address are
    withdrawn and planned anew. Raises ChangedMeanwhile."""
    with transaction.atomic():
        current = Speaker.objects.select_for_update().get(pk=speaker.pk)
        if version is not None and version != version_of_speaker(current):
            raise ChangedMeanwhile
        if current.email.lower() != facts.email.lower():
            letters = Message.objects.filter(ref=current.pk, kind__in=[*NOTICES, REMINDER])
            withdraw(letters, reason=_("Alamat narasumber berubah sebelum terkirim."), now=now)
        for name, value in vars(facts).items():
            setattr(current, name, value)
        current.save()
        wake()
    return current
