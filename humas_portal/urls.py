"""All urls. Every name here has its rule in humas_portal/access.py."""

from allauth.account import views as account
from allauth.mfa.urls import urlpatterns as second_factor_urls
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path, re_path

from units.views.profile import usersessions_list

# allauth's pages by hand instead of its whole list: no sign-up, no change of address, no login by code.
# `account_signup` and `account_set_password` stand here because allauth reverses them; their rule answers 404.
account_urls: list[URLPattern | URLResolver] = [
    path("masuk/", account.login, name="account_login"),
    path("keluar/", account.logout, name="account_logout"),
    path("daftar/", account.signup, name="account_signup"),
    path("nonaktif/", account.account_inactive, name="account_inactive"),
    path("konfirmasi/", account.reauthenticate, name="account_reauthenticate"),
    path("kata-sandi/", account.password_change, name="account_change_password"),
    path("kata-sandi/buat/", account.password_set, name="account_set_password"),
    path("kata-sandi/lupa/", account.password_reset, name="account_reset_password"),
    path("kata-sandi/lupa/terkirim/", account.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^kata-sandi/baru/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("kata-sandi/baru/selesai/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    path("verifikasi/", include(second_factor_urls)),
    path("sesi/", usersessions_list, name="usersessions_list"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dashboard.urls")),
    path("", include("units.urls")),
    path("", include("workshops.urls")),
    path("", include("participants.urls")),
    path("", include("partnerships.urls")),
    path("", include("outbox.urls")),
    path("", include("jobs.urls")),
    path("akun/", include(account_urls)),
    path("admin/", admin.site.urls),
]

handler400 = "humas_portal.errors.bad_request"
handler429 = "humas_portal.errors.too_many_requests"
