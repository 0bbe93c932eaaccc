"""Signing in by e-mail, and signing in once more before what weighs most."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.decorators import reauthentication_required
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from toolkit.prepared import prepared
from units.actions.accounts import end_sessions
from units.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def lately_signed_in(view: View) -> View:
    """The view runs only shortly after the person has proved who it is; else allauth asks again and then goes on."""
    return cast(View, reauthentication_required(view))


def lately_signed_in_for_file(page: str) -> Callable[[View], View]:
    """The same for a view that answers a POST with a file. After the proof the person stands on `page` again, filters
    and all, and asks once more: a file in answer to the password would leave them on the page of the password, and an
    address with filters, which takes only POST, on no page at all."""

    def guarded(view: View) -> View:
        asked = lately_signed_in(view)

        @wraps(view)
        def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return asked(request, *args, **kwargs)
            except ReauthenticationRequired:
                adapter: Any = get_adapter()
                ways = adapter.get_reauthentication_methods(request.user)
                back = reverse(page, args=args, kwargs=kwargs)
                if request.GET:
                    back = f"{back}?{request.GET.urlencode()}"
                messages.info(request, _("Sesudah ini Anda kembali ke daftar. Tekan Ekspor sekali lagi di sana."))
                door = ways[0]["url"] if ways else reverse("account_login")
                return HttpResponseRedirect(f"{door}?{urlencode({'next': back})}")

        return cast(View, answer)

    return guarded


def end_other_sessions(sender: object, request: HttpRequest, user: User, **news: Any) -> None:
    """After a change of the second factor only the session at hand goes on. Called by allauth, which tells of the
    change in no other way; a change of the password ends the others by itself."""
    end_sessions(user, except_key=request.session.session_key)


@prepared()
def _account(pk: int) -> QuerySet[User]:
    second_factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    rows = User.objects.select_related("unit").annotate(has_second_factor=Exists(second_factors))
    return rows.filter(is_active=True, pk=pk)


class AccountBackend(AuthenticationBackend):
    """The user comes with the unit and with `has_second_factor`, so that no page pays a second query for them; a
    disabled account is nobody."""

    def get_user(self, user_id: int) -> User | None:
        return next(iter(_account.rows(user_id)), None)
