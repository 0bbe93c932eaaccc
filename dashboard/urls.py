from django.urls import URLPattern, URLResolver, path

from dashboard import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.home, name="home"),
    path("cari/", views.search, name="search"),
]
