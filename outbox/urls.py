from django.urls import URLPattern, URLResolver, path

from outbox import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz/outbox", views.outbox_health, name="outbox_health"),
]
