"""The register of speakers: the list, one speaker, a new one, the facts, the photo and the scores."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from toolkit.downloads import stored_file
from toolkit.paging import page_of
from toolkit.xlsx.columns import Column
from toolkit.xlsx.writing import sheet_response
from workshops.actions.refusals import Refusal
from workshops.actions.speakers import (
    create_speaker,
    edit_speaker,
    keep_photo,
    remove_photo,
    score_speaker,
)
from workshops.filters import SpeakerFilter
from workshops.forms.speakers import SpeakerForm, SpeakerScoreForm
from workshops.models import SessionRole, Speaker, SpeakerInvitation, SpeakerScore, Workshop
from workshops.versions import version_of_speaker
from workshops.views.people import ANSWER_TONES

SORTS: dict[str, list[Any]] = {
    "nama": ["name", "pk"],
    "terakhir": [F("last").desc(nulls_last=True), "name", "pk"],
    "kegiatan": [F("n").desc(nulls_last=True), "name", "pk"],
    "nilai": [F("mean").desc(nulls_last=True), "name", "pk"],
}
SHEET = [
    Column("name", gettext_lazy("Nama"), width=34),
    Column("alias", gettext_lazy("Dikenal sebagai"), width=22),
    Column("form", gettext_lazy("Bentuk"), width=16),
    Column("home", gettext_lazy("Asal"), width=34),
    Column("position", gettext_lazy("Jabatan"), width=34),
    Column("field", gettext_lazy("Bidang keahlian"), width=28),
    Column("email", gettext_lazy("Surel"), width=30),
    Column("whatsapp", gettext_lazy("WhatsApp"), kind="phone"),
    Column("grade", gettext_lazy("Golongan honorarium"), width=24),
    Column("n", gettext_lazy("Kegiatan"), kind="whole"),
    Column("last", gettext_lazy("Terakhir"), kind="date"),
    Column("score", gettext_lazy("Nilai rata-rata")),
    Column("n_answers", gettext_lazy("Penilai"), kind="whole"),
]


@dataclass(frozen=True)
class Record:
    """What a reader may know of a speaker's past: workshops, the latest day, the mean score and who gave it."""

    n: int = 0
    last: datetime | None = None
    score: Decimal | None = None
    n_answers: int = 0


def _found(request: HttpRequest) -> QuerySet[Speaker]:
    user: Any = request.user
    rows = Speaker.objects.visible_to(user).select_related("unit", "organization", "keeper")
    filters = SpeakerFilter(request.GET, queryset=rows, request=request)
    found: QuerySet[Speaker] = filters.qs
    order = request.GET.get("urut", "")
    if order in SORTS and order != "nama":
        found = _with_figures(found, user)
    return found.order_by(*SORTS.get(order, SORTS["nama"]))


def _heard(user: Any) -> QuerySet[SessionRole]:
    return SessionRole.objects.filter(session__workshop__in=Workshop.objects.visible_to(user).values("pk"))


def _with_figures(rows: QuerySet[Speaker], user: Any) -> QuerySet[Speaker]:
    """Adds what the list can be sorted by: `n` workshops, the `last` session, the `mean` score."""
    heard = _heard(user).filter(speaker=OuterRef("pk")).order_by().values("speaker")
    scores = SpeakerScore.objects.visible_to(user).filter(speaker=OuterRef("pk")).order_by().values("speaker")
    return rows.annotate(
        n=Subquery(
            heard.annotate(n=Count("session__workshop", distinct=True)).values("n"), output_field=IntegerField()
        ),
        last=Subquery(heard.annotate(last=Max("session__starts_at")).values("last")),
        mean=Subquery(scores.annotate(mean=Sum(F("score") * F("n_answers")) / Sum("n_answers")).values("mean")),
    )


