from django.urls import URLPattern, URLResolver, path

from jobs import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("pekerjaan/", views.job_list, name="job_list"),
    path("pekerjaan/<int:pk>/", views.job_detail, name="job_detail"),
    path("pekerjaan/<int:pk>/batal/", views.job_cancel, name="job_cancel"),
    path("pekerjaan/<int:pk>/unduh/", views.job_download, name="job_download"),
]
