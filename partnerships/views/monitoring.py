"""Monitoring rounds: the list, opening with a preview, the recap, and the page on which a unit answers."""

import io
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from partnerships.actions.activities import Proof
from partnerships.actions.monitoring import (
    NothingToAsk,
    answer_agreement,
    check_round,
    close_round,
    open_round,
    preview_round,
)
from partnerships.actions.refusals import Refusal
from partnerships.documents.monitoring import Report, report_docx, report_of, report_pdf
from partnerships.forms.monitoring import AnswerForm, RoundForm
from partnerships.models import (
    RATING_TONES,
    Activity,
    MonitoredUnit,
    MonitoringAnswer,
    MonitoringRound,
    Rating,
)
from partnerships.monitoring_recap import answers_in_order, recap_of
from partnerships.spreadsheets.monitoring import write_answers, write_recap
from toolkit.downloads import stored_file
from toolkit.kept_files import keep_file, kept_file
from toolkit.paging import page_of
from toolkit.papers.word import CONTENT_TYPE as WORD
from toolkit.xlsx import SheetIsRefused, drop_upload
from units.access import EDITS_ALL, SEES_ALL, Role

# So many silent units are named in a report; the page has them all.
NAMED = 60
ROWS_A_PAGE = 25
ANSWERED = Count("answers", filter=~Q(answers__rating=""))


def _round(request: HttpRequest, pk: int) -> MonitoringRound:
    rows = MonitoringRound.objects.visible_to(request.user).select_related("opened_by__unit")
    return get_object_or_404(rows, pk=pk)


def monitoring_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    today = timezone.localdate()
    rounds = MonitoringRound.objects.visible_to(user).order_by("-opened_at", "-pk")
    page = page_of(rounds, request, per_page=25)
    counts = {
        row["round"]: row
        for row in MonitoredUnit.objects.visible_to(user)
        .filter(round__in=[row.pk for row in page])
        .order_by()
        .values("round")
        .annotate(n_units=Count("pk", distinct=True), asked=Count("answers"), told=ANSWERED)
    }
    rows = [(row, counts.get(row.pk), row.is_late(today)) for row in page]
    own = [] if user.role in SEES_ALL else list(_own(user))
    context = {"page": page, "rows": rows, "own": own, "may_open": user.role in EDITS_ALL}
    return render(request, "partnerships/monitoring_list.html", context)


def _own(user: Any) -> Any:
    """What is asked of the reader's units in rounds that run: what waits first."""
    rows = MonitoredUnit.objects.answerable_by(user).filter(round__closed_at=None).silent().with_counts()
    return rows.select_related("unit", "round").order_by("round__due_on", "unit__short_name", "pk")[:20]


