from django.urls import URLPattern, URLResolver, path

from units.views import accounts, profile

urlpatterns: list[URLPattern | URLResolver] = [
    # The own account
    path("akun/profil/", profile.profile_edit, name="profile_edit"),
    path("bahasa/", profile.language_set, name="language_set"),
    # Accounts of others
    path("pengguna/", accounts.user_list, name="user_list"),
    path("pengguna/undang/", accounts.user_invite, name="user_invite"),
    path("pengguna/<int:pk>/", accounts.user_edit, name="user_edit"),
    path("pengguna/<int:pk>/nonaktifkan/", accounts.user_disable, name="user_disable"),
    path("pengguna/<int:pk>/aktifkan/", accounts.user_enable, name="user_enable"),
    path("pengguna/<int:pk>/undang-ulang/", accounts.user_reinvite, name="user_reinvite"),
]
