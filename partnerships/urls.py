from django.urls import URLPattern, URLResolver, path

from partnerships.views import agreements as agreement_pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", agreement_pages.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", agreement_pages.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", agreement_pages.agreement_detail, name="agreement_detail"),
    path("kerja-sama/<int:pk>/riwayat/", agreement_pages.agreement_history, name="agreement_history"),
    path("kerja-sama/naskah/<int:pk>/", agreement_pages.agreement_file, name="agreement_file"),
]
