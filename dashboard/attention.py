"""What waits for somebody's hand, in sentences with the place where it is done."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from dashboard.national import AgreementFigures, Focus, is_pressing
from outbox.models import State
from partnerships.models import ENDING_DAYS, Submission, copies_waiting
from toolkit.local_times import day_short, relative_days
from units.access import Role
from units.models import User
from workshops.models import WorkshopState
from workshops.preparation import LateWork, late_work_of

NAMED = 3


@dataclass(frozen=True)
class Task:
    """A line of "Perlu tindakan": the tone of its dot, what is the matter, what to do, and where."""

    tone: str
    title: str
    note: str
    url: str


def names_line(names: list[str]) -> str:
    """`Sulut, Maluku, Papua Barat` and how many more."""
    line = ", ".join(names[:NAMED])
    rest = len(names) - NAMED
    return line if rest <= 0 else _("%(names)s dan %(n)d lainnya") % {"names": line, "n": rest}


def tasks_of_bureau(
    workshops: list[Any],
    focus: Focus | None,
    figures: AgreementFigures,
    letters: dict[str, int],
    *,
    now: datetime,
) -> list[Task]:
    """The urgent first: silent units near their deadline, letters in doubt, approvals, empty sessions, agreements."""
    today = timezone.localtime(now).date()
    tasks = [_silent(workshop, focus, today) for workshop in workshops if is_pressing(workshop, now)]
    tasks += letter_task(letters)
    tasks += _approvals([workshop for workshop in workshops if workshop.state == WorkshopState.PLANNED])
    tasks += [_mute(workshop) for workshop in workshops if workshop.n_mute_sessions]
    return tasks + agreement_tasks(figures, today)


def tasks_of_region(figures: AgreementFigures, letters: dict[str, int], today: date) -> list[Task]:
    return letter_task(letters) + agreement_tasks(figures, today)


def late_tasks(user: User, today: date) -> list[Task]:
    """What is late in the preparation of the workshops one is in charge of, a line for each workshop."""
    if not user.plans_workshops:
        return []
    return [_late(work) for work in late_work_of(user, today=today)]


def _late(work: LateWork) -> Task:
    n = len(work.lines)
    title = ngettext("%(n)d butir persiapan terlambat", "%(n)d butir persiapan terlambat", n) % {"n": n}
    names = names_line([line.item.title for line in work.lines])
    note = f"{work.workshop.title} · {names}"
    return Task("brick", title, note, reverse("workshop_preparation", args=[work.workshop.pk]))


def _silent(workshop: Any, focus: Focus | None, today: date) -> Task:
    names = [region.name for region in focus.silent_regions] if focus and focus.workshop.pk == workshop.pk else []
    if names and len(names) == workshop.n_silent:
        title = _("%(names)s belum menjawab undangan") % {"names": names_line(names)}
    else:
        n = workshop.n_silent
        line = ngettext("%(n)d satuan kerja belum menjawab undangan", "%(n)d satuan kerja belum menjawab undangan", n)
        title = line % {"n": n}
    day = timezone.localtime(workshop.deadline).date()
    note = _("%(title)s · batas %(day)s, %(relative)s")
    facts = {"title": workshop.title, "day": day_short(day), "relative": relative_days(day, today)}
    return Task("brick", title, note % facts, reverse("workshop_invitations", args=[workshop.pk]))


def letter_task(letters: dict[str, int]) -> list[Task]:
    n = sum(letters.values())
    if not n:
        return []
    title = ngettext("%(n)d pesan memerlukan keputusan", "%(n)d pesan memerlukan keputusan", n) % {"n": n}
    parts = [f"{count} {State(state).label.lower()}" for state, count in sorted(letters.items())]
    return [Task("brick", title, " · ".join(parts), reverse("message_list"))]


def _approvals(waiting: list[Any]) -> list[Task]:
    """A line for each; several members of one series are one line."""
    tasks, seen = [], set()
    for workshop in waiting:
        n = sum(other.series_id == workshop.series_id for other in waiting)
        if workshop.series_id is None or n == 1:
            tasks.append(_approval(workshop))
        elif workshop.series_id not in seen:
            seen.add(workshop.series_id)
            line = ngettext(
                "%(n)d pertemuan %(title)s menunggu persetujuan", "%(n)d pertemuan %(title)s menunggu persetujuan", n
            )
            title = line % {"n": n, "title": workshop.series.title}
            address = reverse("series_detail", args=[workshop.series_id])
            tasks.append(Task("gold", title, workshop.organizer_unit.short_name, address))
    return tasks


def _approval(workshop: Any) -> Task:
    title = _("%(title)s menunggu persetujuan") % {"title": workshop.title}
    return Task("gold", title, workshop.organizer_unit.short_name, reverse("workshop_detail", args=[workshop.pk]))


def _mute(workshop: Any) -> Task:
    n = workshop.n_mute_sessions
    title = ngettext("%(n)d sesi belum ada narasumber", "%(n)d sesi belum ada narasumber", n) % {"n": n}
    return Task("gold", title, workshop.title, reverse("workshop_agenda", args=[workshop.pk]))


def copy_tasks(user: User, today: date) -> list[Task]:
    """Signed copies that wait for this person: to be checked or published, or, for a satker, to be corrected."""
    if user.role == Role.LEADER:
        return []
    if user.role == Role.UNIT_OPERATOR:
        return _returned_copies(user)
    found = copies_waiting(user, today)
    if not found.total:
        return []
    n = found.total
    title = ngettext("%(n)d salinan naskah menunggu Anda", "%(n)d salinan naskah menunggu Anda", n) % {"n": n}
    late = ngettext("%(n)d lewat tenggat", "%(n)d lewat tenggat", found.late) % {"n": found.late}
    tone, note = ("brick", late) if found.late else ("gold", _("Periksa atau publikasikan"))
    return [Task(tone, title, note, reverse("submission_queue"))]


def _returned_copies(user: User) -> list[Task]:
    returned = list(
        Submission.objects.visible_to(user)
        .returned_last()
        .select_related("agreement")
        .order_by("returned_at", "pk")[: NAMED + 1]
    )
    return [
        Task(
            "brick",
            _("%(title)s dikembalikan") % {"title": one.agreement.title},
            one.return_reason[:120],
            reverse("agreement_papers", args=[one.agreement_id]),
        )
        for one in returned[:NAMED]
    ]


def agreement_tasks(figures: AgreementFigures, today: date) -> list[Task]:
    tasks = []
    address = reverse("agreement_list")
    if figures.to_answer and figures.answer_by:
        n = figures.to_answer
        line = ngettext(
            "%(n)d perjanjian menunggu jawaban evaluasi ulang", "%(n)d perjanjian menunggu jawaban evaluasi ulang", n
        )
        facts = {"day": day_short(figures.answer_by), "relative": relative_days(figures.answer_by, today)}
        tone = "brick" if figures.answer_by < today else "gold"
        note = _("Batas %(day)s, %(relative)s") % facts
        tasks.append(Task(tone, line % {"n": n}, note, reverse("campaign_list")))
    if figures.ending and figures.next_end:
        line = ngettext(
            "%(n)d perjanjian berakhir dalam %(days)d hari",
            "%(n)d perjanjian berakhir dalam %(days)d hari",
            figures.ending,
        )
        title = line % {"n": figures.ending, "days": ENDING_DAYS}
        note = _("Terdekat %(day)s") % {"day": day_short(figures.next_end)}
        tasks.append(Task("gold", title, note, f"{reverse('agreement_ending_list')}?hari={ENDING_DAYS}&putusan=belum"))
    if figures.without_copy:
        n = figures.without_copy
        title = ngettext("%(n)d perjanjian tanpa salinan naskah", "%(n)d perjanjian tanpa salinan naskah", n) % {"n": n}
        tasks.append(Task("teal", title, _("Simpan PDF bertanda tangannya"), f"{address}?naskah=belum"))
    return tasks
