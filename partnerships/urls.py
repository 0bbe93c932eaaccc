from django.urls import URLPattern, URLResolver, path

from partnerships import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("kerja-sama/", views.agreement_list, name="agreement_list"),
    path("kerja-sama/ekspor/", views.agreement_export, name="agreement_export"),
    path("kerja-sama/<int:pk>/", views.agreement_detail, name="agreement_detail"),
    path("kerja-sama/naskah/<int:pk>/", views.agreement_file, name="agreement_file"),
]
