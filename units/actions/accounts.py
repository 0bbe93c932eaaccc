"""Accounts: who invites whom, with which role, and how an account ends."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.utils.translation import gettext as _

from toolkit.history import save_by
from units.access import Role
from units.models import HEAD_OFFICES, Level, Unit, UnitQuerySet, User

# The name of the event for the adapter of accounts, which writes the letter, as allauth names its own.
SECOND_FACTOR_RESET = "mfa/email/second_factor_reset"


class MayNotGiveThisAccount(Exception):
    """The person may not keep an account of this role in this unit."""


class AddressIsTaken(Exception):
    """Another account signs in with this address."""


class MayNotChangeOwnAccount(Exception):
    """Nobody changes the own role or ends the own account: somebody else has to."""


class LastBureauAdmin(Exception):
    """Without this account nobody could keep accounts any more."""


class AccountIsInUse(Exception):
    """The person has signed in before: a forgotten password is made new by the person alone."""


class HasNoSecondFactor(Exception):
    """There is nothing to take off: no authenticator, no key, no recovery codes."""


class AccountIsDisabled(Exception):
    """A disabled account is not invited; it is enabled first."""


def roles_given_by(by: User) -> list[Role]:
    """The roles that a person may give to others."""
    if by.role == Role.BUREAU_ADMIN:
        return list(Role)
    if by.role == Role.REGIONAL_ADMIN:
        return [Role.UNIT_OPERATOR]
    return []


def units_given_by(by: User) -> UnitQuerySet:
    """The units for which a person may make accounts: all, or the own tree."""
    if by.role == Role.BUREAU_ADMIN:
        return Unit.objects.all()
    if by.role == Role.REGIONAL_ADMIN and by.unit:
        return Unit.objects.under(by.unit)
    return Unit.objects.none()


def suits_role(role: str, unit: Unit) -> bool:
    """Whether a person of this role works there: a Kanwil has its admins, the bureau's roles belong to head offices."""
    if role == Role.REGIONAL_ADMIN:
        return unit.level == Level.REGIONAL_OFFICE
    return role == Role.UNIT_OPERATOR or unit.level in HEAD_OFFICES


def may_give(by: User, *, role: str, unit: Unit | None) -> bool:
    """Whether `by` may make or keep an account of this role in this unit."""
    if not by.is_active or role not in roles_given_by(by):
        return False
    if unit is None:
        return by.role == Role.BUREAU_ADMIN and role not in {Role.REGIONAL_ADMIN, Role.UNIT_OPERATOR}
    return units_given_by(by).filter(pk=unit.pk).exists()


@transaction.atomic
def invite_user(
    *,
    email: str,
    full_name: str,
    position: str,
    unit: Unit | None,
    role: str,
    keeps_agreements: bool,
    language: str,
    by: User,
    now: datetime,
) -> User:
    """A new account without a password; the outbox finds it by `invited_at` and writes the letter with the link.

    Raises MayNotGiveThisAccount, AddressIsTaken."""
    may_name_officer = by.role == Role.BUREAU_ADMIN
    if not may_give(by, role=role, unit=unit) or (keeps_agreements and not may_name_officer):
        raise MayNotGiveThisAccount
    if User.objects.filter(email__iexact=email).exists():
        raise AddressIsTaken
    return User.objects.create_user(
        email,
        full_name=full_name,
        position=position,
        unit=unit,
        role=role,
        keeps_agreements=keeps_agreements,
        language=language,
        created_by=by,
        invited_at=now,
    )


@transaction.atomic
def edit_user(
    user: User,
    *,
    full_name: str,
    position: str,
    unit: Unit | None,
    role: str,
    keeps_agreements: bool,
    by: User,
) -> User:
    """Name, unit and role of another account; a change of the role works from the next request on. Only a bureau
    admin names agreement officers.

    Raises MayNotChangeOwnAccount, MayNotGiveThisAccount, LastBureauAdmin."""
    user = lock_account(user, by=by)
    changes_officer = keeps_agreements != user.keeps_agreements
    if not may_give(by, role=role, unit=unit) or (changes_officer and by.role != Role.BUREAU_ADMIN):
        raise MayNotGiveThisAccount
    if role != Role.BUREAU_ADMIN:
        keep_a_bureau_admin(user)
    user.full_name, user.position = full_name, position
    user.unit, user.role, user.keeps_agreements = unit, role, keeps_agreements
    user.save()
    return user


