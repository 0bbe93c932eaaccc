from django.urls import URLPattern, URLResolver, path

from workshops.views import agenda, calendar, feeds, moves, pickers, speakers, workshops

urlpatterns: list[URLPattern | URLResolver] = [
    path("workshop/", workshops.workshop_list, name="workshop_list"),
    path("workshop/ekspor/", workshops.workshop_export, name="workshop_export"),
    path("workshop/baru/", workshops.workshop_create, name="workshop_create"),
    path("workshop/<int:pk>/", workshops.workshop_detail, name="workshop_detail"),
    path("workshop/<int:pk>/ubah/", workshops.workshop_edit, name="workshop_edit"),
    path("workshop/<int:pk>/jadwal/", moves.workshop_move, name="workshop_move"),
    path("workshop/<int:pk>/status/", moves.workshop_state, name="workshop_state"),
    path("workshop/<int:pk>/rundown/", agenda.workshop_agenda, name="workshop_agenda"),
    path("workshop/<int:pk>/rundown/baru/", agenda.session_create, name="session_create"),
    path("workshop/<int:pk>/rundown/<int:session_pk>/", agenda.session_edit, name="session_edit"),
    path("workshop/<int:pk>/rundown/<int:session_pk>/hapus/", agenda.session_remove, name="session_remove"),
    path("workshop/<int:pk>/ics/", feeds.workshop_ics, name="workshop_ics"),
    path("kalender/", calendar.calendar, name="calendar"),
    path("kalender/ekspor/", calendar.calendar_export, name="calendar_export"),
    path("kalender/langganan/", feeds.calendar_feeds, name="calendar_feeds"),
    path("kalender/langganan/alamat-baru/", feeds.calendar_feed_renew, name="calendar_feed_renew"),
    path("kalender/langganan/hentikan/", feeds.calendar_feed_end, name="calendar_feed_end"),
    path("kalender/umum.ics", feeds.calendar_public, name="calendar_public"),
    path("kalender/ics/<str:feed_token>/", feeds.calendar_feed, name="calendar_feed"),
    path("narasumber/", speakers.speaker_list, name="speaker_list"),
    path("narasumber/baru/", speakers.speaker_create, name="speaker_create"),
    path("narasumber/<int:pk>/", speakers.speaker_edit, name="speaker_edit"),
    path("narasumber/cari/", pickers.speaker_search, name="speaker_search"),
    path("workshop/cari-instansi/", pickers.organization_search, name="organization_search"),
    path("workshop/cari-perjanjian/", pickers.agreement_search, name="agreement_search"),
]
