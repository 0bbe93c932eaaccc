"""Re-evaluation campaigns: begin one, answer its rows, see how far each Kanwil is."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from partnerships.actions.campaigns import (
    REASON_IS_MISSING,
    Answer,
    CampaignRefusal,
    answer_items,
    answer_many,
    carry_out_addendum,
    carry_out_end,
    close_campaign,
    preview_of,
    remove_campaign,
    start_campaign,
    undo_batch,
    write_campaign,
)
from partnerships.actions.endings import TermRefusal
from partnerships.filters import CampaignItemFilter
from partnerships.forms.campaigns import AddendumForm, BulkForm, CampaignForm, EndForm
from partnerships.models import (
    CARRIED_OUT,
    CARRIED_OUT_LATER,
    PLAIN_ANSWERS,
    Agreement,
    AgreementParty,
    Campaign,
    CampaignAnswer,
    CampaignBatch,
    CampaignItem,
    CampaignItemQuerySet,
)
from partnerships.spreadsheets.campaigns import write_campaign_items
from toolkit.paging import Page, page_of
from units.access import EDITS_ALL, Role

PER_PAGE = 50
MOST_TICKED = 500
SHOWN_IN_PREVIEW = 20
# By Kanwil and unit, as people walk through them; central units last.
ORDER = (F("region__short_name").asc(nulls_last=True), "agreement__owner_unit__short_name", "agreement__title", "pk")


def _readable(request: HttpRequest, pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.visible_to(request.user), pk=pk)


def _editable(request: HttpRequest, pk: int) -> Campaign:
    return get_object_or_404(Campaign.objects.editable_by(request.user), pk=pk)


def _items(request: HttpRequest, campaign: Campaign) -> CampaignItemQuerySet:
    return CampaignItem.objects.visible_to(request.user).filter(campaign=campaign)


@require_safe
def campaign_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    own = Q(items__in=CampaignItem.objects.visible_to(user).values("pk"))
    rows = Campaign.objects.visible_to(user).annotate(
        n=Count("items", filter=own), n_open=Count("items", filter=own & Q(items__answer=""))
    )
    page = page_of(rows.order_by("-created_at", "-pk"), request)
    context = {"page": page, "may_create": user.role == Role.BUREAU_ADMIN, "today": timezone.localdate()}
    return render(request, "partnerships/campaign_list.html", context)


def campaign_create(request: HttpRequest) -> HttpResponse:
    return _form_page(request, None)


def campaign_edit(request: HttpRequest, pk: int) -> HttpResponse:
    campaign = _editable(request, pk)
    if campaign.started_at is not None:
        messages.error(request, _("Evaluasi ini sudah dimulai, sehingga cakupannya tidak diubah lagi."))
        return redirect("campaign_detail", pk)
    return _form_page(request, campaign)


def _form_page(request: HttpRequest, campaign: Campaign | None) -> HttpResponse:
    by: Any = request.user
    form = CampaignForm(request.POST or None, campaign=campaign, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            made = write_campaign(campaign, facts=form.facts(), by=by, now=timezone.now())
        except CampaignRefusal as problem:
            form.refuse(problem)
        else:
            return redirect("campaign_detail", made.pk)
    return render(request, "partnerships/campaign_form.html", {"form": form, "campaign": campaign})


@require_safe
def campaign_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft shows what it would ask about; later the progress by Kanwil stands here."""
    user: Any = request.user
    campaign = _readable(request, pk)
    today = timezone.localdate()
    context: dict[str, Any] = {
        "campaign": campaign,
        "today": today,
        "may_edit": user.role == Role.BUREAU_ADMIN,
        "units": list(campaign.units.order_by("level", "short_name")),
        "kinds": list(campaign.kinds.order_by("position", "name")),
    }
    if campaign.started_at is None:
        context["preview"] = preview_of(campaign, today)
    else:
        context |= _progress(request, campaign)
    return render(request, "partnerships/campaign_detail.html", context)


