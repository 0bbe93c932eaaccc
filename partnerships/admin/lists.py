"""The lists that the bureau edits: kinds, fields of cooperation, who may sign what."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from partnerships.admin.desk import OfficerAdmin, officer
from partnerships.changes import changes_of_row
from partnerships.models import Agreement, AgreementKind, ChecklistPoint, ScopeTag, SigningAuthority
from toolkit.row_changes import Change
from units.access import Role


class BureauListAdmin(OfficerAdmin):
    """Lists of the whole bureau: seen and changed by bureau admins alone."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and officer(request).role == Role.BUREAU_ADMIN

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def changes(self, row: Any) -> list[Change]:
        return changes_of_row(row, [str(name) for name in self.fields or ()])


@admin.register(AgreementKind)
class AgreementKindAdmin(BureauListAdmin):
    fields = ["code", "name", "name_en", "short_name", "position", "is_active"]
    list_display = ["name", "short_name", "name_en", "position", "is_active"]
    ordering = ["position", "name"]

    def get_readonly_fields(self, request: HttpRequest, obj: AgreementKind | None = None) -> Any:
        return ["code"] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: AgreementKind | None = None) -> bool:
        """A kind in use stays: it is switched off."""
        used = obj is not None and Agreement.objects.filter(agreement_type=obj).exists()
        return super().has_delete_permission(request, obj) and not used


@admin.register(ScopeTag)
class ScopeTagAdmin(BureauListAdmin):
    fields = ["name", "is_active"]
    list_display = ["name", "is_active"]
    search_fields = ["name"]
    search_help_text = gettext_lazy("Nama bidang")
    ordering = ["name"]


@admin.register(SigningAuthority)
class SigningAuthorityAdmin(BureauListAdmin):
    fields = ["kind", "level", "position_words", "basis"]
    list_display = ["kind", "level", "position_words", "basis"]
    ordering = ["kind__position", "level", "position_words"]
    list_select_related = ["kind"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = AgreementKind.objects.order_by("position", "name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ChecklistPoint)
class ChecklistPointAdmin(BureauListAdmin):
    """What is looked at before a signed copy is verified."""

    fields = ["text", "help_text", "position", "is_active"]
    list_display = ["text", "help_text", "position", "is_active"]
    ordering = ["position", "pk"]
