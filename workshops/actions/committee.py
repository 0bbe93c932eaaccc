"""The committee of a workshop: who is on it, and the decree that appoints it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from toolkit.uploads import PdfFacts
from units.models import Unit, User
from workshops.actions.refusals import ChangedMeanwhile
from workshops.models import CommitteeDecree, CommitteeMember, Workshop
from workshops.versions import version_of_committee


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    role: str
    name: str
    position: str = ""
    unit: Unit | None = None
    user: User | None = None


@dataclass(frozen=True, kw_only=True)
class DecreeFacts:
    number: str
    decided_on: date
    subject: str
    signatory: str = ""
    signing_position: str = ""


def save_committee(
    workshop: Workshop, *, members: Sequence[MemberFacts], version: str | None = None, by: User, now: datetime
) -> list[CommitteeMember]:
    """The committee is as given, in this order. Raises ChangedMeanwhile."""
    with transaction.atomic():
        current = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
        if version is not None and version != version_of_committee(current):
            raise ChangedMeanwhile
        current.committee.all().delete()
        return CommitteeMember.objects.bulk_create(
            [CommitteeMember(workshop=current, place=n, **vars(facts)) for n, facts in enumerate(members, start=1)]
        )


def save_decree(
    workshop: Workshop,
    *,
    facts: DecreeFacts,
    file: "File[Any] | None" = None,
    file_facts: PdfFacts | None = None,
    by: User,
    now: datetime,
) -> CommitteeDecree:
    """Number, day and subject as given; a signed PDF, with its facts, takes the place of the one before."""
    with transaction.atomic():
        current = Workshop.objects.select_for_update(of=("self",)).get(pk=workshop.pk)
        decree = CommitteeDecree.objects.filter(workshop=current).first() or CommitteeDecree(workshop=current)
        for name, value in vars(facts).items():
            setattr(decree, name, value)
        if file is not None and file_facts is not None:
            old = decree.file.name
            if old:
                transaction.on_commit(lambda: default_storage.delete(old), robust=True)
            decree.original_name = (file.name or "sk.pdf")[-200:]
            decree.size, decree.sha256, decree.n_pages = file_facts.size, file_facts.sha256, file_facts.n_pages
            decree.uploaded_at, decree.uploaded_by = now, by
            decree.file.save("sk.pdf", file, save=False)
        decree.save()
    return decree
