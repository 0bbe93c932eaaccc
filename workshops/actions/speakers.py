"""The register of speakers: people and organisations who speak or moderate."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop

from outbox.actions.planning import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from partnerships.models import Organization
from units.models import Unit, User
from workshops.actions.refusals import ChangedMeanwhile
from workshops.letters.speaker_invitations import ASKING
from workshops.letters.speakers import NOTICES, REMINDER
from workshops.models import Speaker, SpeakerInvitation, SpeakerScore, Workshop
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
    alias: str = ""
    field_of_expertise: str = ""
    biography: str = ""
    honorarium_grade: str = ""
    notes: str = ""


COMPLETED = ("position", "email", "whatsapp", "alias", "field_of_expertise", "biography", "honorarium_grade", "notes")


def likely_same(facts: SpeakerFacts, *, by: User, but: Speaker | None = None) -> QuerySet[Speaker]:
    """Speakers whom these facts may mean: of the same name, whatever degrees are written behind it, of the same
    pen name, or at the same address. Only those the person may see."""
    name = facts.name.split(",")[0].strip()
    same = Q(name__iexact=name) | Q(name__istartswith=f"{name},") | Q(alias__iexact=name)
    if facts.alias:
        same |= Q(name__iexact=facts.alias) | Q(alias__iexact=facts.alias)
    if facts.email:
        same |= Q(email__iexact=facts.email)
    rows = Speaker.objects.visible_to(by).filter(same).select_related("unit", "organization")
    return (rows.exclude(pk=but.pk) if but else rows).order_by("name", "pk")


def create_speaker(*, facts: SpeakerFacts, is_another: bool = False, by: User, now: datetime) -> Speaker:
    """The same name of the same unit or organisation again returns the one the person may see, completed by what was
    empty; with `is_another` somebody has looked and says that it is another person."""
    with transaction.atomic():
        if is_another:
            return Speaker.objects.create(**vars(facts), keeper=by.unit)
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
        for name in COMPLETED:
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
            asked = SpeakerInvitation.objects.filter(speaker=current)
            letters |= Message.objects.filter(ref__in=asked.values("pk"), kind__in=ASKING)
            withdraw(letters, reason=gettext_noop("Alamat narasumber berubah sebelum terkirim."), now=now)
        for name, value in vars(facts).items():
            setattr(current, name, value)
        current.save()
        wake()
    return current


def keep_photo(speaker: Speaker, *, photo: bytes, by: User | None, now: datetime) -> Speaker:
    """`photo` has been through `plain_photo`; the one before it is thrown away once this one is safe. `by` None: the
    speaker did it."""
    with transaction.atomic():
        current = Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
        _drop_after_commit(current.photo.name)
        current.photo.save("foto.jpg", ContentFile(photo), save=False)
        current.save(update_fields=["photo"])
    return current


def remove_photo(speaker: Speaker, *, by: User, now: datetime) -> None:
    with transaction.atomic():
        current = Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
        _drop_after_commit(current.photo.name)
        current.photo = ""
        current.save(update_fields=["photo"])


def _drop_after_commit(name: str | None) -> None:
    if name:
        transaction.on_commit(lambda: default_storage.delete(name), robust=True)


def score_speaker(
    speaker: Speaker, *, workshop: Workshop, score: Decimal, n_answers: int, source: str, by: User, now: datetime
) -> SpeakerScore:
    """One score for each workshop; a second one corrects the first."""
    with transaction.atomic():
        Speaker.objects.select_for_update(of=("self",)).get(pk=speaker.pk)
        facts = {"score": score, "n_answers": n_answers, "source": source, "entered_at": now, "entered_by": by}
        kept, _made = SpeakerScore.objects.update_or_create(speaker=speaker, workshop=workshop, defaults=facts)
    return kept
