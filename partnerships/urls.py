from django.urls import URLPattern, URLResolver, path

from partnerships.views import agreements as agreement_pages
from partnerships.views import public

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", agreement_pages.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", agreement_pages.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", agreement_pages.agreement_detail, name="agreement_detail"),
    path("kerja-sama/naskah/<int:pk>/", agreement_pages.agreement_file, name="agreement_file"),
    # --- the public side
    path("publik/kerja-sama/", public.agreement_public_list, name="agreement_public_list"),
    path("publik/kerja-sama/<int:pk>/", public.agreement_public, name="agreement_public"),
    path("publik/kerja-sama/<int:pk>/salinan/", public.agreement_public_download, name="agreement_public_download"),
    path("publik/kerja-sama/data/", public.agreement_data, name="agreement_data"),
    path("publik/kerja-sama/data/kerja-sama.csv", public.agreement_csv_download, name="agreement_csv_download"),
    path("publik/kerja-sama/data/kerja-sama.json", public.agreement_json_download, name="agreement_json_download"),
    path("publik/kerja-sama/data/skema.json", public.agreement_schema_download, name="agreement_schema_download"),
    path("publik/kerja-sama/umpan.atom", public.agreement_feed_download, name="agreement_feed_download"),
]
