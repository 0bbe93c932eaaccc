"""Series: the list, one with its members, a new one, changing and moving members together."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Max, Min
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import dates, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from toolkit.local_times import span_line
from toolkit.paging import page_of
from toolkit.recurring_days import Rule
from units.access import SEES_ALL
from units.models import Unit, User
from workshops.actions.checklists import items_of
from workshops.actions.refusals import Refusal
from workshops.actions.series import Besides, create_series, days_of
from workshops.actions.series_edits import (
    ALL,
    changed_fields,
    chosen,
    differences,
    edit_members,
    is_ahead,
    members_of,
    move_members,
    plan_edit,
    plan_moves,
)
from workshops.forms.copies import posted_pairs
from workshops.forms.planning import SegmentFormSet, segment_rows
from workshops.forms.series import NTHS, SeriesEditForm, SeriesForm, SeriesMoveForm
from workshops.models import Mode, Series, Workshop
from workshops.unit_names import name_units_as_then
from workshops.versions import version_of_series
from workshops.views.head import place_text

LABELS = {
    "title": gettext_lazy("Judul"),
    "theme": gettext_lazy("Tema"),
    "aims": gettext_lazy("Tujuan"),
    "mode": gettext_lazy("Bentuk"),
    "venue": gettext_lazy("Tempat"),
    "venue_address": gettext_lazy("Alamat tempat"),
    "host_unit": gettext_lazy("Tuan rumah"),
    "meeting_url": gettext_lazy("Tautan rapat daring"),
    "meeting_id": gettext_lazy("ID rapat"),
    "meeting_passcode": gettext_lazy("Kode sandi rapat"),
    "person_in_charge": gettext_lazy("Penanggung jawab"),
    "segments": gettext_lazy("Segmen peserta"),
}


def day_text(workshop: Any) -> str:
    """`Senin, 18 Januari 2027 · 09.00–11.00 WIB` in the reader's zone, of a workshop or a schedule."""
    zone: Any = timezone.get_current_timezone()
    if workshop.starts_at is None or workshop.ends_at is None:
        return str(workshop.fuzzy_date)
    return span_line(workshop.starts_at, workshop.ends_at, zone)


def rule_line(series: Series) -> str:
    """`Tiap bulan, Senin ketiga`."""
    if series.rule == Rule.DAY_OF_MONTH:
        return _("Tiap bulan, tanggal %(day)d") % {"day": series.day}
    weekday = dates.WEEKDAYS[series.weekday or 0]
    if series.rule == Rule.WEEKLY:
        return _("Tiap %(weekday)s") % {"weekday": weekday}
    return _("Tiap bulan, %(weekday)s %(nth)s") % {"weekday": weekday, "nth": dict(NTHS)[series.nth or 1]}


def series_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    rows = Series.objects.visible_to(user).select_related("organizer_unit")
    found = rows.annotate(n_members=Count("members"), first=Min("members__starts_at"), last=Max("members__starts_at"))
    page = page_of(found.order_by("-last", "-pk"), request)
    lines = [{"series": row, "rule": rule_line(row)} for row in page]
    context = {"page": page, "rows": lines, "may_plan": user.plans_workshops}
    return render(request, "workshops/series_list.html", context)


