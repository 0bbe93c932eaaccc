from django.contrib.admin.apps import AdminConfig

# Wherever Django runs (web, commands, tests), the doorbell must know its broker.
from humas_portal import celery as celery


class PortalAdminConfig(AdminConfig):
    default_site = "humas_portal.admin_site.PortalAdminSite"
