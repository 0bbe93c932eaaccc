"""A plain Django page behind the same server: what a page of 50 rows costs at least on this machine.

It is what `startproject` and the first chapter of a tutorial give: the seven middleware and three context processors
of a new project, one view, one query, a template that extends a base, 50 model instances in eight columns. Nobody is
signed in, so no session and no user are read, and nothing is counted, chosen or translated."""

import os

import django
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.floor_settings")
django.setup()
settings.MIDDLEWARE = settings.PLAIN_MIDDLEWARE
application = WSGIHandler()

from participants.models import Participant  # noqa: E402  models need the settings above


def floor(request: HttpRequest) -> HttpResponse:
    return render(request, "floor.html", {"people": Participant.objects.order_by("full_name", "pk")[:50]})


urlpatterns = [path("", floor)]
