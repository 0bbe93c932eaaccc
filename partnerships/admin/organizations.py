"""External organisations: one list that every officer keeps."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import OfficerAdmin, officer, plain_term
from partnerships.changes import Change, changes_of_organization
from partnerships.forms.agreements import OrganizationForm
from partnerships.models import Agreement, Organization
from units.access import Role


@admin.register(Organization)
class OrganizationAdmin(OfficerAdmin):
    form = OrganizationForm
    list_display = ["name", "short_name", "kind", "country", "n_agreements"]
    list_filter = ["kind"]
    search_fields = ["name", "short_name"]
    search_help_text = gettext_lazy("Nama atau singkatan")
    ordering = ["name", "pk"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Organization]:
        """Every officer keeps the one list of organisations; how many agreements counts only those one may see."""
        own = Agreement.objects.visible_to(request.user).values("pk")
        seen = Count("parties__agreement", filter=Q(parties__agreement__in=own), distinct=True)
        return Organization.objects.annotate(n_agreements=seen)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        term = plain_term(search_term)
        return queryset.filter(Q(name__icontains=term) | Q(short_name__icontains=term)), False

    def has_delete_permission(self, request: HttpRequest, obj: Organization | None = None) -> bool:
        return officer(request).role == Role.BUREAU_ADMIN

    @admin.display(description=gettext_lazy("Perjanjian"), ordering="n_agreements")
    def n_agreements(self, organization: Any) -> int:
        return int(organization.n_agreements)

    def changes(self, row: Organization) -> list[Change]:
        return changes_of_organization(row)
