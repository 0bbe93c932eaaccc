"""Changes of many agreements at once: chosen in the list, shown first, then made."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from partnerships.actions.refusals import Refusal
from partnerships.admin.desk import officer
from partnerships.models import Agreement, AgreementQuerySet
from units.models import User

# More than these are not shown on one page, so not changed from one page.
MOST = 900
# So many of the rows left out are named above the list.
NAMED = 5

Refused = list[tuple[Agreement, str]]


class BulkForm(forms.Form):
    """What a change asks for; `user` and the rows it would reach narrow what may be chosen."""

    def __init__(self, *args: Any, user: User, rows: Sequence[Agreement], desk: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.rows, self.desk = user, rows, desk


@dataclass(frozen=True)
class BulkChange:
    """One thing to do with many agreements. `refusals` says why rows are left out, by their key; `apply` changes the
    others in one transaction and answers those it would not change after all. `page` is the address where one of them
    is looked at and decided by itself; `roles` are those who may, all officers where it is None."""

    name: str
    label: Any
    form: type[BulkForm]
    refusals: Callable[[Sequence[Agreement], User], dict[int, str]]
    apply: Callable[..., Refused]
    page: str = "agreement_detail"
    roles: Collection[str] | None = None
    most: int = MOST


def each(action: Callable[..., Any]) -> Callable[..., Refused]:
    """An `apply` that does `action` to one row after the other; a row that refuses stays as it was."""

    def apply(rows: Sequence[Agreement], **values: Any) -> Refused:
        refused = []
        for row in rows:
            try:
                with transaction.atomic():
                    action(row, **values)
            except Refusal as problem:
                refused.append((row, str(problem)))
        return refused

    return apply


def actions(changes: Iterable[BulkChange], user: User) -> dict[str, tuple[Callable[..., Any], str, str]]:
    """For `ModelAdmin.get_actions`: what this person may do."""
    return {
        change.name: (_page_for(change), change.name, str(change.label))
        for change in changes
        if change.roles is None or user.role in change.roles
    }


def _page_for(change: BulkChange) -> Callable[..., HttpResponse | None]:
    def page(desk: Any, request: HttpRequest, chosen: AgreementQuerySet) -> HttpResponse | None:
        return bulk_page(desk, request, chosen, change)

    return page


def bulk_page(desk: Any, request: HttpRequest, chosen: AgreementQuerySet, change: BulkChange) -> HttpResponse | None:
    """Shows which rows the change reaches and which it leaves out, and why; makes it once that page is confirmed. Then
    nobody else changes these rows between the look at them and the change."""
    if "confirmed" not in request.POST:
        return _bulk_page(desk, request, chosen, change)
    with transaction.atomic():
        _hold(chosen)
        return _bulk_page(desk, request, chosen, change)


def _hold(chosen: AgreementQuerySet) -> None:
    rows = Agreement.objects.filter(pk__in=chosen.order_by().values("pk"))
    list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _bulk_page(desk: Any, request: HttpRequest, chosen: AgreementQuerySet, change: BulkChange) -> HttpResponse | None:
    user, now = officer(request), timezone.now()
    rows = list(chosen.with_list_facts().order_by("-pk")[: change.most + 1])
    if len(rows) > change.most:
        messages.error(request, _("Pilih paling banyak %(n)d perjanjian sekaligus.") % {"n": change.most})
        return None
    reached, left_out = split(rows, change, user)
    confirmed = "confirmed" in request.POST
    form = change.form(request.POST if confirmed else None, user=user, rows=reached, desk=desk)
    if reached and form.is_valid():
        try:
            with transaction.atomic():
                refused = change.apply(reached, by=user, now=now, **form.cleaned_data)
        except Refusal as problem:
            form.add_error(problem.field, str(problem))
        else:
            _tell(request, len(reached) - len(refused), [*left_out, *refused])
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


def split(rows: Iterable[Agreement], change: BulkChange, user: User) -> tuple[list[Agreement], Refused]:
    every = list(rows)
    why = change.refusals(every, user)
    return [row for row in every if row.pk not in why], [(row, why[row.pk]) for row in every if row.pk in why]


def _tell(request: HttpRequest, n_done: int, left_out: Refused) -> None:
    if n_done:
        done = ngettext("%(n)d perjanjian diubah.", "%(n)d perjanjian diubah.", n_done) % {"n": n_done}
        messages.success(request, done)
    for row, why in left_out[:NAMED]:
        messages.warning(request, _("Dilewati: %(title)s. %(why)s") % {"title": row.title, "why": why})
    n_more = len(left_out) - NAMED
    if n_more > 0:
        more = ngettext("%(n)d perjanjian lain juga dilewati.", "%(n)d perjanjian lain juga dilewati.", n_more)
        messages.warning(request, more % {"n": n_more})
