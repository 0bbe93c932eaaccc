"""Units inside the admin panel: only found by name in its forms; the pages for units are the portal's own."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone

from units.access import reach
from units.models import Unit


@admin.register(Unit)
class UnitAdmin(admin.ModelAdmin[Unit]):
    """No page of its own: it answers the autocomplete of the panel's forms."""

    search_fields = ["official_name", "short_name"]
    ordering = ["official_name", "pk"]

    def get_urls(self) -> list[URLPattern]:
        return []

    def has_module_permission(self, request: HttpRequest) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_active and request.user.is_staff

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Unit], search_term: str
    ) -> tuple[QuerySet[Unit], bool]:
        """Units that still work, by any part of the name; as an owner only those of the person's own reach."""
        term = " ".join(search_term.replace("\0", " ").split())[:100]
        today = timezone.localdate()
        found = queryset.filter(Q(valid_until=None) | Q(valid_until__gte=today))
        found = found.filter(Q(official_name__icontains=term) | Q(short_name__icontains=term))
        if request.GET.get("field_name") == "owner_unit":
            found = found.filter(reach(request.user, ""))
        return found, False