def _progress(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """By Kanwil and in all, in one statement; then the latest answers for many at once."""
    answers = {f"n_{answer.value}": Count("pk", filter=Q(answer=answer)) for answer in CampaignAnswer}
    counted: Any = (
        _items(request, campaign)
        .order_by()
        .values("region", "region__short_name")
        .annotate(
            n=Count("pk"),
            n_open=Count("pk", filter=Q(answer="")),
            n_carried_out=Count("pk", filter=CARRIED_OUT),
            **answers,
        )
        .order_by(F("region__short_name").asc(nulls_last=True))
    )
    rows: list[dict[str, Any]] = list(counted)
    total = {name: sum(row[name] for row in rows) for name in ("n", "n_open", "n_carried_out", *answers)}
    for row in [*rows, total]:
        row["n_done"] = row["n"] - row["n_open"]
    batches = campaign.batches.select_related("made_by", "successor", "undone_by").order_by("-made_at", "-pk")
    user: Any = request.user
    seen = batches if user.role in EDITS_ALL else batches.filter(made_by=user)
    return {"regions": rows, "total": total, "batches": list(seen[:10]), "may_undo": campaign.is_running}


@require_POST
def campaign_start(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    campaign = _editable(request, pk)
    try:
        n = start_campaign(campaign, by=by, now=timezone.now(), today=timezone.localdate())
    except CampaignRefusal as problem:
        messages.error(request, str(problem))
    else:
        line = ngettext(
            "Evaluasi dimulai atas %(n)d perjanjian; suratnya sedang dikirim.",
            "Evaluasi dimulai atas %(n)d perjanjian; suratnya sedang dikirim.",
            n,
        )
        messages.success(request, line % {"n": n})
    return redirect("campaign_detail", pk)


@require_POST
def campaign_close(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    try:
        close_campaign(_editable(request, pk), by=by, now=timezone.now())
    except CampaignRefusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Evaluasi ditutup. Jawaban dan rekapnya tetap dapat dibaca."))
    return redirect("campaign_detail", pk)


@require_POST
def campaign_remove(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    try:
        remove_campaign(_editable(request, pk), by=by, now=timezone.now())
    except CampaignRefusal as problem:
        messages.error(request, str(problem))
        return redirect("campaign_detail", pk)
    messages.success(request, _("Draf evaluasi dihapus."))
    return redirect("campaign_list")


# --- answering


def campaign_items(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows, fifty a page, each with its answers; one button saves the page. Many at once: see `campaign_bulk`."""
    campaign = _readable(request, pk)
    if request.method == "POST":
        return _saved(request, campaign)
    return _items_page(request, campaign, without_reason=())


def _items_page(request: HttpRequest, campaign: Campaign, *, without_reason: Collection[int]) -> HttpResponse:
    """Rows `without_reason` were answered to end and not saved: they show that answer and what it lacks."""
    user: Any = request.user
    filters = CampaignItemFilter(request.GET, queryset=_items(request, campaign), user=user)
    page = page_of(filters.qs.order_by(*ORDER), request, per_page=PER_PAGE)
    rows = _shown(page)
    for row in rows:
        if row.pk in without_reason:
            row.answer, row.note = CampaignAnswer.END, ""
    may_answer = campaign.is_running and user.role != Role.LEADER
    context = {
        "campaign": campaign,
        "filter": filters,
        "page": page,
        "rows": rows,
        "without_reason": without_reason,
        "reason_is_missing": REASON_IS_MISSING,
        "today": timezone.localdate(),
        "answers": [(answer.value, answer.label) for answer in PLAIN_ANSWERS],
        "may_answer": may_answer,
        "may_carry_out": user.role != Role.LEADER,
        "bulk": BulkForm(agreements=Agreement.objects.visible_to(user), today=timezone.localdate()),
        "here": request.get_full_path(),
    }
    return render(request, "partnerships/campaign_items.html", context)


def _shown(page: Page[CampaignItem]) -> list[CampaignItem]:
    """The rows of a page with everything that is written of them, in two statements."""
    keys = [item.pk for item in page]
    found = (
        CampaignItem.objects.filter(pk__in=keys)
        .select_related(
            "agreement__owner_unit", "agreement__agreement_type", "answered_by", "batch__successor", "decision"
        )
        .order_by(*ORDER)
    )
    rows = list(found)
    parties: dict[int, list[AgreementParty]] = {}
    listed = AgreementParty.objects.filter(agreement__in=[row.agreement_id for row in rows])
    for party in listed.select_related("unit", "organization").order_by("position", "pk"):
        parties.setdefault(party.agreement_id, []).append(party)
    for row in rows:
        row.agreement.listed_parties = parties.get(row.agreement_id, [])
    return rows


def _back(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """To the same rows of the same page, by the query that the form carries."""
    return redirect(f"{reverse('campaign_items', args=[campaign.pk])}?{_query(request)}".rstrip("?"))


def _query(request: HttpRequest) -> str:
    """The filters that a form carried along; only what QueryDict can read again."""
    text = request.POST.get("query", "").replace("\r", "").replace("\n", "")
    return text[:500]


def _saved(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    by: Any = request.user
    plain = {answer.value for answer in PLAIN_ANSWERS} | {""}
    answers = []
    for name, value in request.POST.items():
        kind, _mark, key = name.partition("-")
        if kind == "answer" and value in plain and key.isdecimal() and len(key) < 19:
            note = " ".join(request.POST.get(f"note-{key}", "").replace("\0", "").split())[:300]
            answers.append(Answer(int(key), value, note))
    try:
        answered = answer_items(campaign, answers=answers[:MOST_TICKED], by=by, now=timezone.now())
    except CampaignRefusal as problem:
        messages.error(request, str(problem))
        return _back(request, campaign)
    line = ngettext("%(n)d jawaban disimpan.", "%(n)d jawaban disimpan.", answered.n)
    if answered.n or not answered.without_reason:
        messages.success(request, line % {"n": answered.n} if answered.n else _("Tidak ada jawaban yang berubah."))
    if not answered.without_reason:
        return _back(request, campaign)
    n_open = len(answered.without_reason)
    line = ngettext(
        "%(n)d jawaban belum disimpan karena alasannya kosong.",
        "%(n)d jawaban belum disimpan karena alasannya kosong.",
        n_open,
    )
    messages.error(request, line % {"n": n_open})
    request.GET = _asked(request)
    return _items_page(request, campaign, without_reason=answered.without_reason)


def campaign_carry_out(request: HttpRequest, campaign_item_pk: int) -> HttpResponse:
    """Starts the addendum, or ends the agreement, as one row was answered; also when the campaign is closed."""
    by: Any = request.user
    rows = CampaignItem.objects.visible_to(by).filter(answer__in=CARRIED_OUT_LATER)
    rows = rows.filter(agreement__in=Agreement.objects.decidable_by(by).values("pk"))
    related = ("campaign", "agreement__owner_unit", "agreement__agreement_type", "decision", "amendment")
    item = get_object_or_404(rows.select_related(*related), pk=campaign_item_pk)
    is_end = item.answer == CampaignAnswer.END
    form_class = EndForm if is_end else AddendumForm
    form = form_class(request.POST or None, agreement=item.agreement, reason=item.note)
    if request.method == "POST" and form.is_valid():
        now, said = timezone.now(), form.cleaned_data
        try:
            if is_end:
                carry_out_end(item, **said, by=by, now=now, today=timezone.localdate())
                messages.success(request, _("Pengakhiran dicatat pada perjanjian ini."))
                return redirect("agreement_ending", item.agreement_id)
            amendment = carry_out_addendum(item, new_name=said["new_name"], by=by, now=now)
        except (CampaignRefusal, TermRefusal) as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Draf adendum dibuat. Lengkapi isinya, lalu simpan naskah bertanda tangannya."))
            return redirect("agreement_detail", amendment.pk)
    context = {"campaign": item.campaign, "item": item, "form": form, "is_end": is_end}
    return render(request, "partnerships/campaign_carry_out.html", context)


@require_POST
def campaign_bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer for the ticked rows, or for all that the filters show: first a preview with the count, then done."""
    user: Any = request.user
    campaign = _readable(request, pk)
    chosen = _chosen(request, campaign)
    form = BulkForm(request.POST, agreements=Agreement.objects.visible_to(user), today=timezone.localdate())
    if form.is_valid() and request.POST.get("step") == "confirm":
        try:
            batch = answer_many(
                campaign,
                items=chosen,
                answer=form.cleaned_data["answer"],
                note=form.cleaned_data["note"],
                successor=form.cleaned_data["successor"],
                on=form.cleaned_data["on"],
                by=user,
                now=timezone.now(),
            )
        except CampaignRefusal as problem:
            messages.error(request, str(problem))
        else:
            line = ngettext(
                "%(n)d perjanjian dijawab: %(answer)s.", "%(n)d perjanjian dijawab: %(answer)s.", batch.n_items
            )
            messages.success(request, line % {"n": batch.n_items, "answer": batch.get_answer_display()})
        return redirect("campaign_detail", pk)
    open_ones = chosen.answerable_by(user).unanswered()
    successor = form.cleaned_data.get("successor") if form.is_valid() else None
    if successor is not None:
        open_ones = open_ones.exclude(agreement=successor)
    counts = (
        open_ones.order_by()
        .values("region__short_name")
        .annotate(n=Count("pk"))
        .order_by(F("region__short_name").asc(nulls_last=True))
    )
    regions = list(counts)
    first = open_ones.select_related("agreement__owner_unit").order_by(*ORDER)[:SHOWN_IN_PREVIEW]
    context = {
        "campaign": campaign,
        "form": form,
        "is_valid": form.is_valid(),
        "n": sum(row["n"] for row in regions),
        "n_chosen": chosen.count(),
        "regions": regions,
        "first": list(first),
        "ticked": request.POST.getlist("item") if request.POST.get("which") == "ticked" else [],
        "which": request.POST.get("which", "ticked"),
        "query": _query(request),
        "answer_label": dict(CampaignAnswer.choices).get(form["answer"].value(), ""),
    }
    return render(request, "partnerships/campaign_bulk.html", context)


@require_safe
def campaign_successors(request: HttpRequest) -> HttpResponse:
    """What matches the words being typed, as options of the select; the one chosen before stays."""
    form = BulkForm(request.GET, agreements=Agreement.objects.visible_to(request.user), today=timezone.localdate())
    return render(request, "partnerships/partials/successor_options.html", {"field": form["successor"]})


def _chosen(request: HttpRequest, campaign: Campaign) -> CampaignItemQuerySet:
    """The ticked rows, or all under the filters that the form carries."""
    rows = _items(request, campaign)
    if request.POST.get("which") == "all":
        user: Any = request.user
        found: CampaignItemQuerySet = CampaignItemFilter(_asked(request), queryset=rows, user=user).qs
        return found
    keys = [int(key) for key in request.POST.getlist("item")[:MOST_TICKED] if key.isdecimal() and len(key) < 19]
    return rows.filter(pk__in=keys)


def _asked(request: HttpRequest) -> Any:
    return QueryDict(_query(request))


@require_POST
def campaign_undo(request: HttpRequest, pk: int, batch_pk: int) -> HttpResponse:
    by: Any = request.user
    campaign = _readable(request, pk)
    rows = campaign.batches.select_related("campaign")
    batches = rows if by.role in EDITS_ALL else rows.filter(made_by=by)
    batch: CampaignBatch = get_object_or_404(batches, pk=batch_pk)
    try:
        n = undo_batch(batch, by=by, now=timezone.now())
    except CampaignRefusal as problem:
        messages.error(request, str(problem))
    else:
        line = ngettext("%(n)d jawaban ditarik.", "%(n)d jawaban ditarik.", n)
        messages.success(request, line % {"n": n})
    return redirect("campaign_detail", pk)


@require_safe
def campaign_export(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What the rows show under the same filters, all pages."""
    user: Any = request.user
    campaign = _readable(request, pk)
    filters = CampaignItemFilter(request.GET, queryset=_items(request, campaign), user=user)
    return write_campaign_items(campaign, filters.qs.order_by(*ORDER), today=timezone.localdate())