def monitoring_open(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    today = timezone.localdate()
    form = RoundForm(request.POST or None, today=today)
    step = request.POST.get("step", "edit")
    if request.method == "POST" and step != "edit" and form.is_valid():
        facts = form.facts()
        try:
            check_round(facts, today=today)
            if step == "confirm":
                made = open_round(facts=facts, form_token=form.cleaned_data["form_token"], by=by, now=timezone.now())
                messages.success(request, _("Putaran “%(title)s” dibuka.") % {"title": made.title})
                return redirect("monitoring_detail", pk=made.pk)
            preview = preview_round(facts)
            if not preview.n_agreements:
                raise NothingToAsk
        except Refusal as problem:
            form.refuse(problem)
        else:
            carried = [
                (name, value)
                for name, values in request.POST.lists()
                if name not in {"csrfmiddlewaretoken", "step"}
                for value in values
            ]
            context = {"form": form, "preview": preview, "carried": carried, "facts": facts}
            return render(request, "partnerships/monitoring_open_preview.html", context)
    return render(request, "partnerships/monitoring_open.html", {"form": form})


def monitoring_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The recap by Kanwil and who has not answered, of what the reader reaches."""
    user: Any = request.user
    round_ = _round(request, pk)
    recap = recap_of(round_, user=user, total_name=_("Semua"))
    silent = MonitoredUnit.objects.visible_to(user).filter(round=round_).silent().with_counts()
    silent = silent.select_related("unit", "region").order_by("region__short_name", "unit__short_name", "pk")
    own = MonitoredUnit.objects.answerable_by(user).filter(round=round_, unit=user.unit_id).first()
    return render(
        request,
        "partnerships/monitoring_detail.html",
        {
            "round": round_,
            "recap": recap,
            "page": page_of(silent, request, per_page=50),
            "own": own,
            "is_late": round_.is_late(timezone.localdate()),
            "may_close": user.role in EDITS_ALL and round_.closed_at is None,
            "may_answer": user.role != Role.LEADER,
        },
    )


def monitoring_close(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    round_ = close_round(_round(request, pk), by=by, now=timezone.now())
    messages.success(request, _("Putaran “%(title)s” ditutup; jawabannya tetap.") % {"title": round_.title})
    return redirect("monitoring_detail", pk=round_.pk)


def monitoring_export(request: HttpRequest, pk: int) -> FileResponse:
    """The recap, or with `?isi=rinci` every answer."""
    round_, today = _round(request, pk), timezone.localdate()
    if request.GET.get("isi") == "rinci":
        return write_answers(round_, answers_in_order(round_, user=request.user), today=today)
    return write_recap(round_, recap_of(round_, user=request.user, total_name=_("Semua")), today=today)


def monitoring_pdf(request: HttpRequest, pk: int) -> FileResponse:
    made = report_pdf(_report(request, pk), language=get_language() or "id")
    return _download(made, f"laporan-pemantauan-{pk}.pdf", "application/pdf")


def monitoring_docx(request: HttpRequest, pk: int) -> FileResponse:
    return _download(report_docx(_report(request, pk)), f"laporan-pemantauan-{pk}.docx", WORD)


def _report(request: HttpRequest, pk: int) -> Report:
    round_ = _round(request, pk)
    recap = recap_of(round_, user=request.user, total_name=_("Semua"))
    silent = MonitoredUnit.objects.visible_to(request.user).filter(round=round_).silent()
    names = silent.order_by("region__short_name", "unit__short_name", "pk").values_list("unit__short_name", flat=True)
    return report_of(round_, recap, silent=list(names[:NAMED]), n_silent=silent.count(), today=timezone.localdate())


def _download(made: bytes, name: str, content_type: str) -> FileResponse:
    response = FileResponse(io.BytesIO(made), as_attachment=True, filename=name, content_type=content_type)
    response["Cache-Control"] = "no-store"
    return response


# --- answering


def monitoring_answer(request: HttpRequest, pk: int, monitored_pk: int) -> HttpResponse:
    """All agreements of a unit on one page. Each row that was touched is saved for itself: the right ones stand, the
    wrong ones come back as they were typed."""
    user: Any = request.user
    monitored = _monitored(request, pk, monitored_pk)
    is_open = monitored.round.closed_at is None and user.role != Role.LEADER
    answers = monitored.answers.select_related("agreement", "agreement__agreement_type").order_by(
        "agreement__title", "pk"
    )
    page = page_of(answers, request, per_page=ROWS_A_PAGE)
    done = _done_in(monitored.round, [answer.agreement_id for answer in page])
    is_post = request.method == "POST"
    forms = [
        AnswerForm(
            request.POST if is_post else None,
            request.FILES if is_post else None,
            answer=answer,
            done=done.get(answer.agreement_id, ()),
        )
        for answer in page
    ]
    if is_post:
        n_saved = sum(_saved(request, form) for form in forms if _was_sent(request, form))
        if n_saved:
            sentence = ngettext("%(n)d jawaban tersimpan.", "%(n)d jawaban tersimpan.", n_saved) % {"n": n_saved}
            messages.success(request, sentence)
        if not any(form.errors for form in forms if _was_sent(request, form)):
            return redirect(request.get_full_path())
        # Rows that were saved are shown as they stand now; the wrong ones as they were typed.
        fresh = monitored.answers.select_related("agreement", "agreement__agreement_type").in_bulk()
        forms = [
            form if _was_sent(request, form) and form.errors else AnswerForm(answer=fresh[form.answer.pk])
            for form in forms
        ]
    counts = monitored.answers.all().counted()
    return render(
        request,
        "partnerships/monitoring_answer.html",
        {
            "monitored": monitored,
            "round": monitored.round,
            "page": page,
            "rows": [(form, _tone(form.answer)) for form in forms],
            "counts": counts,
            "n_answered": counts["n"] - counts["unanswered"],
            "is_open": is_open,
            "has_errors": is_post,
        },
    )


def _monitored(request: HttpRequest, pk: int, monitored_pk: int) -> MonitoredUnit:
    user: Any = request.user
    rows = MonitoredUnit.objects.visible_to(user).select_related("unit", "round")
    monitored = get_object_or_404(rows, pk=monitored_pk)
    if monitored.round_id != pk:
        raise Http404
    return monitored


def _done_in(round_: MonitoringRound, agreements: Sequence[int]) -> dict[int, list[Activity]]:
    """What was filed in the period, by agreement: what a unit would otherwise type again."""
    rows = Activity.objects.filter(
        agreement__in=agreements, held_on__gte=round_.period_from, held_on__lte=round_.period_until
    )
    found: dict[int, list[Activity]] = {}
    for activity in rows.order_by("held_on", "pk")[:500]:
        found.setdefault(activity.agreement_id, []).append(activity)
    return found


def _was_sent(request: HttpRequest, form: AnswerForm) -> bool:
    """Touched, or the very row whose button was pressed."""
    is_there = form.add_prefix("rating") in request.POST
    return is_there and (form.is_touched or request.POST.get("save") == str(form.answer.pk))


def _saved(request: HttpRequest, form: AnswerForm) -> bool:
    by: Any = request.user
    now = timezone.now()
    if not form.is_valid():
        keep_file(form, user_id=by.pk, now=now)
        return False
    try:
        file, token = kept_file(form, user_id=by.pk)
        proof = Proof(file, form.found) if file is not None else None
        version = form.cleaned_data["version"]
        answer_agreement(form.answer, facts=form.facts(), proof=proof, version=version, by=by, now=now)
    except Refusal as problem:
        form.refuse(problem)
        keep_file(form, user_id=by.pk, now=now)
        return False
    except SheetIsRefused:
        form.add_error("file", _("Berkas yang tadi dipilih sudah tidak tersimpan. Pilih berkasnya sekali lagi."))
        return False
    if token:
        drop_upload(token, user_id=by.pk)
    return True


def _tone(answer: MonitoringAnswer) -> str:
    return RATING_TONES[Rating(answer.rating)] if answer.rating else "grey"


def monitoring_file(request: HttpRequest, pk: int, monitored_pk: int, answer_pk: int) -> FileResponse:
    monitored = _monitored(request, pk, monitored_pk)
    answer = get_object_or_404(monitored.answers.all(), pk=answer_pk)
    return stored_file(str(answer.file), filename=answer.original_name, content_type=answer.content_type)