@transaction.atomic
def disable_user(user: User, *, by: User) -> User:
    """The account stops at its next request and all its sessions end. Again: nothing more happens.

    Raises MayNotChangeOwnAccount, MayNotGiveThisAccount, LastBureauAdmin."""
    user = lock_account(user, by=by)
    keep_a_bureau_admin(user)
    if user.is_active:
        user.is_active = False
        user.save()
    end_sessions(user)
    return user


@transaction.atomic
def enable_user(user: User, *, by: User) -> User:
    """The account may sign in again, with the password it had. Raises as `disable_user`."""
    user = lock_account(user, by=by)
    if not user.is_active:
        user.is_active = True
        user.save()
    return user


@transaction.atomic
def reinvite(user: User, *, email: str, by: User, now: datetime) -> User:
    """A new letter with a new link, to a corrected address if need be; only before the first sign-in.

    The links of earlier letters stop working: they are signed with the password, which is made anew.
    Raises AccountIsInUse, AccountIsDisabled, AddressIsTaken and as `disable_user`."""
    user = lock_account(user, by=by)
    if not user.is_active:
        raise AccountIsDisabled
    if user.last_login is not None:
        raise AccountIsInUse
    if User.objects.filter(email__iexact=email).exclude(pk=user.pk).exists():
        raise AddressIsTaken
    user.email = email.lower()
    user.set_unusable_password()
    user.invited_at = now
    user.save()
    return user


@transaction.atomic
def reset_second_factor(user: User, *, by: User, now: datetime) -> User:
    """For somebody who has lost the phone or the key: all second factors and recovery codes go, all sessions end, the
    history says who did it, and the person hears of it by letter. The password stays, so who asks in a stranger's name
    gains nothing alone.

    Raises HasNoSecondFactor and as `disable_user`, but for LastBureauAdmin."""
    user = lock_account(user, by=by)
    n_removed, _by_table = Authenticator.objects.filter(user=user).delete()
    if not n_removed:
        raise HasNoSecondFactor
    save_by(user, by=by, now=now, reason=_("Verifikasi dua langkah dilepas."))
    end_sessions(user)
    adapter: Any = get_adapter()
    adapter.send_notification_mail(SECOND_FACTOR_RESET, user, {"by": by.full_name})
    return user


def edit_profile(user: User, *, full_name: str, position: str, language: str) -> None:
    """What a person may change in the own account."""
    user.full_name, user.position, user.language = full_name, position, language
    user.save(update_fields=["full_name", "position", "language"])


def choose_language(user: User, *, language: str) -> None:
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])


def end_sessions(user: User, *, except_key: str | None = None) -> int:
    """Ends the sessions of an account, but the one with this key; answers how many."""
    sessions = UserSession.objects.filter(user=user).exclude(session_key=except_key)
    for session in sessions:
        session.end()
    return len(sessions)


def lock_account(user: User, *, by: User) -> User:
    """The account as it stands now, locked, with all bureau admins: two of them who end each other meet here.

    `by` is read again too, so that somebody who has just lost the role changes nothing.
    Raises MayNotChangeOwnAccount, MayNotGiveThisAccount."""
    if user.pk == by.pk:
        raise MayNotChangeOwnAccount
    list(User.objects.select_for_update().filter(role=Role.BUREAU_ADMIN).order_by("pk").values_list("pk"))
    by = User.objects.select_related("unit").get(pk=by.pk)
    locked = (
        User.objects.select_for_update(of=("self",)).editable_by(by).filter(pk=user.pk).first()
        if by.is_active
        else None
    )
    if locked is None:
        raise MayNotGiveThisAccount
    return locked


def keep_a_bureau_admin(user: User) -> None:
    """Raises LastBureauAdmin when no other active bureau admin would be left."""
    if user.role != Role.BUREAU_ADMIN:
        return
    if not User.objects.filter(role=Role.BUREAU_ADMIN, is_active=True).exclude(pk=user.pk).exists():
        raise LastBureauAdmin
