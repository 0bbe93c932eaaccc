"""Who makes, changes and ends which account; and what a form that says more than it should can change."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from outbox.account_letters import NOTICE, render_notices
from outbox.models import Message
from tests.factories import Bureau, Kanwil, build_bureau, build_kanwil, make_user
from units.access import Role
from units.actions import accounts
from units.models import User

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)


@pytest.fixture
def bureau() -> Bureau:
    return build_bureau(NOW)


@pytest.fixture
def alfa(bureau: Bureau) -> Kanwil:
    return build_kanwil("Alfa", bureau, number=1, now=NOW, has_letters=False)


@pytest.fixture
def beta(bureau: Bureau) -> Kanwil:
    return build_kanwil("Beta", bureau, number=2, now=NOW, has_letters=False)


def invite(by: User, **changes: Any) -> User:
    values: dict[str, Any] = {
        "email": "Baru@humas.test",
        "full_name": "Orang Baru",
        "position": "",
        "unit": by.unit,
        "role": Role.UNIT_OPERATOR,
        "keeps_agreements": False,
        "language": "id",
    }
    return accounts.invite_user(**values | changes, by=by, now=NOW)


def browser(user: User) -> Client:
    """Signed in, and lately enough to keep accounts."""
    client = Client()
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "password", reauthenticated=True)
    request.session.save()
    return client


# --- who may give what


def test_an_invited_account_has_no_password_and_a_small_address(bureau: Bureau) -> None:
    user = invite(bureau.admin)
    assert (user.email, user.has_usable_password(), user.invited_at) == ("baru@humas.test", False, NOW)
    assert (user.created_by, user.last_login, user.is_active) == (bureau.admin, None, True)


@pytest.mark.parametrize("role", Role.values)
def test_a_bureau_admin_gives_every_role(bureau: Bureau, role: str) -> None:
    assert invite(bureau.admin, role=role, keeps_agreements=True).role == role


@pytest.mark.parametrize("role", [role for role in Role.values if role != Role.UNIT_OPERATOR])
def test_a_regional_admin_gives_no_other_role_than_operator(alfa: Kanwil, role: str) -> None:
    with pytest.raises(accounts.MayNotGiveThisAccount):
        invite(alfa.admin, role=role)


def test_a_regional_admin_makes_operators_only_in_the_own_tree(alfa: Kanwil, beta: Kanwil, bureau: Bureau) -> None:
    assert invite(alfa.admin, unit=alfa.child).unit == alfa.child
    for unit in (beta.unit, beta.child, bureau.unit, bureau.ministry, None):
        with pytest.raises(accounts.MayNotGiveThisAccount):
            invite(alfa.admin, unit=unit, email="lain@humas.test")


def test_a_regional_admin_names_no_agreement_officer(alfa: Kanwil) -> None:
    with pytest.raises(accounts.MayNotGiveThisAccount):
        invite(alfa.admin, keeps_agreements=True)


@pytest.mark.parametrize("label", ["staff", "leader"])
def test_others_give_no_account(bureau: Bureau, label: str) -> None:
    with pytest.raises(accounts.MayNotGiveThisAccount):
        invite(getattr(bureau, label))


def test_an_address_is_one_account_whatever_its_capitals(bureau: Bureau) -> None:
    with pytest.raises(accounts.AddressIsTaken):
        invite(bureau.admin, email="STAF.Biro@humas.test")


def edit(user: User, by: User, **changes: Any) -> User:
    values = {
        "full_name": user.full_name,
        "position": "",
        "unit": user.unit,
        "role": user.role,
        "keeps_agreements": user.keeps_agreements,
    }
    return accounts.edit_user(user, **values | changes, by=by)


@pytest.mark.parametrize("role", Role.values)
def test_nobody_changes_the_own_account(bureau: Bureau, role: str) -> None:
    with pytest.raises(accounts.MayNotChangeOwnAccount):
        edit(bureau.admin, bureau.admin, role=role)


def test_a_regional_admin_edits_operators_below_and_nobody_else(alfa: Kanwil, beta: Kanwil, bureau: Bureau) -> None:
    assert edit(alfa.operator, alfa.admin, full_name="Nama Baru").full_name == "Nama Baru"
    for foreign in (beta.operator, beta.admin, alfa.disabled, bureau.staff):
        with pytest.raises(accounts.MayNotGiveThisAccount):
            edit(foreign, alfa.admin, full_name="Nama Jahat", unit=alfa.unit, role=Role.UNIT_OPERATOR)


def test_a_regional_admin_keeps_an_officer_an_officer(alfa: Kanwil) -> None:
    assert edit(alfa.officer, alfa.admin, full_name="Petugas").keeps_agreements is True
    with pytest.raises(accounts.MayNotGiveThisAccount):
        edit(alfa.officer, alfa.admin, keeps_agreements=False)


def test_who_has_just_lost_the_role_changes_nothing(bureau: Bureau) -> None:
    """`by` was read when the page was asked for; the row says otherwise by now."""
    User.objects.filter(pk=bureau.admin.pk).update(role=Role.BUREAU_STAFF)
    with pytest.raises(accounts.MayNotGiveThisAccount):
        accounts.disable_user(bureau.staff, by=bureau.admin)
    User.objects.filter(pk=bureau.other_admin.pk).update(is_active=False)
    with pytest.raises(accounts.MayNotGiveThisAccount):
        accounts.disable_user(bureau.staff, by=bureau.other_admin)


def test_the_last_bureau_admin_cannot_be_lost(bureau: Bureau) -> None:
    """Two admins who end each other at once: the second finds out that the account has ended meanwhile."""
    accounts.disable_user(bureau.other_admin, by=bureau.admin)
    with pytest.raises(accounts.MayNotGiveThisAccount):
        accounts.disable_user(bureau.admin, by=bureau.other_admin)
    with pytest.raises(accounts.LastBureauAdmin):
        accounts.keep_a_bureau_admin(bureau.admin)
    assert User.objects.filter(role=Role.BUREAU_ADMIN, is_active=True).count() == 1


def test_disabling_ends_every_session_and_again_changes_nothing(bureau: Bureau, alfa: Kanwil) -> None:
    clients = [Client(), Client()]
    for client in clients:
        client.force_login(alfa.operator)
        UserSession.objects.create(user=alfa.operator, ip="127.0.0.1", session_key=client.session.session_key)
    accounts.disable_user(alfa.operator, by=bureau.admin)
    accounts.disable_user(alfa.operator, by=bureau.admin)
    assert UserSession.objects.count() == 0
    assert [client.session.get("_auth_user_id") for client in clients] == [None, None]
    assert alfa.operator.history.filter(is_active=False).count() == 1


def test_enabling_brings_the_account_back(bureau: Bureau, alfa: Kanwil) -> None:
    assert accounts.enable_user(alfa.disabled, by=bureau.admin).is_active is True


def test_inviting_anew_corrects_the_address_and_kills_the_old_link(bureau: Bureau) -> None:
    user = invite(bureau.admin)
    old = user.password
    later = NOW.replace(hour=9)
    again = accounts.reinvite(user, email="Benar@humas.test", by=bureau.admin, now=later)
    assert (again.email, again.invited_at) == ("benar@humas.test", later)
    assert again.password != old


def test_an_account_in_use_or_disabled_or_with_a_taken_address_is_not_invited_anew(bureau: Bureau) -> None:
    user = invite(bureau.admin)
    with pytest.raises(accounts.AddressIsTaken):
        accounts.reinvite(user, email=bureau.staff.email, by=bureau.admin, now=NOW)
    User.objects.filter(pk=user.pk).update(last_login=NOW)
    with pytest.raises(accounts.AccountIsInUse):
        accounts.reinvite(user, email=user.email, by=bureau.admin, now=NOW)
    User.objects.filter(pk=user.pk).update(last_login=None, is_active=False)
    with pytest.raises(accounts.AccountIsDisabled):
        accounts.reinvite(user, email=user.email, by=bureau.admin, now=NOW)


# --- the pages


def test_an_account_is_invited_from_the_page(bureau: Bureau, alfa: Kanwil) -> None:
    client = browser(bureau.admin)
    assert client.get(reverse("user_invite")).status_code == 200
    data = {
        "email": "Kanwil.Baru@humas.test",
        "full_name": "Admin Baru",
        "position": "Kasubbag",
        "role": Role.REGIONAL_ADMIN,
        "unit": alfa.unit.pk,
        "language": "en",
    }
    response = client.post(reverse("user_invite"), data, follow=True)
    assert response.redirect_chain == [(reverse("user_list"), 302)]
    assert "Admin Baru diundang" in response.text
    made = User.objects.get(email="kanwil.baru@humas.test")
    assert (made.role, made.unit, made.language, made.created_by) == (
        Role.REGIONAL_ADMIN,
        alfa.unit,
        "en",
        bureau.admin,
    )


BAD = [
    ({"email": "bukan-surel"}, "email"),
    ({"email": "staf.biro@humas.test"}, "Sudah ada akun dengan surel ini"),
    ({"full_name": ""}, "full_name"),
    ({"full_name": "Baris\r\nBcc: jahat@humas.test"}, "full_name"),
    ({"full_name": "nol\x00"}, "full_name"),
    ({"full_name": "x" * 151}, "full_name"),
    ({"role": "raja"}, "role"),
    ({"role": Role.UNIT_OPERATOR, "unit": ""}, "satu satuan kerja"),
    ({"unit": "999999999999999999999999"}, "unit"),
    ({"unit": "-1"}, "unit"),
    ({"language": "xx"}, "language"),
]


@pytest.mark.parametrize(("changes", "hint"), BAD)
def test_bad_input_is_named_beside_its_field_and_nothing_typed_is_lost(
    bureau: Bureau, changes: dict[str, str], hint: str
) -> None:
    data = {
        "email": "baru@humas.test",
        "full_name": "Orang Baru",
        "position": "Pranata Humas",
        "role": Role.BUREAU_STAFF,
        "unit": str(bureau.unit.pk),
        "language": "id",
    }
    response = browser(bureau.admin).post(reverse("user_invite"), data | changes)
    assert response.status_code == 200
    assert response.context["form"].errors
    assert hint in response.context["form"].errors or hint in response.text
    assert "Pranata Humas" in response.text
    assert not User.objects.filter(full_name="Orang Baru").exists()


def test_a_regional_admin_cannot_type_more_than_the_form_offers(alfa: Kanwil, beta: Kanwil) -> None:
    """All fields of the model with foreign values: only the declared ones change."""
    client = browser(alfa.admin)
    data = {
        "full_name": "Operator Baru",
        "position": "Operator",
        "unit": alfa.unit.pk,
        "role": Role.BUREAU_ADMIN,
        "keeps_agreements": "on",
        "is_active": "",
        "email": "diambil@humas.test",
        "password": "x",
        "created_by": beta.admin.pk,
        "invited_at": "2020-01-01",
        "last_login": "2020-01-01",
        "language": "en",
        "id": beta.operator.pk,
    }
    before = User.objects.filter(pk=alfa.operator.pk).values().get()
    assert client.post(reverse("user_edit", args=[alfa.operator.pk]), data).status_code == 302
    after = User.objects.filter(pk=alfa.operator.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"full_name", "position", "unit_id"}
    foreign = client.post(reverse("user_edit", args=[alfa.operator.pk]), data | {"unit": beta.child.pk})
    assert foreign.status_code == 200
    assert "unit" in foreign.context["form"].errors


def test_a_profile_changes_name_position_and_language_only(alfa: Kanwil, beta: Kanwil) -> None:
    client = browser(alfa.operator)
    data = {
        "full_name": "Nama Saya",
        "position": "Jabatan",
        "language": "en",
        "role": Role.BUREAU_ADMIN,
        "unit": beta.unit.pk,
        "email": "lain@humas.test",
        "keeps_agreements": "on",
    }
    before = User.objects.filter(pk=alfa.operator.pk).values().get()
    assert client.post(reverse("profile_edit"), data).status_code == 302
    after = User.objects.filter(pk=alfa.operator.pk).values().get()
    assert {key for key in after if after[key] != before[key]} == {"full_name", "position", "language"}


@pytest.mark.parametrize("name", ["user_invite", "user_edit", "user_reinvite", "user_second_factor_reset"])
def test_keeping_accounts_asks_for_the_password_again(bureau: Bureau, alfa: Kanwil, name: str) -> None:
    client = Client()
    client.force_login(bureau.admin)
    path = reverse(name, args=[] if name == "user_invite" else [alfa.operator.pk])
    for response in (client.get(path), client.post(path, {"full_name": "x"})):
        assert response["Location"].startswith(reverse("account_reauthenticate"))


def test_disabling_says_first_what_will_happen(bureau: Bureau, alfa: Kanwil) -> None:
    client = browser(bureau.admin)
    path = reverse("user_disable", args=[alfa.operator.pk])
    assert "Semua sesi akun ini berakhir" in client.get(path).text
    assert User.objects.get(pk=alfa.operator.pk).is_active
    assert "dinonaktifkan" in client.post(path, follow=True).text
    assert not User.objects.get(pk=alfa.operator.pk).is_active
    assert "aktif kembali" in client.post(reverse("user_enable", args=[alfa.operator.pk]), follow=True).text


def test_the_own_account_is_not_among_those_one_keeps(bureau: Bureau) -> None:
    client = browser(bureau.admin)
    assert client.get(reverse("user_edit", args=[bureau.admin.pk])).status_code == 404
    assert client.post(reverse("user_disable", args=[bureau.admin.pk])).status_code == 404


def test_a_new_invitation_is_sent_from_the_page(bureau: Bureau) -> None:
    user = invite(bureau.admin)
    client = browser(bureau.admin)
    path = reverse("user_reinvite", args=[user.pk])
    assert user.email in client.get(path).text
    assert (
        "Undangan baru dikirim ke benar@humas.test"
        in client.post(path, {"email": "benar@humas.test"}, follow=True).text
    )


def names(client: Client, query: str = "") -> set[str]:
    return {user.full_name for user in client.get(reverse("user_list") + query).context["page"]}


def test_the_list_shows_the_own_tree_and_finds(bureau: Bureau, alfa: Kanwil, beta: Kanwil) -> None:
    everybody = names(browser(bureau.admin))
    assert {"Admin kenarialfa", "Admin kenaribeta", "Staf Biro"} <= everybody
    own = browser(alfa.admin)
    assert names(own) == {"Admin kenarialfa", "Operator kenarialfa", "Petugas kenarialfa", "Bekas kenarialfa"}
    assert names(own, "?q=rutan") == {"Operator kenarialfa"}
    assert names(own, "?standing=disabled") == {"Bekas kenarialfa"}
    assert names(own, "?role=unit_operator&standing=invited") == {"Operator kenarialfa", "Petugas kenarialfa"}
    assert names(own, "?role=regional_admin&standing=active") == {"Admin kenarialfa"}
    assert names(own, "?q=kenaribeta") == set()


def test_an_empty_list_says_what_to_do(bureau: Bureau) -> None:
    assert "Tidak ada pengguna yang cocok" in browser(bureau.admin).get(reverse("user_list") + "?q=zzz").text


@pytest.mark.parametrize("more", [0, 2, 30])
def test_the_list_costs_the_same_however_long(
    bureau: Bureau, alfa: Kanwil, more: int, django_assert_num_queries: Callable[[int], Any]
) -> None:
    for n in range(more):
        make_user(f"operator{n}@humas.test", role=Role.UNIT_OPERATOR, unit=alfa.child)
    client = browser(bureau.admin)
    with django_assert_num_queries(6):  # session, user, count, rows, which may be edited, the count in the menu
        client.get(reverse("user_list"))


def with_second_factor(user: User) -> User:
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=user, type=kind, data={})
    return user


def test_a_second_factor_is_taken_off_by_page_told_by_letter_and_ends_the_sessions(
    bureau: Bureau, alfa: Kanwil
) -> None:
    person, other = with_second_factor(alfa.operator), with_second_factor(alfa.officer)
    theirs = browser(person)
    UserSession.objects.create(user=person, ip="127.0.0.1", session_key=theirs.session.session_key)
    assert theirs.get(reverse("home")).status_code == 200
    client = browser(alfa.admin)
    path = reverse("user_second_factor_reset", args=[person.pk])
    assert path in client.get(reverse("user_edit", args=[person.pk])).text
    assert "Pastikan dahulu" in client.get(path).text
    assert Authenticator.objects.filter(user=person).count() == 3

    text = client.post(path, follow=True).text

    assert "dilepas dan semua sesinya berakhir" in text
    assert path not in text
    assert set(Authenticator.objects.values_list("user", flat=True)) == {other.pk}
    assert theirs.get(reverse("home")).status_code == 302
    letter = Message.objects.get(kind=NOTICE)
    assert (letter.user, letter.to_addr) == (person, person.email)
    (rendered,) = render_notices([letter]).values()
    assert rendered is not None
    for part in (rendered.text, rendered.html):
        assert alfa.admin.full_name in part
        assert "Alamat IP" not in part
    change = person.history.order_by("-history_id")[0]
    assert (change.history_user, change.history_change_reason) == (alfa.admin, "Verifikasi dua langkah dilepas.")


def test_a_second_factor_that_is_not_there_is_not_taken_off(bureau: Bureau, alfa: Kanwil) -> None:
    client = browser(bureau.admin)
    path = reverse("user_second_factor_reset", args=[alfa.operator.pk])
    assert path not in client.get(reverse("user_edit", args=[alfa.operator.pk])).text
    assert "tidak memakai verifikasi dua langkah" in client.post(path, follow=True).text
    assert not Message.objects.filter(kind=NOTICE).exists()


def test_a_second_factor_stays_where_the_account_is_not_ones_own_to_keep(
    bureau: Bureau, alfa: Kanwil, beta: Kanwil
) -> None:
    """Not of another region, not of an admin by a Kanwil's admin, not the own one: else a stolen session could."""
    people = [with_second_factor(user) for user in (beta.operator, beta.admin, bureau.admin, bureau.staff, alfa.admin)]
    client = browser(alfa.admin)
    for user in people:
        path = reverse("user_second_factor_reset", args=[user.pk])
        assert (client.get(path).status_code, client.post(path).status_code) == (404, 404)
    with pytest.raises(accounts.MayNotGiveThisAccount):
        accounts.reset_second_factor(beta.operator, by=alfa.admin, now=NOW)
    with pytest.raises(accounts.MayNotChangeOwnAccount):
        accounts.reset_second_factor(alfa.admin, by=alfa.admin, now=NOW)
    assert Authenticator.objects.count() == 3 * len(people)