def series_detail(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    series = get_object_or_404(Series.objects.visible_to(user).select_related("organizer_unit"), pk=pk)
    now = timezone.now()
    members = members_of(series)
    name_units_as_then(members, now)
    may_edit = Series.objects.editable_by(user).filter(pk=series.pk).exists()
    rows = [
        {
            "workshop": member,
            "when": day_text(member),
            "place": place_text(member),
            "differs": [str(LABELS[name]) for name in differences(series, member)],
            "is_ahead": is_ahead(member, now),
        }
        for member in members
    ]
    context = {
        "series": series,
        "rule": rule_line(series),
        "rows": rows,
        "n_ahead": sum(bool(row["is_ahead"]) for row in rows),
        "may_edit": may_edit,
    }
    return render(request, "workshops/series_detail.html", context)


def series_create(request: HttpRequest) -> HttpResponse:
    """The form, then the days, then the deed; only the last one writes."""
    by: Any = request.user
    source = _source(request)
    form = SeriesForm(request.POST or None, by=by, source=source)
    segments = SegmentFormSet(request.POST or None, prefix="segments", initial=_new_rows(source))
    context: dict[str, Any] = {"form": form, "segments": segments, "source": source}
    valid = request.method == "POST" and all([form.is_valid(), segments.is_valid()])
    step = request.POST.get("step")
    if not valid or step == "edit":
        return render(request, "workshops/series_form.html", context)
    try:
        days = days_of(form.facts())
        if step == "confirm":
            return _series_made(request, form, segments, source)
    except Refusal as problem:
        form.refuse(problem)
        return render(request, "workshops/series_form.html", context)
    context |= {"days": days, "pairs": list(posted_pairs(request.POST)), "n_closed": _n_closed(days)}
    return render(request, "workshops/series_create_preview.html", context)


def _source(request: HttpRequest) -> Workshop | None:
    """`?dari=` a workshop one may edit: its agenda and checklist go into each member."""
    asked = request.GET.get("dari", "")
    if not asked:
        return None
    number = int(asked) if asked.isdecimal() and len(asked) < 19 else 0
    return get_object_or_404(Workshop.objects.editable_by(request.user), pk=number)


def _new_rows(source: Workshop | None) -> list[dict[str, Any]]:
    return [{**row, "pk": None} for row in segment_rows(source)]


def _n_closed(days: Sequence[Any]) -> int:
    return sum(day.closed_for is not None for day in days)


def _series_made(request: HttpRequest, form: SeriesForm, segments: Any, source: Workshop | None) -> HttpResponse:
    by: Any = request.user
    cleaned = form.cleaned_data
    template = cleaned["checklist_template"]
    series = create_series(
        facts=form.facts(),
        shared=form.shared(segments),
        besides=Besides(source=source, items=items_of(template) if template else (), state=cleaned["state"]),
        form_token=cleaned["form_token"],
        by=by,
        now=timezone.now(),
    )
    messages.success(request, _("Rangkaian “%(title)s” tersimpan.") % {"title": series.title})
    return redirect("series_detail", pk=series.pk)


def _found(request: HttpRequest, pk: int) -> tuple[Series, list[Workshop], Workshop | None]:
    """The series, its members, and the one seen from: the asked one, else the next one ahead."""
    series = get_object_or_404(Series.objects.editable_by(request.user).select_related("organizer_unit"), pk=pk)
    members, now = members_of(series), timezone.now()
    asked = request.GET.get("anggota", "")
    ahead = [member for member in members if is_ahead(member, now)]
    anchor = next((member for member in ahead if str(member.pk) == asked), next(iter(ahead), None))
    return series, members, anchor


def _nothing_ahead(request: HttpRequest, series: Series) -> HttpResponse:
    messages.info(request, _("Tidak ada pertemuan mendatang yang dapat diubah bersama."))
    return redirect("series_detail", pk=series.pk)


def series_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, then who changes and who keeps an own value, then the deed."""
    by: Any = request.user
    series, members, anchor = _found(request, pk)
    if anchor is None:
        return _nothing_ahead(request, series)
    initial = {"version": version_of_series(series, members), "scope": request.GET.get("cakupan") or ALL}
    form = SeriesEditForm(request.POST or None, by=by, member=anchor, initial=initial)
    segments = SegmentFormSet(request.POST or None, prefix="segments", initial=_new_rows(anchor))
    context = {"series": series, "anchor": anchor, "form": form, "segments": segments}
    if request.method != "POST" or not all([form.is_valid(), segments.is_valid()]):
        return render(request, "workshops/series_edit.html", context)
    step = request.POST.get("step")
    new, cleaned = form.shared(segments), form.cleaned_data
    overwrite = {int(key) for key in request.POST.getlist("overwrite") if key.isdecimal() and len(key) < 19}
    if step == "confirm":
        try:
            written = edit_members(
                series,
                anchor_pk=anchor.pk,
                scope=cleaned["scope"],
                new=new,
                overwrite=overwrite,
                version=cleaned["version"],
                by=by,
                now=timezone.now(),
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            return _written(request, series, len(written))
    elif step == "preview":
        changed = changed_fields(anchor, new)
        targets = chosen(members, anchor=anchor, scope=cleaned["scope"], by=by, now=timezone.now())
        if changed:
            plans = plan_edit(series, targets, anchor=anchor, changed=changed, now=timezone.now())
            context |= _edit_preview(request, changed, plans)
            return render(request, "workshops/series_edit_preview.html", context)
        form.add_error(None, _("Belum ada isian yang berubah."))
    return render(request, "workshops/series_edit.html", context)


def _edit_preview(request: HttpRequest, changed: dict[str, Any], plans: Sequence[Any]) -> dict[str, Any]:
    rows = [
        {
            "plan": plan,
            "when": day_text(plan.member),
            "changes": [str(LABELS[name]) for name in plan.changes],
            "kept": [str(LABELS[name]) for name in plan.kept],
            "n_told": plan.consequences.n_told if plan.consequences else 0,
            "n_unsent": plan.consequences.n_unsent if plan.consequences else 0,
        }
        for plan in plans
    ]
    return {
        "changed": [(str(LABELS[name]), _shown(name, value)) for name, value in changed.items()],
        "rows": rows,
        "n_written": sum(bool(row["changes"]) for row in rows),
        "n_told": sum(row["n_told"] for row in rows),
        "pairs": list(posted_pairs(request.POST)),
    }


def _shown(name: str, value: Any) -> str:
    """A shared value in words; a passcode only as set or not."""
    if name == "segments":
        return ", ".join(f"{row[0]} ({Mode(row[1]).label}: {row[2]})" for row in value) or _("Tidak ada")
    if name == "mode":
        return str(Mode(value).label)
    if name == "meeting_passcode":
        return _("diganti") if value else _("dikosongkan")
    if name == "host_unit" and value:
        return str(Unit.objects.get(pk=value))
    if name == "person_in_charge" and value:
        return User.objects.get(pk=value).full_name
    return str(value) if value else _("dikosongkan")


def _written(request: HttpRequest, series: Series, n: int) -> HttpResponse:
    line = ngettext("%(n)d pertemuan tersimpan.", "%(n)d pertemuan tersimpan.", n)
    messages.success(request, line % {"n": n})
    return redirect("series_detail", pk=series.pk)


def series_move(request: HttpRequest, pk: int) -> HttpResponse:
    """The form, then where each member goes and who hears of it, then the deed."""
    by: Any = request.user
    series, members, anchor = _found(request, pk)
    if anchor is None:
        return _nothing_ahead(request, series)
    initial = {"version": version_of_series(series, members), "scope": request.GET.get("cakupan") or ALL}
    form = SeriesMoveForm(request.POST or None, by=by, initial=initial)
    context = {"series": series, "anchor": anchor, "form": form}
    step = request.POST.get("step")
    if request.method != "POST" or not form.is_valid() or step == "edit":
        return render(request, "workshops/series_move.html", context)
    cleaned, now = form.cleaned_data, timezone.now()
    if step == "confirm":
        try:
            moved = move_members(
                series,
                anchor_pk=anchor.pk,
                scope=cleaned["scope"],
                shift=form.shift(),
                reason=cleaned["reason"],
                cover_reason=cleaned.get("cover_reason", ""),
                version=cleaned["version"],
                by=by,
                now=now,
            )
        except Refusal as problem:
            form.refuse(problem)
            return render(request, "workshops/series_move.html", context)
        return _written(request, series, len(moved))
    targets = chosen(members, anchor=anchor, scope=cleaned["scope"], by=by, now=now)
    plans = plan_moves(targets, shift=form.shift(), cover_reason=cleaned.get("cover_reason", ""), by=by, now=now)
    context |= {
        "rows": [{"plan": plan, "before": day_text(plan.member), "after": day_text(plan.schedule)} for plan in plans],
        "n_told": sum(plan.consequences.n_told for plan in plans),
        "n_moved": sum(plan.consequences.is_change for plan in plans),
        "has_problems": any(plan.problems for plan in plans),
        "pairs": list(posted_pairs(request.POST)),
    }
    return render(request, "workshops/series_move_preview.html", context)


def series_context(user: Any, workshop: Workshop) -> dict[str, Any]:
    """For a member's page: its series with the member before and after it, among those the reader may see."""
    if workshop.series_id is None:
        return {}
    rows = Workshop.objects.visible_to(user).filter(series=workshop.series_id).order_by("series_position", "pk")
    members = list(rows.only("pk", "title", "series_position", "starts_at", "ends_at", "fuzzy_date", "tz"))
    place = next((n for n, member in enumerate(members) if member.pk == workshop.pk), 0)
    return {
        "series": workshop.series,
        "series_is_open": user.role in SEES_ALL or workshop.is_editable_by(user),
        "series_previous": members[place - 1] if place else None,
        "series_next": members[place + 1] if place + 1 < len(members) else None,
        "n_series": len(members),
    }
