"""What is done under one agreement: its commitments, what consumed them, and reports of units."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from partnerships.actions.activities import Proof, edit_activity, report_activity, withdraw_activity
from partnerships.actions.commitments import keep_commitment, remove_commitment
from partnerships.actions.refusals import Refusal
from partnerships.forms.implementation import ActivityForm, CommitmentForm
from partnerships.implementation_facts import implementation_of
from partnerships.models import Activity, Agreement, Commitment
from toolkit.downloads import stored_file
from toolkit.kept_files import keep_file, kept_file
from toolkit.paging import page_of
from toolkit.xlsx import SheetIsRefused, drop_upload
from units.access import Role

# So many activities are read to say what consumed each commitment; of each as many are named.
READ, NAMED = 300, 5


@dataclass(frozen=True)
class Promised:
    """A commitment as the page shows it; `consumers` are activities with what each took, in words."""

    commitment: Commitment
    consumers: list[tuple[Activity, str]]
    n_more: int
    is_late: bool
    is_ours: bool

    @property
    def used(self) -> str:
        return self.commitment.shown(self.commitment.used)

    @property
    def promised(self) -> str:
        return self.commitment.shown(self.commitment.quantity)

    @property
    def left(self) -> str:
        return self.commitment.shown(self.commitment.left)

    @property
    def percent(self) -> int:
        return int(self.commitment.percent)


def _agreement(request: HttpRequest, pk: int) -> Agreement:
    """With its facts of implementation; what the reader may not see does not exist."""
    rows = Agreement.objects.visible_to(request.user).with_progress(timezone.localdate())
    return get_object_or_404(rows.select_related("owner_unit", "agreement_type"), pk=pk)


def _promises(agreement: Agreement, today: date) -> list[Promised]:
    commitments = Commitment.objects.with_percent(today).filter(agreement=agreement)
    commitments = commitments.select_related("party__unit", "party__organization").order_by("party__position", "pk")
    activities = list(agreement.activities.newest()[:READ])
    found = []
    for commitment in commitments:
        period = range(commitment.from_half, commitment.to_half + 1)
        taken = [
            (activity, commitment.shown(n))
            for activity in activities
            if activity.half_year in period and (n := commitment.taken_by(activity))
        ]
        found.append(
            Promised(
                commitment,
                taken[:NAMED],
                len(taken[NAMED:]),
                commitment.is_late(today),
                is_ours=commitment.party is not None and commitment.party.unit_id is not None,
            )
        )
    return found


def agreement_implementation(request: HttpRequest, pk: int) -> HttpResponse:
    user: Any = request.user
    today = timezone.localdate()
    agreement = _agreement(request, pk)
    promises = _promises(agreement, today)
    activities = agreement.activities.select_related("unit", "commitment", "plan_line__plan").newest()
    page = page_of(activities, request, per_page=20)
    editable = {row.pk for row in page if _may_edit(user, agreement, row)}
    return render(
        request,
        "partnerships/agreement_implementation.html",
        {
            "agreement": agreement,
            "tab": "implementation",
            "promises": promises,
            "sides": _sides(promises),
            "page": page,
            "editable": editable,
            "benefit": implementation_of(agreement, today=today),
            "may_report": user.role != Role.LEADER,
            "may_promise": _keeps(user),
            "state": agreement.term_state(today),
            "state_label": agreement.term_label(today),
        },
    )


def _sides(promises: list[Promised]) -> list[tuple[str, list[Promised]]]:
    """What partners promised us, then what we promised them."""
    both = [
        (_("Komitmen mitra bagi kita"), [one for one in promises if not one.is_ours]),
        (_("Komitmen kita bagi mitra"), [one for one in promises if one.is_ours]),
    ]
    return [side for side in both if side[1]]


def _keeps(user: Any) -> bool:
    """Of an agreement that a person sees: whether that person keeps it; as `Agreement.editable_by` says."""
    return bool(user.role == Role.BUREAU_ADMIN or user.is_staff)


def _may_edit(user: Any, agreement: Agreement, activity: Activity) -> bool:
    """As `Activity.editable_by` says of many, of a row on a page its reader may see."""
    if user.role == Role.LEADER or activity.workshop_pk is not None:
        return False
    return _keeps(user) or user.role == Role.REGIONAL_ADMIN or activity.unit_id == user.unit_id


# --- reports


def activity_create(request: HttpRequest, pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    form = ActivityForm(request.POST or None, request.FILES or None, agreement=agreement)
    if request.method == "POST" and _saved(request, form, agreement, None):
        messages.success(request, _("Pelaksanaan dicatat."))
        return redirect("agreement_implementation", pk=agreement.pk)
    return _form_page(request, "partnerships/activity_form.html", agreement, form, None)


def activity_edit(request: HttpRequest, pk: int, activity_pk: int) -> HttpResponse:
    agreement = _agreement(request, pk)
    activity = get_object_or_404(Activity.objects.editable_by(request.user), pk=activity_pk, agreement=agreement)
    form = ActivityForm(request.POST or None, request.FILES or None, agreement=agreement, activity=activity)
    if request.method == "POST" and _saved(request, form, agreement, activity):
        messages.success(request, _("Perubahan pelaksanaan tersimpan."))
        return redirect("agreement_implementation", pk=agreement.pk)
    return _form_page(request, "partnerships/activity_form.html", agreement, form, activity)


def activity_withdraw(request: HttpRequest, pk: int, activity_pk: int) -> HttpResponse:
    by: Any = request.user
    agreement = _agreement(request, pk)
    activity = get_object_or_404(Activity.objects.editable_by(by), pk=activity_pk, agreement=agreement)
    withdraw_activity(activity, by=by, now=timezone.now())
    messages.success(request, _("Laporan “%(title)s” ditarik.") % {"title": activity.title})
    return redirect("agreement_implementation", pk=agreement.pk)


def activity_file(request: HttpRequest, pk: int, activity_pk: int) -> FileResponse:
    """The evidence as a download that no browser runs anything of."""
    rows = Activity.objects.visible_to(request.user)
    activity = get_object_or_404(rows, pk=activity_pk, agreement=_agreement(request, pk))
    return stored_file(str(activity.file), filename=activity.original_name, content_type=activity.content_type)


def _saved(request: HttpRequest, form: ActivityForm, agreement: Agreement, activity: Activity | None) -> bool:
    """Writes a right form. A good file of a wrong form is kept for the next try: no browser sends it by itself."""
    by: Any = request.user
    if not form.is_valid():
        keep_file(form, user_id=by.pk, now=timezone.now())
        return False
    try:
        file, token = kept_file(form, user_id=by.pk)
        proof = Proof(file, form.found) if file is not None else None
        facts, now = form.facts(), timezone.now()
        if activity is None:
            token_of_form = form.cleaned_data["form_token"]
            unit = by.unit or agreement.owner_unit
            report_activity(agreement, facts=facts, unit=unit, proof=proof, form_token=token_of_form, by=by, now=now)
        else:
            edit_activity(activity, facts=facts, proof=proof, version=form.cleaned_data["version"], by=by, now=now)
    except Refusal as problem:
        form.refuse(problem)
        keep_file(form, user_id=by.pk, now=timezone.now())
        return False
    except SheetIsRefused:
        form.add_error("file", _("Berkas yang tadi dipilih sudah tidak tersimpan. Pilih berkasnya sekali lagi."))
        return False
    if token:
        drop_upload(token, user_id=by.pk)
    return True


def _form_page(request: HttpRequest, template: str, agreement: Agreement, form: Any, row: Any) -> HttpResponse:
    context = {"agreement": agreement, "tab": "implementation", "form": form, "row": row}
    return render(request, template, context)


# --- commitments


def commitment_create(request: HttpRequest, pk: int) -> HttpResponse:
    return _commitment_page(request, pk, None)


def commitment_edit(request: HttpRequest, pk: int, commitment_pk: int) -> HttpResponse:
    return _commitment_page(request, pk, commitment_pk)


def _commitment_page(request: HttpRequest, pk: int, commitment_pk: int | None) -> HttpResponse:
    by: Any = request.user
    agreement = get_object_or_404(
        Agreement.objects.editable_by(by).select_related("owner_unit", "agreement_type"), pk=pk
    )
    commitment = None
    if commitment_pk is not None:
        commitment = get_object_or_404(agreement.commitments.all(), pk=commitment_pk)
    form = CommitmentForm(request.POST or None, agreement=agreement, commitment=commitment)
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] if commitment else None
        try:
            keep_commitment(
                agreement, facts=form.facts(), commitment=commitment, version=version, by=by, now=timezone.now()
            )
        except Refusal as problem:
            form.refuse(problem)
        else:
            messages.success(request, _("Komitmen tersimpan."))
            return redirect("agreement_implementation", pk=agreement.pk)
    return _form_page(request, "partnerships/commitment_form.html", agreement, form, commitment)


def commitment_remove(request: HttpRequest, pk: int, commitment_pk: int) -> HttpResponse:
    by: Any = request.user
    agreement = get_object_or_404(Agreement.objects.editable_by(by), pk=pk)
    commitment = get_object_or_404(agreement.commitments.all(), pk=commitment_pk)
    try:
        remove_commitment(commitment, by=by, now=timezone.now())
    except Refusal as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Komitmen “%(what)s” dihapus.") % {"what": commitment.what})
    return redirect("agreement_implementation", pk=agreement.pk)
