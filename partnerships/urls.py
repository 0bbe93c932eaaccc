from django.urls import URLPattern, URLResolver, path

from partnerships.views import agreements as agreement_pages
from partnerships.views import implementation, monitoring

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", agreement_pages.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", agreement_pages.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", agreement_pages.agreement_detail, name="agreement_detail"),
    path("kerja-sama/naskah/<int:pk>/", agreement_pages.agreement_file, name="agreement_file"),
    # --- what is done: commitments, activities, monitoring
    path("kerja-sama/<int:pk>/pelaksanaan/", implementation.agreement_implementation, name="agreement_implementation"),
    path("kerja-sama/<int:pk>/pelaksanaan/lapor/", implementation.activity_create, name="activity_create"),
    path(
        "kerja-sama/<int:pk>/pelaksanaan/<int:activity_pk>/ubah/", implementation.activity_edit, name="activity_edit"
    ),
    path(
        "kerja-sama/<int:pk>/pelaksanaan/<int:activity_pk>/tarik/",
        implementation.activity_withdraw,
        name="activity_withdraw",
    ),
    path(
        "kerja-sama/<int:pk>/pelaksanaan/<int:activity_pk>/bukti/", implementation.activity_file, name="activity_file"
    ),
    path("kerja-sama/<int:pk>/komitmen/baru/", implementation.commitment_create, name="commitment_create"),
    path(
        "kerja-sama/<int:pk>/komitmen/<int:commitment_pk>/", implementation.commitment_edit, name="commitment_edit"
    ),
    path(
        "kerja-sama/<int:pk>/komitmen/<int:commitment_pk>/hapus/",
        implementation.commitment_remove,
        name="commitment_remove",
    ),
    path("kerja-sama/pemantauan/", monitoring.monitoring_list, name="monitoring_list"),
    path("kerja-sama/pemantauan/buka/", monitoring.monitoring_open, name="monitoring_open"),
    path("kerja-sama/pemantauan/<int:pk>/", monitoring.monitoring_detail, name="monitoring_detail"),
    path("kerja-sama/pemantauan/<int:pk>/tutup/", monitoring.monitoring_close, name="monitoring_close"),
    path("kerja-sama/pemantauan/<int:pk>/ekspor/", monitoring.monitoring_export, name="monitoring_export"),
    path("kerja-sama/pemantauan/<int:pk>/laporan.pdf", monitoring.monitoring_pdf, name="monitoring_pdf"),
    path("kerja-sama/pemantauan/<int:pk>/laporan.docx", monitoring.monitoring_docx, name="monitoring_docx"),
    path(
        "kerja-sama/pemantauan/<int:pk>/unit/<int:monitored_pk>/",
        monitoring.monitoring_answer,
        name="monitoring_answer",
    ),
    path(
        "kerja-sama/pemantauan/<int:pk>/unit/<int:monitored_pk>/bukti/<int:answer_pk>/",
        monitoring.monitoring_file,
        name="monitoring_file",
    ),
]
