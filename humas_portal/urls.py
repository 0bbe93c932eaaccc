from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("akun/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
