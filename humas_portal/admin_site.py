"""The admin panel behind the portal's own login and access table."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _


class PortalAdminSite(AdminSite):
    site_title = site_header = _("Portal Humas")
    index_title = _("Admin")

    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_active and request.user.is_staff
