"""Accounts of others: list, invite, change, end."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from toolkit.paging import page_of
from units.actions import accounts
from units.forms.accounts import ADDRESS_TAKEN, AccountFilter, AccountForm, InviteForm, ReinviteForm
from units.login import lately_signed_in
from units.models import User

REFUSALS: dict[type[Exception], Callable[[], str]] = {
    accounts.MayNotGiveThisAccount: lambda: _("Anda tidak berwenang memberikan peran atau satuan kerja ini."),
    accounts.MayNotChangeOwnAccount: lambda: _("Akun Anda sendiri hanya dapat diubah oleh admin lain."),
    accounts.LastBureauAdmin: lambda: _("Ini admin biro terakhir. Tunjuk admin biro lain lebih dahulu."),
    accounts.AccountIsInUse: lambda: _("Pemilik akun sudah pernah masuk; ia dapat membuat kata sandi baru sendiri."),
    accounts.HasNoSecondFactor: lambda: _("Akun ini tidak memakai verifikasi dua langkah."),
    accounts.AccountIsDisabled: lambda: _("Akun ini dinonaktifkan. Aktifkan dahulu, lalu kirim undangan."),
    accounts.AddressIsTaken: lambda: str(ADDRESS_TAKEN),
}
Refused = tuple(REFUSALS)


def refusal(error: Exception) -> str:
    return REFUSALS[type(error)]()


def editable_accounts(user: Any) -> QuerySet[User]:
    """Accounts that a keeper may change; the own one is not among them."""
    return User.objects.editable_by(user).exclude(pk=user.pk).select_related("unit")


def with_second_factor(rows: QuerySet[User]) -> QuerySet[User]:
    """Adds `has_second_factor`: anything that a person who signs in is asked for, recovery codes too."""
    return rows.annotate(has_second_factor=Exists(Authenticator.objects.filter(user=OuterRef("pk"))))


def user_list(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    accounts_seen = User.objects.visible_to(user).select_related("unit").order_by("full_name", "pk")
    filters = AccountFilter(request.GET, queryset=accounts_seen)
    page = page_of(filters.qs, request)
    editable = set(editable_accounts(user).filter(pk__in=[row.pk for row in page]).values_list("pk", flat=True))
    return render(request, "units/user_list.html", {"filter": filters, "page": page, "editable": editable})


@lately_signed_in
def user_invite(request: HttpRequest) -> HttpResponse:
    by: Any = request.user
    form = InviteForm(request.POST or None, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            invited = accounts.invite_user(**form.account(), by=by, now=timezone.now())
        except Refused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(
                request,
                _("%(name)s diundang. Tautan untuk membuat kata sandi dikirim ke %(email)s.")
                % {"name": invited.full_name, "email": invited.email},
            )
            return redirect("user_list")
    return render(request, "units/user_invite.html", {"form": form})


@lately_signed_in
def user_edit(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    account = get_object_or_404(with_second_factor(editable_accounts(by)), pk=pk)
    shown = str(account)
    form = AccountForm(request.POST or None, instance=account, by=by)
    if request.method == "POST" and form.is_valid():
        try:
            saved = accounts.edit_user(account, **form.account(), by=by)
        except Refused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Akun %(name)s sudah disimpan.") % {"name": saved.full_name})
            return redirect("user_list")
    return render(request, "units/user_edit.html", {"form": form, "account": account, "shown": shown})


def user_disable(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what will happen, POST does it."""
    account = get_object_or_404(editable_accounts(request.user), pk=pk)
    if request.method == "POST":
        by: Any = request.user
        try:
            accounts.disable_user(account, by=by)
        except Refused as error:
            messages.error(request, refusal(error))
        else:
            messages.success(request, _("Akun %(name)s dinonaktifkan; semua sesinya berakhir.") % {"name": account})
        return redirect("user_list")
    return render(request, "units/user_disable.html", {"account": account})


def user_enable(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    account = get_object_or_404(editable_accounts(by), pk=pk)
    try:
        accounts.enable_user(account, by=by)
    except Refused as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("Akun %(name)s aktif kembali.") % {"name": account})
    return redirect("user_list")


@lately_signed_in
def user_reinvite(request: HttpRequest, pk: int) -> HttpResponse:
    by: Any = request.user
    account = get_object_or_404(editable_accounts(by), pk=pk)
    form = ReinviteForm(request.POST or None, user=account)
    if request.method == "POST" and form.is_valid():
        try:
            invited = accounts.reinvite(account, email=form.cleaned_data["email"], by=by, now=timezone.now())
        except Refused as error:
            form.add_error(None, refusal(error))
        else:
            messages.success(request, _("Undangan baru dikirim ke %(email)s.") % {"email": invited.email})
            return redirect("user_list")
    return render(request, "units/user_reinvite.html", {"form": form, "account": account})


@lately_signed_in
def user_second_factor_reset(request: HttpRequest, pk: int) -> HttpResponse:
    """GET says what will happen, POST does it."""
    by: Any = request.user
    account = get_object_or_404(editable_accounts(by), pk=pk)
    if request.method == "POST":
        try:
            accounts.reset_second_factor(account, by=by, now=timezone.now())
        except Refused as error:
            messages.error(request, refusal(error))
        else:
            messages.success(
                request,
                _("Verifikasi dua langkah %(name)s dilepas dan semua sesinya berakhir. Ia diberi tahu lewat surat.")
                % {"name": account},
            )
        return redirect("user_edit", account.pk)
    return render(request, "units/user_second_factor_reset.html", {"account": account})
