"""The admin panel behind the portal's own login and access table."""

from collections.abc import Iterable
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.views import redirect_to_login
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

HOUSE_APPS = {"dashboard", "participants", "workshops", "partnerships", "outbox", "units"}


class PortalAdminSite(AdminSite):
    """No door of its own: login, logout and password lead to the pages that know limits and the second factor."""

    site_title = site_header = _("Portal Humas")
    index_title = _("Admin")
    # A catch-all url would need a rule for everything below /admin/; an unknown address is 404 anyway.
    final_catch_all_view = False

    def register(
        self,
        model_or_iterable: type[Model] | Iterable[type[Model]],
        admin_class: type[ModelAdmin[Any]] | None = None,
        **options: Any,
    ) -> None:
        """Only tables of the house: those of libraries (groups, second factors, sessions) have their own pages."""
        models = [model_or_iterable] if isinstance(model_or_iterable, type) else list(model_or_iterable)
        own = [model for model in models if model._meta.app_label in HOUSE_APPS]  # noqa: SLF001 - public in Django
        if own:
            super().register(own, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user
        return bool(user.is_active and user.is_staff)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        target = request.GET.get("next", "")
        if not url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            target = reverse("admin:index")
        if request.user.is_authenticated:
            # not redirect(): it would take a target without a slash for the name of a page
            return HttpResponseRedirect(target if self.has_permission(request) else reverse("home"))
        return redirect_to_login(target)

    def logout(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_logout")

    def password_change(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return redirect("account_change_password")
