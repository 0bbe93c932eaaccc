"""Changes of many agreements at once: chosen in the list, shown first, then made."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnerships.actions.records import classify, hand_over, tag, terminate
from partnerships.admin.desk import officer
from partnerships.models import Agreement, AgreementQuerySet, Classification, ScopeTag
from toolkit.one_line import one_line
from units.access import reach
from units.models import Unit, User

# More than these are not shown on one page, so not changed from one page.
MOST = 900


class BulkForm(forms.Form):
    """What a change asks for; `user` narrows what may be chosen."""

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user


@dataclass(frozen=True)
class BulkChange:
    """One thing to do with many agreements. `refusal` says why a row is left out ("" where it is not); `apply` does it
    to one row, within the transaction of that row."""

    name: str
    label: Any
    form: type[BulkForm]
    refusal: Callable[[Agreement, User], str]
    apply: Callable[..., None]


class ClassificationForm(BulkForm):
    classification = forms.ChoiceField(label=gettext_lazy("Klasifikasi"), choices=Classification.choices)
    reason = forms.CharField(
        label=gettext_lazy("Alasan klasifikasi"), max_length=300, required=False, validators=[one_line]
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        closed = cleaned.get("classification") not in {None, Classification.PUBLIC}
        if closed and not cleaned.get("reason") and "reason" not in self.errors:
            self.add_error("reason", _("Tulis alasan mengapa naskah ini tidak terbuka untuk publik."))
        return cleaned


class TagForm(BulkForm):
    tag = forms.ModelChoiceField(ScopeTag.objects.filter(is_active=True).order_by("name"), label=gettext_lazy("Bidang"))


class OwnerForm(BulkForm):
    owner_unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Unit pemilik yang baru"))

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        units: Any = self.fields["owner_unit"]
        units.queryset = Unit.objects.filter(reach(user, "")).order_by("path", "pk")


class TerminationForm(BulkForm):
    day = forms.DateField(
        label=gettext_lazy("Dihentikan pada"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Alasan dihentikan"), widget=forms.Textarea(attrs={"rows": 3}))


def _never(agreement: Agreement, user: User) -> str:
    return ""


def _published(agreement: Agreement, user: User) -> str:
    return _("Sudah dipublikasikan; tarik dahulu publikasinya.") if agreement.record_state == "published" else ""


def _over(agreement: Agreement, user: User) -> str:
    return _("Sudah dihentikan.") if agreement.terminated_on else ""


# Other areas add theirs with `offer`.
CHANGES = [
    BulkChange("hand_over", gettext_lazy("Ganti unit pemilik"), OwnerForm, _never, hand_over),
    BulkChange("classify", gettext_lazy("Ubah klasifikasi"), ClassificationForm, _published, classify),
    BulkChange("tag", gettext_lazy("Tambah bidang"), TagForm, _never, tag),
    BulkChange("terminate", gettext_lazy("Catat penghentian"), TerminationForm, _over, terminate),
]


def offer(change: BulkChange) -> None:
    """Adds a change to the list's menu; a name is taken once."""
    if any(one.name == change.name for one in CHANGES):
        raise ValueError(change.name)
    CHANGES.append(change)


def actions() -> dict[str, tuple[Callable[..., HttpResponse | None], str, str]]:
    """For `ModelAdmin.get_actions`."""
    return {change.name: (_page_for(change), change.name, str(change.label)) for change in CHANGES}


def _page_for(change: BulkChange) -> Callable[..., HttpResponse | None]:
    def page(desk: Any, request: HttpRequest, chosen: AgreementQuerySet) -> HttpResponse | None:
        return bulk_page(desk, request, chosen, change)

    return page


def bulk_page(desk: Any, request: HttpRequest, chosen: AgreementQuerySet, change: BulkChange) -> HttpResponse | None:
    """Shows which rows the change reaches and which it leaves out, and why; makes it once that page is confirmed."""
    user, now = officer(request), timezone.now()
    rows = list(chosen.with_list_facts().order_by("-pk")[: MOST + 1])
    if len(rows) > MOST:
        messages.error(request, _("Pilih paling banyak %(n)d perjanjian sekaligus.") % {"n": MOST})
        return None
    reached, left_out = split(rows, change, user)
    form = change.form(request.POST if "confirmed" in request.POST else None, user=user)
    if form.is_valid() and reached:
        done = make(reached, change, by=user, now=now, **form.cleaned_data)
        messages.success(request, ngettext("%(n)d perjanjian diubah.", "%(n)d perjanjian diubah.", done) % {"n": done})
        return None
    context = {
        **desk.admin_site.each_context(request),
        "title": change.label,
        "opts": desk.opts,
        "change": change,
        "form": form,
        "reached": reached,
        "left_out": left_out,
        "keys": [row.pk for row in rows],
    }
    return TemplateResponse(request, "partnerships/admin/bulk.html", context)


def split(
    rows: Iterable[Agreement], change: BulkChange, user: User
) -> tuple[list[Agreement], list[tuple[Agreement, str]]]:
    reached, left_out = [], []
    for row in rows:
        why = change.refusal(row, user)
        if why:
            left_out.append((row, why))
        else:
            reached.append(row)
    return reached, left_out


def make(rows: list[Agreement], change: BulkChange, *, by: User, now: datetime, **values: Any) -> int:
    """How many were changed: all or none."""
    with transaction.atomic():
        for row in rows:
            change.apply(row, by=by, now=now, **values)
    return len(rows)
