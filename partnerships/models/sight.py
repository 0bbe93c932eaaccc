"""Who sees the rows of an agreement."""

from typing import Any

from django.db.models import Q

from units.access import SEES_ALL, reach


def within_sight(user: Any, owner: str) -> Q:
    """The condition for rows whose owning unit is at the path `owner`: all for the bureau and leaders, the own tree for
    a Kanwil admin, the own unit for the rest, nothing for whoever is not signed in."""
    if getattr(user, "is_authenticated", False) and user.is_active and user.role in SEES_ALL:
        return Q()
    return reach(user, owner)
