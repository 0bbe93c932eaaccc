from django.urls import URLPattern, URLResolver, path

from workshops.views import (
    agenda,
    budget_files,
    budgets,
    moves,
    pickers,
    realizations,
    speakers,
    standard_costs,
    workshops,
)

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
    path("narasumber/", speakers.speaker_list, name="speaker_list"),
    path("narasumber/baru/", speakers.speaker_create, name="speaker_create"),
    path("narasumber/<int:pk>/", speakers.speaker_edit, name="speaker_edit"),
    path("narasumber/cari/", pickers.speaker_search, name="speaker_search"),
    path("workshop/cari-instansi/", pickers.organization_search, name="organization_search"),
    path("workshop/cari-perjanjian/", pickers.agreement_search, name="agreement_search"),
    # --- budgets and standard costs
    path("workshop/<int:pk>/anggaran/", budgets.workshop_budget, name="workshop_budget"),
    path("workshop/<int:pk>/anggaran/data/", budgets.budget_edit, name="budget_edit"),
    path("workshop/<int:pk>/anggaran/baris/baru/", budgets.budget_line_create, name="budget_line_create"),
    path("workshop/<int:pk>/anggaran/baris/<int:line_pk>/", budgets.budget_line_edit, name="budget_line_edit"),
    path(
        "workshop/<int:pk>/anggaran/baris/<int:line_pk>/salin/",
        budgets.budget_line_duplicate,
        name="budget_line_duplicate",
    ),
    path("workshop/<int:pk>/anggaran/baris/<int:line_pk>/geser/", budgets.budget_line_move, name="budget_line_move"),
    path(
        "workshop/<int:pk>/anggaran/baris/<int:line_pk>/hapus/", budgets.budget_line_remove, name="budget_line_remove"
    ),
    path(
        "workshop/<int:pk>/anggaran/baris/<int:line_pk>/realisasi/",
        realizations.budget_line_realizations,
        name="budget_line_realizations",
    ),
    path(
        "workshop/<int:pk>/anggaran/realisasi/<int:realization_pk>/",
        realizations.realization_edit,
        name="realization_edit",
    ),
    path(
        "workshop/<int:pk>/anggaran/realisasi/<int:realization_pk>/hapus/",
        realizations.realization_remove,
        name="realization_remove",
    ),
    path(
        "workshop/<int:pk>/anggaran/realisasi/<int:realization_pk>/berkas/",
        realizations.realization_file,
        name="realization_file",
    ),
    path("workshop/<int:pk>/anggaran/honorarium/", budgets.budget_honoraria, name="budget_honoraria"),
    path("workshop/<int:pk>/anggaran/riwayat/", budgets.budget_history, name="budget_history"),
    path("workshop/<int:pk>/anggaran/impor/", budget_files.budget_import, name="budget_import"),
    path(
        "workshop/<int:pk>/anggaran/impor/pratinjau/", budget_files.budget_import_preview, name="budget_import_preview"
    ),
    path(
        "workshop/<int:pk>/anggaran/impor/templat/", budget_files.budget_import_template, name="budget_import_template"
    ),
    path("workshop/<int:pk>/anggaran/ekspor/", budget_files.budget_export, name="budget_export"),
    path("workshop/<int:pk>/anggaran/cetak/", budget_files.budget_pdf, name="budget_pdf"),
    path("standar-biaya/", standard_costs.standard_cost_list, name="standard_cost_list"),
    path("standar-biaya/ekspor/", standard_costs.standard_cost_export, name="standard_cost_export"),
    path("standar-biaya/baru/", standard_costs.standard_cost_create, name="standard_cost_create"),
    path("standar-biaya/salin/", standard_costs.standard_cost_copy, name="standard_cost_copy"),
    path("standar-biaya/impor/", standard_costs.standard_cost_import, name="standard_cost_import"),
    path(
        "standar-biaya/impor/pratinjau/",
        standard_costs.standard_cost_import_preview,
        name="standard_cost_import_preview",
    ),
    path(
        "standar-biaya/impor/templat/",
        standard_costs.standard_cost_import_template,
        name="standard_cost_import_template",
    ),
    path("standar-biaya/<int:pk>/", standard_costs.standard_cost_edit, name="standard_cost_edit"),
    path("standar-biaya/<int:pk>/hapus/", standard_costs.standard_cost_remove, name="standard_cost_remove"),
    path("standar-biaya/akun/", standard_costs.account_code_list, name="account_code_list"),
]
