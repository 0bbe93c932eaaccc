"""The tab of an agreement's term with what is decided about it, and the list of ends to come."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from partnerships.actions.endings import (
    TermRefusal,
    extend_term,
    let_end,
    may_be_withdrawn,
    renew_agreement,
    standing_decision,
    terminate_agreement,
    withdraw_decision,
)
from partnerships.actions.work_plans import years_of
from partnerships.filters import EndingFilter
from partnerships.forms.endings import FORMS, DecisionForm, forms_for
from partnerships.models import (
    ENDING_STEPS,
    Agreement,
    AgreementLink,
    AgreementQuerySet,
    EndingChoice,
    EndingDecision,
    KindCode,
    LinkKind,
    TermState,
    WorkPlan,
)
from partnerships.spreadsheets.endings import write_endings
from toolkit.paging import page_of
from units.access import Role

RELATED = ("owner_unit", "agreement_type")
OVER = {TermState.TERMINATED, TermState.SUPERSEDED}


# --- one agreement


def agreement_ending(request: HttpRequest, pk: int) -> HttpResponse:
    """Term, log of extensions, decisions; whoever may decide does it here."""
    user: Any = request.user
    agreement = get_object_or_404(Agreement.objects.visible_to(user).select_related(*RELATED), pk=pk)
    if request.method != "POST":
        return render(request, "partnerships/agreement_ending.html", _context(request, agreement, None))
    agreement = get_object_or_404(Agreement.objects.decidable_by(user).select_related(*RELATED), pk=pk)
    choice = request.POST.get("choice", "")
    if choice not in forms_for(agreement):
        return redirect("agreement_ending", pk)
    form = FORMS[choice](request.POST, agreement=agreement)
    if form.is_valid():
        try:
            decision = DECIDE[choice](agreement, form, user)
        except TermRefusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _said_of(decision))
            return redirect("agreement_ending", pk)
    return render(request, "partnerships/agreement_ending.html", _context(request, agreement, form), status=422)


def _clock(form: DecisionForm, by: Any) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "seen_until": cleaned["seen_until"],
        "reason": cleaned["reason"],
        "by": by,
        "now": timezone.now(),
        "today": timezone.localdate(),
    }


def _extend(agreement: Agreement, form: Any, by: Any) -> EndingDecision:
    return extend_term(agreement, new_until=form.cleaned_data["new_until"], **_clock(form, by))


def _renew(agreement: Agreement, form: Any, by: Any) -> EndingDecision:
    return renew_agreement(agreement, facts=form.facts(), **_clock(form, by))


def _let_end(agreement: Agreement, form: Any, by: Any) -> EndingDecision:
    return let_end(agreement, **_clock(form, by))


def _terminate(agreement: Agreement, form: Any, by: Any) -> EndingDecision:
    return terminate_agreement(agreement, on=form.cleaned_data["on"], **_clock(form, by))


DECIDE: dict[str, Callable[[Agreement, Any, Any], EndingDecision]] = {
    EndingChoice.EXTEND.value: _extend,
    EndingChoice.RENEW.value: _renew,
    EndingChoice.LET_END.value: _let_end,
    EndingChoice.TERMINATE.value: _terminate,
}


def _said_of(decision: EndingDecision) -> str:
    if decision.choice == EndingChoice.EXTEND:
        return _("Masa berlaku diperpanjang. Tanggal akhir semula tetap tercatat.")
    if decision.choice == EndingChoice.RENEW:
        return _("Perjanjian baru dibuat sebagai draf dengan pihak, ruang lingkup, dan ketentuan yang sama.")
    if decision.choice == EndingChoice.LET_END:
        return _("Keputusan dicatat. Surat tentang akhir masa perjanjian ini berhenti.")
    return _("Penghentian dicatat.")


@dataclass(frozen=True)
class Choice:
    """One of the forms on the page."""

    label: str
    text: str
    button: str
    form: DecisionForm
    is_open: bool

    @property
    def name(self) -> str:
        return self.form.choice.value


def _choices(agreement: Agreement, sent: DecisionForm | None) -> list[Choice]:
    words = {
        EndingChoice.EXTEND.value: (
            _("Perpanjang"),
            _("Perjanjian yang sama berlaku lebih lama; tanggal akhir semula tetap tercatat."),
            _("Perpanjang masa berlaku"),
        ),
        EndingChoice.RENEW.value: (
            _("Perbarui"),
            _("Naskah baru menggantikannya: draf dibuat dengan pihak, lingkup, dan ketentuan pendanaan yang sama."),
            _("Buat draf perjanjian baru"),
        ),
        EndingChoice.LET_END.value: (
            _("Biarkan berakhir"),
            _("Perjanjian selesai pada tanggalnya dan surat tentangnya berhenti."),
            _("Catat keputusan ini"),
        ),
        EndingChoice.TERMINATE.value: (
            _("Hentikan"),
            _("Perjanjian diakhiri sebelum waktunya."),
            _("Hentikan perjanjian"),
        ),
    }
    found = []
    for name in forms_for(agreement):
        is_sent = sent is not None and sent.choice.value == name
        form = sent if sent is not None and is_sent else FORMS[name](agreement=agreement)
        label, text, button = words[name]
        found.append(Choice(label, text, button, form, is_sent))
    return found


def _context(request: HttpRequest, agreement: Agreement, sent: DecisionForm | None) -> dict[str, Any]:
    user: Any = request.user
    today = timezone.localdate()
    state = agreement.term_state(today)
    decision = standing_decision(agreement)
    may_decide = user.role != Role.LEADER
    is_open = may_decide and decision is None and state not in OVER and agreement.effective_from is not None
    decisions = EndingDecision.objects.filter(agreement=agreement).select_related(
        "decided_by", "withdrawn_by", "successor"
    )
    return {
        "agreement": agreement,
        "tab": "ending",
        "state": state,
        "state_label": agreement.term_label(today),
        "today": today,
        "decision": decision,
        "may_withdraw": may_decide and decision is not None and may_be_withdrawn(decision, today),
        "decisions": list(decisions.order_by("-decided_at", "-pk")),
        "extensions": list(agreement.extensions.select_related("extended_by").order_by("extended_at", "pk")),
        "choices": _choices(agreement, sent) if is_open else [],
        "form": sent,
        "links": _links(agreement, user),
        "letters": list(agreement.ending_notices.order_by("told_on", "pk")),
        **_plans(agreement, may_plan=may_decide),
    }


def _links(agreement: Agreement, user: Any) -> list[dict[str, Any]]:
    """Both ways; one of an agreement that the reader may not see is named without a way to it."""
    seen = Agreement.objects.visible_to(user)
    earlier = AgreementLink.objects.filter(later=agreement).select_related("earlier").order_by("pk")
    later = AgreementLink.objects.filter(earlier=agreement).select_related("later").order_by("pk")
    rows = [(str(link.get_kind_display()), link.earlier) for link in earlier]
    rows += [(LinkKind(link.kind).seen_from_earlier, link.later) for link in later]
    open_keys = set(seen.filter(pk__in=[other.pk for _label, other in rows]).values_list("pk", flat=True))
    return [{"label": label, "other": other, "is_open": other.pk in open_keys} for label, other in rows]


def _plans(agreement: Agreement, *, may_plan: bool) -> dict[str, Any]:
    """The yearly plans of a memorandum of mutual understanding, a line for each year of its term."""
    if agreement.agreement_type_id != KindCode.MUTUAL_UNDERSTANDING:
        return {"plan_years": []}
    made = {plan.year: plan for plan in WorkPlan.objects.filter(memorandum=agreement).with_state_facts()}
    years = [{"year": year, "plan": made.get(year), "may_begin": may_plan} for year in years_of(agreement)]
    return {"plan_years": years}


@require_POST
def agreement_ending_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    agreement = get_object_or_404(Agreement.objects.decidable_by(user), pk=pk)
    decision = standing_decision(agreement)
    if decision is not None:
        try:
            withdraw_decision(decision, by=user, now=timezone.now(), today=timezone.localdate())
        except TermRefusal as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("Keputusan ditarik; perjanjian ini menunggu keputusan lagi."))
    return redirect("agreement_ending", pk)


# --- ends to come


def _ending(request: HttpRequest) -> tuple[EndingFilter, date]:
    user: Any = request.user
    today = timezone.localdate()
    rows = Agreement.objects.visible_to(user).ends_to_decide(max(ENDING_STEPS), today)
    return EndingFilter(request.GET, queryset=rows.order_by("effective_until", "pk"), user=user, today=today), today


@require_safe
def agreement_ending_list(request: HttpRequest) -> HttpResponse:
    filters, today = _ending(request)
    found: AgreementQuerySet = filters.qs
    page = page_of(found.with_list_facts(), request)
    decided = decisions_on(page)
    open_keys = set(Agreement.objects.filter(pk__in=[row.pk for row in page]).undecided().values_list("pk", flat=True))
    rows = [
        {
            "agreement": agreement,
            "days": (agreement.effective_until - today).days if agreement.effective_until else 0,
            "tone": agreement.term_state(today).tone,
            "decision": (made := decided.get(agreement.pk)),
            "decision_tone": EndingChoice(made.choice).tone if made else "",
            "is_followed": agreement.pk not in open_keys,
        }
        for agreement in page
    ]
    return render(
        request,
        "partnerships/agreement_ending_list.html",
        {"filter": filters, "page": page, "rows": rows, "most_days": max(ENDING_STEPS)},
    )


def decisions_on(agreements: Any) -> dict[int, EndingDecision]:
    """By agreement: what was decided about its present end, in one statement."""
    ends = {agreement.pk: agreement.effective_until for agreement in agreements}
    rows = EndingDecision.objects.standing().filter(agreement__in=ends)
    return {row.agreement_id: row for row in rows if row.for_until == ends[row.agreement_id]}


@require_safe
def agreement_ending_export(request: HttpRequest) -> HttpResponseBase:
    """What the list shows under the same filters, all pages."""
    filters, today = _ending(request)
    return write_endings(filters.qs, today=today)
