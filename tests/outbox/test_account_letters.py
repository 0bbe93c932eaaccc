"""Letters about accounts: written once, rendered late, and never holding a secret in a row."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from outbox.account_letters import (
    EVENTS,
    INVITATION,
    NOTICE,
    PASSWORD_RESET,
    UNKNOWN_ADDRESS,
    LetterHasNoText,
    plan_account_invitations,
    render_invitations,
    render_notices,
    render_password_resets,
)
from outbox.actions import plan_letters
from outbox.models import Message
from outbox.registry import Rendered, kind_named
from tests.factories import PASSWORD, make_unit, make_user
from units.access import Role
from units.actions import accounts
from units.models import Level, User, Zone

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def admin() -> User:
    cache.clear()
    return make_user("admin@humas.test", role=Role.BUREAU_ADMIN, full_name="Admin Biro")


@pytest.fixture
def invited(admin: User) -> User:
    unit = make_unit("Kantor Wilayah Maluku", level=Level.REGIONAL_OFFICE, tz=Zone.JAYAPURA)
    return accounts.invite_user(
        email="kanwil@humas.test",
        full_name="Admin Kanwil",
        position="",
        unit=unit,
        role=Role.REGIONAL_ADMIN,
        keeps_agreements=False,
        language="id",
        by=admin,
        now=NOW,
    )


def plan(now: datetime = NOW) -> int:
    return plan_letters(plan_account_invitations(now), now=now)


def only(rendered: dict[int, Rendered | None]) -> Rendered:
    (letter,) = rendered.values()
    assert letter is not None
    return letter


def test_an_invited_account_gets_one_letter_however_often_it_is_planned(invited: User) -> None:
    assert [plan(), plan(), plan(NOW + timedelta(days=3))] == [1, 0, 0]
    message = Message.objects.get()
    assert (message.kind, message.to_addr, message.user, message.channel.name) == (
        INVITATION,
        "kanwil@humas.test",
        invited,
        "security",
    )
    assert message.is_sensitive
    assert message.not_after == NOW + timedelta(days=14)


def test_a_settled_tick_costs_one_query(invited: User, django_assert_num_queries: Any) -> None:
    plan()
    with django_assert_num_queries(1):
        assert list(plan_account_invitations(NOW)) == []


def test_a_new_invitation_gets_a_letter_of_its_own_and_withdraws_the_old(invited: User, admin: User) -> None:
    plan()
    later = NOW + timedelta(hours=2)
    accounts.reinvite(invited, email="benar@humas.test", by=admin, now=later)
    assert plan(later) == 1
    old, new = Message.objects.order_by("pk")
    rendered = render_invitations([old, new])
    assert rendered[old.pk] is None
    assert rendered[new.pk] is not None
    assert new.to_addr == "benar@humas.test"


@pytest.mark.parametrize("change", [{"is_active": False}, {"last_login": NOW}])
def test_an_invitation_is_withdrawn_when_its_reason_is_gone(invited: User, change: dict[str, Any]) -> None:
    plan()
    User.objects.filter(pk=invited.pk).update(**change)
    assert list(render_invitations(list(Message.objects.all())).values()) == [None]


def test_nobody_is_invited_who_was_not(admin: User) -> None:
    assert plan() == 0


def test_the_link_of_the_invitation_opens_the_account_once(invited: User) -> None:
    plan()
    message = Message.objects.get()
    letter = only(render_invitations([message]))
    assert letter.subject == "Akun Anda di Portal Humas"
    for part in (letter.text, letter.html):
        assert "Admin Biro membuatkan akun" in part
        assert "Kantor Wilayah Maluku" in part
    link = link_in(letter)
    client = Client()
    page = client.get(link, follow=True)
    form = page.redirect_chain[-1][0]
    response = client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert response["Location"] == reverse("account_reset_password_from_key_done")
    invited.refresh_from_db()
    assert invited.check_password(PASSWORD)
    login = client.post(
        reverse("account_login"), {"login": invited.email, "password": PASSWORD, "next": "/akun/profil/"}
    )
    assert login["Location"] == "/akun/profil/"
    again = Client().get(link, follow=True)
    assert "_auth_user_id" not in again.client.session
    assert again.context["token_fail"] is True


def link_in(letter: Rendered) -> str:
    (link,) = set(re.findall(rf"{re.escape(settings.SITE_URL)}/akun/kata-sandi/baru/\S+/", letter.text))
    assert f'href="{link}"' in letter.html
    return link.removeprefix(settings.SITE_URL)


def rows_hold(secret: str) -> bool:
    return any(secret in str(row) for row in Message.objects.values_list())


def test_no_row_holds_the_secret_of_a_link(invited: User) -> None:
    plan()
    Client().post(reverse("account_reset_password"), {"email": invited.email})
    reset = Message.objects.get(kind=PASSWORD_RESET)
    for letter in (
        only(render_invitations(list(Message.objects.filter(kind=INVITATION)))),
        only(render_password_resets([reset])),
    ):
        assert not rows_hold(link_in(letter).rstrip("/").rpartition("/")[2])
    assert reset.context == {}
    assert kind_named(PASSWORD_RESET).is_sensitive


def test_rendering_writes_nothing(invited: User, django_assert_num_queries: Any) -> None:
    plan()
    messages = list(Message.objects.all())
    with django_assert_num_queries(1):
        render_invitations(messages)


def test_a_reset_asked_for_twice_in_a_minute_is_one_letter(admin: User) -> None:
    for _ in range(2):
        Client().post(reverse("account_reset_password"), {"email": admin.email})
    assert Message.objects.filter(kind=PASSWORD_RESET).count() <= 2
    assert Message.objects.filter(kind=PASSWORD_RESET, user=admin).exists()


def test_a_reset_is_withdrawn_when_the_account_is_disabled_or_moved(admin: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": admin.email})
    messages = list(Message.objects.all())
    User.objects.filter(pk=admin.pk).update(email="lain@humas.test")
    assert list(render_password_resets(messages).values()) == [None]
    User.objects.filter(pk=admin.pk).update(email="admin@humas.test", is_active=False)
    assert list(render_password_resets(messages).values()) == [None]


def test_an_unknown_address_hears_that_it_is_unknown(admin: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": "Siapa@humas.test"})
    message = Message.objects.get()
    assert (message.kind, message.to_addr, message.user) == (UNKNOWN_ADDRESS, "siapa@humas.test", None)
    letter = only(kind_named(UNKNOWN_ADDRESS).render([message]))
    assert "siapa@humas.test" in letter.text


def test_a_disabled_account_gets_no_reset(admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)
    Client().post(reverse("account_reset_password"), {"email": admin.email})
    assert [message.kind for message in Message.objects.all()] == [UNKNOWN_ADDRESS]


def test_a_changed_password_is_told_with_time_and_place(admin: User) -> None:
    client = Client(headers={"user-agent": "Peramban Uji"})
    client.force_login(admin)
    new = "kata-sandi-baru-2026"
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new})
    message = Message.objects.get(kind=NOTICE)
    letter = only(render_notices([message]))
    assert letter.subject == "Kata sandi akun Anda diganti"
    for part in (letter.text, letter.html):
        assert "Peramban Uji" in part
        assert "WIB" in part


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_every_event_of_allauth_has_its_words(admin: User, rf: Any, event: str) -> None:
    with request_context(rf.get("/")):
        get_adapter().send_notification_mail(event, admin)
    letter = only(render_notices(list(Message.objects.all())))
    assert letter.subject == str(EVENTS[event])


def test_a_letter_this_house_does_not_know_is_not_sent(admin: User, rf: Any) -> None:
    with request_context(rf.get("/")):
        with pytest.raises(LetterHasNoText):
            get_adapter().send_mail("account/email/login_code", admin.email, {"code": "123456"})
        with pytest.raises(LetterHasNoText):
            get_adapter().send_notification_mail("account/email/email_changed", admin)
    assert not Message.objects.exists()


def test_a_reset_never_skips_the_second_factor(admin: User) -> None:
    """The link makes a password and signs nobody in."""
    client = Client()
    client.post(reverse("account_reset_password"), {"email": admin.email})
    link = link_in(only(render_password_resets(list(Message.objects.all()))))
    form = client.get(link, follow=True).redirect_chain[-1][0]
    new = "kata-sandi-baru-2026"
    client.post(form, {"password1": new, "password2": new})
    assert "_auth_user_id" not in client.session
    admin.refresh_from_db()
    assert admin.check_password(new)


def test_nobody_reads_the_link_on_the_pages_of_the_outbox(admin: User) -> None:
    """A bureau admin sees that the letter exists, and no link with which to take over the account."""
    Client().post(reverse("account_reset_password"), {"email": admin.email})
    message = Message.objects.get()
    client = Client()
    client.force_login(admin)
    for name, args in (
        ("message_list", []),
        ("message_detail", [message.public_id]),
        ("message_body", [message.public_id]),
    ):
        assert "kata-sandi/baru" not in client.get(reverse(name, args=args)).text
    assert client.get(reverse("message_detail", args=[message.public_id])).status_code == 200
