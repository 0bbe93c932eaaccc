"""Letters about accounts: the invitation, the new password, news of a change. allauth hands its own to the adapter
here, so that none leaves beside the outbox. Links are made while rendering: no row holds a secret."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import default_token_generator
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy

from outbox.actions import plan_letters, wake
from outbox.models import Message
from outbox.registry import SECURITY, LetterKind, Rendered, Wish, register_kind, register_planner
from toolkit.local_times import WIB
from units.actions.accounts import SECOND_FACTOR_RESET
from units.models import User

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

INVITATION = "account.invitation"
PASSWORD_RESET = "account.password_reset"  # noqa: S105 - the name of a letter
UNKNOWN_ADDRESS = "account.unknown_address"
NOTICE = "account.notice"

INVITATION_WINDOW = timedelta(days=14)
RESET_WINDOW = timedelta(hours=6)
NOTICE_WINDOW = timedelta(days=3)

# What allauth tells of, by the prefix of its own template; and what an admin does to somebody's account.
EVENTS: "dict[str, _StrPromise]" = {
    "account/email/password_changed": gettext_lazy("Kata sandi akun Anda diganti"),
    "account/email/password_set": gettext_lazy("Kata sandi akun Anda dibuat"),
    "account/email/password_reset": gettext_lazy("Kata sandi akun Anda dibuat ulang"),
    "mfa/email/totp_activated": gettext_lazy("Aplikasi autentikator ditambahkan ke akun Anda"),
    "mfa/email/totp_deactivated": gettext_lazy("Aplikasi autentikator dilepas dari akun Anda"),
    "mfa/email/webauthn_added": gettext_lazy("Kunci keamanan ditambahkan ke akun Anda"),
    "mfa/email/webauthn_removed": gettext_lazy("Kunci keamanan dilepas dari akun Anda"),
    "mfa/email/recovery_codes_generated": gettext_lazy("Kode pemulihan akun Anda dibuat ulang"),
    SECOND_FACTOR_RESET: gettext_lazy("Verifikasi dua langkah akun Anda dilepas oleh admin"),
}


class LetterHasNoText(LookupError):
    """allauth wants to send a letter that this house does not know."""


class AccountAdapter(DefaultAccountAdapter):
    """No sign-up; every letter of allauth becomes a row of the outbox."""

    def is_open_for_signup(self, request: object) -> bool:
        return False

    def send_password_reset_mail(self, user: Any, email: str, context: Mapping[str, Any]) -> None:
        """The link that allauth made is dropped; asking again within a minute gives the same letter."""
        now = timezone.now()
        send_now(
            Wish(
                kind=PASSWORD_RESET,
                dedup_key=f"{PASSWORD_RESET}:u{user.pk}:{now:%Y%m%d%H%M}",
                recipient_name=user.full_name,
                to_addr=user.email,
                not_before=now,
                not_after=now + RESET_WINDOW,
                user_id=user.pk,
            ),
            now=now,
        )

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Mapping[str, Any] | None = None, email: str | None = None
    ) -> None:
        if template_prefix not in EVENTS:
            raise LetterHasNoText(template_prefix)
        now = timezone.now()
        event = {
            "event": template_prefix,
            "at": now.isoformat(),
            "ip": self.get_client_ip(self.request),
            "browser": self.get_http_user_agent(self.request)[:200],
            "by": (context or {}).get("by", ""),
        }
        send_now(
            Wish(
                kind=NOTICE,
                dedup_key=f"{NOTICE}:u{user.pk}:{template_prefix.rpartition('/')[2]}:{now:%Y%m%d%H%M%S%f}",
                recipient_name=user.full_name,
                to_addr=user.email,
                not_before=now,
                not_after=now + NOTICE_WINDOW,
                user_id=user.pk,
                context=event,
            ),
            now=now,
        )

    def send_mail(self, template_prefix: str, email: str, context: Mapping[str, Any]) -> None:
        """Only the answer to an address without an account comes here: the page answers the same for both."""
        if template_prefix != "account/email/unknown_account":
            raise LetterHasNoText(template_prefix)
        now = timezone.now()
        send_now(
            Wish(
                kind=UNKNOWN_ADDRESS,
                dedup_key=f"{UNKNOWN_ADDRESS}:{email.lower()[:150]}:{now:%Y%m%d%H}",
                recipient_name="",
                to_addr=email,
                not_before=now,
                not_after=now + RESET_WINDOW,
            ),
            now=now,
        )


def send_now(wish: Wish, *, now: datetime) -> None:
    plan_letters([wish], now=now)
    wake()


def plan_account_invitations(now: datetime) -> Iterable[Wish]:
    """Invited accounts that nobody has used yet and whose latest invitation has no letter."""
    letters = Message.objects.filter(kind=INVITATION, user=OuterRef("pk"), not_before__gte=OuterRef("invited_at"))
    waiting = User.objects.filter(
        ~Exists(letters), is_active=True, last_login=None, invited_at__gt=now - INVITATION_WINDOW, invited_at__lte=now
    )
    for user in waiting.order_by("pk"):
        if user.invited_at is not None:
            yield Wish(
                kind=INVITATION,
                dedup_key=f"{INVITATION}:u{user.pk}:{user.invited_at:%Y%m%d%H%M%S%f}",
                recipient_name=user.full_name,
                to_addr=user.email,
                not_before=user.invited_at,
                not_after=user.invited_at + INVITATION_WINDOW,
                user_id=user.pk,
                context={"invited_at": user.invited_at.isoformat()},
            )


def password_link(user: User) -> str:
    """The page where the person makes a password; dies with the first use, with a new address and by its age."""
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return settings.SITE_URL + reverse("account_reset_password_from_key", kwargs=key)


def accounts_of(messages: Sequence[Message]) -> dict[int, User]:
    """The active accounts of these letters by their pk, with unit and inviter."""
    ids = {message.user_id for message in messages if message.user_id}
    return {
        user.pk: user for user in User.objects.select_related("unit", "created_by").filter(pk__in=ids, is_active=True)
    }


def render_invitations(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """Withdrawn when the account was used, disabled or invited anew since."""
    accounts = accounts_of(messages)
    letters: dict[int, Rendered | None] = {}
    for message in messages:
        user = accounts.get(message.user_id or 0)
        is_current = (
            user is not None
            and user.last_login is None
            and user.invited_at == parse_datetime(message.context["invited_at"])
            and user.email == message.to_addr
        )
        letters[message.pk] = (
            letter("account_invitation", user, url=password_link(user)) if user and is_current else None
        )
    return letters


def render_password_resets(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """Withdrawn when the account was disabled or got another address since."""
    accounts = accounts_of(messages)
    letters: dict[int, Rendered | None] = {}
    for message in messages:
        user = accounts.get(message.user_id or 0)
        is_current = user is not None and user.email == message.to_addr
        letters[message.pk] = (
            letter("account_password_reset", user, url=password_link(user)) if user and is_current else None
        )
    return letters


def render_unknown_addresses(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    return {message.pk: letter("account_unknown_address", None, address=message.to_addr) for message in messages}


def render_notices(messages: Sequence[Message]) -> dict[int, Rendered | None]:
    """A notice goes out whatever became of the account: the person has to hear of it."""
    users = User.objects.select_related("unit").in_bulk([message.user_id for message in messages if message.user_id])
    letters: dict[int, Rendered | None] = {}
    for message in messages:
        user = users.get(message.user_id or 0)
        letters[message.pk] = letter("account_notice", user, **notice_facts(message)) if user else None
    return letters


def notice_facts(message: Message) -> dict[str, Any]:
    return {
        "event": EVENTS[message.context["event"]],
        "at": parse_datetime(message.context["at"]),
        "ip": message.context["ip"],
        "browser": message.context["browser"],
        "by": message.context.get("by", ""),
    }


def letter(name: str, user: User | None, **facts: Any) -> Rendered:
    """The three texts of templates/outbox/letters/<name> in the reader's language and zone."""
    context = facts | {
        "account": user,
        "reader_zone": user.unit.zone if user and user.unit else WIB,
        "site_url": settings.SITE_URL,
        "reset_url": settings.SITE_URL + reverse("account_reset_password"),
        "valid_days": settings.PASSWORD_RESET_TIMEOUT // 86_400,
    }
    with translation.override(user.language if user else settings.LANGUAGE_CODE):
        subject, text, html = (
            render_to_string(f"outbox/letters/{name}.{ending}", context) for ending in ("subject.txt", "txt", "html")
        )
    return Rendered(subject=" ".join(subject.split()), text=text, html=html)


def register() -> None:
    """Called when the app is ready."""
    for name, label, render in (
        (INVITATION, gettext_lazy("Undangan akun"), render_invitations),
        (PASSWORD_RESET, gettext_lazy("Kata sandi baru"), render_password_resets),
        (UNKNOWN_ADDRESS, gettext_lazy("Alamat tanpa akun"), render_unknown_addresses),
        (NOTICE, gettext_lazy("Kabar keamanan akun"), render_notices),
    ):
        register_kind(
            LetterKind(
                name=name,
                label=label,
                render=render,
                when_uncertain="resend",
                channel=SECURITY,
                priority=100,
                is_sensitive=True,
            )
        )
    register_planner(plan_account_invitations)
