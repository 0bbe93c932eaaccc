"""Whose a template is: the country's (kept by no unit) or that of one unit and its tree."""

from typing import Any, Self, TypeVar

from django.db import models
from django.db.models import Q

from units.access import SEES_ALL, Role, reach
from units.models import Unit, User
from workshops.models.workshops import BUREAU_LEVELS

Row = TypeVar("Row", bound=models.Model)


class KeptQuerySet(models.QuerySet[Row]):
    """Rows with `keeper`, a unit or nobody."""

    def visible_to(self, user: Any) -> Self:
        """All for the bureau and leaders; for a Kanwil admin the country's and those of the own tree; else none."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role in SEES_ALL:
            return self
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(Q(keeper=None) | reach(user, "keeper"))
        return self.none()

    def editable_by(self, user: Any) -> Self:
        """All for a bureau admin; the country's and the bureau's own for staff; the own tree's for a Kanwil admin."""
        if not getattr(user, "is_authenticated", False) or not user.is_active:
            return self.none()
        if user.role == Role.BUREAU_ADMIN:
            return self
        if user.role == Role.BUREAU_STAFF:
            return self.filter(Q(keeper=None) | Q(keeper__level__in=BUREAU_LEVELS))
        if user.role == Role.REGIONAL_ADMIN:
            return self.filter(reach(user, "keeper"))
        return self.none()


def keeper_for(user: User) -> Unit | None:
    """In whose name a person keeps what is new: a Kanwil admin in the own unit's, the bureau in the country's."""
    return user.unit if user.role == Role.REGIONAL_ADMIN else None
