"""Calendars for other programs (ICS), and the page on which a person gets the own address."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page

from toolkit.calendar_feeds import CONTENT_TYPE, feed_file, fingerprint
from workshops.actions.feeds import end_feed, renew_feed
from workshops.feeds import OWN_PAGE, PUBLIC_PAGE, dated_rows, feed_events, feed_of, feed_rows, feed_url
from workshops.models import CalendarFeed, Workshop

SECONDS = 300


def calendar_feeds(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    feed = CalendarFeed.objects.filter(user=user).first()
    context = {
        "feed": feed,
        "address": feed_url(feed) if feed else "",
        "public_address": settings.SITE_URL + reverse("calendar_public"),
    }
    return render(request, "workshops/calendar_feeds.html", context)


def calendar_feed_renew(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    had_one = CalendarFeed.objects.filter(user=user).exists()
    renew_feed(user, now=timezone.now())
    if had_one:
        messages.success(request, _("Alamat baru dibuat. Alamat lama tidak berlaku lagi."))
    else:
        messages.success(request, _("Alamat kalender Anda sudah dibuat."))
    return redirect("calendar_feeds")


def calendar_feed_end(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    end_feed(user)
    messages.success(request, _("Alamat kalender Anda dihentikan."))
    return redirect("calendar_feeds")


@gzip_page
def calendar_feed(request: HttpRequest, feed_token: str) -> HttpResponse:
    """What the owner of the address may see now, in the owner's language; no cookie, no session."""
    feed = feed_of(feed_token)
    if feed is None:
        raise Http404
    user = feed.user
    with translation.override(user.language):
        name = _("Portal Humas: %(name)s") % {"name": user.full_name}
        response = _answer(request, name, Workshop.objects.visible_to(user), page=OWN_PAGE)
    patch_cache_control(response, private=True, max_age=SECONDS)
    # The address is the secret: it goes on to nobody.
    response["Referrer-Policy"] = "no-referrer"
    return response


@gzip_page
def calendar_public(request: HttpRequest) -> HttpResponse:
    response = _answer(request, _("Portal Humas: kegiatan umum"), Workshop.objects.announced(), page=PUBLIC_PAGE)
    patch_cache_control(response, public=True, max_age=SECONDS)
    return response


def workshop_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """One workshop as a file, however long ago: for whoever may see it, and for everybody once it is announced to the
    public."""
    announced = Workshop.objects.announced().filter(pk=pk)
    visible = Workshop.objects.visible_to(request.user).filter(pk=pk)
    workshop = get_object_or_404(dated_rows(Workshop.objects.filter(pk__in=visible.values("pk")) | announced))
    is_reader = visible.exists()
    events = list(feed_events([workshop], page=OWN_PAGE if is_reader else PUBLIC_PAGE, now=timezone.now()))
    response = HttpResponse(feed_file(workshop.title, events), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = f'attachment; filename="workshop-{pk}.ics"'
    return response


def _answer(request: HttpRequest, name: str, rows: QuerySet[Workshop], *, page: str) -> HttpResponse:
    """304 where the reader has the newest version; the file is only written when it is sent."""
    now = timezone.now()
    events = list(feed_events(feed_rows(rows, now=now), page=page, now=now))
    etag = quote_etag(fingerprint(name, events))
    known: Any = get_conditional_response(request, etag=etag)
    if known is not None:
        return known  # type: ignore[no-any-return]
    response = HttpResponse(feed_file(name, events), content_type=CONTENT_TYPE)
    response["Content-Disposition"] = 'inline; filename="portal-humas.ics"'
    response["ETag"] = etag
    return response
