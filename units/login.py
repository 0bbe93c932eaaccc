"""Signing in by e-mail."""

from allauth.account.auth_backends import AuthenticationBackend

from units.models import User


class AccountBackend(AuthenticationBackend):
    """The user comes with the unit, so that no page pays a second query for it; a disabled account is nobody."""

    def get_user(self, user_id: int) -> User | None:
        return User.objects.select_related("unit").filter(pk=user_id, is_active=True).first()
