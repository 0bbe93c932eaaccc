"""Who a person is to the portal: roles, and what each reaches in the unit tree. Imports no model."""

from typing import Any

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    BUREAU_ADMIN = "bureau_admin", _("Admin biro")
    BUREAU_STAFF = "bureau_staff", _("Staf biro")
    REGIONAL_ADMIN = "regional_admin", _("Admin Kanwil")
    UNIT_OPERATOR = "unit_operator", _("Operator satuan kerja")
    LEADER = "leader", _("Pimpinan")


SEES_ALL = {Role.BUREAU_ADMIN, Role.BUREAU_STAFF, Role.LEADER}
EDITS_ALL = {Role.BUREAU_ADMIN, Role.BUREAU_STAFF}


def within(prefix: str, path: str) -> Q:
    """Rows whose unit, reached by the lookup `prefix` ("" for Unit itself), stands at `path` or below."""
    lookup = f"{prefix}__path__startswith" if prefix else "path__startswith"
    return Q(**{lookup: path})


def reach(user: Any, prefix: str) -> Q:
    """The rows a user may read by the unit tree: everything, the own Kanwil and below, or the own unit; else none."""
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Q(pk__in=[])
    if user.role in SEES_ALL:
        return Q()
    if user.unit_id is None:
        return Q(pk__in=[])
    if user.role == Role.REGIONAL_ADMIN:
        return within(prefix, user.unit.path)
    lookup = f"{prefix}_id" if prefix else "pk"
    return Q(**{lookup: user.unit_id})
