"""Signing in by e-mail, and signing in once more before what weighs most."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponseBase

from units.actions.accounts import end_sessions
from units.models import User

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def lately_signed_in(view: View) -> View:
    """The view runs only shortly after the person has proved who it is; else allauth asks again and then goes on."""
    return cast(View, reauthentication_required(view))


def end_other_sessions(sender: object, request: HttpRequest, user: User, **news: Any) -> None:
    """After a change of the second factor only the session at hand goes on. Called by allauth, which tells of the
    change in no other way; a change of the password ends the others by itself."""
    end_sessions(user, except_key=request.session.session_key)


class AccountBackend(AuthenticationBackend):
    """The user comes with the unit and with `has_second_factor`, so that no page pays a second query for them; a
    disabled account is nobody."""

    def get_user(self, user_id: int) -> User | None:
        second_factors = Authenticator.objects.filter(user=OuterRef("pk")).exclude(
            type=Authenticator.Type.RECOVERY_CODES
        )
        return (
            User.objects.select_related("unit")
            .annotate(has_second_factor=Exists(second_factors))
            .filter(pk=user_id, is_active=True)
            .first()
        )
