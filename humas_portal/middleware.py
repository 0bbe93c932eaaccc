"""What every request must pass: the limits of a session, the reader's language and zone, and the access table."""

import hashlib
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from humas_portal.access import ANONYMOUS, NEEDS_SECOND_FACTOR, RULES, Rule, rule_name, who

logger = logging.getLogger(__name__)


class PortalRequest(HttpRequest):
    """What the middleware adds to a request; only for types."""

    htmx: HtmxDetails
    session_ended: bool


GetResponse = Callable[[PortalRequest], HttpResponse]
TOUCH_SECONDS = 60


class UrlHasNoRule(ImproperlyConfigured):
    """An url stands in the resolver and not in the access table."""


def agent_of(request: PortalRequest) -> str:
    """A short print of the browser; a session that moves to another browser has been carried off."""
    return hashlib.sha256(request.headers.get("User-Agent", "").encode()).hexdigest()[:16]


class SessionRulesMiddleware:
    """Ends a session that stood idle, grew too old or changed its browser; personal pages are never stored.

    The session carries `signed_in_at` and `touched_at` (seconds) and `agent`. They are written when the session is
    written anyway (signing in writes it) and touched at most once a minute, so that reading pages stays reading."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        now = time.time()
        request.session_ended = False
        if request.user.is_authenticated and self.is_over(request, now):
            logout(request)
            request.session_ended = True
        response = self.get_response(request)
        if request.user.is_authenticated:
            self.touch(request, now)
        if not response.has_header("Cache-Control"):
            patch_cache_control(response, private=True, no_store=True)
        return response

    def is_over(self, request: PortalRequest, now: float) -> bool:
        session = request.session
        if "signed_in_at" not in session:
            return False
        return bool(
            now - session["signed_in_at"] > settings.SESSION_COOKIE_AGE
            or now - session["touched_at"] > settings.SESSION_IDLE_SECONDS
            or session["agent"] != agent_of(request)
        )

    def touch(self, request: PortalRequest, now: float) -> None:
        session = request.session
        if "signed_in_at" not in session:
            if session.modified:
                session.update({"signed_in_at": now, "touched_at": now, "agent": agent_of(request)})
        elif now - session["touched_at"] >= TOUCH_SECONDS:
            session["touched_at"] = now
            seen_at = datetime.fromtimestamp(now, tz=UTC)
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=seen_at)


class ReaderMiddleware:
    """The language and the time zone of who reads; open pages keep the browser's language and the bureau's zone."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        user: Any = request.user
        if user.is_authenticated:
            translation.activate(user.language)
            request.LANGUAGE_CODE = user.language
            timezone.activate(user.unit.tz if user.unit else settings.TIME_ZONE)
        try:
            return self.get_response(request)
        finally:
            timezone.deactivate()


class AccessMiddleware:
    """Enforces the access table before any view runs."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: PortalRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: PortalRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        rule = self.rule_of(request)
        if not rule.methods:
            raise Http404
        allowed = rule.allowed(request.method)
        if not allowed:
            return HttpResponseNotAllowed(rule.methods)
        roles = who(request.user)
        if allowed.isdisjoint(roles):
            if ANONYMOUS in roles:
                return self.to_login(request, rule)
            raise PermissionDenied
        if self.lacks_second_factor(request, rule):
            return self.to_second_factor(request)
        return None

    def rule_of(self, request: PortalRequest) -> Rule:
        """The rule of the url; without one nobody passes: loud where it is developed, 404 where people work."""
        match = request.resolver_match
        name = rule_name(match) if match else request.path
        rule = RULES.get(name)
        if rule is not None:
            return rule
        if settings.ACCESS_TABLE_STRICT:
            raise UrlHasNoRule(f"No rule in humas_portal/access.py for {name!r}.")
        logger.error("No rule in the access table for %r; answered 404.", name)
        raise Http404

    def to_login(self, request: PortalRequest, rule: Rule) -> HttpResponse:
        """Sign in first, then back to the page; after a POST back to it only where it can be read."""
        if request.session_ended:
            messages.info(request, _("Sesi Anda sudah berakhir. Silakan masuk kembali untuk melanjutkan."))
        target = request.get_full_path() if rule.get else ""
        if request.htmx:
            target = request.htmx.current_url_abs_path or ""
            login_url = redirect_to_login(target).url if target else reverse(settings.LOGIN_URL)
            return HttpResponseClientRedirect(login_url)
        return redirect_to_login(target) if target else redirect(settings.LOGIN_URL)

    def lacks_second_factor(self, request: PortalRequest, rule: Rule) -> bool:
        user: Any = request.user
        return (
            settings.MFA_REQUIRED
            and not rule.before_second_factor
            and user.is_authenticated
            and user.role in NEEDS_SECOND_FACTOR
            and not getattr(user, "has_second_factor", False)
        )

    def to_second_factor(self, request: PortalRequest) -> HttpResponse:
        messages.warning(request, _("Peran Anda memerlukan verifikasi dua langkah. Aktifkan dahulu, lalu lanjutkan."))
        if request.htmx:
            return HttpResponseClientRedirect(reverse("mfa_index"))
        return redirect("mfa_index")
