"""Sessions that end, readers with their zone, a second factor that is demanded, and where refusals lead."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tests.factories import PASSWORD, make_unit, make_user
from units.access import Role
from units.models import Level, Unit, User, Zone

pytestmark = pytest.mark.django_db


@pytest.fixture
def kanwil() -> Unit:
    return make_unit("Kantor Wilayah Maluku", level=Level.REGIONAL_OFFICE, tz=Zone.JAYAPURA)


@pytest.fixture
def admin(kanwil: Unit) -> User:
    cache.clear()
    return make_user("kanwil@humas.test", role=Role.REGIONAL_ADMIN, unit=kanwil)


def signed_in(user: User, **headers: str) -> Client:
    """Through the door, as people do."""
    client = Client(headers=headers)
    data = {"login": user.email, "password": PASSWORD, "next": reverse("profile_edit")}
    assert client.post(reverse("account_login"), data).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("profile_edit")).status_code == 200


def test_a_session_idle_for_half_an_hour_ends_and_says_so(admin: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=29))
        assert is_in(client)
        clock.shift(timedelta(minutes=31))
        response = client.get(reverse("profile_edit"), follow=True)
    assert response.redirect_chain == [(f"{reverse('account_login')}?next=/akun/profil/", 302)]
    assert "Sesi Anda sudah berakhir" in response.text


def test_a_session_ends_eight_hours_after_the_sign_in_however_busy(admin: User) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = signed_in(admin)
        for _ in range(23):
            clock.shift(timedelta(minutes=20))
            assert is_in(client)
        clock.shift(timedelta(minutes=21))
        assert not is_in(client)


def test_a_session_is_written_at_most_once_a_minute(admin: User, django_assert_num_queries: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        client = signed_in(admin)
        clock.shift(timedelta(seconds=59))
        with django_assert_num_queries(4):  # session, user, the page's own row, the count in the menu
            assert is_in(client)
        clock.shift(timedelta(seconds=1))
        assert is_in(client)
        assert client.session["touched_at"] == timezone.now().timestamp()
        assert UserSession.objects.get().last_seen_at == timezone.now()


def test_a_session_carried_to_another_browser_ends_for_both(admin: User) -> None:
    client = signed_in(admin, user_agent="Firefox")
    thief = Client(headers={"user-agent": "curl"})
    thief.cookies = client.cookies
    assert not is_in(thief)
    assert not is_in(client)


def test_signing_in_changes_the_key_of_the_session(admin: User) -> None:
    client = Client()
    client.get(reverse("account_login"))
    session = client.session
    session["fixed"] = "by a stranger"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key
    data = {"login": admin.email, "password": PASSWORD, "next": reverse("profile_edit")}
    client.post(reverse("account_login"), data)
    assert client.session.session_key != session.session_key


def test_a_disabled_account_stops_at_the_next_request(admin: User) -> None:
    client = signed_in(admin)
    assert is_in(client)
    User.objects.filter(pk=admin.pk).update(is_active=False)
    assert not is_in(client)


def test_a_role_taken_away_works_at_the_next_request(admin: User) -> None:
    client = signed_in(admin)
    assert client.get(reverse("user_list")).status_code == 200
    User.objects.filter(pk=admin.pk).update(role=Role.UNIT_OPERATOR)
    assert client.get(reverse("user_list")).status_code == 403


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(admin: User) -> None:
    here, elsewhere = signed_in(admin), signed_in(admin)
    new = "kata-sandi-baru-2026"
    response = here.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert response.status_code == 302
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_a_new_second_factor_ends_the_other_sessions(admin: User, django_capture_on_commit_callbacks: Any) -> None:
    here, elsewhere = signed_in(admin), signed_in(admin)
    here.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    page = here.get(reverse("mfa_activate_totp")).text
    found = re.search(r"[A-Z2-7]{32}", page)
    assert found
    with django_capture_on_commit_callbacks(execute=True):
        here.post(reverse("mfa_activate_totp"), {"code": code_of(found[0])})
    assert Authenticator.objects.filter(user=admin, type="totp").exists()
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def code_of(secret: str) -> str:
    """The code that an authenticator app would show now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_own_sessions_are_listed_and_ended(admin: User) -> None:
    here, elsewhere = signed_in(admin, user_agent="Firefox"), signed_in(admin, user_agent="Chrome")
    page = here.get(reverse("usersessions_list")).text
    assert "Firefox" in page
    assert "Chrome" in page
    here.post(reverse("usersessions_list"))
    assert (is_in(here), is_in(elsewhere)) == (True, False)


def test_own_sessions_say_weekday_and_zone_of_the_reader(admin: User) -> None:
    with time_machine.travel(datetime(2020, 9, 24, 23, 5, tzinfo=UTC), tick=False):
        page = signed_in(admin).get(reverse("usersessions_list")).text
    assert "Jum, 25 Sep 2020 08.05 WIT" in page


def test_the_second_factor_is_demanded_of_admins_and_of_nobody_else(admin: User, kanwil: Unit, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    operator = make_user("operator@humas.test", role=Role.UNIT_OPERATOR, unit=kanwil)
    assert is_in(signed_in(operator))
    client = signed_in(admin)
    response = client.get(reverse("profile_edit"))
    assert (response.status_code, response["Location"]) == (302, reverse("mfa_index"))
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("profile_edit"), headers={"HX-Request": "true"})["HX-Redirect"] == reverse("mfa_index")


