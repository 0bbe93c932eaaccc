"""One plain page behind the same server: what any 50-row page costs at least on this machine."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor_settings")
django.setup()
settings.MIDDLEWARE = []
application = WSGIHandler()

from participants.models import Participant  # noqa: E402  models need the settings above


def floor(request: HttpRequest) -> HttpResponse:
    return render(request, "floor.html", {"people": Participant.objects.order_by("full_name", "pk")[:50]})


urlpatterns = [path("", floor)]
