"""The list of what is looked at before a signed copy is verified: the bureau's to edit."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from partnerships.admin.desk import OfficerAdmin
from partnerships.changes import Change, changes_of_checklist_point
from partnerships.models import ChecklistPoint
from units.access import Role


@admin.register(ChecklistPoint)
class ChecklistPointAdmin(OfficerAdmin):
    fields = ["text", "help_text", "position", "is_active"]
    list_display = ["text", "help_text", "position", "is_active"]
    ordering = ["position", "pk"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and getattr(request.user, "role", "") == Role.BUREAU_ADMIN

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_module_permission(request)

    def changes(self, row: ChecklistPoint) -> list[Change]:
        return changes_of_checklist_point(row)