@pytest.mark.parametrize(
    ("role", "places", "sentence"),
    [
        (Role.BUREAU_ADMIN, {"", "ministry", "bureau"}, "kantor pusat"),
        (Role.BUREAU_STAFF, {"", "ministry", "bureau"}, "kantor pusat"),
        (Role.LEADER, {"", "ministry", "bureau"}, "kantor pusat"),
        (Role.REGIONAL_ADMIN, {"kanwil"}, "Kantor Wilayah"),
        (Role.UNIT_OPERATOR, {"ministry", "bureau", "kanwil", "rutan"}, ""),
    ],
)
def test_a_role_and_its_unit_fit_each_other(
    bureau: Bureau, alfa: Kanwil, role: str, places: set[str], sentence: str
) -> None:
    units = {"": None, "ministry": bureau.ministry, "bureau": bureau.unit, "kanwil": alfa.unit, "rutan": alfa.child}
    client = browser(bureau.admin)
    for place, unit in units.items():
        email = f"baru-{place}@humas.test"
        data = {
            "email": email,
            "full_name": "Orang Baru",
            "role": role,
            "unit": unit.pk if unit else "",
            "language": "id",
        }
        answer = client.post(reverse("user_invite"), data)
        assert User.objects.filter(email=email).exists() == (place in places), place
        edited = client.post(reverse("user_edit", args=[alfa.officer.pk]), data)
        assert (edited.status_code == 302) == (place in places), place
        if place and place not in places:
            for refused in (answer, edited):
                assert sentence in str(refused.context["form"].errors["unit"])


def test_an_account_that_does_not_fit_already_keeps_its_role_and_unit(bureau: Bureau, alfa: Kanwil) -> None:
    User.objects.filter(pk=alfa.officer.pk).update(role=Role.LEADER, unit=alfa.child)
    client, path = browser(bureau.admin), reverse("user_edit", args=[alfa.officer.pk])
    data = {"full_name": "Nama Betul", "role": Role.LEADER, "unit": alfa.child.pk}
    assert client.post(path, data).status_code == 302
    assert client.post(path, data | {"unit": alfa.unit.pk}).status_code == 200
    alfa.officer.refresh_from_db()
    assert (alfa.officer.full_name, alfa.officer.unit) == ("Nama Betul", alfa.child)
