from django.urls import URLPattern, URLResolver, path

from participants.views import answers, invitations, links, people, registration_lists, registrations

urlpatterns: list[URLPattern | URLResolver] = [
    path("workshop/<int:pk>/undangan/", invitations.workshop_invitations, name="workshop_invitations"),
    path("workshop/<int:pk>/undangan/ekspor/", invitations.invitation_export, name="invitation_export"),
    path("workshop/<int:pk>/undangan/kirim/", invitations.invite_units, name="invite_units"),
    path("workshop/<int:pk>/undangan/ingatkan/", invitations.remind_units, name="remind_units"),
    path("workshop/<int:pk>/peserta/", registration_lists.workshop_registrations, name="workshop_registrations"),
    path("workshop/<int:pk>/peserta/ekspor/", registration_lists.registration_export, name="registration_export"),
    path("undangan/", answers.invitation_list, name="invitation_list"),
    path("undangan/<int:pk>/", answers.invitation_detail, name="invitation_detail"),
    path("undangan/<int:pk>/jawab/", answers.invitation_answer, name="invitation_answer"),
    path("undangan/<int:pk>/kursi/", answers.allocation_edit, name="allocation_edit"),
    path("undangan/<int:pk>/ubah/", invitations.invitation_edit, name="invitation_edit"),
    path("undangan/<int:pk>/tarik/", invitations.invitation_withdraw, name="invitation_withdraw"),
    path("undangan/<int:pk>/daftar/", registrations.registration_create, name="registration_create"),
    path("pendaftaran/<int:pk>/ubah/", registrations.registration_edit, name="registration_edit"),
    path("pendaftaran/<int:pk>/ganti/", registrations.registration_replace, name="registration_replace"),
    path("pendaftaran/<int:pk>/batal/", registrations.registration_cancel, name="registration_cancel"),
    path("peserta/", people.participant_list, name="participant_list"),
    path("peserta/cari/", registrations.participant_search, name="participant_search"),
    path("peserta/ekspor/", people.participant_export, name="participant_export"),
    path("peserta/<int:pk>/", people.participant_detail, name="participant_detail"),
    path("peserta/<int:pk>/ubah/", people.participant_edit, name="participant_edit"),
    path("peserta/<int:pk>/lihat/", people.participant_reveal, name="participant_reveal"),
    path("u/<str:token>/", links.invitation_link, name="invitation_link"),
    path("u/<str:token>/daftar/", links.invitation_link_register, name="invitation_link_register"),
    path("u/<str:token>/batal/<int:pk>/", links.invitation_link_cancel, name="invitation_link_cancel"),
    path("u/<str:token>/ganti/<int:pk>/", links.invitation_link_replace, name="invitation_link_replace"),
]