def _records(user: Any, speakers: Any) -> dict[int, Record]:
    """In how many workshops each speaks (of those one may see), the latest day, and the mean of all answers given."""
    heard = (
        _heard(user)
        .filter(speaker__in=speakers)
        .values("speaker")
        .annotate(n=Count("session__workshop", distinct=True), last=Max("session__starts_at"))
        .order_by("speaker")
    )
    scores = (
        SpeakerScore.objects.visible_to(user)
        .filter(speaker__in=speakers)
        .values("speaker")
        .annotate(points=Sum(F("score") * F("n_answers")), given=Sum("n_answers"))
        .order_by("speaker")
    )
    past = {row["speaker"]: (row["n"], row["last"]) for row in heard}
    judged = {row["speaker"]: (mean(row["points"], row["given"]), row["given"]) for row in scores}
    return {pk: Record(*past.get(pk, (0, None)), *judged.get(pk, (None, 0))) for pk in past.keys() | judged.keys()}


def mean(points: Any, n: int) -> Decimal:
    return (Decimal(str(points)) / n).quantize(Decimal("0.01"))


def speaker_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    page = page_of(_found(request), request)
    keys = [speaker.pk for speaker in page]
    records = _records(user, keys)
    answers = _answers(user, keys)
    query = request.GET.copy()
    query.pop("halaman", None)
    context = {
        "filter": SpeakerFilter(request.GET, queryset=Speaker.objects.none(), request=request),
        "page": page,
        "lines": [
            {"speaker": row, "record": records.get(row.pk, Record()), "answers": answers.get(row.pk, [])}
            for row in page
        ],
        "sort": _sort_urls(request),
        "may_plan": user.plans_workshops,
        "export_url": f"{reverse('speaker_export')}?{query.urlencode()}",
    }
    return render(request, "workshops/speaker_list.html", context)


def _answers(user: Any, keys: list[int]) -> dict[int, list[tuple[str, SpeakerInvitation]]]:
    """By speaker, what was said to workshops to come, with the tone of each."""
    found: dict[int, list[tuple[str, SpeakerInvitation]]] = {}
    rows = SpeakerInvitation.objects.visible_to(user).of_coming_workshops().filter(speaker__in=keys)
    for row in rows.select_related("workshop").order_by("workshop__starts_at", "pk"):
        found.setdefault(row.speaker_id, []).append((ANSWER_TONES[row.answer], row))
    return found


def _sort_urls(request: HttpRequest) -> dict[str, Any]:
    """Links of the table's head: the same question in another order."""
    chosen = request.GET.get("urut", "")
    urls = {}
    for name in SORTS:
        query = request.GET.copy()
        query.pop("halaman", None)
        query["urut"] = name
        urls[name] = f"?{query.urlencode()}"
    return {"urls": urls, "chosen": chosen if chosen in SORTS else "nama"}


def speaker_export(request: HttpRequest) -> FileResponse:
    """Exactly what the list shows, all pages of it."""
    found = _found(request)
    records = _records(request.user, found.order_by().values("pk"))
    rows = _sheet_rows(found, records)
    return sheet_response("narasumber.xlsx", title=_("Narasumber"), columns=SHEET, rows=rows)


def _sheet_rows(found: QuerySet[Speaker], records: dict[int, Record]) -> Iterator[list[object]]:
    zone = timezone.get_current_timezone()
    for row in found.iterator(chunk_size=500):
        record = records.get(row.pk, Record())
        yield [
            row.name,
            row.alias,
            _("Lembaga atau tim") if row.is_organization else _("Perorangan"),
            row.unit.official_name if row.unit else str(row.organization or ""),
            row.position,
            row.field_of_expertise,
            row.email,
            row.whatsapp,
            row.get_honorarium_grade_display(),
            record.n,
            record.last.astimezone(zone).date() if record.last else None,
            f"{record.score}" if record.score is not None else "",
            record.n_answers,
        ]


def speaker_detail(request: HttpRequest, pk: int) -> HttpResponse:
    return _detail_page(request, _visible(request, pk), None)


