"""Where in the office tree a unit may hang, by its level (DOMAIN.md 2)."""

from django.utils.translation import gettext_lazy as _

from units.models import Level, Unit

# Below what a unit of each level hangs; None where it may be a root. A Politeknik, a UPT, is below an Eselon I unit.
PARENTS: dict[str, set[str | None]] = {
    Level.MINISTRY: {None},
    Level.ECHELON1: {None, Level.MINISTRY, Level.ECHELON1},
    Level.BUREAU: {Level.MINISTRY, Level.ECHELON1},
    Level.REGIONAL_OFFICE: {Level.MINISTRY, Level.ECHELON1},
    Level.TECHNICAL_UNIT: {Level.ECHELON1, Level.REGIONAL_OFFICE, Level.TECHNICAL_UNIT},
}
PLACES = {
    Level.MINISTRY: _("Kementerian berdiri sendiri: kosongkan induknya."),
    Level.ECHELON1: _("Unit Eselon I berdiri sendiri, atau di bawah kementerian atau unit Eselon I."),
    Level.BUREAU: _("Biro berada di bawah kementerian atau unit Eselon I."),
    Level.REGIONAL_OFFICE: _("Kantor Wilayah berada di bawah kementerian atau unit Eselon I."),
    Level.TECHNICAL_UNIT: _(
        "Unit Pelaksana Teknis berada di bawah Kantor Wilayah, unit Eselon I, atau Unit Pelaksana Teknis lain."
    ),
}


def place_problem(level: str, parent: Unit | None) -> str:
    """Why a unit of this level does not hang there; empty when it may."""
    return "" if (parent.level if parent else None) in PARENTS[level] else str(PLACES[Level(level)])
