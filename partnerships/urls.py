from django.urls import URLPattern, URLResolver, path

from partnerships.views import agreements as agreement_pages
from partnerships.views import checking, publication, submissions

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", agreement_pages.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", agreement_pages.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", agreement_pages.agreement_detail, name="agreement_detail"),
    path("kerja-sama/naskah/<int:pk>/", agreement_pages.agreement_file, name="agreement_file"),
    # --- the way of a signed copy
    path("kerja-sama/serahkan/", submissions.agreement_submit, name="agreement_submit"),
    path("kerja-sama/mitra/", submissions.agreement_partners, name="agreement_partners"),
    path("kerja-sama/antrean/", checking.submission_queue, name="submission_queue"),
    path("kerja-sama/<int:pk>/naskah/", submissions.agreement_papers, name="agreement_papers"),
    path(
        "kerja-sama/<int:pk>/naskah/<int:file_pk>/halaman/<int:number>/",
        submissions.agreement_page,
        name="agreement_page",
    ),
    path("kerja-sama/<int:pk>/periksa/", checking.agreement_check, name="agreement_check"),
    path("kerja-sama/<int:pk>/publikasi/", publication.agreement_publication, name="agreement_publication"),
    path("kerja-sama/<int:pk>/publikasi/tutup/", publication.agreement_redact, name="agreement_redact"),
    path("kerja-sama/<int:pk>/publikasi/terbit/", publication.agreement_publish, name="agreement_publish"),
    path("kerja-sama/<int:pk>/publikasi/tarik/", publication.agreement_unpublish, name="agreement_unpublish"),
]