def _visible(request: HttpRequest, pk: int) -> Speaker:
    rows = Speaker.objects.visible_to(request.user).select_related("unit", "organization", "keeper")
    return get_object_or_404(rows, pk=pk)


def _detail_page(request: HttpRequest, speaker: Speaker, form: SpeakerScoreForm | None) -> HttpResponse:
    user: Any = request.user
    heard = _heard(user).filter(speaker=speaker)
    roles = heard.select_related("session__workshop").order_by("-session__starts_at", "pk")
    page = page_of(roles, request)
    can_score = user.plans_workshops
    context = {
        "speaker": speaker,
        "record": _records(user, [speaker.pk]).get(speaker.pk, Record()),
        "page": page,
        "scores": SpeakerScore.objects.visible_to(user)
        .filter(speaker=speaker)
        .select_related("workshop")
        .order_by("-workshop__calendar_on", "pk"),
        "answers": _answers(user, [speaker.pk]).get(speaker.pk, []),
        "spans": speaker.unavailabilities.filter(ends_at__gt=timezone.now()).order_by("starts_at", "pk"),
        "is_editable": speaker.is_editable_by(user),
        "score_form": form or (SpeakerScoreForm(workshops=_scorable(user, speaker)) if can_score else None),
    }
    return render(request, "workshops/speaker_detail.html", context)


def _scorable(user: Any, speaker: Speaker) -> QuerySet[Workshop]:
    own = Workshop.objects.editable_by(user).filter(sessions__roles__speaker=speaker)
    return own.distinct().order_by("-calendar_on", "-pk")


def speaker_score(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    speaker = _visible(request, pk)
    form = SpeakerScoreForm(request.POST, workshops=_scorable(by, speaker))
    if not form.is_valid():
        return _detail_page(request, speaker, form)
    score_speaker(speaker, by=by, now=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Nilai %(name)s tersimpan.") % {"name": speaker.name})
    return redirect("speaker_detail", speaker.pk)


def speaker_create(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = SpeakerForm(request.POST or None, request.FILES or None, by=by)
    if request.method == "POST" and form.is_valid():
        now, is_another = timezone.now(), form.cleaned_data["is_another"]
        speaker = create_speaker(facts=form.facts(), is_another=is_another, by=by, now=now)
        if form.cleaned_data["photo"]:
            keep_photo(speaker, photo=form.cleaned_data["photo"], by=by, now=now)
        messages.success(request, _("%(name)s ada di daftar narasumber.") % {"name": speaker.name})
        return redirect("speaker_detail", speaker.pk)
    return render(request, "workshops/speaker_form.html", {"form": form, "speaker": None})


def speaker_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    speaker = get_object_or_404(Speaker.objects.editable_by(by), pk=pk)
    form = SpeakerForm(
        request.POST or None,
        request.FILES or None,
        by=by,
        speaker=speaker,
        initial={"version": version_of_speaker(speaker)},
    )
    if request.method == "POST" and form.is_valid():
        now = timezone.now()
        try:
            edit_speaker(speaker, facts=form.facts(), version=form.cleaned_data["version"], by=by, now=now)
        except Refusal as problem:
            form.add_error(None, str(problem))
        else:
            if form.cleaned_data["photo"]:
                keep_photo(speaker, photo=form.cleaned_data["photo"], by=by, now=now)
            elif form.cleaned_data.get("drops_photo"):
                remove_photo(speaker, by=by, now=now)
            messages.success(request, _("Data %(name)s tersimpan.") % {"name": form.cleaned_data["name"]})
            return redirect("speaker_detail", speaker.pk)
    return render(request, "workshops/speaker_form.html", {"form": form, "speaker": speaker})


def speaker_photo(request: HttpRequest, pk: int) -> FileResponse:
    speaker = _visible(request, pk)
    return stored_file(str(speaker.photo.name or ""), filename="foto.jpg", content_type="image/jpeg", is_shown=True)
