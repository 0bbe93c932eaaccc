from django.urls import URLPattern, URLResolver, path

from units.views import accounts, changes, contacts, groups, offices, profile, sheets

urlpatterns: list[URLPattern | URLResolver] = [
    # Offices
    path("satker/", offices.unit_list, name="unit_list"),
    path("satker/cari/", offices.unit_search, name="unit_search"),
    path("satker/ekspor/", offices.unit_export, name="unit_export"),
    path("satker/baru/", changes.unit_create, name="unit_create"),
    path("satker/impor/", sheets.unit_import, name="unit_import"),
    path("satker/impor/pratinjau/", sheets.unit_import_preview, name="unit_import_preview"),
    path("satker/impor/templat/", sheets.unit_import_template, name="unit_import_template"),
    path("satker/<int:pk>/", offices.unit_detail, name="unit_detail"),
    path("satker/<int:pk>/ubah/", changes.unit_edit, name="unit_edit"),
    path("satker/<int:pk>/ganti-nama/", changes.unit_rename, name="unit_rename"),
    path("satker/<int:pk>/tutup/", changes.unit_close, name="unit_close"),
    path("satker/<int:pk>/buka-kembali/", changes.unit_reopen, name="unit_reopen"),
    path("satker/<int:pk>/pindah/", changes.unit_move, name="unit_move"),
    path("satker/<int:pk>/narahubung/baru/", contacts.contact_create, name="contact_create"),
    path("narahubung/<int:pk>/ubah/", contacts.contact_edit, name="contact_edit"),
    path("narahubung/<int:pk>/nonaktifkan/", contacts.contact_remove, name="contact_remove"),
    path("kelompok/", groups.group_list, name="group_list"),
    path("kelompok/baru/", groups.group_create, name="group_create"),
    path("kelompok/<int:pk>/", groups.group_detail, name="group_detail"),
    path("kelompok/<int:pk>/ubah/", groups.group_edit, name="group_edit"),
    path("kelompok/<int:pk>/hapus/", groups.group_remove, name="group_remove"),
    # The own account
    path("akun/profil/", profile.profile_edit, name="profile_edit"),
    path("bahasa/", profile.language_set, name="language_set"),
    # Accounts of others
    path("pengguna/", accounts.user_list, name="user_list"),
    path("pengguna/undang/", accounts.user_invite, name="user_invite"),
    path("pengguna/<int:pk>/", accounts.user_edit, name="user_edit"),
    path("pengguna/<int:pk>/nonaktifkan/", accounts.user_disable, name="user_disable"),
    path("pengguna/<int:pk>/aktifkan/", accounts.user_enable, name="user_enable"),
    path("pengguna/<int:pk>/lepas-verifikasi/", accounts.user_second_factor_reset, name="user_second_factor_reset"),
    path("pengguna/<int:pk>/undang-ulang/", accounts.user_reinvite, name="user_reinvite"),
]