def test_with_a_second_factor_the_portal_opens_and_the_password_alone_does_not(admin: User, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    client = signed_in(admin)
    TOTP.activate(admin, "A" * 32)
    assert is_in(client)
    fresh = Client()
    response = fresh.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    assert (response["Location"], is_in(fresh)) == (reverse("mfa_authenticate"), False)


def test_every_page_of_the_second_factor_calls_it_by_one_name(admin: User) -> None:
    client = signed_in(admin)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    offered = client.get(reverse("mfa_activate_totp")).content.decode()
    TOTP.activate(admin, "A" * 32)
    fresh = Client()
    fresh.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    wrong = fresh.post(reverse("mfa_authenticate"), {"code": "000000"}).content.decode()
    for page in (offered, wrong):
        assert "erifikasi dua langkah" in page
        assert "dua faktor" not in page.lower()
    assert ('id="id_code"' in wrong, "form-errors" in wrong, is_in(fresh)) == (True, True, False)


def test_recovery_codes_alone_are_no_second_factor(admin: User, settings: Any) -> None:
    settings.MFA_REQUIRED = True
    Authenticator.objects.create(user=admin, type=Authenticator.Type.RECOVERY_CODES, data={})
    client = Client()
    client.force_login(admin)
    assert not is_in(client)


def test_times_are_read_in_the_zone_of_the_unit(admin: User) -> None:
    with time_machine.travel("2026-11-21T03:24:00+00:00", tick=False):
        client = signed_in(admin)
        assert "WIT · 12.24" in client.get(reverse("profile_edit")).text


def test_the_language_of_the_account_wins_over_the_browser(admin: User) -> None:
    client = signed_in(admin)
    page = client.get(reverse("profile_edit"), headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "id"
    client.post(reverse("language_set"), {"language": "en", "next": "/akun/profil/"})
    admin.refresh_from_db()
    assert admin.language == "en"
    assert client.get(reverse("profile_edit"))["Content-Language"] == "en"


@pytest.mark.parametrize(
    "target", ["https://jahat.invalid/", "//jahat.invalid", "javascript:alert(1)", "\\\\jahat", ""]
)
def test_a_choice_of_language_leads_nowhere_else(client: Client, target: str) -> None:
    response = client.post(reverse("language_set"), {"language": "en", "next": target})
    assert response["Location"] == "/"


def test_an_unknown_language_changes_nothing(admin: User) -> None:
    client = signed_in(admin)
    client.post(reverse("language_set"), {"language": "xx'; --", "next": "/"})
    admin.refresh_from_db()
    assert admin.language == "id"


def test_pages_of_the_portal_are_never_stored(admin: User) -> None:
    client = signed_in(admin)
    assert client.get(reverse("profile_edit"))["Cache-Control"] == "private, no-store"


def test_htmx_is_sent_to_the_sign_in_with_the_page_around_it(client: Client) -> None:
    response = client.get(
        reverse("profile_edit"),
        headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/pengguna/?q=a"},
    )
    assert (response.status_code, response["HX-Redirect"]) == (200, "/akun/masuk/?next=/pengguna/%3Fq%3Da")


def test_htmx_from_a_foreign_page_is_not_sent_back_there(client: Client) -> None:
    response = client.get(
        reverse("profile_edit"), headers={"HX-Request": "true", "HX-Current-URL": "https://jahat.invalid/x"}
    )
    assert response["HX-Redirect"] == "/akun/masuk/"


def test_a_stale_form_is_told_what_to_do(admin: User) -> None:
    client = Client(enforce_csrf_checks=True)
    response = client.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    assert response.status_code == 403
    assert "Halaman ini terbuka terlalu lama" in response.text


def test_too_many_passwords_are_refused_in_words(admin: User) -> None:
    client = Client()
    for _ in range(6):
        response = client.post(reverse("account_login"), {"login": admin.email, "password": "salah-sekali-2026"})
    assert "Terlalu banyak percobaan" in response.text
    assert not is_in(client)
    # Even the right password waits now, whoever types it.
    client.post(reverse("account_login"), {"login": admin.email, "password": PASSWORD})
    assert not is_in(client)


def test_too_many_reset_letters_get_the_429_page(admin: User) -> None:
    answers = [Client().post(reverse("account_reset_password"), {"email": admin.email}) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [429]
    assert "Terlalu banyak permintaan" in answers[-1].text


def test_known_and_unknown_addresses_get_the_same_answer(admin: User) -> None:
    known, unknown = (
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (admin.email, "siapa@humas.test")
    )
    assert known.redirect_chain == unknown.redirect_chain

    def bare(response: Any) -> str:
        return re.sub(r'(value|content|hx-headers)=("[^"]*"|\'[^\']*\')', "", response.text)

    assert bare(known) == bare(unknown)


def test_a_wrong_password_and_a_wrong_address_read_the_same(admin: User) -> None:
    wrong, nobody = (
        Client().post(reverse("account_login"), {"login": email, "password": "salah-sekali-2026"}).text
        for email in (admin.email, "kanwil@lain.test")
    )
    assert "Alamat email dan/atau kata sandi" in wrong or "surel" in wrong
    assert re.findall(r"<li[^>]*>[^<]+</li>", wrong) == re.findall(r"<li[^>]*>[^<]+</li>", nobody)


def test_the_admin_panel_has_no_door_of_its_own(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/partnerships/agreement/")
    assert response["Location"] == "/akun/masuk/?next=/admin/partnerships/agreement/"
    assert client.get("/admin/login/?next=https://jahat.invalid/")["Location"] == "/akun/masuk/?next=/admin/"
    assert client.post("/admin/login/", {"username": "x", "password": "y"}).status_code == 405


def test_signing_up_is_closed(client: Client) -> None:
    assert client.get("/akun/daftar/").status_code == 404
    assert client.post("/akun/daftar/", {"email": "baru@humas.test"}).status_code == 404
