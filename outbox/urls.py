from django.urls import URLPattern, URLResolver, path

from outbox.views import decisions, health, letters, lists

urlpatterns: list[URLPattern | URLResolver] = [
    path("pesan/", lists.message_list, name="message_list"),
    path("pesan/ekspor/", lists.message_export, name="message_export"),
    path("pesan/kegiatan/<int:pk>/tahan/", decisions.topic_hold, name="topic_hold"),
    path("pesan/kegiatan/<int:pk>/lanjutkan/", decisions.topic_release, name="topic_release"),
    path("pesan/<uuid:public_id>/", letters.message_detail, name="message_detail"),
    path("pesan/<uuid:public_id>/isi/", letters.message_body, name="message_body"),
    path(
        "pesan/<uuid:public_id>/lampiran/<int:number>/",
        letters.message_attachment,
        name="message_attachment",
    ),
    path("pesan/<uuid:public_id>/tarik/", decisions.message_withdraw, name="message_withdraw"),
    path("pesan/<uuid:public_id>/kirim-ulang/", decisions.message_resend, name="message_resend"),
    path("pesan/<uuid:public_id>/putuskan/", decisions.message_settle, name="message_settle"),
    path("healthz/outbox", health.outbox_health, name="outbox_health"),
]
