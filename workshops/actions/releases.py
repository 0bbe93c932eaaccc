"""Releasing the agenda: what the public and the speakers are told, in named versions."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Prefetch, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop
from django.utils.translation import override as language

from outbox.actions.planning import withdraw
from outbox.doorbell import wake
from outbox.models import Message
from units.models import User
from workshops.actions.refusals import ChangedMeanwhile, Refusal
from workshops.differences import differences
from workshops.letters.programmes import programmes
from workshops.letters.speakers import CANCELLED, NOTICES, REMINDER
from workshops.models import AgendaLine, AgendaRelease, SessionRole, Workshop, lines_of, snapshot_of


class AgendaChangedMeanwhile(ChangedMeanwhile):
    sentence = gettext_lazy(
        "Rundown ini baru saja diubah orang lain, maka langkah Anda belum dijalankan dan tidak ada yang tertimpa. "
        "Halaman ini menampilkan keadaan terbaru; ulangi bila masih perlu."
    )


class AgendaIsEmpty(Refusal):
    sentence = gettext_lazy("Belum ada sesi yang terjadwal, jadi belum ada yang dapat dirilis.")


class NothingHasChanged(Refusal):
    sentence = gettext_lazy("Rancangan sama dengan versi yang terakhir dirilis; tidak ada yang perlu dirilis.")


class VersionNeedsName(Refusal):
    sentence = gettext_lazy("Beri nama versi ini, misalnya: Edaran pertama.")
    field = "name"


def draft_lines(workshop: Workshop) -> list[AgendaLine]:
    """The draft as it stands, in three statements."""
    roles = SessionRole.objects.select_related("speaker").order_by("pk")
    return lines_of(workshop.sessions.scheduled().prefetch_related(Prefetch("roles", roles)))


def newest_release(workshop: Workshop) -> AgendaRelease | None:
    return workshop.agenda_releases.order_by("-number").first()


def release_to_be(workshop: Workshop, lines: Sequence[AgendaLine], before: AgendaRelease | None) -> AgendaRelease:
    """The next version, not saved and without a name: what a preview looks at."""
    return AgendaRelease(
        workshop=workshop,
        number=before.number + 1 if before else 1,
        snapshot=snapshot_of(lines),
        agenda_rev=workshop.agenda_rev,
    )


def release_agenda(
    workshop: Workshop, *, name: str, note: str = "", rev: int | None = None, by: User, now: datetime
) -> AgendaRelease:
    """Makes the draft the version that counts. Speakers whose times differ from what they were told hear of it, nobody
    else does. `rev` (the draft's revision that the person had seen) refuses a stale release. Raises a Refusal."""
    if not name.strip():
        raise VersionNeedsName
    with transaction.atomic():
        current = Workshop.objects.select_for_update(of=("self",)).select_related("topic").get(pk=workshop.pk)
        if rev is not None and rev != current.agenda_rev:
            raise AgendaChangedMeanwhile
        before, lines = newest_release(current), draft_lines(current)
        if before is None and not lines:
            raise AgendaIsEmpty
        if before is not None and not differences(before.lines, lines):
            raise NothingHasChanged
        release = release_to_be(current, lines, before)
        _add(release, before, name=name.strip(), note=note.strip(), by=by, now=now)
    return release


def shift_release(workshop: Workshop, *, shift: timedelta, by: User, now: datetime) -> None:
    """A moved workshop takes what was released along at once, in a version of its own; changes of the draft that are
    not released yet stay unreleased. Call it in the transaction that moves the draft."""
    Workshop.objects.filter(pk=workshop.pk).update(agenda_rev=F("agenda_rev") + 1)
    workshop.refresh_from_db(fields=["agenda_rev"])
    before = newest_release(workshop)
    if before is None:
        return
    lines = [_later(line, shift) for line in before.lines]
    with language("id"):
        name = _("Jadwal digeser")
    _add(release_to_be(workshop, lines, before), before, name=name, note="", by=by, now=now)


def _later(line: AgendaLine, shift: timedelta) -> AgendaLine:
    return replace(line, starts_at=line.starts_at + shift, ends_at=line.ends_at + shift)


def _add(
    release: AgendaRelease, before: AgendaRelease | None, *, name: str, note: str, by: User, now: datetime
) -> None:
    release.name, release.note, release.released_at, release.released_by = name, note, now, by
    release.save(force_insert=True)
    _withdraw_outdated(release, before, now=now)
    wake()


def _withdraw_outdated(release: AgendaRelease, before: AgendaRelease | None, *, now: datetime) -> None:
    """Letters that have not left and would tell other times go; the planner makes them anew."""
    workshop = release.workshop
    old = programmes([workshop], {workshop.pk: before}) if before else {}
    new = programmes([workshop], {workshop.pk: release})
    letters = Message.objects.filter(topic=workshop.topic_id, kind__in=[*NOTICES, REMINDER]).exclude(kind=CANCELLED)
    outdated = Q(pk__in=[])
    for key in old.keys() | new.keys():
        programme = new.get(key)
        if programme is None:
            outdated |= Q(ref=key[1])
        elif key not in old or old[key].fingerprint != programme.fingerprint:
            outdated |= Q(ref=key[1]) & ~Q(context__programme=programme.fingerprint)
    withdraw(letters.filter(outdated), reason=gettext_noop("Rundown berubah sebelum terkirim."), now=now)
