from django.urls import URLPattern, URLResolver, path

from partnerships.views import (
    agreements as agreement_pages,
)
from partnerships.views import (
    campaigns,
    checking,
    endings,
    publication,
    submissions,
    work_plans,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", agreement_pages.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", agreement_pages.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", agreement_pages.agreement_detail, name="agreement_detail"),
    path("kerja-sama/naskah/<int:pk>/", agreement_pages.agreement_file, name="agreement_file"),
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
    path("kerja-sama/<int:pk>/masa/", endings.agreement_ending, name="agreement_ending"),
    path("kerja-sama/<int:pk>/masa/tarik/", endings.agreement_ending_withdraw, name="agreement_ending_withdraw"),
    path("kerja-sama/<int:pk>/rkt/", work_plans.agreement_work_plan_begin, name="agreement_work_plan_begin"),
    path("kerja-sama/berakhir/", endings.agreement_ending_list, name="agreement_ending_list"),
    path("kerja-sama/berakhir/ekspor/", endings.agreement_ending_export, name="agreement_ending_export"),
    path("kerja-sama/evaluasi-ulang/", campaigns.campaign_list, name="campaign_list"),
    path("kerja-sama/evaluasi-ulang/baru/", campaigns.campaign_create, name="campaign_create"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/", campaigns.campaign_detail, name="campaign_detail"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/ubah/", campaigns.campaign_edit, name="campaign_edit"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/mulai/", campaigns.campaign_start, name="campaign_start"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/tutup/", campaigns.campaign_close, name="campaign_close"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/hapus/", campaigns.campaign_remove, name="campaign_remove"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/butir/", campaigns.campaign_items, name="campaign_items"),
    path("kerja-sama/evaluasi-ulang/<int:pk>/massal/", campaigns.campaign_bulk, name="campaign_bulk"),
    path(
        "kerja-sama/evaluasi-ulang/<int:pk>/massal/<int:batch_pk>/tarik/", campaigns.campaign_undo, name="campaign_undo"
    ),
    path("kerja-sama/evaluasi-ulang/<int:pk>/ekspor/", campaigns.campaign_export, name="campaign_export"),
    path("kerja-sama/rkt/<int:pk>/", work_plans.work_plan_detail, name="work_plan_detail"),
    path("kerja-sama/rkt/<int:pk>/baris/", work_plans.work_plan_edit, name="work_plan_edit"),
    path("kerja-sama/rkt/<int:pk>/setujui/", work_plans.work_plan_approve, name="work_plan_approve"),
    path(
        "kerja-sama/rkt/<int:pk>/persetujuan/<int:approval_pk>/hapus/",
        work_plans.work_plan_approval_remove,
        name="work_plan_approval_remove",
    ),
    path("kerja-sama/rkt/<int:pk>/pdf/", work_plans.work_plan_pdf, name="work_plan_pdf"),
    path("kerja-sama/rkt/<int:pk>/docx/", work_plans.work_plan_docx, name="work_plan_docx"),
]
